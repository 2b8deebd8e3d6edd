/*
 * chunked: reads and writes the chunked transfer coding (RFC 9112 7.1).
 *
 * The reader is strict: a size is 1 to 15 hex digits, each line ends with CRLF, extensions and
 * trailers are checked, limited, and left out.
 */
#ifndef CHUNKED_H
#define CHUNKED_H

#include <stdbool.h>

#include "base/buf.h"

enum {
	CHUNKED_EXTENSION_MAX = 256, /* bytes behind the size of one chunk */
	CHUNKED_TRAILER_MAX = 8192,  /* bytes of all trailer fields */
};

/* The place in a chunked body. Zeroed is its beginning. The members are private. */
struct chunked {
	unsigned state;
	unsigned count; /* digits of the size, or bytes of the extension or the trailers */
	uint64_t left;  /* of the chunk */
};

enum chunked_verdict {
	CHUNKED_MORE,      /* all bytes are read, and the body goes on */
	CHUNKED_DATA,      /* *data holds bytes of the body */
	CHUNKED_END,       /* the body is complete; bytes begins behind it */
	CHUNKED_MALFORMED, /* the framing is wrong or above a limit */
};

/*
 * Takes bytes of a chunked body off the front of bytes, up to the end of the first piece of data,
 * which becomes *data and points into bytes. To be called again until the verdict is not
 * CHUNKED_DATA. CHUNKED_END and CHUNKED_MALFORMED stay.
 */
enum chunked_verdict chunked_read(struct chunked *chunked, struct slice *bytes, struct slice *data);

/* Whether a chunk has begun and some of its data is still to come. */
bool chunked_is_in_data(const struct chunked *chunked);

/* Adds data, which is not empty, as one chunk to text. */
void chunked_add(struct buf *text, struct slice data);
/* Adds the end of the body, without trailers. */
void chunked_add_end(struct buf *text);

#endif
