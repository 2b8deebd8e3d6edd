/*
 * documents: see documents.h. It owns the documents and their texts. That a document has changed is known by
 * the hash of its text, so that the text that was saved need not be kept.
 */
#define _GNU_SOURCE
#include "lsp/documents.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fs/path.h"
#include "lsp/file_uri.h"

static const char not_open[] = "the document is not open";
static const char no_uri[] = "textDocument.uri is missing";

/* ---- the set ---- */

void
documents_free(struct document *document)
{
	if (!document)
		return;
	buf_finish(&document->text);
	free(document->uri);
	free(document->path);
	free(document->real);
	free(document);
}

void
documents_finish(struct documents *documents)
{
	struct hash_table_place place = {0};
	struct document *document;

	while ((document = documents_next(documents, &place)))
		documents_free(document);
	map_finish(&documents->by_uri);
	*documents = (struct documents){.encoding = documents->encoding};
}

struct document *
documents_find(const struct documents *documents, const char *uri)
{
	return uri ? map_get(&documents->by_uri, slice_of(uri)) : NULL;
}

void
documents_disown(const struct documents *documents, const void *owner)
{
	struct hash_table_place place = {0};
	struct document *document;

	while ((document = documents_next(documents, &place)))
		if (document->owner == owner) {
			document->owner = NULL;
			document->is_laid = false;
		}
}

void
documents_note_due(const struct documents *documents, const void *owner)
{
	struct hash_table_place place = {0};
	struct document *document;

	while ((document = documents_next(documents, &place)))
		if (document->owner == owner)
			document->is_due = document->is_changed;
}

struct document *
documents_next(const struct documents *documents, struct hash_table_place *place)
{
	return map_next(&documents->by_uri, place, NULL);
}

/* The document that params name; NULL with a sentence when there is none. */
static struct document *
find_named(const struct documents *documents, const struct json_value *params, const char **error)
{
	const char *uri = json_value_text_member(json_value_member(params, "textDocument"), "uri");
	struct document *document = documents_find(documents, uri);

	*error = uri ? not_open : no_uri;
	return document;
}

const struct document *
documents_of_file(const struct documents *documents, const char *real)
{
	struct hash_table_place place = {0};
	const struct document *document;

	while ((document = documents_next(documents, &place)))
		if (document->real && strcmp(document->real, real) == 0)
			return document;
	return NULL;
}

/* ---- texts ---- */

static void
lose(struct documents *documents, struct document *document)
{
	documents->bytes -= document->text.length;
	buf_finish(&document->text);
	document->is_lost = true;
	document->is_changed = true;
}

void
documents_lose_all(struct documents *documents)
{
	struct hash_table_place place = {0};
	struct document *document;

	while ((document = documents_next(documents, &place)))
		lose(documents, document);
}

/* Replaces the bytes of the text from start to end; the text is lost when it gets too long. */
static void
replace(struct documents *documents, struct document *document, size_t start, size_t end,
	struct slice with)
{
	struct buf *text = &document->text;
	size_t tail = text->length - end, length = start + with.length + tail;

	if (length > DOCUMENTS_TEXT_MAX ||
		documents->bytes - text->length + length > DOCUMENTS_TEXTS_MAX) {
		lose(documents, document);
		return;
	}
	documents->bytes += length - text->length;
	if (length > text->length)
		buf_reserve(text, length - text->length);
	else
		buf_reserve(text, 1); /* so that there are bytes */
	memmove(text->bytes + start + with.length, text->bytes + end, tail);
	if (with.length)
		memcpy(text->bytes + start, with.at, with.length);
	text->length = length;
	text->bytes[length] = '\0';
}

static void
replace_all(struct documents *documents, struct document *document, struct slice with)
{
	document->is_lost = false;
	replace(documents, document, 0, document->text.length, with);
}

/* The text as it is now is that of the file. */
static void
keep_as_saved(struct document *document)
{
	struct slice text = buf_slice(&document->text);

	document->saved_hash = hash_bytes(text);
	document->saved_length = text.length;
	document->is_changed = document->is_lost;
}

static void
compare_with_saved(struct document *document)
{
	struct slice text = buf_slice(&document->text);

	document->is_changed = document->is_lost || text.length != document->saved_length ||
			       hash_bytes(text) != document->saved_hash;
}

/* ---- opening and closing ---- */

static void
remove_document(struct documents *documents, struct document *document)
{
	documents->bytes -= document->text.length;
	map_remove(&documents->by_uri, slice_of(document->uri));
}

struct document *
documents_open(struct documents *documents, const struct json_value *params, bool had_nul,
	const char **error)
{
	const struct json_value *item = json_value_member(params, "textDocument");
	const char *uri = json_value_text_member(item, "uri");
	const char *text = json_value_text_member(item, "text");
	struct document *document = documents_find(documents, uri);

	*error = !uri ? no_uri : "textDocument.text is missing";
	if (!uri || !text)
		return NULL;
	*error = "more than 4096 documents are open";
	if (!document && documents->by_uri.entries.count >= DOCUMENTS_MAX)
		return NULL;
	if (!document) {
		document = mem_zero(sizeof(*document));
		document->uri = mem_text(uri);
		document->path = file_uri_to_path(slice_of(uri));
		map_set(&documents->by_uri, slice_of(uri), document);
	}
	json_value_number(json_value_member(item, "version"), &document->version);
	replace_all(documents, document, slice_of(text));
	document->has_nul = had_nul;
	keep_as_saved(document);
	return document;
}

struct document *
documents_close(struct documents *documents, const struct json_value *params, const char **error)
{
	struct document *document = find_named(documents, params, error);

	if (document)
		remove_document(documents, document);
	return document;
}

struct document *
documents_save(struct documents *documents, const struct json_value *params, bool had_nul,
	const char **error)
{
	struct document *document = find_named(documents, params, error);
	const char *text = json_value_text_member(params, "text");

	if (!document)
		return NULL;
	if (text) {
		replace_all(documents, document, slice_of(text));
		document->has_nul = had_nul;
	}
	keep_as_saved(document);
	return document;
}

char *
documents_real_path(const char *path)
{
	struct slice parent = path_parent(slice_of(path ? path : ""));
	char *folder = parent.length ? mem_copy(parent.at, parent.length) : mem_text("/");
	char *real = path ? realpath(folder, NULL) : NULL, *file = NULL;

	if (real)
		file = path_join(real, path_base(slice_of(path)).at);
	free(folder);
	free(real);
	return file;
}

/* ---- changes ---- */

static bool
read_position(const struct json_value *value, struct position *position)
{
	return json_value_number(json_value_member(value, "line"), &position->line) &&
	       json_value_number(json_value_member(value, "character"), &position->character);
}

/* Makes one change. Returns false when it cannot be read. */
static bool
apply(struct documents *documents, struct document *document, const struct json_value *change)
{
	const char *text = json_value_text_member(change, "text");
	const struct json_value *range = json_value_member(change, "range");
	struct position first, last;
	size_t start, end;

	if (!text)
		return false;
	if (!range) {
		document->has_nul = false;
		replace_all(documents, document, slice_of(text));
		return true;
	}
	if (!read_position(json_value_member(range, "start"), &first) ||
		!read_position(json_value_member(range, "end"), &last))
		return false;
	if (document->is_lost)
		return true;
	start = position_to_offset(buf_slice(&document->text), documents->encoding, first);
	end = position_to_offset(buf_slice(&document->text), documents->encoding, last);
	/* Editors that mix up the two mean the same range. */
	replace(documents, document, start < end ? start : end, start < end ? end : start,
		slice_of(text));
	return true;
}

struct document *
documents_change(struct documents *documents, const struct json_value *params, bool had_nul,
	const char **error)
{
	struct document *document = find_named(documents, params, error);
	const struct json_value *changes = json_value_member(params, "contentChanges");
	const struct json_value *item = json_value_member(params, "textDocument");
	bool is_read = json_value_is_array(changes);

	if (!document)
		return NULL;
	json_value_number(json_value_member(item, "version"), &document->version);
	for (const struct json_value *change = json_value_first(changes); change && is_read;
		change = json_value_next(change))
		is_read = apply(documents, document, change);
	document->has_nul = document->has_nul || had_nul;
	if (!is_read)
		lose(documents, document);
	compare_with_saved(document);
	*error = "the changes cannot be read; its saved text is shown until the whole of it comes";
	return is_read ? document : NULL;
}
