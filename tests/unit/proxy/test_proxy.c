/*
 * One request to an upstream that fails; tests/e2e/proxy.test.js has the rest. Timers run a
 * thousand times as fast.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "proxy/proxy.h"
#include "support/clock.h"
#include "support/folder.h"

enum { FILLERS = 4 };

static struct {
	struct loop *loop;
	struct journal *journal;
	struct script_tag script_tag;
	struct proxy *proxy;
	struct upstream upstream;
	int listener, client;
	int fillers[FILLERS];
	size_t descriptors;
	struct buf received;
} here;

void __real_loop_timer_set(struct loop *loop, struct loop_timer *timer, uint64_t delay_us,
	loop_timer_fn *fn, void *context);
void __wrap_loop_timer_set(struct loop *loop, struct loop_timer *timer, uint64_t delay_us,
	loop_timer_fn *fn, void *context);

void
__wrap_loop_timer_set(struct loop *loop, struct loop_timer *timer, uint64_t delay_us,
	loop_timer_fn *fn, void *context)
{
	__real_loop_timer_set(loop, timer, delay_us / 1000, fn, context);
}

static int
enter(void **state)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	char *rule;

	(void)state;
	memset(&here, 0, sizeof(here));
	here.descriptors = folder_open_descriptors();
	here.loop = loop_create();
	here.journal = journal_create();
	here.script_tag.journal = here.journal;
	here.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(
		bind(here.listener, (struct sockaddr *)&address, sizeof(address)), errno);
	assert_return_code(listen(here.listener, 0), errno);
	getsockname(here.listener, (struct sockaddr *)&address, &length);
	for (int i = 0; i < FILLERS; i++)
		here.fillers[i] = -1;
	rule = mem_format("/api=http://127.0.0.1:%u", ntohs(address.sin_port));
	assert_int_equal(upstream_read(&here.upstream, rule), UPSTREAM_OK);
	free(rule);
	here.proxy = proxy_create(&(struct proxy_options){.loop = here.loop,
		.script_tag = &here.script_tag,
		.upstreams = &here.upstream,
		.upstream_count = 1});
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	for (int i = 0; i < FILLERS; i++)
		if (here.fillers[i] >= 0)
			close(here.fillers[i]);
	close(here.client);
	if (here.listener >= 0)
		close(here.listener);
	proxy_destroy(here.proxy);
	journal_destroy(here.journal);
	loop_destroy(here.loop);
	upstream_finish(&here.upstream);
	buf_finish(&here.received);
	assert_int_equal(folder_open_descriptors(), here.descriptors);
	return 0;
}

/* Fills the queue of connections that are not accepted, so that the next connection has to wait. */
static void
fill_queue(void)
{
	struct sockaddr_in address;
	socklen_t length = sizeof(address);

	getsockname(here.listener, (struct sockaddr *)&address, &length);
	for (int i = 0; i < FILLERS; i++) {
		here.fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		connect(here.fillers[i], (struct sockaddr *)&address, sizeof(address));
	}
}

static void
ask(void)
{
	static const char text[] = "GET /api/x HTTP/1.1\r\nHost: localhost\r\n\r\n";
	struct response response;
	struct request request;
	struct takeover takeover = {
		.request = &request, .bytes = slice_of(text), .response = &response};
	int pair[2];

	assert_return_code(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), errno);
	here.client = pair[0];
	takeover.socket = pair[1];
	assert_int_equal(request_parse(&request, text, strlen(text)), REQUEST_COMPLETE);
	request.scheme = REQUEST_HTTP;
	response_init(&response);
	proxy_take_over(here.proxy, proxy_find(here.proxy, request.path), &response);
	response.takeover(response.takeover_context, &takeover);
	response_finish(&response);
}

static bool
has_received_all(void *context)
{
	char piece[4096];
	ssize_t got;

	(void)context;
	while ((got = recv(here.client, piece, sizeof(piece), 0)) > 0)
		buf_add(&here.received, piece, (size_t)got);
	return got == 0;
}

static void
assert_answer(const char *status, const char *sentence)
{
	clock_wait(here.loop, has_received_all, NULL);
	assert_true(slice_starts(buf_slice(&here.received), status));
	assert_non_null(strstr(here.received.bytes, sentence));
}

static void
an_upstream_that_does_not_accept(void **state)
{
	(void)state;
	fill_queue();
	ask();
	assert_answer("HTTP/1.1 504 Gateway Timeout\r\n", "for /api here, cannot be reached.");
}

static void
an_upstream_that_does_not_listen(void **state)
{
	(void)state;
	close(here.listener);
	here.listener = -1;
	ask();
	assert_answer("HTTP/1.1 502 Bad Gateway\r\n", "for /api here, is not there.");
}

static bool
is_due(void *context)
{
	return loop_now() > *(uint64_t *)context;
}

static void
nothing(void *context)
{
	(void)context;
}

/* It takes the request in time, and its response may come late. */
static void
an_upstream_that_answers_late(void **state)
{
	static const char response[] = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nidea";
	uint64_t later = loop_now() + 2 * PROXY_CONNECT_MS;
	struct loop_timer timer = {0};
	int upstream;

	(void)state;
	ask();
	__real_loop_timer_set(here.loop, &timer, 2 * PROXY_CONNECT_MS + 1000, nothing, NULL);
	clock_wait(here.loop, is_due, &later);
	upstream = accept(here.listener, NULL, NULL);
	assert_return_code(upstream, errno);
	assert_int_equal(send(upstream, response, strlen(response), 0), strlen(response));
	close(upstream);
	assert_answer("HTTP/1.1 200 OK\r\n", "\r\n\r\nidea");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_upstream_that_does_not_accept),
		TEST(an_upstream_that_does_not_listen),
		TEST(an_upstream_that_answers_late),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
