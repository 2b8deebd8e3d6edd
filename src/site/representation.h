/*
 * representation: the bytes of a file together with the script tag at its place.
 *
 * Offsets count the tag's bytes, so ranges, lengths and entity tags need not know of the tag. A
 * small file is read once, whole, so its bytes are one state of the file. Of a large file only
 * the beginning is read; the rest is sent from its descriptor.
 */
#ifndef REPRESENTATION_H
#define REPRESENTATION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "html/charset.h"
#include "html/document_start.h"
#include "html/script_tag.h"
#include "http/body.h"
#include "http/media_type.h"

enum {
	REPRESENTATION_SMALL_MAX = 64 * 1024, /* bytes of a file that is read at once */
	REPRESENTATION_ETAG_SIZE = 160,
	REPRESENTATION_MEMOS = 64,
};

/* A cache: what was found in the beginning of a large file, so that it is not read again. */
struct representation_memo {
	struct stat state; /* of the file when it was read */
	const struct media_type *type;
	bool has_charset, has_start;
	char charset[CHARSET_NAME_SIZE];
	struct document_start start; /* place and nonce of the tag */
};

/* A zeroed struct is empty. It keeps its memory, and its memos, for the next file. */
struct representation {
	uint64_t file_length;
	bool is_small;    /* start is the whole file */
	bool is_utf8;     /* set by the caller before it is loaded: its charset is UTF-8 */
	bool is_made;     /* it is not a file, but what was made of one and others */
	struct buf start; /* the first bytes of the file */
	struct buf tag;   /* empty when there is none */
	uint64_t tag_at;
	struct buf content_type; /* the value of Content-Type: "text/html; charset=utf-8" */
	struct representation_memo *memo; /* of this file, in memos; NULL for a small file */
	struct representation_memo memos[REPRESENTATION_MEMOS + 1];
};

void representation_finish(struct representation *representation);

/*
 * Loads an open file: file is its descriptor, state its state. content_type becomes its media type,
 * with the charset if type is a text and the charset can be found. Returns false with errno when
 * the file cannot be read.
 */
bool representation_load(struct representation *representation, int file, const struct stat *state,
	const struct media_type *type);

/*
 * Loads what was made of a file in place of it: the bytes that the caller has set start to, of any
 * length. content_type as above.
 */
void representation_load_made(struct representation *representation, const struct media_type *type);

/*
 * Inserts the script tag at the place that insertion_point.h finds. Does nothing when there is no
 * such place in the first DOCUMENT_START_MAX bytes. type must be of kind MEDIA_TYPE_HTML or MEDIA_TYPE_XML_PAGE.
 * attributes says what is known of the request: file and depth.
 */
void representation_insert_tag(struct representation *representation, int file,
	const struct media_type *type, const struct script_tag *tag,
	struct script_tag_attributes attributes);

/*
 * Whether a file with this state was written so recently that its times may stay the same when it is
 * written again. If its size stays the same, too, its state does not show the change.
 */
bool representation_is_fresh(const struct stat *state);

/* The number of bytes of file and tag together. */
uint64_t representation_length(const struct representation *representation);

/* Adds the bytes from first to end (exclusive) to body. The file of body must be the loaded one. */
void representation_add_part(const struct representation *representation, struct body *body,
	uint64_t first, uint64_t end);

/*
 * Writes a strong entity tag (RFC 9110 8.8.3) with its quotes. It changes whenever the bytes do.
 * For a small file it is a hash of the bytes, for a large one the state with nanoseconds. If there
 * is a script tag, the journal's epoch and number are part of it.
 */
void representation_write_etag(const struct representation *representation,
	const struct stat *state, const struct script_tag *tag,
	char etag[REPRESENTATION_ETAG_SIZE]);

#endif
