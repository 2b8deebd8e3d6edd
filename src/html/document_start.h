/*
 * document_start: what the beginning of a document says about the script tag: where it goes, in which
 * encoding, and with which nonce.
 */
#ifndef DOCUMENT_START_H
#define DOCUMENT_START_H

#include <stdbool.h>

#include "base/buf.h"
#include "html/insertion_point.h"
#include "html/script_tag.h"

enum {
	DOCUMENT_START_MAX = 256 * 1024, /* bytes in which the place for the tag is looked for */
	DOCUMENT_START_NONCE_SIZE = 129, /* a longer nonce is ignored */
};

struct document_start {
	bool has_place;
	bool is_utf16, is_big_endian;          /* UTF-16; the high byte comes first */
	char nonce[DOCUMENT_START_NONCE_SIZE]; /* "" when there is none */
	size_t place;                          /* of the tag, in bytes */
};

/*
 * Reads the first bytes of a document; is_whole is true when there are no more. Returns what
 * insertion_point_find returns. start is set, except with INSERTION_POINT_NEEDS_MORE.
 */
enum insertion_point_verdict document_start_read(
	struct document_start *start, enum html_syntax syntax, struct slice bytes, bool is_whole);

/* Sets the nonce, unless it is too long. */
void document_start_set_nonce(struct document_start *start, struct slice nonce);

/*
 * Adds the tag to text, in the encoding of the document, whose start has a place. attributes says
 * what is known of the request; its nonce is not used.
 */
void document_start_add_tag(const struct document_start *start, const struct script_tag *tag,
	struct script_tag_attributes attributes, struct buf *text);

#endif
