/*
 * One request to an upstream that fails, or is slow; tests/e2e/proxy.test.js has the rest. No limit of
 * time is over before the test says so, and names are looked up without the network.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/timeouts.h"
#include "proxy/exchange.h"
#include "proxy/exchange_state.h"
#include "proxy/proxy.h"
#include "support/clock.h"
#include "support/folder.h"

enum { FILLERS = 4, UPSTREAMS = 4 };

static struct {
	struct loop *loop;
	struct journal *journal;
	struct script_tag script_tag;
	struct proxy *proxy;
	struct timeouts *timeouts; /* of the exchanges */
	struct upstream upstreams[UPSTREAMS];
	int listener; /* of the upstream */
	int clients;  /* listens for the client */
	int client;
	int fillers[FILLERS];
	size_t descriptors;
	struct buf received;
	bool is_reset;      /* the connection of the client has ended with one */
	int socket_error;   /* of socket(2), or 0 */
	int fails_to_watch; /* the number of the epoll_ctl(2) that fails; 0: none */
} here;

/* ---- what the test replaces ---- */

enum { NEVER_MS = 3600 * 1000 };

static unsigned limits_ms[EXCHANGE_WAIT_COUNT]; /* read by here.timeouts */

void __real_timeouts_init(struct timeouts *timeouts, struct loop *loop, const unsigned *limits,
	unsigned count, timeouts_fn *fn);
void __wrap_timeouts_init(struct timeouts *timeouts, struct loop *loop, const unsigned *limits,
	unsigned count, timeouts_fn *fn);
int __real_socket(int family, int type, int protocol);
int __wrap_socket(int family, int type, int protocol);
int __real_epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event);
int __wrap_epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event);

int __real_getaddrinfo(
	const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **found);
int __wrap_getaddrinfo(
	const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **found);

/* Those of the exchanges get the limits of the test; those of the tunnels have their own. */
void
__wrap_timeouts_init(struct timeouts *timeouts, struct loop *loop, const unsigned *limits,
	unsigned count, timeouts_fn *fn)
{
	if (count == EXCHANGE_WAIT_COUNT) {
		here.timeouts = timeouts;
		limits = limits_ms;
	}
	__real_timeouts_init(timeouts, loop, limits, count, fn);
}

/* Fails with the error of the test, if it has one. */
int
__wrap_socket(int family, int type, int protocol)
{
	if (!here.socket_error)
		return __real_socket(family, type, protocol);
	errno = here.socket_error;
	return -1;
}

/* Fails when the given number of descriptors were added. */
int
__wrap_epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event)
{
	if (operation == EPOLL_CTL_ADD && here.fails_to_watch && --here.fails_to_watch == 0) {
		errno = ENOSPC;
		return -1;
	}
	return __real_epoll_ctl(epoll, operation, fd, event);
}

/* Called in the processes of the look-ups: a name server that knows one name. */
int
__wrap_getaddrinfo(
	const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **found)
{
	if (!host || hints->ai_flags & AI_NUMERICHOST)
		return __real_getaddrinfo(host, port, hints, found);
	if (strcmp(host, "silent.test") == 0)
		pause();
	return strcmp(host, "known.test") == 0 ? __real_getaddrinfo("127.0.0.1", port, hints, found)
					       : EAI_NONAME;
}

/* ---- one request ---- */

/* Listens on a free port of the loopback address. */
static int
listen_on_port(uint16_t *port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	int fd = __real_socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_return_code(bind(fd, (struct sockaddr *)&address, length), errno);
	assert_return_code(listen(fd, 0), errno);
	getsockname(fd, (struct sockaddr *)&address, &length);
	*port = ntohs(address.sin_port);
	return fd;
}

static int
enter_with(size_t upstream_count)
{
	static const char *const hosts[UPSTREAMS] = {"/api=http://127.0.0.1",
		"/named=http://known.test", "/silent=http://silent.test",
		"/unknown=http://unknown.test"};
	uint16_t port;

	memset(&here, 0, sizeof(here));
	for (int i = 0; i < EXCHANGE_WAIT_COUNT; i++)
		limits_ms[i] = NEVER_MS;
	limits_ms[EXCHANGE_WAIT_CUT_OFF] = EXCHANGE_CUT_OFF_MS;
	here.descriptors = folder_open_descriptors();
	here.loop = loop_create();
	here.journal = journal_create();
	here.script_tag.journal = here.journal;
	here.clients = listen_on_port(&port);
	here.listener = listen_on_port(&port);
	for (int i = 0; i < FILLERS; i++)
		here.fillers[i] = -1;
	for (int i = 0; i < UPSTREAMS; i++) {
		char *rule = mem_format("%s:%u", hosts[i], port);

		assert_int_equal(upstream_read(&here.upstreams[i], rule), UPSTREAM_OK);
		free(rule);
	}
	here.proxy = proxy_create(&(struct proxy_options){.loop = here.loop,
		.script_tag = &here.script_tag,
		.upstreams = here.upstreams,
		.upstream_count = upstream_count});
	return 0;
}

static int
enter(void **state)
{
	(void)state;
	return enter_with(1);
}

/* The process that looks names up has the test's descriptors for a moment. */
static int
enter_names(void **state)
{
	(void)state;
	return enter_with(UPSTREAMS);
}

static int
leave(void **state)
{
	(void)state;
	for (int i = 0; i < FILLERS; i++)
		if (here.fillers[i] >= 0)
			close(here.fillers[i]);
	if (here.client >= 0)
		close(here.client);
	if (here.listener >= 0)
		close(here.listener);
	close(here.clients);
	proxy_destroy(here.proxy);
	journal_destroy(here.journal);
	loop_destroy(here.loop);
	for (int i = 0; i < UPSTREAMS; i++)
		upstream_finish(&here.upstreams[i]);
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

/* A pair of connected TCP sockets, because they can be reset. */
static void
connect_client(int pair[2])
{
	struct sockaddr_in address;
	socklen_t length = sizeof(address);

	getsockname(here.clients, (struct sockaddr *)&address, &length);
	pair[0] = __real_socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(connect(pair[0], (struct sockaddr *)&address, length), errno);
	pair[1] = accept4(here.clients, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	assert_return_code(pair[1], errno);
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
}

static void
ask_with(const char *text)
{
	struct response response;
	struct request request;
	struct takeover takeover = {
		.request = &request, .bytes = slice_of(text), .response = &response};
	const struct upstream *upstream;
	int pair[2];

	connect_client(pair);
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

static void
ask(void)
{
	ask_with("GET /api/x HTTP/1.1\r\nHost: localhost\r\n\r\n");
}

static bool
has_received_all(void *context)
{
	char piece[4096];
	ssize_t got;

	(void)context;
	while ((got = recv(here.client, piece, sizeof(piece), 0)) > 0)
		buf_add(&here.received, piece, (size_t)got);
	here.is_reset = got < 0 && errno == ECONNRESET;
	return got == 0 || here.is_reset;
}

static void
assert_answer(const char *status, const char *sentence)
{
	clock_wait(here.loop, has_received_all, NULL);
	assert_true(slice_starts(buf_slice(&here.received), status));
	assert_non_null(strstr(here.received.bytes, sentence));
}

static bool
has_begun_to_wait(void *context)
{
	return timeouts_first(here.timeouts, *(enum exchange_wait *)context);
}

/* The exchange waits for this, and its time is over. */
static void
let_expire(enum exchange_wait wait)
{
	clock_wait(here.loop, has_begun_to_wait, &wait);
	limits_ms[wait] = 1;
	timeouts_move(here.timeouts, timeouts_first(here.timeouts, wait), wait);
}

static void
an_upstream_that_does_not_accept(void **state)
{
	(void)state;
	fill_queue();
	ask();
	let_expire(EXCHANGE_WAIT_STALL);
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

/* Waits for the connection of the proxy, and takes what it sends. */
static bool
has_accepted(void *context)
{
	int *upstream = context;

	if (*upstream < 0)
		*upstream = accept4(here.listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	return *upstream >= 0;
}

static int
accept_upstream(void)
{
	int upstream = -1;

	fcntl(here.listener, F_SETFL, O_NONBLOCK);
	clock_wait(here.loop, has_accepted, &upstream);
	return upstream;
}

static bool
has_request(void *context)
{
	char piece[4096];
	ssize_t got = recv(*(int *)context, piece, sizeof(piece) - 1, MSG_PEEK);

	piece[got < 0 ? 0 : got] = '\0';
	return strstr(piece, "\r\n\r\n");
}

/* The proxy has connected, and has sent what it has of the request. */
static int
accept_request(void)
{
	int upstream = accept_upstream();

	clock_wait(here.loop, has_request, &upstream);
	return upstream;
}

static void
say(int upstream, const char *text)
{
	assert_int_equal(send(upstream, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* Once it has the request, no time is set for its response. */
static void
an_upstream_that_answers_late(void **state)
{
	int upstream;

	(void)state;
	ask();
	upstream = accept_request();
	assert_null(timeouts_any(here.timeouts));
	say(upstream, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nidea");
	assert_answer("HTTP/1.1 200 OK\r\n", "\r\n\r\nidea");
	assert_false(here.is_reset);
	close(upstream);
}

static void
a_body_that_stalls(void **state)
{
	int upstream;

	(void)state;
	ask_with("PUT /api/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf");
	upstream = accept_request();
	let_expire(EXCHANGE_WAIT_STALL);
	assert_answer("HTTP/1.1 408 Request Timeout\r\n", "did not arrive in time.");
	close(upstream);
}

static void
a_head_that_stalls(void **state)
{
	int upstream;

	(void)state;
	ask();
	upstream = accept_request();
	say(upstream, "HTTP/1.1 200 OK\r\nA: ");
	let_expire(EXCHANGE_WAIT_STALL);
	assert_answer("HTTP/1.1 504 Gateway Timeout\r\n", "does not finish the head");
	close(upstream);
}

static bool
has_some(void *context)
{
	char byte;

	(void)context;
	return recv(here.client, &byte, 1, MSG_PEEK) > 0;
}

/* It has said how much it sends, so it is not thinking any more. */
static void
assert_cut_off_after(const char *half)
{
	int upstream;

	ask();
	upstream = accept_request();
	say(upstream, half);
	clock_wait(here.loop, has_some, NULL);
	let_expire(EXCHANGE_WAIT_STALL);
	assert_answer("HTTP/1.1 200 OK\r\n", "half");
	assert_true(here.is_reset);
	close(upstream);
}

static void
an_answer_that_stalls(void **state)
{
	(void)state;
	assert_cut_off_after("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
}

static void
a_chunk_that_stalls(void **state)
{
	(void)state;
	assert_cut_off_after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf");
}

/* The proxy has ended the connection to the upstream. */
static bool
has_been_closed(void *context)
{
	char piece[4096];
	ssize_t got;

	while ((got = recv(*(int *)context, piece, sizeof(piece), MSG_DONTWAIT)) > 0)
		;
	return got == 0 || errno != EAGAIN;
}

static bool
is_full(void *context)
{
	static const char bytes[65536];

	return send(*(int *)context, bytes, sizeof(bytes), MSG_NOSIGNAL | MSG_DONTWAIT) < 0;
}

/* Nobody reads the answer, so the upstream is not held up for ever. */
static void
an_answer_that_nobody_reads(void **state)
{
	int upstream;

	(void)state;
	ask();
	upstream = accept_upstream();
	say(upstream, "HTTP/1.1 200 OK\r\n\r\n");
	for (int i = 0; i < 100 || !is_full(&upstream); i++) {
		is_full(&upstream);
		loop_dispatch(here.loop);
	}
	let_expire(EXCHANGE_WAIT_STALL);
	clock_wait(here.loop, has_been_closed, &upstream);
	clock_wait(here.loop, has_received_all, NULL);
	assert_true(here.is_reset);
	close(upstream);
}

static bool
is_alone(void *context)
{
	return folder_open_descriptors() <= *(size_t *)context;
}

/* The upstream thinks, and the client gives up: neither connection stays. */
static void
a_client_that_has_gone(void **state)
{
	size_t before;
	int upstream;

	(void)state;
	ask();
	upstream = accept_upstream();
	before = folder_open_descriptors() -
		 3; /* the client's two ends, and that of the upstream */
	close(here.client);
	let_expire(EXCHANGE_WAIT_GRACE);
	clock_wait(here.loop, has_been_closed, &upstream);
	clock_wait(here.loop, is_alone, &before);
	close(upstream);
	here.client = -1;
}

static void
set_linger(int fd)
{
	const struct linger at_once = {.l_onoff = 1};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(fd);
}

/* An answer that was cut off does not look complete. */
static void
an_upstream_that_breaks_off(void **state)
{
	int upstream;

	(void)state;
	ask();
	upstream = accept_upstream();
	say(upstream, "HTTP/1.1 200 OK\r\n\r\nhalf");
	clock_wait(here.loop, has_some, NULL);
	set_linger(upstream);
	assert_answer("HTTP/1.1 200 OK\r\n", "\r\n\r\n4\r\nhalf");
	assert_true(here.is_reset);
}

/* ---- names ---- */

static void
a_name_is_looked_up(void **state)
{
	int upstream;

	(void)state;
	ask_with("GET /named HTTP/1.1\r\nHost: localhost\r\n\r\n");
	upstream = accept_upstream();
	say(upstream, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	assert_answer("HTTP/1.1 200 OK\r\n", "Content-Length: 0");
	close(upstream);
}

/* The request waits only so long, and others do not wait at all. */
static void
a_name_server_that_is_silent(void **state)
{
	int silent;

	(void)state;
	ask_with("GET /silent HTTP/1.1\r\nHost: localhost\r\n\r\n");
	silent = here.client;
	a_name_is_looked_up(state);
	close(here.client);
	here.client = silent;
	buf_clear(&here.received);
	let_expire(EXCHANGE_WAIT_LOOK_UP);
	assert_answer("HTTP/1.1 502 Bad Gateway\r\n", "in time.");
}

static void
a_name_that_is_unknown(void **state)
{
	(void)state;
	ask_with("GET /unknown HTTP/1.1\r\nHost: localhost\r\n\r\n");
	assert_answer("HTTP/1.1 502 Bad Gateway\r\n", "is not there.");
}

/* ---- faults ---- */

static void
no_descriptor_for_the_upstream(void **state)
{
	(void)state;
	here.socket_error = EMFILE;
	ask();
	assert_answer("HTTP/1.1 503 Service Unavailable\r\n", "too many connections");
}

/* The client was added before, so the upstream is the second. */
static void
an_upstream_that_cannot_be_watched(void **state)
{
	(void)state;
	here.fails_to_watch = 2;
	ask();
	assert_answer("HTTP/1.1 503 Service Unavailable\r\n", "too many connections");
}

static void
a_client_that_cannot_be_watched(void **state)
{
	(void)state;
	here.fails_to_watch = 1;
	ask();
	clock_wait(here.loop, has_received_all, NULL);
	assert_int_equal(here.received.length, 0);
}

/* The last descriptors are not for upstreams. */
static void
descriptors_are_reserved(void **state)
{
	struct rlimit old, few;
	int others[32];

	(void)state;
	for (size_t i = 0; i < ROWS(others); i++)
		others[i] = dup(here.listener);
	getrlimit(RLIMIT_NOFILE, &old);
	few = old;
	few.rlim_cur = (rlim_t)others[ROWS(others) - 1] + 8;
	setrlimit(RLIMIT_NOFILE, &few);
	ask();
	setrlimit(RLIMIT_NOFILE, &old);
	for (size_t i = 0; i < ROWS(others); i++)
		close(others[i]);
	assert_answer("HTTP/1.1 503 Service Unavailable\r\n", "too many connections");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_upstream_that_does_not_accept),
		TEST(an_upstream_that_does_not_listen),
		TEST(an_upstream_that_answers_late),
		TEST(a_body_that_stalls),
		TEST(a_head_that_stalls),
		TEST(an_answer_that_stalls),
		TEST(a_chunk_that_stalls),
		TEST(an_answer_that_nobody_reads),
		TEST(a_client_that_has_gone),
		TEST(an_upstream_that_breaks_off),
		cmocka_unit_test_setup_teardown(a_name_is_looked_up, enter_names, leave),
		cmocka_unit_test_setup_teardown(a_name_server_that_is_silent, enter_names, leave),
		cmocka_unit_test_setup_teardown(a_name_that_is_unknown, enter_names, leave),
		TEST(no_descriptor_for_the_upstream),
		TEST(an_upstream_that_cannot_be_watched),
		TEST(a_client_that_cannot_be_watched),
		TEST(descriptors_are_reserved),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
