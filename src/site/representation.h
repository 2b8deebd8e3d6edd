/*
 * representation: the bytes of a file with the script tag at its place, addressed as one.
 *
 * Room: site. So ranges, lengths and entity tags need not know about the tag. A small file is read
 * once, whole, so it is one state of the file; of a large one only the beginning is looked at, and
 * the rest is sent from its descriptor.
 */
#ifndef REPRESENTATION_H
#define REPRESENTATION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "http/body.h"
#include "base/buf.h"
#include "html/charset.h"
#include "live/journal.h"
#include "http/media_type.h"

enum {
	REPRESENTATION_SMALL_MAX = 64 * 1024, /* bytes of a file that is read whole */
	REPRESENTATION_ETAG_SIZE = 160,
	REPRESENTATION_MEMOS = 64,
	REPRESENTATION_NONCE_SIZE = 129, /* longer ones are none */
};

/* What was found in the beginning of a large file, so that it need not be read again. */
struct representation_memo {
	struct stat state; /* of the file then */
	const struct media_type *mime;
	bool has_charset, has_place, has_tag;
	char charset[CHARSET_NAME_SIZE];
	bool is_wide, is_big;                  /* UTF-16, high byte first */
	char nonce[REPRESENTATION_NONCE_SIZE]; /* "" when there is none */
	uint64_t place;
};

/* A zeroed struct content is an empty one; it keeps its memory from file to file. */
struct representation {
	uint64_t file_length;
	bool is_small;    /* start is the whole file */
	struct buf start; /* its first bytes */
	struct buf tag;   /* empty when there is none */
	uint64_t tag_at;
	struct representation_memo *memo; /* of this file, when it is large; in memos */
	struct representation_memo memos[REPRESENTATION_MEMOS + 1];
};

void representation_finish(struct representation *representation);

/* Takes a look at an open file. Returns false with errno when it cannot be read. */
bool representation_load(struct representation *representation, int file, const struct stat *state,
	const struct media_type *mime);

/*
 * Puts the tag, with the journal's number and maybe a name (pages_add_tag), where insertion_point.h says;
 * leaves the content as it is when there is no such place in the first 256 KiB. mime is of kind
 * MEDIA_TYPE_HTML or MEDIA_TYPE_XML_PAGE.
 */
void representation_insert_tag(struct representation *representation, int file,
	const struct media_type *mime, const struct journal *journal, const char *name);

/* Bytes of file and tag together. */
uint64_t representation_length(const struct representation *representation);

/* Adds the bytes first to end (exclusive). The body of a large file has that file. */
void representation_add_part(const struct representation *representation, struct body *body,
	uint64_t first, uint64_t end);

/*
 * Adds the media type and, for a text whose bytes tell it, its charset: "text/html; charset=utf-8".
 */
void representation_add_type(const struct representation *representation,
	const struct media_type *mime, struct buf *text);

/*
 * Writes a strong entity tag (RFC 9110 8.8.3) with its quotes. It differs whenever the bytes do:
 * for a small file it is a hash of them, for a large one its state to the nanosecond, and with a
 * tag in it also the journal's number.
 */
void representation_write_etag(char etag[REPRESENTATION_ETAG_SIZE],
	const struct representation *representation, const struct stat *state,
	const struct journal *journal);

#endif
