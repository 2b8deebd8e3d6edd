/*
 * receive_batch on socket pairs: what is received in one round, and when it is handled.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "net/receive_batch.h"
#include "support/clock.h"

enum { OWNERS = 6, LARGE = 20 * 1024 };

struct owner {
	struct loop_source source;
	int client;
	char letter;
	bool forgets_next; /* when its bytes are handled */
};

static struct {
	struct loop *loop;
	struct receive_batch batch;
	struct owner owners[OWNERS];
	struct buf
		calls; /* 'r' received, 'b' begin, and the letter of each owner that is handled */
	size_t bytes;  /* that were handled */
} here;

static void
begin(void *context)
{
	assert_ptr_equal(context, &here);
	buf_add_char(&here.calls, 'b');
}

static void
handle(void *context, struct slice bytes)
{
	struct owner *owner = context;

	buf_add_char(&here.calls, owner->letter);
	for (size_t i = 0; i < bytes.length; i++)
		assert_int_equal(bytes.at[i], owner->letter);
	here.bytes += bytes.length;
	if (owner->forgets_next)
		receive_batch_forget(&here.batch, owner + 1);
}

static void
is_ready(void *context, unsigned events)
{
	struct owner *owner = context;
	bool had = receive_batch_has(&here.batch, owner);
	ssize_t got = receive_batch_receive(&here.batch, owner->source.fd, owner);

	(void)events;
	assert_false(had);
	assert_int_equal(receive_batch_has(&here.batch, owner), got > 0);
	buf_add_char(&here.calls, got > 0 ? 'r' : 'e');
	if (got <= 0)
		loop_remove(here.loop, &owner->source);
}

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	here.loop = loop_create();
	receive_batch_init(&here.batch, here.loop, begin, handle, &here);
	for (int i = 0; i < OWNERS; i++) {
		struct owner *owner = &here.owners[i];
		int pair[2];

		assert_return_code(
			socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), errno);
		owner->client = pair[0];
		owner->letter = (char)('0' + i);
		assert_true(
			loop_add(here.loop, &owner->source, pair[1], LOOP_READ, is_ready, owner));
	}
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	receive_batch_finish(&here.batch);
	for (int i = 0; i < OWNERS; i++) {
		close(here.owners[i].client);
		close(here.owners[i].source.fd);
	}
	loop_destroy(here.loop);
	buf_finish(&here.calls);
	return 0;
}

static void
send_letters(int owner, size_t count)
{
	char *letters = malloc(count);

	assert_non_null(letters);
	memset(letters, here.owners[owner].letter, count);
	assert_int_equal(write(here.owners[owner].client, letters, count), count);
	free(letters);
}

static void
expect(const char *calls)
{
	clock_drain(here.loop);
	assert_string_equal(buf_slice(&here.calls).at, calls);
	buf_clear(&here.calls);
}

static void
all_are_received_before_any_is_handled(void **state)
{
	(void)state;
	assert_null(here.batch.bytes); /* no memory before it is needed */
	send_letters(0, 1);
	send_letters(1, 10);
	send_letters(2, 100);
	expect("rrrb012");
	assert_int_equal(here.bytes, 111);
	send_letters(1, 1);
	expect("rb1");
}

/* Four times 20 KiB do not fit into one batch. */
static void
a_full_batch_is_handled_at_once(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++)
		send_letters(i, LARGE);
	expect("rrrb012rb3");
	assert_int_equal(here.bytes, 4 * LARGE);
}

static void
an_owner_is_forgotten(void **state)
{
	(void)state;
	here.owners[1].forgets_next = true;
	for (int i = 0; i < 4; i++)
		send_letters(i, 1);
	expect("rrrrb013");
}

static void
the_end_of_a_client_is_no_batch(void **state)
{
	(void)state;
	shutdown(here.owners[0].client, SHUT_WR);
	expect("e");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(all_are_received_before_any_is_handled),
		TEST(a_full_batch_is_handled_at_once),
		TEST(an_owner_is_forgotten),
		TEST(the_end_of_a_client_is_no_batch),
	};

	return cmocka_run_group_tests_name("receive_batch", tests, NULL, NULL);
}
