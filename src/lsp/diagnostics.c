/*
 * diagnostics: see diagnostics.h. Nothing is queued: what the editor does not know yet is marked in findings, so an
 * editor that reads slowly gets the newest state of each file.
 */
#define _GNU_SOURCE
#include "lsp/diagnostics.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json_writer.h"
#include "base/mem.h"
#include "fs/path.h"
#include "lsp/file_uri.h"

/* A file that is told of: its name in the editor, and its text. */
struct target {
	const struct found_file *file;
	const struct document *document; /* NULL: it is not open */
	struct slice text;               /* absent when it is not known */
	enum position_encoding encoding;
};

/* ---- places ---- */

static bool
is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* The place of a finding in its line, as offsets: the word at the column, or the line without its blanks. */
static void
find_part(struct slice line, size_t column, size_t *start, size_t *end)
{
	*start = column ? position_cut(line, POSITION_UTF16, column - 1) : line.length;
	*end = *start;
	while (*end < line.length && is_word(line.at[*end]))
		(*end)++;
	if (*end > *start)
		return;
	if (*start < line.length) {
		*end = *start + 1; /* ASCII, because it is no part of a word */
		return;
	}
	*start = 0;
	*end = line.length;
	while (*start < *end && is_space(line.at[*start]))
		(*start)++;
	while (*end > *start && is_space(line.at[*end - 1]))
		(*end)--;
}

/* Finds what did not load in the text of the page. Returns false when it is not written there. */
static bool
find_missing(const struct target *target, const char *missing, size_t *start, size_t *end)
{
	struct slice name = slice_of(missing);
	const char *at = NULL;

	name.length = strcspn(name.at, "?#");
	/* "/img/a.png", "img/a.png" and "a.png" are ways to write it. */
	while (name.length && !at) {
		const char *slash;

		at = memmem(target->text.at, target->text.length, name.at, name.length);
		slash = memchr(name.at, '/', name.length);
		if (!at)
			slice_drop(&name, slash ? (size_t)(slash - name.at) + 1 : name.length);
	}
	if (!at)
		return false;
	*start = (size_t)(at - target->text.at);
	*end = *start + name.length;
	return true;
}

static void
add_position(struct buf *json, struct position position)
{
	buf_addf(json, "{\"line\":%" PRIu64 ",\"character\":%" PRIu64 "}", position.line,
		position.character);
}

static void
add_range(struct buf *json, const struct target *target, const struct finding *finding)
{
	struct position first = {0}, last = {0};
	size_t start = 0, end = 0;
	struct slice line;

	if (finding->line && target->text.at) {
		first.line = last.line = finding->line - 1;
		line = position_line(target->text, first.line);
		find_part(line, finding->column, &start, &end);
		first.character = position_count((struct slice){line.at, start}, target->encoding);
		last.character = position_count((struct slice){line.at, end}, target->encoding);
	} else if (finding->line) {
		first.line = last.line = finding->line - 1;
		first.character = finding->column ? finding->column - 1 : 0;
		last.character = first.character + 1;
	} else if (target->text.at && finding->missing &&
		   find_missing(target, finding->missing, &start, &end)) {
		first = position_of_offset(target->text, target->encoding, start);
		last = position_of_offset(target->text, target->encoding, end);
	}
	buf_add_text(json, "{\"start\":");
	add_position(json, first);
	buf_add_text(json, ",\"end\":");
	add_position(json, last);
	buf_add_char(json, '}');
}

/* ---- messages ---- */

static void
add_diagnostic(struct buf *json, const struct target *target, const struct finding *finding)
{
	enum { SEVERITY_ERROR = 1, SEVERITY_WARNING = 2 };

	buf_add_text(json, "{\"range\":");
	add_range(json, target, finding);
	buf_addf(json, ",\"severity\":%d",
		finding->kind == FINDING_LOAD ? SEVERITY_WARNING : SEVERITY_ERROR);
	json_add_text_member(json, "source", "liveserve");
	json_add_text_member(json, "message", finding->text);
	buf_add_char(json, '}');
}

/* target NULL: there is nothing wrong any more. */
static void
send_file(const struct diagnostics *diagnostics, const char *uri, const struct target *target)
{
	struct buf json = {0};

	buf_add_char(&json, '{');
	json_add_text_member(&json, "uri", uri);
	if (target && target->document && diagnostics->abilities->takes_versions)
		json_add_number_member(&json, "version", target->document->version);
	json_add_name(&json, "diagnostics");
	buf_add_char(&json, '[');
	for (size_t i = 0; target && i < target->file->count; i++) {
		if (i)
			buf_add_char(&json, ',');
		add_diagnostic(&json, target, &target->file->items[i]);
	}
	buf_add_text(&json, "]}");
	client_notify(diagnostics->client, "textDocument/publishDiagnostics", buf_slice(&json));
	buf_finish(&json);
}

/* A byte order mark is no part of the text in an editor, and not of that in a browser. */
static struct slice
without_bom(struct slice text)
{
	static const char bom[] = "\xef\xbb\xbf";

	slice_drop(&text, slice_starts(text, bom) ? strlen(bom) : 0);
	return text;
}

static void
publish_file(const struct diagnostics *diagnostics, struct found_file *file)
{
	struct target target = {.file = file, .encoding = diagnostics->abilities->encoding};
	struct buf uri = {0}, text = {0};

	target.document = documents_of_file(diagnostics->documents, file->path);
	if (target.document)
		buf_add_text(&uri, target.document->uri);
	else
		file_uri_from_path(slice_of(file->path), &uri);
	if (target.document && !target.document->is_lost)
		target.text = buf_slice(&target.document->text);
	else if (file->count && file_read_path(file->path, DIAGNOSTICS_FILE_MAX, &text))
		target.text = without_bom(buf_slice(&text));
	/* The editor knew it by another name, or there is nothing left to know. */
	if (file->published && (file->count == 0 || strcmp(file->published, uri.bytes) != 0))
		send_file(diagnostics, file->published, NULL);
	free(file->published);
	file->published = file->count ? mem_text(uri.bytes) : NULL;
	if (file->count)
		send_file(diagnostics, uri.bytes, &target);
	file->is_new = false;
	buf_finish(&uri);
	buf_finish(&text);
}

void
diagnostics_publish(const struct diagnostics *diagnostics)
{
	struct hash_table_place place = {0};
	struct found_file *file, *empty = NULL;

	if (!client_is_drained(diagnostics->client))
		return;
	while ((file = findings_next(diagnostics->findings, &place))) {
		if (file->is_new)
			publish_file(diagnostics, file);
		if (file->count == 0)
			empty = file;
	}
	/* One is enough: there are hardly more at a time, and the next call removes the next one. */
	if (empty)
		findings_remove(diagnostics->findings, empty);
}
