/*
 * Entity-tag lists and preconditions (fuzz_validators.h has the form of the inputs).
 */
#include "fuzz_validators.h"
#include "http/conditional.h"

/* A 412 and a 304 each need one of their fields. */
static void
check_preconditions(const struct request *request, const struct conditional_validators *validators,
	uint64_t number)
{
	enum conditional_verdict verdict = conditional_evaluate(request, validators);

	(void)number;
	if (request->method != REQUEST_GET && request->method != REQUEST_HEAD)
		CHECK(verdict == CONDITIONAL_PROCEED);
	if (verdict == CONDITIONAL_FAILED)
		CHECK(request_get(request, REQUEST_IF_MATCH).at ||
			request_get(request, REQUEST_IF_UNMODIFIED_SINCE).at);
	if (verdict == CONDITIONAL_NOT_MODIFIED)
		CHECK(request_get(request, REQUEST_IF_NONE_MATCH).at ||
			request_get(request, REQUEST_IF_MODIFIED_SINCE).at);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_validators(data, size, check_preconditions);
	return 0;
}
