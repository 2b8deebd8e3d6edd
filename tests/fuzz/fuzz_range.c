/*
 * Ranges: an input is "size NUL etag NUL field lines"; the lines arrive as those of a request do.
 */
#include <string.h>

#include "fuzz.h"
#include "http/range.h"

static void
check_ranges(const struct request *request, const struct conditional_validators *validators,
	uint64_t size)
{
	struct range ranges[RANGE_COUNT_MAX];
	uint64_t sum = 0;
	size_t count;
	enum range_verdict verdict = range_read(request, validators, size, ranges, &count);

	CHECK(count <= RANGE_COUNT_MAX);
	CHECK((verdict == RANGE_PARTIAL) <= (count > 0));
	if (verdict != RANGE_PARTIAL)
		return;
	for (size_t i = 0; i < count; i++) {
		CHECK(ranges[i].first <= ranges[i].last && ranges[i].last < size);
		sum += ranges[i].last - ranges[i].first + 1;
		for (size_t j = 0; j < i; j++)
			CHECK(ranges[i].first > ranges[j].last || ranges[i].last < ranges[j].first);
	}
	CHECK(sum <= size);
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

		check_ranges(&request, &validators, length);
	}
	buf_finish(&etag);
	buf_finish(&head);
	return 0;
}
