/*
 * Ranges, dates, entity-tag lists: an input is "size NUL etag NUL field lines"; the lines arrive as
 * those of a request do.
 */
#include <string.h>

#include "fuzz.h"
#include "http/conditional.h"

static void
check_ranges(const struct request *request, const struct http_validators *validators, uint64_t size)
{
	struct http_range ranges[HTTP_RANGES_MAX];
	uint64_t sum = 0;
	size_t count;
	enum http_range_verdict verdict = http_ranges(request, validators, size, ranges, &count);

	CHECK(count <= HTTP_RANGES_MAX);
	CHECK((verdict == HTTP_RANGE_PARTIAL) <= (count > 0));
	if (verdict != HTTP_RANGE_PARTIAL)
		return;
	for (size_t i = 0; i < count; i++) {
		CHECK(ranges[i].first <= ranges[i].last && ranges[i].last < size);
		sum += ranges[i].last - ranges[i].first + 1;
		for (size_t j = 0; j < i; j++)
			CHECK(ranges[i].first > ranges[j].last || ranges[i].last < ranges[j].first);
	}
	CHECK(sum <= size);
}

/* A date that can be read can be written, and is then the same. */
static void
check_date(struct slice text)
{
	char written[HTTP_DATE_SIZE];
	time_t when, again;

	if (!text.at || !http_date_read(text, &when))
		return;
	CHECK(http_date_write(written, when));
	CHECK(strlen(written) == HTTP_DATE_SIZE - 1);
	CHECK(http_date_read(slice_of(written), &again) && again == when);
}

/* Any moment can be written or is refused; what is written can be read. */
static void
check_moment(uint64_t number)
{
	char written[HTTP_DATE_SIZE];
	time_t again;

	if (http_date_write(written, (time_t)number))
		CHECK(http_date_read(slice_of(written), &again) && again == (time_t)number);
	else
		CHECK(written[0] == '\0');
}

/* What strongly matches also matches weakly, so a 412 and a 304 exclude each other. */
static void
check_preconditions(const struct request *request, const struct http_validators *validators)
{
	enum http_verdict verdict = http_preconditions(request, validators);

	if (request->method != REQUEST_GET && request->method != REQUEST_HEAD)
		CHECK(verdict == HTTP_PROCEED);
	if (verdict == HTTP_PRECONDITION_FAILED)
		CHECK(request_get(request, REQUEST_IF_MATCH).at ||
			request_get(request, REQUEST_IF_UNMODIFIED_SINCE).at);
	if (verdict == HTTP_NOT_MODIFIED)
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
	check_moment(length);
	if (request_parse(&request, head.bytes, head.length) == REQUEST_COMPLETE) {
		struct http_validators validators = {
			.etag = is_etag(etag.bytes) ? etag.bytes : "",
			.modified = 784111777,
			.has_modified = length % 2,
		};

		check_ranges(&request, &validators, length);
		check_preconditions(&request, &validators);
		check_date(request_get(&request, REQUEST_IF_MODIFIED_SINCE));
		check_date(request_get(&request, REQUEST_IF_RANGE));
	}
	buf_finish(&etag);
	buf_finish(&head);
	return 0;
}
