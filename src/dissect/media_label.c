/*
 * media_label: see media_label.h. tshark has a dissector for some types, whose words come from what the
 * body is; for all others it writes the type.
 */
#include "dissect/media_label.h"

#include <stdio.h>
#include <string.h>

static bool
is_any(struct slice type, const char *const *names)
{
	for (; *names; names++)
		if (slice_is_nocase(type, *names))
			return true;
	return false;
}

static bool
is_json(struct slice type)
{
	static const char *const names[] = {"application/json", "application/senml+json",
		"application/sensml+json", "application/json-rpc", "application/jsonrequest",
		"application/dds-web+json", "application/json-patch+json",
		"application/merge-patch+json", "application/problem+json", "application/x-ndjson",
		"application/vnd.oma.lwm2m+json", NULL};

	return is_any(type, names);
}

static bool
is_xml(struct slice type)
{
	static const char *const names[] = {"text/xml", "application/xml", "image/svg+xml",
		"application/rss+xml", "application/atom+xml", "application/rdf+xml",
		"application/xslt+xml", "application/mathml+xml", "application/soap+xml",
		"application/xml-dtd", "text/vnd.wap.wml", NULL};

	return is_any(type, names);
}

/* tshark shows nothing of these, or what it shows is in no column. */
static bool
is_silent(struct slice type)
{
	return slice_is_nocase(type, "application/octet-stream") ||
	       slice_is_nocase(type, "video/mp2t") || slice_is_nocase(type, "application/cbor");
}

/* The words for a picture that begins as its type does; NULL for any other. */
static const char *
find_picture(struct slice type, const struct media_start *start)
{
	static const struct {
		const char *type, *start, *words;
	} rows[] = {
		{"image/png", "\x89PNG\r\n\x1a\n", " (PNG)"},
		{"image/gif", "GIF89a", " (GIF89a)"},
		{"image/gif", "GIF87a", " (GIF87a)"},
		{"image/jpeg", "\xff\xd8\xff\xe0", " (JPEG JFIF image)"},
		{"image/jpeg", "\xff\xd8\xff\xe1", " (JPEG JFIF image)"},
		{"image/jpg", "\xff\xd8\xff\xe0", " (JPEG JFIF image)"},
	};
	struct slice bytes = {start->bytes, MEDIA_START_MAX};

	for (size_t i = 0; start->length >= MEDIA_START_MAX && i < sizeof(rows) / sizeof(rows[0]);
		i++)
		if (slice_is_nocase(type, rows[i].type) && slice_starts(bytes, rows[i].start))
			return rows[i].words;
	return NULL;
}

static void
add_words(struct media_label *label, const char *words)
{
	size_t length = strlen(label->words);

	snprintf(label->words + length, sizeof(label->words) - length, "%s", words);
}

/* Adds the type in small letters, between what stands in front and behind. */
static void
add_type(struct media_label *label, const char *front, struct slice type)
{
	char words[MEDIA_LINE_MAX];
	size_t length = type.length < sizeof(words) ? type.length : sizeof(words) - 1;

	for (size_t i = 0; i < length; i++)
		words[i] = (char)(type.at[i] >= 'A' && type.at[i] <= 'Z' ? type.at[i] - 'A' + 'a'
									 : type.at[i]);
	words[length] = '\0';
	add_words(label, front);
	add_words(label, words);
	add_words(label, ")");
}

/* Adds the label of a body, or of a part. */
static void
add_label(struct media_label *label, struct slice type, const struct media_start *start)
{
	const char *picture = find_picture(type, start);

	if (picture) {
		add_words(label, picture);
	} else if (is_json(type)) {
		label->protocol = "HTTP/JSON";
		add_type(label, ", JavaScript Object Notation (", type);
	} else if (is_xml(type)) {
		label->protocol = "HTTP/XML";
	} else if (!is_silent(type)) {
		add_type(label, " (", type);
	}
}

void
media_label_find(struct media_label *label, struct slice type, const struct media_body *body)
{
	*label = (struct media_label){.protocol = "HTTP"};
	if (!slice_starts_nocase(type, "multipart/"))
		add_label(label, type, &body->start);
	else if (body->label.protocol)
		*label = body->label;
}

/* ---- the body ---- */

static void
hear_start(struct media_start *start, struct slice bytes)
{
	for (size_t i = 0; i < bytes.length && start->length + i < MEDIA_START_MAX; i++)
		start->bytes[start->length + i] = bytes.at[i];
	start->length += bytes.length;
}

void
media_body_begin(struct media_body *body, struct slice boundary)
{
	*body = (struct media_body){.label.protocol = "HTTP"};
	if (boundary.length && boundary.length <= MEDIA_BOUNDARY_MAX)
		memcpy(body->boundary, boundary.at, boundary.length);
}

static void
end_part(struct media_body *body)
{
	/* The line break in front of the boundary belongs to it. */
	body->part.length = body->before_line > 2 ? body->before_line - 2 : 0;
	if (body->place == MEDIA_CONTENT && body->type[0] && body->part.length)
		add_label(&body->label, slice_of(body->type), &body->part);
	body->part = (struct media_start){0};
	body->type[0] = '\0';
	body->before_line = 0;
}

static void
read_part_field(struct media_body *body, struct slice line)
{
	struct slice name, value = line;

	slice_split(&value, ':', &name);
	if (!value.at || !slice_is_nocase(name, "Content-Type"))
		return;
	slice_split(&value, ';', &name);
	name = slice_trim(name);
	memcpy(body->type, name.at, name.length);
	body->type[name.length] = '\0';
}

/* A whole line of a multipart body. */
static void
hear_part_line(struct media_body *body)
{
	struct slice line = {body->line, body->line_length}, rest;
	struct slice boundary = slice_of(body->boundary);

	while (line.length && (slice_ends(line, "\n") || slice_ends(line, "\r")))
		line.length--;
	rest = line;
	if (slice_starts(line, "--"))
		slice_drop(&rest, 2);
	if (rest.length < line.length && slice_starts(rest, body->boundary)) {
		end_part(body);
		slice_drop(&rest, boundary.length);
		body->place = slice_is(rest, "--") ? MEDIA_EPILOGUE : MEDIA_FIELDS;
	} else if (body->place == MEDIA_FIELDS && line.length == 0) {
		body->place = MEDIA_CONTENT;
		body->part = (struct media_start){0};
	} else if (body->place == MEDIA_FIELDS) {
		read_part_field(body, line);
	}
	body->line_length = 0;
	body->before_line = body->place == MEDIA_CONTENT ? body->part.length : 0;
}

void
media_body_hear(struct media_body *body, struct slice bytes)
{
	hear_start(&body->start, bytes);
	for (size_t i = 0; body->boundary[0] && i < bytes.length; i++) {
		if (body->place == MEDIA_CONTENT)
			hear_start(&body->part, (struct slice){bytes.at + i, 1});
		if (body->line_length < MEDIA_LINE_MAX - 1)
			body->line[body->line_length++] = bytes.at[i];
		if (bytes.at[i] == '\n')
			hear_part_line(body);
	}
}
