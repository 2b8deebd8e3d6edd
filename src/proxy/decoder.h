/*
 * decoder: opens a body that another server has compressed: gzip, deflate, br or zstd (RFC 9110
 * 8.4.1, RFC 7932, RFC 8878).
 *
 * The bytes arrive in pieces, and what they become is taken in pieces, so it does not matter how
 * large a small body turns out to be: the memory is that of one window of the coding.
 */
#ifndef DECODER_H
#define DECODER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

struct decoder;

/*
 * Returns a decoder for a value of Content-Encoding, whose case does not count; NULL for any value
 * but one of the codings above ("x-gzip" is gzip), and without memory. Several codings, one in the
 * other, are not known.
 */
struct decoder *decoder_create(struct slice coding);
void decoder_destroy(struct decoder *decoder); /* NULL is allowed */

enum decoder_verdict {
	DECODER_MORE, /* all of bytes was taken, and nothing more comes out of it */
	DECODER_FULL, /* out is full: to be called again, also with no more bytes */
	DECODER_MALFORMED,
};

/*
 * Takes bytes off the front of bytes, and writes at most size bytes of the plain body to out;
 * *length is how many. size is above 0. What is behind the end of a body is dropped.
 */
enum decoder_verdict decoder_read(
	struct decoder *decoder, struct slice *bytes, char *out, size_t size, size_t *length);

/* Whether the bytes so far are a whole body. None at all are one, too. */
bool decoder_is_complete(const struct decoder *decoder);

#endif
