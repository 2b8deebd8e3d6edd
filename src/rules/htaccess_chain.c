/*
 * htaccess_chain: see htaccess_chain.h. Owns nothing. All questions walk over the directives in the same
 * order, so what comes later counts.
 */
#include "rules/htaccess_chain.h"

#include <string.h>

#include "base/loop.h"

#include "http/media_type.h"
#include "rules/htaccess_words.h"

/* ---- the order ---- */

struct walk {
	const struct htaccess_chain *chain;
	bool is_in_sections; /* the second pass */
	size_t file, directive;
};

/* The next directive that counts; NULL at the end. */
static const struct htaccess_directive *
next(struct walk *walk)
{
	for (;;) {
		const struct htaccess *file;
		const struct htaccess_directive *directive;

		if (walk->file == walk->chain->count) {
			if (walk->is_in_sections)
				return NULL;
			walk->is_in_sections = true;
			walk->file = 0;
			continue;
		}
		file = walk->chain->files[walk->file];
		if (walk->directive == file->count) {
			walk->file++;
			walk->directive = 0;
			continue;
		}
		directive = &file->directives[walk->directive++];
		if (walk->is_in_sections
				? directive->section && walk->chain->sections[walk->file] >>
									(directive->section - 1) &
								1
				: !directive->section)
			return directive;
	}
}

/* The same as pattern_find, but after the deadline each pattern is too costly. */
static enum pattern_verdict
find(const struct htaccess_chain *chain, const struct pattern *pattern, struct slice subject,
	struct pattern_groups *groups)
{
	return loop_now() > chain->deadline_us ? PATTERN_TOO_COSTLY
					       : pattern_find(pattern, subject, groups);
}

void
htaccess_chain_add(struct htaccess_chain *chain, const struct htaccess *file, struct slice base)
{
	if (chain->count == HTACCESS_CHAIN_MAX)
		return;
	chain->files[chain->count] = file;
	chain->sections[chain->count] = 0;
	for (size_t i = 0; i < file->section_count; i++) {
		enum pattern_verdict verdict = find(chain, file->sections[i], base, NULL);

		if (verdict == PATTERN_YES)
			chain->sections[chain->count] |= (uint64_t)1 << i;
		else if (verdict == PATTERN_TOO_COSTLY)
			chain->costly = file;
	}
	chain->count++;
}

/* ---- single questions ---- */

static const struct htaccess_directive *
last(const struct htaccess_chain *chain, enum htaccess_kind kind, int number)
{
	struct walk walk = {.chain = chain};
	const struct htaccess_directive *directive, *found = NULL;

	while ((directive = next(&walk)))
		if (directive->kind == kind && (number < 0 || directive->number == number))
			found = directive;
	return found;
}

const struct htaccess *
htaccess_chain_rewrite(const struct htaccess_chain *chain)
{
	const struct htaccess *found = NULL;
	bool is_on = false;

	for (size_t i = 0; i < chain->count; i++) {
		const struct htaccess *file = chain->files[i];

		if (!file->has_rewrite)
			continue;
		found = file;
		if (file->rewrite.has_state)
			is_on = file->rewrite.is_on;
	}
	return found && is_on && found->rewrite.count ? found : NULL;
}

bool
htaccess_chain_denies(const struct htaccess_chain *chain)
{
	const struct htaccess_directive *require = last(chain, HTACCESS_REQUIRE, -1), *directive;
	struct walk walk = {.chain = chain};
	size_t file = 0;
	bool is_last_denied = true, denies = false, allows = false, is_any = false;

	if (require && !require->number)
		return true;
	/* Order, Allow and Deny of a file replace all those of outer files. */
	while ((directive = next(&walk))) {
		bool is_access = directive->kind == HTACCESS_ORDER ||
				 directive->kind == HTACCESS_ALLOW ||
				 directive->kind == HTACCESS_DENY;
		size_t place = walk.file + (walk.is_in_sections ? chain->count : 0) +
			       (walk.is_in_sections ? directive->section : 0);

		if (!is_access)
			continue;
		if (is_any && place != file)
			is_last_denied = true, denies = allows = false;
		is_any = true;
		file = place;
		if (directive->kind == HTACCESS_ORDER)
			is_last_denied = directive->number;
		denies |= directive->kind == HTACCESS_DENY;
		allows |= directive->kind == HTACCESS_ALLOW;
	}
	/* "deny,allow": who is not denied, or allowed after all, is let in. */
	return is_any && (is_last_denied ? denies && !allows : denies || !allows);
}

/* What the last directive with this option says; -1 when none has it. */
static int
last_option(const struct htaccess_chain *chain, int option)
{
	struct walk walk = {.chain = chain};
	const struct htaccess_directive *directive;
	int said = -1;

	while ((directive = next(&walk)))
		if (directive->kind == HTACCESS_OPTIONS && directive->number & option)
			said = directive->number;
	return said;
}

int
htaccess_chain_lists(const struct htaccess_chain *chain)
{
	int said = last_option(chain, HTACCESS_SAYS_INDEXES);

	return said < 0 ? -1 : (said & HTACCESS_INDEXES) != 0;
}

enum request_languages
htaccess_chain_languages(const struct htaccess_chain *chain)
{
	int said = last_option(chain, HTACCESS_SAYS_VIEWS);

	if (said < 0)
		return REQUEST_LANGUAGES_UNSAID;
	return said & HTACCESS_VIEWS ? REQUEST_LANGUAGES_ON : REQUEST_LANGUAGES_OFF;
}

static const char *
last_text(const struct htaccess_chain *chain, enum htaccess_kind kind, int number)
{
	const struct htaccess_directive *directive = last(chain, kind, number);

	return directive ? directive->first : NULL;
}

const char *
htaccess_chain_language_priority(const struct htaccess_chain *chain)
{
	return last_text(chain, HTACCESS_LANGUAGES, -1);
}

const char *
htaccess_chain_index(const struct htaccess_chain *chain)
{
	return last_text(chain, HTACCESS_INDEX, -1);
}

const char *
htaccess_chain_fallback(const struct htaccess_chain *chain)
{
	const char *path = last_text(chain, HTACCESS_FALLBACK, -1);

	return path && *path == '/' ? path : NULL;
}

const char *
htaccess_chain_error(const struct htaccess_chain *chain, int status)
{
	const char *text = last_text(chain, HTACCESS_ERROR_DOCUMENT, status);

	return text && strcmp(text, "default") != 0 ? text : NULL;
}

/* ---- redirects ---- */

/* The length of the part of path that fake stands for, up to a slash; 0 when it is another one. */
static size_t
alias_length(const char *fake, struct slice path)
{
	size_t length = strlen(fake);

	if (!slice_starts(path, fake))
		return 0;
	return length == path.length || fake[length - 1] == '/' || path.at[length] == '/' ? length
											  : 0;
}

/* "$1" in a target; "\$" is a dollar sign. */
static void
add_groups(struct buf *text, const char *target, const struct pattern_groups *groups)
{
	for (; *target; target++) {
		if (target[0] == '\\' && target[1]) {
			buf_add_char(text, *++target);
		} else if (target[0] == '$' && target[1] >= '0' && target[1] <= '9') {
			struct slice group = groups->items[*++target - '0'];

			rule_add_escaped(text, group.at ? group : SLICE_LITERAL(""));
		} else {
			buf_add_char(text, *target);
		}
	}
}

static bool
redirects(struct htaccess_chain *chain, size_t file, const struct htaccess_directive *directive,
	struct slice path, struct buf *text)
{
	struct pattern_groups groups;
	size_t length;

	buf_clear(text);
	if (directive->pattern) {
		enum pattern_verdict verdict = find(chain, directive->pattern, path, &groups);

		if (verdict == PATTERN_TOO_COSTLY) {
			chain->costly = chain->files[file];
			chain->costly_line = directive->line;
		}
		if (verdict == PATTERN_YES && directive->second)
			add_groups(text, directive->second, &groups);
		return verdict == PATTERN_YES;
	}
	length = alias_length(directive->first, path);
	if (!length)
		return false;
	if (directive->second)
		buf_add_text(text, directive->second);
	slice_drop(&path, length);
	rule_add_escaped(text, path);
	return true;
}

/* The redirects of inner files come first, and of each file the first one. */
int
htaccess_chain_redirect(
	struct htaccess_chain *chain, struct slice path, struct slice query, struct buf *target)
{
	struct buf text = {0};
	int status = 0;

	for (size_t i = chain->count; i > 0 && !status; i--) {
		const struct htaccess *file = chain->files[i - 1];

		for (size_t j = 0; j < file->count && !status; j++) {
			const struct htaccess_directive *directive = &file->directives[j];

			if (directive->kind == HTACCESS_REDIRECT &&
				(!directive->section ||
					chain->sections[i - 1] >> (directive->section - 1) & 1) &&
				redirects(chain, i - 1, directive, path, &text))
				status = directive->number;
		}
	}
	buf_clear(target);
	buf_reserve(target, 0);
	/* "//host" would be another host. */
	while (slice_starts(buf_slice(&text), "//"))
		buf_drop(&text, 1);
	if (status && status < 400) {
		rule_add_checked(target, buf_slice(&text));
		if (query.at && !memchr(target->bytes, '?', target->length)) {
			buf_add_char(target, '?');
			rule_add_checked(target, query);
		}
	}
	buf_finish(&text);
	return status;
}

/* ---- fields ---- */

static void
apply_headers(
	const struct htaccess_chain *chain, bool is_success, bool is_always, struct fields *fields)
{
	struct walk walk = {.chain = chain};
	const struct htaccess_directive *directive;

	while ((directive = next(&walk))) {
		const struct header_rule *rule = &directive->header;

		if (directive->kind != HTACCESS_HEADER || rule->is_always != is_always ||
			(!is_always && !is_success))
			continue;
		if (slice_is_nocase(slice_of(rule->name), "Content-Type"))
			fields_drop(fields, SLICE_LITERAL("Content-Type"));
		header_rule_apply(rule, slice_of(rule->value), fields);
	}
}

void
htaccess_chain_add_fields(
	const struct htaccess_chain *chain, bool is_success, struct fields *fields)
{
	apply_headers(chain, is_success, false, fields);
	apply_headers(chain, is_success, true, fields);
}

/* Whether the list has the extension, with or without its dot. */
static bool
lists_extension(const char *list, struct slice extension)
{
	struct slice rest = slice_of(list);
	struct buf word = {0};
	bool is_found = false;

	while (!is_found && htaccess_take_word(&rest, &word)) {
		struct slice item = buf_slice(&word);

		if (slice_starts(item, "."))
			slice_drop(&item, 1);
		is_found = slice_equal_nocase(item, extension);
	}
	buf_finish(&word);
	return is_found;
}

/* The last directive of a kind for one extension. For a type, also one that takes it away. */
static const struct htaccess_directive *
for_extension(const struct htaccess_chain *chain, enum htaccess_kind kind, struct slice extension)
{
	struct walk walk = {.chain = chain};
	const struct htaccess_directive *directive, *found = NULL;

	while ((directive = next(&walk)))
		if (directive->second && directive->kind != HTACCESS_REDIRECT &&
			(directive->kind == kind ||
				(kind == HTACCESS_TYPE && directive->kind == HTACCESS_NO_TYPE)) &&
			lists_extension(directive->second, extension))
			found = directive;
	return found;
}

/* What the extensions of a name say: each of them counts, and the last one of a kind. */
struct meaning {
	const char *type, *charset, *encoding;
	bool has_no_type;
};

static struct meaning
meaning_of(const struct htaccess_chain *chain, struct slice base)
{
	const char *forced = last_text(chain, HTACCESS_FORCED_TYPE, -1);
	struct meaning meaning = {0};
	const struct htaccess_directive *directive;
	struct slice extension, whole = base;
	bool is_about_bytes;

	slice_split(&base, '.', &extension);
	while (slice_split(&base, '.', &extension)) {
		directive = for_extension(chain, HTACCESS_TYPE, extension);
		if (directive) {
			meaning.type = directive->first;
			meaning.has_no_type = directive->kind == HTACCESS_NO_TYPE;
		}
		directive = for_extension(chain, HTACCESS_CHARSET, extension);
		if (directive)
			meaning.charset = directive->first;
		is_about_bytes = directive;
		directive = for_extension(chain, HTACCESS_ENCODING, extension);
		if (directive)
			meaning.encoding = directive->first;
		is_about_bytes |= directive != NULL;
		/* The type is that of the name without such an extension. */
		if (is_about_bytes && !base.at && !meaning.type && extension.at - 1 > whole.at)
			meaning.type = media_type_of(
				(struct slice){whole.at, (size_t)(extension.at - 1 - whole.at)})
					       ->type;
	}
	if (forced && strcmp(forced, "none") != 0 && strcmp(forced, "None") != 0)
		meaning.type = forced;
	return meaning;
}

/* AddDefaultCharset is for text/plain and text/html without a charset of their own. */
static const char *
default_charset(const struct htaccess_chain *chain, struct slice type)
{
	const char *charset = last_text(chain, HTACCESS_DEFAULT_CHARSET, -1);

	if (!charset || slice_is_nocase(slice_of(charset), "off") ||
		!(slice_is_nocase(type, "text/html") || slice_is_nocase(type, "text/plain")))
		return NULL;
	return slice_is_nocase(slice_of(charset), "on") ? "iso-8859-1" : charset;
}

const char *
htaccess_chain_type(const struct htaccess_chain *chain, struct slice base)
{
	return meaning_of(chain, base).type;
}

void
htaccess_chain_set_type(
	const struct htaccess_chain *chain, struct slice base, struct fields *fields)
{
	struct meaning meaning = meaning_of(chain, base);
	struct slice now = fields_get(fields, SLICE_LITERAL("Content-Type")), type = now;
	struct buf value = {0};
	const char *charset;

	slice_split(&now, ';', &type);
	if (meaning.type)
		type = slice_of(meaning.type);
	charset = meaning.charset ? meaning.charset : default_charset(chain, type);
	if (type.at && (meaning.type || charset)) {
		bool has_parameters = memchr(type.at, ';', type.length);

		buf_add_slice(&value, type);
		if (charset && !has_parameters)
			buf_addf(&value, "; charset=%s", charset);
		else if (!meaning.type || (slice_starts_nocase(type, "text/") && !has_parameters))
			buf_addf(&value, "%s%.*s", now.length ? ";" : "", (int)now.length,
				now.at ? now.at : "");
		fields_drop(fields, SLICE_LITERAL("Content-Type"));
		fields_add(fields, SLICE_LITERAL("Content-Type"), buf_slice(&value));
	}
	if (meaning.encoding && !fields_get(fields, SLICE_LITERAL("Content-Encoding")).at)
		fields_add(fields, SLICE_LITERAL("Content-Encoding"), slice_of(meaning.encoding));
	buf_finish(&value);
}
