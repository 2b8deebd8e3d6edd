/*
 * The head of a request: the slices lie within the bytes and have only allowed bytes, and the
 * verdict does not depend on the pieces in which the bytes arrive.
 */
#include <string.h>

#include "fuzz.h"
#include "http/request.h"

static bool
is_verdict(int verdict)
{
	static const int verdicts[] = {
		REQUEST_INCOMPLETE, REQUEST_COMPLETE, 400, 414, 431, 501, 505};

	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++)
		if (verdict == verdicts[i])
			return true;
	return false;
}

static void
check_within(struct slice slice, const uint8_t *data, size_t length)
{
	const char *bytes = (const char *)data;

	CHECK(slice.at >= bytes && slice.at + slice.length <= bytes + length);
	for (size_t i = 0; i < slice.length; i++) {
		unsigned char byte = (unsigned char)slice.at[i];

		CHECK((byte >= 0x20 || byte == '\t') && byte != 0x7f);
	}
}

static void
check_target(const struct request *request, const uint8_t *data)
{
	struct slice path = request->path;

	CHECK(path.length > 0);
	CHECK(path.at[0] == '/' || (request->method == REQUEST_OPTIONS && slice_is(path, "*")));
	CHECK(!memchr(path.at, '?', path.length) && !memchr(path.at, '#', path.length));
	CHECK(!memchr(path.at, ' ', path.length));
	if (!slice_is(path, "/"))
		check_within(path, data, request->head_length);
	if (request->query.at) {
		check_within(request->query, data, request->head_length);
		CHECK(request->query.at[0] == '?');
	}
}

static void
check_complete(const struct request *request, const uint8_t *data, size_t size)
{
	CHECK(request->head_length <= size && data[request->head_length - 1] == '\n');
	CHECK(request->method_name.length > 0);
	check_within(request->method_name, data, request->head_length);
	check_target(request, data);
	CHECK(request->more_count <= sizeof(request->more) / sizeof(request->more[0]));
	for (int i = 0; i < REQUEST_FIELD_COUNT; i++)
		if (request->fields[i].at)
			check_within(request->fields[i], data, request->head_length);
	for (size_t i = 0; i < request->more_count; i++)
		check_within(request->more[i].value, data, request->head_length);
	CHECK(request->authority.at || request->is_http10);
	for (size_t i = 0; i < request->authority.length; i++)
		CHECK(request->authority.at[i] &&
			!strchr("@/?#\\ \t\"<>", request->authority.at[i]));
	request_lists(request, REQUEST_CONNECTION, "close");
	request_lists(request, REQUEST_ACCEPT, "text/html");
}

/* A verdict about the first bytes is also the verdict about all of them. */
static void
check_beginning(const uint8_t *data, size_t length, const struct request *whole, int verdict)
{
	char *beginning = malloc(length + 1);
	struct request request;
	int earlier;

	memcpy(beginning, data, length);
	earlier = request_parse(&request, beginning, length);
	if (earlier == REQUEST_COMPLETE)
		CHECK(verdict == REQUEST_COMPLETE && request.head_length == whole->head_length);
	else if (earlier != REQUEST_INCOMPLETE)
		CHECK(verdict != REQUEST_COMPLETE && verdict != REQUEST_INCOMPLETE);
	if (verdict == REQUEST_COMPLETE && length < whole->head_length)
		CHECK(earlier == REQUEST_INCOMPLETE);
	free(beginning);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request request;
	int verdict = request_parse(&request, (const char *)data, size);
	size_t step = size / 16 + 1;

	CHECK(is_verdict(verdict));
	if (verdict == REQUEST_COMPLETE)
		check_complete(&request, data, size);
	for (size_t length = size % step; length < size; length += step)
		check_beginning(data, length, &request, verdict);
	return 0;
}
