/*
 * accepted_codings: which packed forms of a file a client takes (RFC 9110 12.5.3), the best first.
 */
#ifndef ACCEPTED_CODINGS_H
#define ACCEPTED_CODINGS_H

#include <stddef.h>

#include "http/request.h"

enum { ACCEPTED_CODINGS_MAX = 3 };

struct accepted_coding {
	const char *coding;    /* for Content-Encoding */
	const char *extension; /* of the packed file: ".br" */
};

/*
 * Sets list to the codings that the Accept-Encoding of request prefers to the plain file, by their
 * quality; of equal ones "br" comes before "zstd" and that before "gzip", as their files are smaller.
 * Returns their number.
 */
size_t accepted_codings_read(
	const struct request *request, struct accepted_coding list[ACCEPTED_CODINGS_MAX]);

#endif
