/*
 * Messages of pages: a valid message has only what protocol.h allows, an invalid one has nothing.
 * A message of the server is not a valid message of a page.
 */
#include <ctype.h>
#include <string.h>

#include "fuzz.h"
#include "live/protocol.h"

static void
check_urls(const struct buf *urls)
{
	size_t count = 0, at = 0;

	while (at < urls->length) {
		const char *end = memchr(urls->bytes + at, '\0', urls->length - at);

		CHECK(end && urls->bytes[at] == '/');
		at = (size_t)(end - urls->bytes) + 1;
		count++;
	}
	CHECK(count <= PROTOCOL_URLS_MAX);
}

static void
check(const struct protocol_message *message)
{
	if (message->type == PROTOCOL_INVALID)
		CHECK(!message->has_urls && !message->has_stamp && message->urls.length == 0);
	CHECK(memchr(message->epoch, '\0', sizeof(message->epoch)));
	for (const char *at = message->epoch; *at; at++)
		CHECK(isalnum((unsigned char)*at));
	CHECK(message->version < UINT64_C(1) << 53);
	CHECK(message->has_urls || (message->urls.length == 0 && !message->has_stamp));
	check_urls(&message->urls);
}

/* The message of the server about these URLs is not a message of a page. */
static void
check_echo(const struct protocol_message *message)
{
	const char *url = message->urls.length ? message->urls.bytes : "/";
	struct protocol_change change = {.urls = &url, .url_count = 1, .kind = CHANGE_MODIFIED};
	struct protocol_message echo;
	struct buf text = {0};

	protocol_write_changes(&text, message->version, &change, 1);
	for (size_t i = 0; i < text.length; i++)
		CHECK((unsigned char)text.bytes[i] >= 0x20);
	echo = protocol_read(text.bytes, text.length);
	CHECK(echo.type == PROTOCOL_INVALID);
	buf_clear(&text);
	protocol_write_hello(
		&text, message->epoch, message->version, message->has_urls, message->version);
	echo = protocol_read(text.bytes, text.length);
	CHECK(echo.type == PROTOCOL_HELLO && echo.version == message->version);
	CHECK(strcmp(echo.epoch, message->epoch) == 0);
	protocol_message_finish(&echo);
	buf_finish(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct protocol_message message = protocol_read((const char *)data, size);

	check(&message);
	check_echo(&message);
	protocol_message_finish(&message);
	return 0;
}
