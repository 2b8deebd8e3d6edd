/*
 * Tunnels between real sockets. Each test has the far ends: far[0] - tunnel - far[1].
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/endpoint.h"
#include "net/timeouts.h"
#include "net/tunnel.h"
#include "support/clock.h"
#include "support/folder.h"

enum { LARGE = 3 * 1000 * 1000 };

static struct {
	struct loop *loop;
	struct tunnels *tunnels;
	int far[2]; /* -1 when it was closed */
	size_t descriptors;
	size_t sent, received;
	bool has_ended;
	bool is_fast; /* what tunnels_create uses for its limits */
} here;

void __real_timeouts_init(struct timeouts *timeouts, struct loop *loop, const unsigned *limits_ms,
	unsigned count, timeouts_fn *fn);
void __wrap_timeouts_init(struct timeouts *timeouts, struct loop *loop, const unsigned *limits_ms,
	unsigned count, timeouts_fn *fn);

void
__wrap_timeouts_init(struct timeouts *timeouts, struct loop *loop, const unsigned *limits_ms,
	unsigned count, timeouts_fn *fn)
{
	static const unsigned short_ms[] = {TUNNEL_HALF_OPEN_MS / 300};

	assert_int_equal(count, ROWS(short_ms));
	__real_timeouts_init(timeouts, loop, here.is_fast ? short_ms : limits_ms, count, fn);
}

static void
start(struct slice first)
{
	struct tunnel_port ports[2];

	for (int i = 0; i < 2; i++) {
		int pair[2];

		assert_return_code(
			socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair),
			errno);
		here.far[i] = pair[0];
		ports[i] = tunnel_socket(pair[1]);
	}
	assert_non_null(tunnels_add(here.tunnels, &ports[0], &ports[1], first));
}

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	here.far[0] = here.far[1] = -1;
	here.loop = loop_create();
	here.tunnels = tunnels_create(here.loop);
	here.descriptors = folder_open_descriptors();
	return 0;
}

static void
hang_up(int which)
{
	close(here.far[which]);
	here.far[which] = -1;
}

static int
leave(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++)
		if (here.far[i] >= 0)
			close(here.far[i]);
	tunnels_destroy(here.tunnels);
	assert_int_equal(folder_open_descriptors(), here.descriptors);
	loop_destroy(here.loop);
	return 0;
}

static void
send_text(int which, const char *text)
{
	assert_int_equal(send(here.far[which], text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* Exactly text has arrived; "END" stands for the end. */
static void
assert_received(int which, const char *text)
{
	char bytes[64];
	ssize_t got;

	clock_drain(here.loop);
	got = recv(here.far[which], bytes, sizeof(bytes), 0);
	if (strcmp(text, "END") == 0) {
		assert_int_equal(got, 0);
		return;
	}
	assert_int_equal(got, *text ? (ssize_t)strlen(text) : -1);
	if (got > 0)
		assert_memory_equal(bytes, text, (size_t)got);
}

static bool
is_over(void *context)
{
	(void)context;
	return folder_open_descriptors() ==
	       here.descriptors + (here.far[0] >= 0) + (here.far[1] >= 0);
}

static void
bytes_go_both_ways(void **state)
{
	(void)state;
	start(SLICE_LITERAL("first "));
	assert_received(1, "first ");
	send_text(0, "hello");
	assert_received(1, "hello");
	send_text(1, "good day");
	assert_received(0, "good day");
	assert_received(1, "");
	assert_false(is_over(NULL));
}

static void
an_end_is_passed_on_and_the_other_way_stays_open(void **state)
{
	(void)state;
	start((struct slice){0});
	send_text(0, "last words");
	shutdown(here.far[0], SHUT_WR);
	assert_received(1, "last words");
	assert_received(1, "END");
	send_text(1, "answer");
	assert_received(0, "answer");
	assert_received(0, "");
	shutdown(here.far[1], SHUT_WR);
	assert_received(0, "END");
	clock_wait(here.loop, is_over, NULL);
}

/* Such a client has gone, for all that the other side can know. */
static void
an_end_that_is_not_answered(void **state)
{
	(void)state;
	tunnels_destroy(here.tunnels);
	here.is_fast = true;
	here.tunnels = tunnels_create(here.loop);
	start((struct slice){0});
	shutdown(here.far[0], SHUT_WR);
	assert_received(1, "END");
	clock_wait(here.loop, is_over, NULL);
}

static void
connect_tcp(int pair[2])
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_return_code(bind(listener, (struct sockaddr *)&address, length), errno);
	assert_return_code(listen(listener, 1), errno);
	getsockname(listener, (struct sockaddr *)&address, &length);
	pair[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(connect(pair[0], (struct sockaddr *)&address, length), errno);
	pair[1] = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	assert_return_code(pair[1], errno);
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
	close(listener);
}

static void
a_reset_is_passed_on(void **state)
{
	const struct linger at_once = {.l_onoff = 1};
	struct tunnel_port ports[2];
	char byte;

	(void)state;
	for (int i = 0; i < 2; i++) {
		int pair[2];

		connect_tcp(pair);
		here.far[i] = pair[0];
		ports[i] = tunnel_socket(pair[1]);
	}
	assert_non_null(tunnels_add(here.tunnels, &ports[0], &ports[1], (struct slice){0}));
	setsockopt(here.far[0], SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	hang_up(0);
	clock_wait(here.loop, is_over, NULL);
	assert_int_equal(recv(here.far[1], &byte, 1, 0), -1);
	assert_int_equal(errno, ECONNRESET);
}

/* A connection that tells whether it was cut off, in front of one end of a socket pair. */
static void
start_that_tells(void)
{
	struct tunnel_port tells, plaintext;
	int pair[2];

	connect_tcp(pair);
	here.far[0] = pair[0];
	tells = tunnel_socket(pair[1]);
	tells.tells_cut_off = true;
	assert_return_code(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), errno);
	here.far[1] = pair[0];
	plaintext = tunnel_socket(pair[1]);
	assert_non_null(tunnels_add(here.tunnels, &tells, &plaintext, (struct slice){0}));
}

static bool
was_cut_off(void)
{
	const struct endpoint endpoint = {.source.fd = here.far[1]};

	return endpoint_was_cut_off(&endpoint);
}

static void
what_is_cut_off_is_told(void **state)
{
	const struct linger at_once = {.l_onoff = 1};

	(void)state;
	start_that_tells();
	send_text(0, "half");
	clock_drain(here.loop);
	assert_false(was_cut_off());
	setsockopt(here.far[0], SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	hang_up(0);
	clock_wait(here.loop, is_over, NULL);
	assert_received(1, "half");
	assert_received(1, "END");
	assert_true(was_cut_off());
}

/* Also when the other side has long gone, and whatever this one has sent into the void. */
static void
what_has_ended_well_is_told_however_late(void **state)
{
	(void)state;
	start_that_tells();
	send_text(0, "all");
	hang_up(0);
	for (int i = 0; i < 10; i++) {
		clock_drain(here.loop);
		send_text(1, "more");
	}
	assert_received(1, "all");
	assert_received(1, "END");
	assert_false(was_cut_off());
	hang_up(1);
	clock_wait(here.loop, is_over, NULL);
}

static void
who_never_reads_the_end_is_not_waited_for(void **state)
{
	(void)state;
	tunnels_destroy(here.tunnels);
	here.is_fast = true;
	here.tunnels = tunnels_create(here.loop);
	start_that_tells();
	hang_up(0);
	clock_wait(here.loop, is_over, NULL);
}

static void
the_other_side_goes_first(void **state)
{
	(void)state;
	start_that_tells();
	send_text(1, "last words");
	hang_up(1);
	assert_received(0, "last words");
	assert_received(0, "END");
	clock_wait(here.loop, is_over, NULL);
}

static void
bytes_before_a_hang_up_are_carried(void **state)
{
	(void)state;
	start((struct slice){0});
	send_text(0, "farewell");
	hang_up(0);
	assert_received(1, "farewell");
	assert_received(1, "END");
	clock_wait(here.loop, is_over, NULL);
}

static void
both_sides_hang_up(void **state)
{
	(void)state;
	start((struct slice){0});
	hang_up(1);
	clock_drain(here.loop);
	if (here.far[0] >= 0)
		send(here.far[0], "into the void", 13, MSG_NOSIGNAL);
	hang_up(0);
	clock_wait(here.loop, is_over, NULL);
}

/* One way: LARGE bytes, whose values follow a pattern, sent while there is room. */
static void
send_some(void)
{
	char bytes[10007];

	while (here.sent < LARGE) {
		size_t length = LARGE - here.sent < sizeof(bytes) ? LARGE - here.sent
								  : sizeof(bytes);
		ssize_t sent;

		for (size_t i = 0; i < length; i++)
			bytes[i] = (char)((here.sent + i) % 251);
		sent = send(here.far[0], bytes, length, MSG_NOSIGNAL);
		if (sent < 0)
			return;
		here.sent += (size_t)sent;
	}
	if (here.far[0] >= 0)
		shutdown(here.far[0], SHUT_WR);
}

static void
receive_some(size_t most)
{
	char bytes[4099];

	while (most) {
		ssize_t got = recv(
			here.far[1], bytes, most < sizeof(bytes) ? most : sizeof(bytes), 0);

		here.has_ended |= got == 0;
		if (got <= 0)
			return;
		for (ssize_t i = 0; i < got; i++)
			assert_int_equal(bytes[i], (char)((here.received + (size_t)i) % 251));
		here.received += (size_t)got;
		most -= (size_t)got;
	}
}

/* Receives until the end. Without progress the test fails after a number of rounds. */
static void
receive_all(size_t most)
{
	for (int i = 0; i < 100000 && !here.has_ended; i++) {
		send_some();
		receive_some(most);
		clock_drain(here.loop);
	}
	assert_true(here.has_ended);
}

/* Without a reader the tunnel takes only a limited number of bytes. */
static void
send_until_it_is_full(void)
{
	for (size_t before = 1; before != here.sent;) {
		before = here.sent;
		send_some();
		clock_drain(here.loop);
	}
	assert_true(here.sent < LARGE);
}

static void
a_slow_reader_gets_everything(void **state)
{
	(void)state;
	start((struct slice){0});
	send_until_it_is_full();
	receive_all(50000);
	assert_int_equal(here.received, LARGE);
	hang_up(1);
	hang_up(0);
	clock_wait(here.loop, is_over, NULL);
}

/* As with a server that writes everything and closes. */
static void
a_slow_reader_gets_everything_after_a_hang_up(void **state)
{
	size_t all;

	(void)state;
	start((struct slice){0});
	send_until_it_is_full();
	all = here.sent;
	hang_up(0);
	here.sent = LARGE;
	receive_all(30000);
	assert_int_equal(here.received, all);
	hang_up(1);
	clock_wait(here.loop, is_over, NULL);
}

static void
destroying_carries_what_is_left(void **state)
{
	char bytes[16];

	(void)state;
	start((struct slice){0});
	send_text(0, "goodbye");
	tunnels_destroy(here.tunnels);
	here.tunnels = NULL;
	assert_int_equal(recv(here.far[1], bytes, sizeof(bytes), 0), 7);
	assert_int_equal(recv(here.far[1], bytes, sizeof(bytes), 0), 0);
}

/* A port without a descriptor, which can be read but not written. */
static ssize_t
read_text(void *context, int fd, char *bytes, size_t size)
{
	struct slice *left = context;
	size_t length = left->length < size ? left->length : size;

	assert_int_equal(fd, -1);
	memcpy(bytes, left->at, length);
	slice_drop(left, length);
	return (ssize_t)length;
}

static ssize_t
refuse_bytes(void *context, int fd, const char *bytes, size_t length)
{
	(void)context;
	(void)fd;
	(void)bytes;
	(void)length;
	errno = EPIPE;
	return -1;
}

static void
a_port_needs_no_descriptor(void **state)
{
	struct slice text = SLICE_LITERAL("it is not there");
	struct tunnel_port client, other = tunnel_socket(-1);
	struct tunnel *tunnel;
	int pair[2];

	(void)state;
	assert_return_code(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), errno);
	here.far[0] = pair[0];
	client = tunnel_socket(pair[1]);
	other.read = read_text;
	other.write = refuse_bytes;
	other.context = &text;
	tunnel = tunnels_add(here.tunnels, &client, &other, SLICE_LITERAL("question"));
	assert_non_null(tunnel);
	tunnel_turn(tunnel);
	assert_received(0, "it is not there");
	assert_received(0, "END");
	clock_wait(here.loop, is_over, NULL);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bytes_go_both_ways),
		TEST(an_end_is_passed_on_and_the_other_way_stays_open),
		TEST(an_end_that_is_not_answered),
		TEST(a_reset_is_passed_on),
		TEST(what_is_cut_off_is_told),
		TEST(what_has_ended_well_is_told_however_late),
		TEST(who_never_reads_the_end_is_not_waited_for),
		TEST(the_other_side_goes_first),
		TEST(bytes_before_a_hang_up_are_carried),
		TEST(both_sides_hang_up),
		TEST(a_slow_reader_gets_everything),
		TEST(a_slow_reader_gets_everything_after_a_hang_up),
		TEST(destroying_carries_what_is_left),
		TEST(a_port_needs_no_descriptor),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
