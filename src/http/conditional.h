/*
 * conditional: the preconditions of a request: entity tags, If-Match and the like (RFC 9110 13).
 */
#ifndef CONDITIONAL_H
#define CONDITIONAL_H

#include <stdbool.h>
#include <time.h>

#include "http/request.h"

/* The validators of a representation (RFC 9110 8.8). etag has its quotes; "" when there is none. */
struct conditional_validators {
	const char *etag;
	time_t modified;
	bool has_modified;
};

enum conditional_verdict {
	CONDITIONAL_PROCEED,
	CONDITIONAL_NOT_MODIFIED, /* 304 */
	CONDITIONAL_FAILED,       /* 412 */
};

/*
 * Evaluates If-Match, If-Unmodified-Since, If-None-Match, If-Modified-Since in the order of RFC
 * 9110 13.2.2, for GET and HEAD of a representation that exists. Lists, "*" and several lines are
 * supported. If-Match compares strongly, If-None-Match weakly (8.8.3.2). A malformed date is
 * ignored. A field without a valid entity-tag list matches nothing.
 */
enum conditional_verdict conditional_evaluate(
	const struct request *request, const struct conditional_validators *validators);

/*
 * Whether Range is to be evaluated by If-Range (RFC 9110 13.1.5): If-Range is absent, or its entity
 * tag matches strongly, or its date is exactly validators->modified.
 */
bool conditional_allows_range(
	const struct request *request, const struct conditional_validators *validators);

#endif
