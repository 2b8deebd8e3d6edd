/*
 * The POST that stands in for the WebSocket of a page (src/events): the input is its body, in any pieces, with its length
 * or in chunks, and maybe the next request behind it. There is one answer, the same in pieces of any size. A message of the
 * protocol is taken, another one ends the stream, and a POST that is broken off leaves the stream as it was. No
 * descriptor and no page is left.
 *
 * Byte 0 chooses the form and how much is in front of the message, byte 1 the size of the pieces.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "base/mem.h"
#include "events/page_events.h"
#include "events/page_streams.h"
#include "http/http1.h"
#include "live/protocol.h"

enum {
	ROUNDS_MAX = 10000,
	QUIET_ROUNDS = 4, /* of the loop without a byte: nothing more comes */
	PADDED_FROM = 40, /* few inputs are padded, because that takes long */
	PADDING_UNIT = 27001,
	PADDED_PIECE = 4000,
	DESCRIPTORS = 64, /* are looked at for one that was left */
};

enum form {
	WITH_LENGTH,    /* as many bytes as the head says */
	WITH_NEXT,      /* the same, and the next request behind it */
	WITH_LESS,      /* the last byte never comes */
	CHUNKED,        /* one chunk */
	CHUNKED_ANYHOW, /* the input is what stands in the place of the chunks */
	FORMS,
};

static struct {
	struct loop *loop;
	struct journal *journal;
	struct hub *hub;
	struct page_events *page_events;
	struct http1 *http1;
} here;

static void
answer(void *context, const struct request *request, struct response *response)
{
	static const struct access_options access = {.host = "localhost"};

	(void)context;
	if (page_events_have_path(request->path))
		page_events_respond(here.page_events, &access, request, response);
	else
		response_text(response, 200, "text/plain", SLICE_LITERAL("another answer"));
}

static void
refuse(void *context, const struct refused_request *request, struct response *response)
{
	(void)context;
	response_text(response, request->status, "text/plain", SLICE_LITERAL("refused"));
}

/* Called once for all inputs. */
static void
build(void)
{
	const struct response_handler handler = {.answer = answer, .refuse = refuse};
	struct hub_options options = {.wake = hub_wake_socket};

	here.loop = loop_create();
	here.journal = journal_create();
	options.loop = here.loop;
	options.journal = here.journal;
	here.hub = hub_create(&options);
	here.page_events = page_events_create(here.loop, here.hub);
	here.http1 = http1_create(here.loop, &handler);
}

/* ---- clients ---- */

struct client {
	int socket, server; /* both ends */
	struct buf got;
	bool has_ended;
};

static struct client
connect_client(void)
{
	struct client client = {0};
	int sockets[2];

	CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, sockets) == 0);
	http1_accept(here.http1, sockets[0], REQUEST_HTTP, 0, (struct peer){.key = 1});
	client.server = sockets[0];
	client.socket = sockets[1];
	buf_add_text(&client.got, "");
	return client;
}

/* Returns whether something has come, the end as well. */
static bool
receive(struct client *client)
{
	char piece[4096];
	ssize_t got = client->has_ended ? -1 : recv(client->socket, piece, sizeof(piece), 0);

	if (got > 0)
		buf_add(&client->got, piece, (size_t)got);
	if (got == 0 || (got < 0 && !client->has_ended && errno != EAGAIN))
		client->has_ended = true;
	else if (got < 0)
		return false;
	return true;
}

/* Whether the server has not read all that was sent. */
static bool
is_unread(const struct client *client)
{
	int length = 0;

	return !client->has_ended && ioctl(client->socket, SIOCOUTQ, &length) == 0 && length > 0;
}

/* Lets the server work until it has read all and sends nothing more. */
static void
settle(struct client *client)
{
	int quiet = 0;

	for (int rounds = 0; quiet < QUIET_ROUNDS; rounds++) {
		CHECK(rounds < ROUNDS_MAX);
		loop_dispatch(here.loop);
		quiet = receive(client) || is_unread(client) ? 0 : quiet + 1;
	}
}

/* Sends bytes in pieces of this size. */
static void
send_pieces(struct client *client, struct slice bytes, size_t size)
{
	for (int rounds = 0; bytes.length; rounds++) {
		size_t most = size < bytes.length ? size : bytes.length;
		ssize_t sent = send(client->socket, bytes.at, most, MSG_NOSIGNAL);

		CHECK(rounds < ROUNDS_MAX);
		if (sent < 0 && errno != EAGAIN)
			return; /* the server has closed the connection */
		slice_drop(&bytes, sent > 0 ? (size_t)sent : 0);
		loop_dispatch(here.loop);
		receive(client);
	}
}

static bool
is_open(int descriptor)
{
	return fcntl(descriptor, F_GETFD) >= 0;
}

static void
close_client(struct client *client)
{
	shutdown(client->socket, SHUT_WR);
	for (int rounds = 0; is_open(client->server); rounds++) {
		CHECK(rounds < ROUNDS_MAX);
		loop_dispatch(here.loop);
		receive(client);
	}
	close(client->socket);
	buf_finish(&client->got);
}

/* ---- a page ---- */

struct page {
	struct client stream;
	char key[PAGE_STREAMS_KEY_LENGTH + 1];
};

static struct page
open_page(void)
{
	static const char request[] = "GET " PAGE_EVENTS_PATH
				      " HTTP/1.1\r\nHost: localhost\r\n\r\n";
	static const char event[] = "event: key\ndata: ";
	struct page page = {.stream = connect_client()};
	const char *key;

	send_pieces(&page.stream, slice_of(request), sizeof(request));
	settle(&page.stream);
	key = strstr(page.stream.got.bytes, event);
	CHECK(key && strlen(key + strlen(event)) > PAGE_STREAMS_KEY_LENGTH);
	memcpy(page.key, key + strlen(event), PAGE_STREAMS_KEY_LENGTH);
	return page;
}

static void
add_head(struct buf *request, const struct page *page, const char *length_field, size_t length)
{
	buf_addf(request,
		"POST " PAGE_EVENTS_PATH " HTTP/1.1\r\nHost: localhost\r\n"
		"Liveserve-Stream-Key: %s\r\n",
		page->key);
	if (length_field)
		buf_addf(request, "%s\r\n\r\n", length_field);
	else
		buf_addf(request, "Content-Length: %zu\r\n\r\n", length);
}

static void
add_request(struct buf *request, const struct page *page, enum form form, struct slice body)
{
	const char *chunked = "Transfer-Encoding: chunked";

	if (form == CHUNKED || form == CHUNKED_ANYHOW)
		add_head(request, page, chunked, 0);
	else
		add_head(request, page, NULL, body.length + (form == WITH_LESS));
	if (form == CHUNKED && body.length)
		buf_addf(request, "%zx\r\n", body.length);
	buf_add_slice(request, body);
	if (form == CHUNKED)
		buf_addf(request, "%s0\r\n\r\n", body.length ? "\r\n" : "");
	if (form == WITH_NEXT)
		buf_add_text(request, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
}

/* ---- what is promised ---- */

/* The status of the first answer; 0: there is none. */
static int
status_of(const struct client *client)
{
	if (client->got.length == 0)
		return 0;
	CHECK(strncmp(client->got.bytes, "HTTP/1.1 ", 9) == 0);
	return atoi(client->got.bytes + 9);
}

static int
expected_status(struct slice message)
{
	struct protocol_message read;
	bool is_valid;

	if (message.length > protocol_message_max(PROTOCOL_LIVESERVE))
		return 413;
	read = protocol_read(message.at, message.length);
	is_valid = read.type != PROTOCOL_INVALID && read.type != PROTOCOL_CHECK;
	protocol_message_finish(&read);
	return is_valid ? 204 : 400;
}

static void
check_status(enum form form, struct slice message, int status)
{
	if (form == WITH_LESS)
		CHECK(status == 0 || status == 413);
	else if (form == CHUNKED_ANYHOW)
		CHECK(status == 0 || status == 204 || status == 400 || status == 413);
	else
		CHECK(status == expected_status(message));
}

/* The stream is as it was: the next message is not the second one on its way. */
static void
check_next(struct page *page)
{
	struct client next = connect_client();
	struct buf request = {0};

	add_request(&request, page, WITH_LENGTH, SLICE_LITERAL("{\"type\":\"leaving\"}"));
	send_pieces(&next, buf_slice(&request), request.length);
	settle(&next);
	CHECK(status_of(&next) == 204);
	buf_finish(&request);
	close_client(&next);
}

static size_t
count_answers(const struct client *client)
{
	size_t count = 0;

	for (const char *at = client->got.bytes; (at = strstr(at, "HTTP/1.1 ")); at++)
		count++;
	return count;
}

/* Returns the status of the answer. */
static int
converse(enum form form, struct slice body, size_t size)
{
	struct page page = open_page();
	struct client sender = connect_client();
	struct buf request = {0};
	bool may_end;
	int status;

	add_request(&request, &page, form, body);
	send_pieces(&sender, buf_slice(&request), size);
	settle(&sender);
	status = status_of(&sender);
	check_status(form, body, status);
	/* The next request is answered, too, unless the connection had to end. */
	if (form == WITH_NEXT)
		CHECK(count_answers(&sender) == (status == 413 ? 1 : 2));
	else if (form != CHUNKED_ANYHOW)
		CHECK(count_answers(&sender) == (status ? 1 : 0));
	buf_finish(&request);
	close_client(&sender);
	settle(&page.stream);
	/* Of chunks that are malformed no message is known. */
	may_end = status == 400 && form != CHUNKED_ANYHOW;
	if (form != CHUNKED_ANYHOW)
		CHECK(page.stream.has_ended == may_end);
	else
		CHECK(!page.stream.has_ended || status == 400);
	if (!page.stream.has_ended)
		check_next(&page);
	close_client(&page.stream);
	CHECK(hub_page_count(here.hub) == 0);
	return status;
}

static size_t
count_descriptors(void)
{
	size_t count = 0;

	for (int descriptor = 0; descriptor < DESCRIPTORS; descriptor++)
		count += is_open(descriptor);
	return count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf body = {0};
	enum form form;
	size_t open_before, units, padding = 0, piece;
	int status;

	if (size < 2)
		return 0;
	if (!here.http1)
		build();
	open_before = count_descriptors();
	form = (enum form)(data[0] % FORMS);
	units = data[0] / FORMS;
	buf_add_text(&body, "");
	/* JSON may begin with blanks, so that a message of any size is a valid one. */
	if (form != CHUNKED_ANYHOW && units > PADDED_FROM)
		padding = (units - PADDED_FROM) * PADDING_UNIT;
	for (size_t i = 0; i < padding; i++)
		buf_add_char(&body, ' ');
	buf_add(&body, data + 2, size - 2);
	status = converse(form, buf_slice(&body), SIZE_MAX);
	piece = 1 + (size_t)data[1] + (padding ? PADDED_PIECE : 0);
	CHECK(converse(form, buf_slice(&body), piece) == status);
	CHECK(count_descriptors() == open_before);
	buf_finish(&body);
	return 0;
}
