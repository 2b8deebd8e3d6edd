/*
 * What becomes of both connections of an exchange after the answer: the upstream's is used again for what can
 * be asked twice, and the client's goes back to its engine.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "live/journal.h"
#include "proxy/proxy.h"
#include "support/clock.h"
#include "support/folder.h"

#define GET "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"
#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

static struct {
	struct loop *loop;
	struct journal *journal;
	struct script_tag script_tag;
	struct proxy *proxy;
	struct upstream upstream;
	int listener;
	int client;
	int returned;   /* the client's connection, given back; or -1 */
	bool has_limit; /* what the engine knows of the client's connection */
	size_t limits;  /* how often one was set for a client */
	struct buf behind;
	size_t descriptors;
} here;

int __real_setsockopt(int fd, int level, int option, const void *value, socklen_t length);
int __wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t length);

/* The clients of this test are Unix sockets. */
int
__wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t length)
{
	int family = 0;
	socklen_t size = sizeof(family);

	getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &size);
	here.limits += family == AF_UNIX && level == IPPROTO_TCP && option == TCP_USER_TIMEOUT;
	return __real_setsockopt(fd, level, option, value, length);
}

static int
enter(void **state)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	char *url;

	(void)state;
	memset(&here, 0, sizeof(here));
	here.descriptors = folder_open_descriptors();
	here.client = here.returned = -1;
	here.loop = loop_create();
	here.journal = journal_create();
	here.script_tag.journal = here.journal;
	here.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_return_code(bind(here.listener, (struct sockaddr *)&address, length), errno);
	assert_return_code(listen(here.listener, 8), errno);
	getsockname(here.listener, (struct sockaddr *)&address, &length);
	url = mem_format("http://127.0.0.1:%u", ntohs(address.sin_port));
	assert_int_equal(upstream_read(&here.upstream, url), UPSTREAM_OK);
	free(url);
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
	proxy_destroy(here.proxy);
	journal_destroy(here.journal);
	loop_destroy(here.loop);
	upstream_finish(&here.upstream);
	buf_finish(&here.behind);
	close(here.listener);
	if (here.client >= 0)
		close(here.client);
	if (here.returned >= 0)
		close(here.returned);
	assert_int_equal(folder_open_descriptors(), here.descriptors);
	return 0;
}

/* The function of a takeover_return. */
static void
take_back(const struct takeover_return *back, int socket, struct slice bytes)
{
	assert_ptr_equal(back->engine, &here);
	here.returned = socket;
	here.has_limit = back->has_stall_limit;
	buf_add_slice(&here.behind, bytes);
}

/* Asks on a new connection of a client, which the engine takes back if it may. */
static void
ask(const char *text, bool may_return)
{
	struct response response;
	struct request request;
	struct takeover takeover = {.request = &request,
		.bytes = slice_of(text),
		.response = &response,
		.back = {.fn = may_return ? take_back : NULL,
			.engine = &here,
			.has_stall_limit = here.has_limit}};
	const struct upstream *upstream;
	int pair[2];

	if (here.client >= 0)
		close(here.client);
	if (here.returned >= 0)
		close(here.returned);
	here.returned = -1;
	assert_return_code(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), errno);
	here.client = pair[0];
	takeover.socket = pair[1];
	assert_int_equal(request_parse(&request, text, strlen(text)), REQUEST_COMPLETE);
	request.scheme = REQUEST_HTTP;
	response_init(&response);
	assert_int_equal(proxy_find(here.proxy, request.path, &upstream), PROXY_FOUND);
	proxy_take_over(here.proxy, upstream, &response);
	response.takeover(response.takeover_context, &takeover);
	response_finish(&response);
}

static bool
has_accepted(void *context)
{
	int *upstream = context;

	*upstream = accept4(here.listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	return *upstream >= 0;
}

static int
accept_upstream(void)
{
	int upstream;

	clock_wait(here.loop, has_accepted, &upstream);
	return upstream;
}

/* A request is there, and is taken. */
static bool
takes_request(void *context)
{
	char piece[4096];
	ssize_t got = recv(*(int *)context, piece, sizeof(piece), MSG_PEEK);

	return got > 0 && memmem(piece, (size_t)got, "\r\n\r\n", 4) &&
	       recv(*(int *)context, piece, sizeof(piece), 0) == got;
}

static void
answer(int upstream, const char *text)
{
	clock_wait(here.loop, takes_request, &upstream);
	assert_int_equal(send(upstream, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static bool
is_returned(void *context)
{
	(void)context;
	return here.returned >= 0;
}

/* After the answer the engine takes the client's connection back. */
static void
answer_and_return(int upstream, const char *text)
{
	answer(upstream, text);
	clock_wait(here.loop, is_returned, NULL);
}

static bool
has_ended(void *context)
{
	char piece[4096];

	while (recv(*(int *)context, piece, sizeof(piece), 0) > 0)
		;
	return recv(*(int *)context, piece, sizeof(piece), 0) == 0;
}

static void
both_are_kept(void **state)
{
	int upstream;

	(void)state;
	ask(GET, true);
	upstream = accept_upstream();
	for (int i = 0; i < 3; i++) {
		answer_and_return(upstream, OK);
		assert_int_equal(here.behind.length, 0);
		ask(GET, true);
	}
	answer_and_return(upstream, OK);
	close(upstream);
}

/* A client that does not answer any more is given up; the kernel is told so once for each connection. */
static void
the_limit_of_a_client(void **state)
{
	int upstream;

	(void)state;
	ask(GET, true);
	upstream = accept_upstream();
	for (int i = 0; i < 3; i++) {
		answer_and_return(upstream, OK);
		assert_true(here.has_limit);
		assert_int_equal(here.limits, 1);
		ask(GET, true);
	}
	answer_and_return(upstream, OK);
	here.has_limit = false; /* the next one is another connection */
	ask(GET, true);
	assert_int_equal(here.limits, 2);
	answer_and_return(upstream, OK);
	close(upstream);
}

/* An engine that takes nothing back has its client's connection closed. */
static void
a_client_that_closes(void **state)
{
	int upstream;

	(void)state;
	ask(GET, false);
	upstream = accept_upstream();
	answer(upstream, OK);
	clock_wait(here.loop, has_ended, &here.client);
	assert_int_equal(here.returned, -1);
	close(upstream);
}

/* What was sent behind the request, with it or later, is the engine's. */
static void
requests_behind_it(void **state)
{
	int upstream;

	(void)state;
	ask("POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nabGET /b", true);
	upstream = accept_upstream();
	assert_int_equal(send(here.client, " HTTP/1.1\r\n", 11, 0), 11);
	clock_drain(here.loop);
	answer_and_return(upstream, OK);
	assert_string_equal(here.behind.bytes, "GET /b HTTP/1.1\r\n");
	close(upstream);
}

/* The upstream closes the kept connection at the moment in which it is used again. */
static void
a_stale_connection(void **state)
{
	int first, second;

	(void)state;
	ask(GET, true);
	first = accept_upstream();
	answer_and_return(first, OK);
	ask(GET, true);
	clock_wait(here.loop, takes_request, &first);
	close(first);
	second = accept_upstream();
	answer_and_return(second, OK);
	close(second);
}

/* That would ask a third time, so the client is told. */
static void
a_new_connection_without_an_answer(void **state)
{
	char piece[64] = "";
	int first, second;

	(void)state;
	ask(GET, true);
	first = accept_upstream();
	answer_and_return(first, OK);
	ask(GET, true);
	clock_wait(here.loop, takes_request, &first);
	close(first);
	second = accept_upstream();
	clock_wait(here.loop, takes_request, &second);
	shutdown(second, SHUT_WR);
	while (recv(here.client, piece, 12, 0) < 0)
		clock_drain(here.loop);
	assert_string_equal(piece, "HTTP/1.1 502");
	close(second);
}

/* It is not known how much of it was done, so it is never sent to a connection that may just be closed. */
static void
what_changes_something(void **state)
{
	static const char post[] =
		"POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nab";
	int first, second;

	(void)state;
	ask(GET, true);
	first = accept_upstream();
	answer_and_return(first, OK);
	ask(post, true);
	second = accept_upstream();
	clock_wait(here.loop, has_ended, &first); /* some servers have one connection at a time */
	answer_and_return(second, OK);
	ask(GET, true);
	answer_and_return(second, OK);
	close(first);
	close(second);
}

/* An answer to one request must never be taken for that to another one. */
static void
answers_that_end_the_connection(void **state)
{
	static const char *const answers[] = {
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
		"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
		OK OK,
		"HTTP/1.1 304 Not Modified\r\n\r\nok",
	};

	(void)state;
	for (size_t i = 0; i < ROWS(answers); i++) {
		int upstream;

		ask(GET, true);
		upstream = accept_upstream();
		answer_and_return(upstream, answers[i]);
		clock_wait(here.loop, has_ended, &upstream);
		close(upstream);
	}
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(both_are_kept),
		TEST(the_limit_of_a_client),
		TEST(a_client_that_closes),
		TEST(requests_behind_it),
		TEST(a_stale_connection),
		TEST(a_new_connection_without_an_answer),
		TEST(what_changes_something),
		TEST(answers_that_end_the_connection),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
