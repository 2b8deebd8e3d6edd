/*
 * fuzz_validators: the inputs of the targets for http/conditional and http/range, which are "number
 * NUL etag NUL field lines". There is a date to compare with when the number is odd.
 */
#ifndef FUZZ_VALIDATORS_H
#define FUZZ_VALIDATORS_H

#include <string.h>

#include "fuzz.h"
#include "http/conditional.h"

/* Whether text is an entity tag as the server makes them: an opaque text in quotes. */
static inline bool
fuzz_is_etag(const char *text)
{
	size_t length = strlen(text);

	return length >= 2 && text[0] == '"' && strchr(text + 1, '"') == text + length - 1;
}

/* Calls check for the input, if its field lines make a request. */
static inline void
fuzz_validators(const uint8_t *data, size_t size,
	void (*check)(const struct request *request,
		const struct conditional_validators *validators, uint64_t number))
{
	struct slice rest = {(const char *)data, size};
	struct slice digits = fuzz_take_text(&rest), tag = fuzz_take_text(&rest);
	struct buf etag = {0}, head = {0};
	struct request request;
	uint64_t number = 0;

	slice_number(digits, &number);
	buf_add_slice(&etag, tag.at ? tag : SLICE_LITERAL(""));
	buf_add_text(&head, "GET / HTTP/1.1\r\nHost: localhost\r\n");
	if (rest.at)
		buf_add_slice(&head, rest);
	buf_add_text(&head, "\r\n\r\n");
	if (request_parse(&request, head.bytes, head.length) == REQUEST_COMPLETE) {
		const struct conditional_validators validators = {
			.etag = fuzz_is_etag(etag.bytes) ? etag.bytes : "",
			.modified = 784111777,
			.has_modified = number % 2,
		};

		check(&request, &validators, number);
	}
	buf_finish(&etag);
	buf_finish(&head);
}

#endif
