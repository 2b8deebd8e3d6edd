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
	RANGE_WHOLE,         /* no Range, or it is ignored: answer 200 with everything */
	RANGE_PARTIAL,       /* 206 with ranges[0 .. count) */
	RANGE_UNSATISFIABLE, /* 416 with Content-Range: bytes * / size */
};

/*
 * Evaluates Range and If-Range for a representation of size bytes (RFC 9110 14.2, 13.1.5). Only GET
 * has ranges. A Range field is ignored (14.2: a server may) if it is malformed, has another unit,
 * has more than RANGE_COUNT_MAX ranges, has ranges that overlap, or has more than two that are not
 * ascending. So a response is never longer than the file. Ranges outside of the representation are
 * left out; if none is left, the verdict is RANGE_UNSATISFIABLE.
 */
enum range_verdict range_read(const struct request *request,
	const struct conditional_validators *validators, uint64_t size,
	struct range ranges[RANGE_COUNT_MAX], size_t *count);

#endif
