/*
 * Entity-tag lists and preconditions: an input is "number NUL etag NUL field lines". The lines
 * arrive as those of a request do; there is a date to compare with when the number is odd.
 */
#include <string.h>

#include "fuzz.h"
#include "http/conditional.h"

/* What strongly matches also matches weakly, so a 412 and a 304 exclude each other. */
static void
check_preconditions(const struct request *request, const struct conditional_validators *validators)
{
	enum conditional_verdict verdict = conditional_evaluate(request, validators);

	if (request->method != REQUEST_GET && request->method != REQUEST_HEAD)
		CHECK(verdict == CONDITIONAL_PROCEED);
	if (verdict == CONDITIONAL_FAILED)
		CHECK(request_get(request, REQUEST_IF_MATCH).at ||
			request_get(request, REQUEST_IF_UNMODIFIED_SINCE).at);
	if (verdict == CONDITIONAL_NOT_MODIFIED)
		CHECK(request_get(request, REQUEST_IF_NONE_MATCH).at ||
			request_get(request, REQUEST_IF_MODIFIED_SINCE).at);
}

/* No tag but that of an opaque text in quotes is ever sent. */
static bool
is_etag(const char *text)
{
	size_t length = strlen(text);

	return length >= 2 && text[0] == '"' && strchr(text + 1, '"') == text + length - 1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = {(const char *)data, size};
	struct slice number = fuzz_take_text(&rest), tag = fuzz_take_text(&rest);
	struct buf etag = {0}, head = {0};
	struct request request;
	uint64_t length = 0;

	slice_number(number, &length);
	buf_add_slice(&etag, tag.at ? tag : SLICE_LITERAL(""));
	buf_add_text(&head, "GET / HTTP/1.1\r\nHost: localhost\r\n");
	if (rest.at)
		buf_add_slice(&head, rest);
	buf_add_text(&head, "\r\n\r\n");
	if (request_parse(&request, head.bytes, head.length) == REQUEST_COMPLETE) {
		const struct conditional_validators validators = {
			.etag = is_etag(etag.bytes) ? etag.bytes : "",
			.modified = 784111777,
			.has_modified = length % 2,
		};

		check_preconditions(&request, &validators);
	}
	buf_finish(&etag);
	buf_finish(&head);
	return 0;
}
