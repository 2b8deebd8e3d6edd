/*
 * charset: see charset.h. Borrows the bytes. The steps are those of a browser (HTML Standard
 * 13.2.3.2, CSS Syntax 3.2), so the charset that is sent is the one that the browser would find.
 */
#define _GNU_SOURCE
#include "html/charset.h"

#include <string.h>

#include "base/slice.h"
#include "base/utf8.h"
#include "html/scanner.h"

enum { DECLARATION_MAX = 1024 }; /* bytes in which a declaration is looked for */

enum charset_bom
charset_bom(const char *bytes, size_t length)
{
	struct slice text = {bytes, length};

	if (slice_starts(text, "\xef\xbb\xbf"))
		return CHARSET_BOM_UTF8;
	if (slice_starts(text, "\xff\xfe"))
		return CHARSET_BOM_UTF16LE;
	if (slice_starts(text, "\xfe\xff"))
		return CHARSET_BOM_UTF16BE;
	return CHARSET_NO_BOM;
}

static bool
is_label_byte(char c)
{
	return scanner_is_letter(c) || (c >= '0' && c <= '9') || (c && strchr("-_.:+", c));
}

static void
drop(struct slice *rest, size_t length)
{
	rest->at += length;
	rest->length -= length;
}

static bool
starts_nocase(struct slice text, const char *prefix)
{
	size_t length = strlen(prefix);

	return text.length >= length && slice_is_nocase((struct slice){text.at, length}, prefix);
}

static void
skip_space(struct slice *rest)
{
	while (rest->length && is_space(rest->at[0]))
		drop(rest, 1);
}

/* Drops everything before the first of these bytes. */
static void
skip_to(struct slice *rest, const char *stops)
{
	while (rest->length && (!rest->at[0] || !strchr(stops, rest->at[0])))
		drop(rest, 1);
}

static struct slice
between(struct slice before, struct slice after)
{
	return (struct slice){before.at, before.length - after.length};
}

/*
 * Takes a quoted text. Returns false when it does not start with a quote or does not end with one.
 */
static bool
take_quoted(struct slice *rest, struct slice *text)
{
	struct slice left = *rest;
	const char *end;

	if (left.length < 2 || (left.at[0] != '"' && left.at[0] != '\''))
		return false;
	end = memchr(left.at + 1, left.at[0], left.length - 1);
	if (!end)
		return false;
	*text = (struct slice){left.at + 1, (size_t)(end - left.at) - 1};
	drop(rest, text->length + 2);
	return true;
}

struct attribute {
	struct slice name;
	struct slice value;
};

/* Takes the value after a '='. Returns false, with nothing left, when the bytes end within it. */
static bool
take_value(struct slice *rest, struct slice *value)
{
	struct slice start;

	skip_space(rest);
	start = *rest;
	if (rest->length && (rest->at[0] == '"' || rest->at[0] == '\'')) {
		if (take_quoted(rest, value))
			return true;
		drop(rest, rest->length);
		return false;
	}
	skip_to(rest, " \t\n\r\f>");
	*value = between(start, *rest);
	return rest->length > 0;
}

/*
 * "Get an attribute" (HTML Standard 13.2.3.2). Returns false at the tag's end, or with nothing
 * left.
 */
static bool
take_attribute(struct slice *rest, struct attribute *attribute)
{
	struct slice start;

	while (rest->length && (is_space(rest->at[0]) || rest->at[0] == '/'))
		drop(rest, 1);
	if (rest->length == 0 || rest->at[0] == '>')
		return false;
	start = *rest;
	drop(rest, 1); /* a name may start with '=' */
	skip_to(rest, " \t\n\r\f/>=");
	attribute->name = between(start, *rest);
	attribute->value = (struct slice){"", 0};
	skip_space(rest);
	if (rest->length == 0)
		return false;
	if (rest->at[0] != '=')
		return true;
	drop(rest, 1);
	return take_value(rest, &attribute->value);
}

/* Writes label, with the two corrections of the HTML Standard. Returns false when it is invalid. */
static bool
write_label(char name[CHARSET_NAME_SIZE], struct slice label)
{
	/* The declaration was readable as single bytes, so the text has none of these encodings. */
	static const char *const wide[] = {"utf-16", "utf-16le", "utf-16be", "unicode", "ucs-2",
		"iso-10646-ucs-2", "csunicode", "unicodefeff", "unicodefffe"};

	skip_space(&label);
	while (label.length && is_space(label.at[label.length - 1]))
		label.length--;
	if (label.length == 0 || label.length >= CHARSET_NAME_SIZE)
		return false;
	for (size_t i = 0; i < label.length; i++)
		if (!is_label_byte(label.at[i]))
			return false;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (slice_is_nocase(label, wide[i]))
			label = SLICE_LITERAL("utf-8");
	if (slice_is_nocase(label, "x-user-defined"))
		label = SLICE_LITERAL("windows-1252");
	memcpy(name, label.at, label.length);
	name[label.length] = '\0';
	return true;
}

/* "Extracting a character encoding from a meta element" (HTML Standard 2.2, content). */
static struct slice
label_in_content(struct slice content)
{
	struct slice label = {NULL, 0};

	while (content.length) {
		struct slice start;

		if (!starts_nocase(content, "charset")) {
			drop(&content, 1);
			continue;
		}
		drop(&content, strlen("charset"));
		skip_space(&content);
		if (content.length == 0 || content.at[0] != '=')
			continue;
		drop(&content, 1);
		skip_space(&content);
		if (content.length && strchr("\"'", content.at[0])) {
			take_quoted(&content, &label);
			return label;
		}
		start = content;
		skip_to(&content, " \t\n\r\f;");
		return between(start, content);
	}
	return label;
}

/* Reads the attributes of a meta tag. rest starts after the tag's name. */
static bool
read_meta(char name[CHARSET_NAME_SIZE], struct slice *rest)
{
	struct slice charset = {NULL, 0}, content = {NULL, 0}, pragma = {NULL, 0};
	struct attribute attribute;

	while (take_attribute(rest, &attribute)) {
		if (!charset.at && slice_is_nocase(attribute.name, "charset"))
			charset = attribute.value;
		if (!content.at && slice_is_nocase(attribute.name, "content"))
			content = attribute.value;
		if (!pragma.at && slice_is_nocase(attribute.name, "http-equiv"))
			pragma = attribute.value;
	}
	if (rest->length == 0)
		return false;
	if (charset.at)
		return write_label(name, charset);
	return slice_is_nocase(pragma, "content-type") &&
	       write_label(name, label_in_content(content));
}

static bool
is_meta(struct slice rest)
{
	return starts_nocase(rest, "<meta") && rest.length > 5 &&
	       (is_space(rest.at[5]) || rest.at[5] == '/');
}

static void
skip_comment(struct slice *rest)
{
	const char *end;

	drop(rest, 2); /* in "<!-->" the same dashes begin and end the comment */
	end = memmem(rest->at, rest->length, "-->", 3);
	drop(rest, end ? (size_t)(end - rest->at) + 3 : rest->length);
}

static void
skip_tag(struct slice *rest)
{
	struct attribute attribute;

	skip_to(rest, " \t\n\r\f>");
	while (take_attribute(rest, &attribute))
		;
}

/* Drops everything before the next '<'. */
static void
skip_text(struct slice *rest)
{
	const char *tag = memchr(rest->at, '<', rest->length);

	drop(rest, tag ? (size_t)(tag - rest->at) : rest->length);
}

static bool
find_meta(char name[CHARSET_NAME_SIZE], struct slice rest)
{
	for (skip_text(&rest); rest.length; skip_text(&rest)) {
		if (is_meta(rest)) {
			drop(&rest, strlen("<meta"));
			if (read_meta(name, &rest))
				return true;
		} else if (slice_starts(rest, "<!--")) {
			skip_comment(&rest);
		} else if (rest.length > 2 && rest.at[0] == '<' &&
			   scanner_is_letter(rest.at[rest.at[1] == '/' ? 2 : 1])) {
			skip_tag(&rest);
		} else if (rest.length > 1 && rest.at[0] == '<' && rest.at[1] &&
			   strchr("!/?", rest.at[1])) {
			skip_to(&rest, ">");
		} else {
			drop(&rest, 1);
		}
	}
	return false;
}

/* XML 1.0 2.8: nothing may come before the declaration. */
static bool
find_xml_declaration(char name[CHARSET_NAME_SIZE], struct slice rest)
{
	struct attribute attribute;

	if (!slice_starts(rest, "<?xml") || rest.length < 6 || !is_space(rest.at[5]))
		return false;
	drop(&rest, strlen("<?xml"));
	while (take_attribute(&rest, &attribute))
		if (slice_is(attribute.name, "encoding"))
			return write_label(name, attribute.value);
	return false;
}

/* CSS Syntax 3.2: exactly these bytes; single quotes do not count. */
static bool
find_css_rule(char name[CHARSET_NAME_SIZE], struct slice rest)
{
	struct slice label;

	if (!slice_starts(rest, "@charset \""))
		return false;
	drop(&rest, strlen("@charset "));
	return take_quoted(&rest, &label) && slice_starts(rest, ";") && write_label(name, label);
}

static bool
find_declaration(
	char name[CHARSET_NAME_SIZE], enum charset_syntax syntax, const char *bytes, size_t length)
{
	static bool (*const finders[])(char *, struct slice) = {
		[CHARSET_TEXT] = NULL,
		[CHARSET_HTML] = find_meta,
		[CHARSET_XML] = find_xml_declaration,
		[CHARSET_CSS] = find_css_rule,
	};
	struct slice beginning = {bytes, length < DECLARATION_MAX ? length : DECLARATION_MAX};

	return finders[syntax] && finders[syntax](name, beginning);
}

bool
charset_is_declared(enum charset_syntax syntax, const char *bytes, size_t length)
{
	char name[CHARSET_NAME_SIZE];

	return charset_bom(bytes, length) != CHARSET_NO_BOM ||
	       find_declaration(name, syntax, bytes, length);
}

void
charset_name(char name[CHARSET_NAME_SIZE], enum charset_syntax syntax, const char *bytes,
	size_t length, bool is_whole)
{
	static const char *const marks[] = {
		[CHARSET_NO_BOM] = "",
		[CHARSET_BOM_UTF8] = "utf-8",
		[CHARSET_BOM_UTF16LE] = "utf-16le",
		[CHARSET_BOM_UTF16BE] = "utf-16be",
	};
	const char *found = marks[charset_bom(bytes, length)];

	if (!found[0] && find_declaration(name, syntax, bytes, length))
		return;
	if (!found[0] && utf8_is_valid((struct slice){bytes, length}, is_whole))
		found = "utf-8";
	memcpy(name, found, strlen(found) + 1);
}
