/*
 * ssi_elements: see ssi_elements.h. Owns nothing. Attributes count in the order in which they are
 * written, and the first mistake ends the directive: so Apache does it.
 */
#include "ssi/ssi_elements.h"

#include <string.h>

#include "http/url.h"
#include "ssi/ssi_format.h"

/* The state of a directive while its attributes are read. */
struct element {
	struct ssi_file *file;
	const struct ssi_directive *directive;
	struct buf variable;           /* #set: its name, once it is known */
	struct buf encoding, decoding; /* #echo and #set */
	bool has_variable, has_value;
};

/* One attribute, with its value expanded. Returns false when the directive ends here. */
typedef bool attribute_fn(struct element *element, size_t i, struct slice value);

static bool
is_named(const struct element *element, size_t i, const char *name)
{
	return slice_is_nocase(element->directive->attributes[i].name, name);
}

static bool
fail_unknown(struct element *element, size_t i)
{
	struct slice name = element->directive->attributes[i].name;

	ssi_file_fail(element->file, "#%.*s has no attribute %.*s",
		(int)element->directive->name.length, element->directive->name.at, (int)name.length,
		name.at);
	return false;
}

/* Calls fn for each attribute until it returns false, which is then the result. */
static bool
for_attributes(struct element *element, attribute_fn *fn)
{
	const struct ssi_directive *directive = element->directive;
	bool goes_on = true;

	for (size_t i = 0; goes_on && i < directive->count; i++) {
		const struct ssi_attribute *attribute = &directive->attributes[i];
		struct buf value = {0};

		if (attribute->value.at) {
			ssi_file_expand(element->file, attribute, &value);
			goes_on = fn(element, i, buf_slice(&value));
		} else {
			ssi_file_tell(element->file, "%.*s has no value",
				(int)attribute->name.length, attribute->name.at);
			goes_on = false;
		}
		buf_finish(&value);
	}
	return goes_on;
}

/* ---- other files ---- */

/* The name without what follows its last slash. */
static struct slice
folder_of(const char *name)
{
	const char *slash = strrchr(name, '/');

	return (struct slice){name, slash ? (size_t)(slash + 1 - name) : 0};
}

/* virtual: an address, relative to that of the file. */
static bool
find_virtual(const struct ssi_file *file, struct slice address, struct buf *name)
{
	struct buf url = {0};
	struct slice path, rest = address;
	bool is_good;

	slice_split(&rest, '?', &path);
	if (!slice_starts(path, "/")) {
		url_from_path(folder_of(file->name), &url);
		if (!slice_ends(buf_slice(&url), "/"))
			buf_add_char(&url, '/');
	}
	buf_add_slice(&url, path);
	is_good = url_to_path(buf_slice(&url), name) == URL_OK;
	buf_finish(&url);
	return is_good;
}

/* file: a name in the folder of the file, or below it. */
static bool
find_file(const struct ssi_file *file, struct slice written, struct buf *name)
{
	struct buf url = {0};
	bool is_good;

	url_from_path(written, &url);
	buf_add_slice(name, folder_of(file->name));
	is_good = written.length && *written.at != '/' &&
		  url_to_path(buf_slice(&url), name) == URL_OK;
	buf_finish(&url);
	return is_good;
}

/*
 * Opens the file that attribute i names: "virtual" or "file". *why becomes NULL, and part is set; or it
 * is why the file cannot be had.
 */
static void
open_part(struct element *element, size_t i, struct slice value, bool reads, struct ssi_part *part,
	const char **why)
{
	struct ssi_file *file = element->file;
	const struct ssi_page_options *options = file->page->options;
	struct buf name = {0};

	buf_reserve(&name, 0);
	name.bytes[0] = '\0';
	if (++file->page->part_count > SSI_PAGE_PARTS_MAX)
		*why = "the page asks for more than 512 files";
	else if (is_named(element, i, "file"))
		*why = find_file(file, value, &name) ? NULL
						     : "\"file\" is below the folder of this file; "
						       "\"virtual\" can be elsewhere";
	else
		*why = find_virtual(file, value, &name) ? NULL : "this is no address in this site";
	if (!*why)
		*why = options->open(options->context, name.bytes, reads, part);
	buf_finish(&name);
}

/* ---- include ---- */

static bool
is_included_already(const struct ssi_file *file, const char *name)
{
	for (; file; file = file->includer)
		if (strcmp(file->name, name) == 0)
			return true;
	return false;
}

static void
add_part(struct ssi_file *file, const struct ssi_part *part)
{
	struct slice text = buf_slice(&part->bytes);
	struct ssi_file inner;

	if (!part->has_directives) {
		ssi_file_add_of(file, part->name.bytes, text, text);
		return;
	}
	ssi_file_init(&inner, file->page, part->name.bytes, text);
	inner.includer = file;
	inner.depth = file->depth + 1;
	file->page->follow(&inner);
	ssi_file_finish(&inner);
}

/* Includes the file that attribute i names. Returns false, and sets *why, when it cannot be had. */
static bool
include_part(struct element *element, size_t i, struct slice value, const char **why)
{
	struct ssi_file *file = element->file;
	struct ssi_part part = {0};

	open_part(element, i, value, true, &part, why);
	if (!*why && part.has_directives && file->depth + 1 >= SSI_PAGE_DEPTH_MAX)
		*why = is_included_already(file, part.name.bytes)
			       ? "the file includes itself, 16 times by now"
			       : "files include each other more than 16 deep";
	if (!*why)
		add_part(file, &part);
	ssi_part_finish(&part);
	return !*why;
}

/* The attribute after i that says what to show when i cannot be had; 0 when there is none. */
static size_t
find_onerror(const struct element *element, size_t i)
{
	for (i++; i < element->directive->count; i++)
		if (is_named(element, i, "onerror"))
			return i;
	return 0;
}

static bool
include(struct element *element, size_t i, struct slice value)
{
	const char *why, *unused;
	size_t other;
	bool is_replaced = false;
	struct buf address = {0};

	if (is_named(element, i, "onerror"))
		return true;
	if (!is_named(element, i, "virtual") && !is_named(element, i, "file"))
		return fail_unknown(element, i);
	if (include_part(element, i, value, &why))
		return true;
	other = find_onerror(element, i);
	if (other) {
		ssi_file_expand(element->file, &element->directive->attributes[other], &address);
		is_replaced = include_part(element, other, buf_slice(&address), &unused);
		buf_finish(&address);
	}
	if (is_replaced)
		return false;
	ssi_file_fail(element->file, "%.*s is not included: %s", (int)value.length, value.at, why);
	return false;
}

/* ---- fsize and flastmod ---- */

static bool
ask(struct element *element, size_t i, struct slice value)
{
	struct ssi_file *file = element->file;
	struct ssi_part part = {0};
	struct buf text = {0};
	const char *why;

	if (!is_named(element, i, "virtual") && !is_named(element, i, "file"))
		return fail_unknown(element, i);
	open_part(element, i, value, false, &part, &why);
	if (why) {
		ssi_file_fail(
			file, "nothing is known of %.*s: %s", (int)value.length, value.at, why);
		ssi_part_finish(&part);
		return false;
	}
	if (slice_is_nocase(element->directive->name, "fsize"))
		ssi_format_size(part.size, file->has_short_sizes, &text);
	else
		ssi_format_time(part.modified, ssi_file_time_format(file), false, &text);
	ssi_file_add(file, buf_slice(&text));
	buf_finish(&text);
	ssi_part_finish(&part);
	return true;
}

/* ---- echo and set ---- */

/* Sets encoding or decoding. */
static bool
set_encoding(struct element *element, size_t i, struct slice value)
{
	struct buf *encoding = is_named(element, i, "encoding") ? &element->encoding
								: &element->decoding;
	struct buf unused = {0};
	bool is_known;

	if (!is_named(element, i, "encoding") && !is_named(element, i, "decoding"))
		return fail_unknown(element, i);
	buf_clear(encoding);
	buf_add_slice(encoding, value);
	is_known = ssi_format_encode(value, SLICE_LITERAL(""), &unused);
	buf_finish(&unused);
	if (!is_known)
		ssi_file_fail(
			element->file, "there is no encoding %.*s", (int)value.length, value.at);
	return is_known;
}

/* Decodes and encodes text as the attributes say. */
static void
convert(const struct element *element, struct slice text, struct buf *converted)
{
	struct buf decoded = {0};

	ssi_format_decode(buf_slice(&element->decoding), text, &decoded);
	ssi_format_encode(buf_slice(&element->encoding), buf_slice(&decoded), converted);
	buf_finish(&decoded);
}

static bool
echo(struct element *element, size_t i, struct slice value)
{
	struct ssi_file *file = element->file;
	struct ssi_variables *variables = file->page->variables;
	/* What is only shown does not decide which files the page uses. */
	bool reads_request = variables->reads_request;
	struct buf text = {0}, converted = {0};

	if (!is_named(element, i, "var"))
		return set_encoding(element, i, value);
	if (ssi_variables_get(variables, value, ssi_file_time_format(file), &text)) {
		convert(element, buf_slice(&text), &converted);
		ssi_file_add(file, buf_slice(&converted));
	} else {
		ssi_file_add(file, buf_slice(&file->unset_text));
	}
	variables->reads_request = reads_request;
	buf_finish(&text);
	buf_finish(&converted);
	return true;
}

static bool
set(struct element *element, size_t i, struct slice value)
{
	struct ssi_file *file = element->file;
	struct buf converted = {0};
	bool is_set;

	if (is_named(element, i, "var")) {
		buf_clear(&element->variable);
		buf_add_slice(&element->variable, value);
		element->has_variable = true;
		return true;
	}
	if (!is_named(element, i, "value"))
		return set_encoding(element, i, value);
	element->has_value = true;
	if (!element->has_variable) {
		ssi_file_fail(file, "\"var\" has to stand before \"value\"");
		return false;
	}
	convert(element, value, &converted);
	is_set = ssi_variables_set(file->page->variables, buf_slice(&element->variable),
		buf_slice(&converted), SSI_VARIABLE_SITE);
	if (!is_set)
		ssi_file_fail(file, "the page has too many variables, or too long ones");
	buf_finish(&converted);
	return is_set;
}

/* ---- config ---- */

static bool
set_size_format(struct element *element, struct slice value)
{
	bool is_short = slice_is_nocase(value, "abbrev");

	if (!is_short && !slice_is_nocase(value, "bytes")) {
		ssi_file_fail(element->file, "\"sizefmt\" is bytes or abbrev, not %.*s",
			(int)value.length, value.at);
		return false;
	}
	element->file->has_short_sizes = is_short;
	return true;
}

static bool
config(struct element *element, size_t i, struct slice value)
{
	struct ssi_file *file = element->file;
	struct buf *text = is_named(element, i, "errmsg")    ? &file->error_text
			   : is_named(element, i, "echomsg") ? &file->unset_text
			   : is_named(element, i, "timefmt") ? &file->time_format
							     : NULL;

	if (is_named(element, i, "sizefmt"))
		return set_size_format(element, value);
	if (!text)
		return fail_unknown(element, i);
	buf_clear(text);
	buf_add_slice(text, value);
	return true;
}

/* ---- printenv ---- */

static void
print_variables(struct ssi_file *file)
{
	struct ssi_variables *variables = file->page->variables;
	bool reads_request = variables->reads_request;
	struct buf value = {0}, text = {0};

	for (size_t i = 0; i < variables->count; i++) {
		struct slice name = slice_of(variables->items[i].name);

		buf_clear(&value);
		ssi_variables_get(variables, name, ssi_file_time_format(file), &value);
		ssi_format_encode(SLICE_LITERAL("entity"), name, &text);
		buf_add_char(&text, '=');
		ssi_format_encode(SLICE_LITERAL("entity"), buf_slice(&value), &text);
		buf_add_char(&text, '\n');
	}
	ssi_file_add(file, buf_slice(&text));
	variables->reads_request = reads_request;
	buf_finish(&value);
	buf_finish(&text);
}

/* ---- the table of directives ---- */

static const struct row {
	const char *name;
	attribute_fn *fn;     /* NULL: it does nothing */
	const char *encoding; /* at first */
} rows[] = {
	{"include", include, "none"},
	{"echo", echo, "entity"},
	{"set", set, "none"},
	{"config", config, "none"},
	{"fsize", ask, "none"},
	{"flastmod", ask, "none"},
	{"comment", NULL, "none"},
};

static const struct row *
find_row(struct slice name)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (slice_is_nocase(name, rows[i].name))
			return &rows[i];
	return NULL;
}

static void
follow_row(struct ssi_file *file, const struct ssi_directive *directive, const struct row *row)
{
	struct element element = {.file = file, .directive = directive};
	bool is_good;

	buf_add_text(&element.encoding, row->encoding);
	buf_add_text(&element.decoding, "none");
	is_good = !row->fn || for_attributes(&element, row->fn);
	if (row->fn && (!directive->count || (is_good && row->fn == set && !element.has_value)))
		ssi_file_fail(file, "#%s has too few attributes", row->name);
	buf_finish(&element.variable);
	buf_finish(&element.encoding);
	buf_finish(&element.decoding);
}

void
ssi_elements_follow(struct ssi_file *file, const struct ssi_directive *directive)
{
	const struct row *row = find_row(directive->name);

	if (directive->has_too_many)
		ssi_file_fail(file, "a directive has at most 32 attributes");
	else if (row)
		follow_row(file, directive, row);
	/* A page of a folder that somebody else has made must not run programs on this machine. */
	else if (slice_is_nocase(directive->name, "exec"))
		ssi_file_fail(file, "#exec is never run");
	else if (!slice_is_nocase(directive->name, "printenv"))
		ssi_file_fail(file, "there is no directive #%.*s", (int)directive->name.length,
			directive->name.at);
	else if (directive->count)
		ssi_file_fail(file, "#printenv has no attributes");
	else
		print_variables(file);
}
