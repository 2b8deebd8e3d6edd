/*
 * file_places: says of a document which files its bytes are from, so that a page can find the place of an element in
 * the file that a person edits.
 *
 * inject/points/source_text.js reads it: of each part six words, separated by spaces, in one field of the answer.
 *
 *   Liveserve-Places: /index.shtml 0 120 0 1 1 /parts/nav.html 120 64 0 1 1
 *
 * They are the URL of the file (canonical), where the part begins in the document and how long it is, where it begins
 * in the file, all in bytes, and its line and column there, from 1.
 */
#ifndef FILE_PLACES_H
#define FILE_PLACES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "http/request.h"
#include "http/response.h"

/* The type in Accept of a request for a document with its places. It gets no script tag. */
#define FILE_PLACES_TYPE "application/vnd.liveserve.places"

enum {
	FILE_PLACES_FIELD_MAX = 16 * 1024,        /* bytes: what lies behind them has no place */
	FILE_PLACES_SOURCE_MAX = 8 * 1024 * 1024, /* bytes of a document that has places */
};

/* Zeroed is empty. It keeps its memory. */
struct file_places {
	struct buf field;
	bool is_full;
	/* The beginning of a line of the text of a file, and how many there are before it. */
	const char *text;
	size_t counted, lines;
};

/*
 * Whether the request is for a document with its places, and comes from a browser on this machine (same_machine.h), but
 * not from a page of another origin.
 */
bool file_places_are_wanted(const struct request *request);

void file_places_clear(struct file_places *places);
void file_places_finish(struct file_places *places);

/*
 * A document with places begins at byte `at` with the bytes of text from offset on, so many of them. text is that of the
 * whole file called name (in the site). Parts come in the order of the document. Columns are counted in UTF-16 code
 * units if text is UTF-8.
 */
void file_places_add(struct file_places *places, const char *name, struct slice text, size_t offset,
	size_t length, uint64_t at);

/* The document is the file called name, so many bytes of it, and nothing else. */
void file_places_set_file(struct file_places *places, const char *name, uint64_t length);

/* Adds the field to the response. Nothing when there are no places. */
void file_places_respond(const struct file_places *places, struct response *response);

#endif
