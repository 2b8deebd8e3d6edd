/*
 * range: which bytes of a representation a request asks for (RFC 9110 14).
 */
#ifndef RANGE_H
#define RANGE_H

#include <stddef.h>
#include <stdint.h>

#include "http/conditional.h"
#include "http/request.h"

/* first to last inclusive (RFC 9110 14.1.2), always within the representation. */
struct range {
	uint64_t first;
	uint64_t last;
};

enum { RANGE_COUNT_MAX = 16 };

enum range_verdict {
	RANGE_WHOLE,         /* no usable Range: answer 200 with everything */
	RANGE_PARTIAL,       /* 206 with ranges[0 .. count) */
	RANGE_UNSATISFIABLE, /* 416 with Content-Range: bytes * / size */
};

/*
 * Reads Range with If-Range against a representation of size bytes (RFC 9110 14.2, 13.1.5). Only
 * GET has ranges. A malformed Range, another unit, more than RANGE_COUNT_MAX ranges and ranges that
 * overlap or that are not ascending when there are more than two are ignored (14.2: a server may),
 * so nobody can ask for more bytes than the file has. Ranges outside are left out; when none is
 * left, the verdict is RANGE_UNSATISFIABLE.
 */
enum range_verdict range_read(const struct request *request,
	const struct conditional_validators *validators, uint64_t size,
	struct range ranges[RANGE_COUNT_MAX], size_t *count);

#endif
