/*
 * websocket_client: see websocket_client.h.
 */
#define _GNU_SOURCE
#include "support/websocket_client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/ask.h"
#include "support/clock.h"
#include "support/test.h"

enum { MASKED = 0x80 };

struct client
client_connect(struct loop *loop, int *other)
{
	struct client client = {.loop = loop};
	int sockets[2];

	assert_return_code(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, sockets), errno);
	client.socket = sockets[1];
	*other = sockets[0];
	return client;
}

void
client_read(struct client *client)
{
	char piece[4096];
	ssize_t got;

	while ((got = recv(client->socket, piece, sizeof(piece), MSG_DONTWAIT)) > 0)
		buf_add(&client->input, piece, (size_t)got);
	if (got == 0 || errno != EAGAIN)
		client->has_ended = true;
}

static size_t
head_length(const struct client *client)
{
	const char *end = client->input.length
				  ? memmem(client->input.bytes, client->input.length, "\r\n\r\n", 4)
				  : NULL;

	return end ? (size_t)(end - client->input.bytes) + 4 : 0;
}

static bool
has_head(void *context)
{
	client_read(context);
	return head_length(context) > 0;
}

struct client
client_ask(struct loop *loop, const struct response *response, struct slice behind)
{
	struct takeover takeover = {.response = response};
	struct client client = client_connect(loop, &takeover.socket);
	struct request request = *ask("GET /ws\nConnection: Upgrade\nUpgrade: websocket\n"
				      "Sec-WebSocket-Version: 13\n"
				      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n"
				      "User-Agent: Mozilla/5.0 (X11; rv:1.0) Firefox/140.0");
	struct buf bytes = {0};

	for (size_t i = 0; i < request.head_length; i++)
		buf_add_char(&bytes, 'x'); /* they are not read again */
	buf_add_slice(&bytes, behind);
	takeover.request = &request;
	takeover.bytes = buf_slice(&bytes);
	response->takeover(response->takeover_context, &takeover);
	buf_finish(&bytes);
	loop_dispatch(loop); /* and what is to be done before it waits */
	return client;
}

char *
client_read_head(struct client *client)
{
	char *head;

	clock_wait(client->loop, has_head, client);
	head = mem_copy(client->input.bytes, head_length(client));
	buf_drop(&client->input, head_length(client));
	return head;
}

void
client_close(struct client *client)
{
	close(client->socket);
	buf_finish(&client->input);
}

void
client_add_frame(struct buf *bytes, unsigned first, struct slice payload, bool is_masked)
{
	static const char mask[4] = {0x12, 0x34, 0x56, 0x78};
	unsigned mask_bit = is_masked ? MASKED : 0;

	buf_add_char(bytes, (char)first);
	if (payload.length < 126) {
		buf_add_char(bytes, (char)(mask_bit | payload.length));
	} else {
		buf_add_char(bytes, (char)(mask_bit | 127));
		for (int shift = 56; shift >= 0; shift -= 8)
			buf_add_char(bytes, (char)((uint64_t)payload.length >> shift));
	}
	if (is_masked)
		buf_add(bytes, mask, sizeof(mask));
	for (size_t i = 0; i < payload.length; i++)
		buf_add_char(bytes, (char)(payload.at[i] ^ (is_masked ? mask[i % 4] : 0)));
}

void
client_send_bytes(const struct client *client, struct slice bytes)
{
	for (size_t sent = 0; sent < bytes.length; loop_dispatch(client->loop)) {
		ssize_t step = send(
			client->socket, bytes.at + sent, bytes.length - sent, MSG_NOSIGNAL);

		assert_true(step > 0 || errno == EAGAIN || errno == EPIPE);
		if (step < 0 && errno == EPIPE)
			return;
		sent += step > 0 ? (size_t)step : 0;
	}
}

void
client_send_frame(const struct client *client, unsigned first, const char *payload)
{
	struct buf bytes = {0};

	client_add_frame(&bytes, first, slice_of(payload), true);
	client_send_bytes(client, buf_slice(&bytes));
	buf_finish(&bytes);
}

void
client_send_text(const struct client *client, const char *text)
{
	client_send_frame(client, FINAL | TEXT, text);
}

/* The length of the first frame of input with its head, 0 when it is not complete. */
static size_t
frame_length(const struct buf *input, size_t *head)
{
	const unsigned char *bytes = (const unsigned char *)input->bytes;
	uint64_t length;
	size_t more;

	if (input->length < 2)
		return 0;
	length = bytes[1];
	more = length == 127 ? 8 : length == 126 ? 2 : 0;
	*head = 2 + more;
	if (input->length < *head)
		return 0;
	if (more)
		length = 0;
	for (size_t i = 0; i < more; i++)
		length = length << 8 | bytes[2 + i];
	return input->length < *head + length ? 0 : *head + (size_t)length;
}

bool
client_has_frame_or_end(void *context)
{
	struct client *client = context;
	size_t head;

	client_read(client);
	return client->has_ended || frame_length(&client->input, &head);
}

char *
client_read_frame(struct client *client, unsigned opcode, size_t *length)
{
	size_t head = 0, whole;
	char *payload;

	clock_wait(client->loop, client_has_frame_or_end, client);
	whole = frame_length(&client->input, &head);
	if (whole == 0)
		fail_msg("the connection ended");
	assert_int_equal((unsigned char)client->input.bytes[0], FINAL | opcode);
	payload = mem_copy(client->input.bytes + head, whole - head);
	*length = whole - head;
	buf_drop(&client->input, whole);
	return payload;
}

void
assert_frame(struct client *client, unsigned opcode, const char *expected)
{
	size_t length;
	char *payload = client_read_frame(client, opcode, &length);

	assert_int_equal(length, strlen(expected));
	assert_memory_equal(payload, expected, length);
	free(payload);
}

void
assert_text(struct client *client, const char *expected)
{
	assert_frame(client, TEXT, expected);
}

void
assert_close(struct client *client, unsigned code)
{
	size_t length;
	char *payload = client_read_frame(client, CLOSE, &length);

	assert_true(length >= 2);
	assert_int_equal((unsigned char)payload[0] << 8 | (unsigned char)payload[1], code);
	free(payload);
}

bool
client_has_ended(void *context)
{
	struct client *client = context;

	client_read(client);
	return client->has_ended;
}
