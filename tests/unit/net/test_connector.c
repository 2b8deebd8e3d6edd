/*
 * Addresses that accept, refuse, and do not answer. Timers run a hundred times as fast.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "net/connector.h"
#include "support/clock.h"
#include "support/folder.h"
#include "support/wrap_loop.h"

enum { FILLERS = 4 };

static struct {
	struct loop *loop;
	struct connector connector;
	struct connector_addresses addresses;
	size_t descriptors;
	int socket;
	int error;
	bool is_done;
} here;

void
__wrap_loop_timer_set(struct loop *loop, struct loop_timer *timer, uint64_t delay_us,
	loop_timer_fn *fn, void *context)
{
	__real_loop_timer_set(loop, timer, delay_us / 100, fn, context);
}

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	here.descriptors = folder_open_descriptors();
	here.loop = loop_create();
	here.socket = -1;
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	connector_stop(&here.connector);
	if (here.socket >= 0)
		close(here.socket);
	loop_destroy(here.loop);
	assert_int_equal(folder_open_descriptors(), here.descriptors);
	return 0;
}

/* Binds a port of 127.0.0.1, and adds its address. Without a listen(2) it refuses connections. */
static int
add_address(bool listens)
{
	struct connector_address *address = &here.addresses.items[here.addresses.count++];
	struct sockaddr_in name = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address->length = sizeof(name);
	assert_return_code(bind(fd, (struct sockaddr *)&name, sizeof(name)), errno);
	if (listens)
		assert_return_code(listen(fd, 0), errno);
	getsockname(fd, (struct sockaddr *)&address->storage, &address->length);
	return fd;
}

static void
done(void *context, int socket)
{
	(void)context;
	here.error = errno;
	here.socket = socket;
	here.is_done = true;
}

static bool
is_done(void *context)
{
	(void)context;
	return here.is_done;
}

static void
start(void)
{
	int socket;
	enum connector_verdict verdict = connector_start(
		&here.connector, here.loop, &here.addresses, done, NULL, &socket);

	if (verdict != CONNECTOR_WAITS)
		done(NULL, verdict == CONNECTOR_CONNECTED ? socket : -1);
	clock_wait(here.loop, is_done, NULL);
}

static void
the_next_one_after_a_refusal(void **state)
{
	int refuses = add_address(false), accepts = add_address(true);

	(void)state;
	start();
	assert_true(here.socket >= 0);
	assert_int_equal(here.addresses.first, 1);
	close(refuses);
	close(accepts);
}

/* The one that has worked is the first next time, and the others follow. */
static void
what_has_worked_is_remembered(void **state)
{
	int accepts = add_address(true), refuses = add_address(false);

	(void)state;
	here.addresses.first = 1;
	start();
	assert_true(here.socket >= 0);
	assert_int_equal(here.addresses.first, 0);
	close(refuses);
	close(accepts);
}

static void
all_refuse(void **state)
{
	int one = add_address(false), other = add_address(false);

	(void)state;
	start();
	assert_int_equal(here.socket, -1);
	assert_int_equal(here.error, ECONNREFUSED);
	close(one);
	close(other);
}

/* A queue that is full does not answer. */
static void
the_next_one_after_silence(void **state)
{
	int silent = add_address(true), accepts = add_address(true);
	int fillers[FILLERS];

	(void)state;
	for (int i = 0; i < FILLERS; i++) {
		fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		connect(fillers[i], (struct sockaddr *)&here.addresses.items[0].storage,
			here.addresses.items[0].length);
	}
	start();
	assert_true(here.socket >= 0);
	assert_int_equal(here.addresses.first, 1);
	for (int i = 0; i < FILLERS; i++)
		close(fillers[i]);
	close(silent);
	close(accepts);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_next_one_after_a_refusal),
		TEST(what_has_worked_is_remembered),
		TEST(all_refuse),
		TEST(the_next_one_after_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
