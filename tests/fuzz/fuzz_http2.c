/*
 * A connection of HTTP/2: a session takes any bytes, in any pieces. Every request that its handler gets is one that
 * HTTP/1.1 could carry, the requests do not depend on the pieces (but for how many there are before the end), what is
 * sent are whole frames, and nothing is left at the end.
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "base/log.h"
#include "base/mem.h"
#include "http2/frame_limits.h"
#include "http2/session.h"

enum { MOST = 1024 * 1024, PAUSES_MAX = 3 };

static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

static struct {
	struct loop *loop;
	struct sessions *sessions;
	struct response_waiters waiters;
	struct buf requests; /* a line for each */
	unsigned pauses;
} here;

static void
check_text(struct slice text, bool may_be_empty)
{
	CHECK(may_be_empty || text.length);
	for (size_t i = 0; i < text.length; i++)
		CHECK((unsigned char)text.at[i] > ' ' && text.at[i] != 0x7f);
}

/* Answers at once, whatever comes of the request, or not at all. */
static void
take_over(void *context, const struct takeover *takeover)
{
	static const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes";
	size_t length = takeover->request->path.length % 2 ? sizeof(text) - 1 : 30;

	(void)context;
	CHECK(takeover->request->head_length == takeover->bytes.length);
	CHECK(send(takeover->socket, text, length, MSG_NOSIGNAL) == (ssize_t)length);
	close(takeover->socket);
}

static void
answer(void *context, const struct request *request, struct response *response)
{
	(void)context;
	check_text(request->method_name, false);
	check_text(request->path, false);
	check_text(request->query, true);
	check_text(request->authority, false);
	CHECK(request->path.at[0] == '/' || slice_is(request->path, "*"));
	CHECK(request->scheme == REQUEST_HTTPS && !request->is_http10);
	CHECK(!request_get(request, REQUEST_CONNECTION).at);
	CHECK(!request_get(request, REQUEST_UPGRADE).at);
	if (request->path.length % 7 == 3 && here.pauses < PAUSES_MAX) {
		here.pauses++;
		response_pause(response, &here.waiters);
		return;
	}
	buf_add_slice(&here.requests, request->method_name);
	buf_add_slice(&here.requests, request->authority);
	buf_add_slice(&here.requests, request->path);
	buf_add_char(&here.requests, '\n');
	if (request->path.length % 7 == 5)
		response_take_over(response, take_over, NULL);
	else
		response_text(response, 200, "text/plain", request->path);
}

static void
refuse(void *context, const struct refused_request *refused, struct response *response)
{
	(void)context;
	CHECK(refused->status == 400 || refused->status == 414 || refused->status == 431 ||
		refused->status == 501);
	response_text(response, refused->status, "text/plain", SLICE_LITERAL("refused"));
}

static void
wake(void *context)
{
	(void)context;
}

static void
check_frames(struct slice bytes)
{
	while (bytes.length) {
		size_t length;

		CHECK(bytes.length >= FRAME_LIMITS_HEAD);
		length = slice_get32(bytes, 0) >> 8;
		CHECK(length <= SESSION_FRAME_MAX);
		CHECK(bytes.length >= FRAME_LIMITS_HEAD + length);
		slice_drop(&bytes, FRAME_LIMITS_HEAD + length);
	}
}

static void
produce(struct session *session)
{
	struct buf output = {0};

	while (session_produce(session, &output, MOST))
		CHECK(output.length < 2 * MOST);
	check_frames(buf_slice(&output));
	buf_finish(&output);
}

/* The requests of bytes, which come in two pieces. */
static void
converse(struct slice bytes, size_t cut)
{
	const struct session_options options = {.wake = wake};
	struct session *session = session_create(here.sessions, &options);
	const struct slice pieces[2] = {{bytes.at, cut}, {bytes.at + cut, bytes.length - cut}};

	buf_clear(&here.requests);
	here.pauses = 0;
	session_receive(session, slice_of(preface), 1, NULL);
	for (int i = 0; i < 2; i++)
		session_receive(session, pieces[i], 1, NULL);
	produce(session);
	response_resume(&here.waiters);
	produce(session);
	loop_dispatch(here.loop);
	produce(session);
	session_shut_down(session);
	produce(session);
	CHECK(session_is_over(session));
	session_destroy(session);
	CHECK(sessions_memory(here.sessions) == 0 && !here.waiters.first);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct response_handler handler = {.answer = answer, .refuse = refuse};
	struct slice bytes = {(const char *)data, size};
	struct buf at_once = {0};
	size_t cut = 0, shorter;

	if (!here.loop) {
		log_set_level(LOG_QUIET);
		here.loop = loop_create();
		here.sessions = sessions_create(here.loop, &handler);
	}
	for (size_t i = 0; i < size; i++)
		cut += data[i];
	buf_reserve(&at_once, 1);
	converse(bytes, size);
	buf_add_slice(&at_once, buf_slice(&here.requests));
	converse(bytes, cut % (size + 1));
	/* A flood is found before what came with it is read, and what comes later than GOAWAY is not read. */
	shorter = at_once.length < here.requests.length ? at_once.length : here.requests.length;
	CHECK(shorter == 0 || memcmp(at_once.bytes, here.requests.bytes, shorter) == 0);
	buf_finish(&at_once);
	return 0;
}
