/*
 * Packets wait while the loop has other work, but not for ever; too many are left out, and counted.
 */
#include "support/test.h"

#include <errno.h>
#include <unistd.h>

#include "capture/pcapng_write.h"
#include "support/clock.h"
#include "wire/backlog.h"

enum { LARGE = 60000 };

static struct {
	struct loop *loop;
	struct packet_store *store;
	struct backlog *backlog;
	unsigned reads;
	struct buf head, packet; /* blocks */
} here;

static void
count_read(void *context)
{
	(void)context;
	here.reads++;
}

static int
enter(void **state)
{
	static const char zeros[LARGE];
	const struct pcapng_packet packet = {.time_ns = 1, .bytes = {zeros, LARGE}};
	const uint16_t ports[STORED_ROW_PORTS] = {9000};

	(void)state;
	here.loop = loop_create();
	here.store = packet_store_create(ports);
	here.reads = 0;
	here.backlog = backlog_create(&(struct backlog_options){
		.loop = here.loop, .store = here.store, .read = count_read});
	pcapng_write_section(&here.head, "Linux", "test", (struct slice){0});
	pcapng_write_interface(&here.head, PCAPNG_LINK_ETHERNET, 65536, "lo");
	pcapng_write_packet(&here.packet, &packet);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	backlog_destroy(here.backlog);
	packet_store_destroy(here.store);
	loop_destroy(here.loop);
	buf_finish(&here.head);
	buf_finish(&here.packet);
	return 0;
}

/* Runs rounds in which nothing is due. */
static void
run_until_empty(void)
{
	for (unsigned rounds = 0; !backlog_is_empty(here.backlog); rounds++) {
		assert_true(rounds < 1000000);
		loop_dispatch(here.loop);
	}
}

static void
packets_are_read_when_nothing_else_is_due(void **state)
{
	(void)state;
	assert_true(backlog_is_empty(here.backlog));
	backlog_add(here.backlog, buf_slice(&here.head));
	backlog_add(here.backlog, buf_slice(&here.packet));
	backlog_add(here.backlog, buf_slice(&here.packet));
	assert_false(backlog_is_empty(here.backlog));
	assert_int_equal(packet_store_last(here.store), 0);
	run_until_empty();
	assert_int_equal(packet_store_last(here.store), 2);
	assert_true(here.reads > 0);
	assert_int_equal(backlog_lost(here.backlog), 0);
}

static void
too_many_are_left_out_and_counted(void **state)
{
	uint64_t added = 0, waiting;

	(void)state;
	backlog_add(here.backlog, buf_slice(&here.head));
	while (backlog_lost(here.backlog) < 3) {
		backlog_add(here.backlog, buf_slice(&here.packet));
		added++;
	}
	waiting = added - backlog_lost(here.backlog) - packet_store_last(here.store);
	assert_true(added * here.packet.length >= BACKLOG_MAX);
	assert_true(waiting * here.packet.length <= BACKLOG_MAX + here.packet.length);
	run_until_empty();
	assert_int_equal(packet_store_last(here.store), added - backlog_lost(here.backlog));
}

static void
interfaces_are_never_left_out(void **state)
{
	const struct packet_store_interface *interfaces;

	(void)state;
	backlog_add(here.backlog, buf_slice(&here.head));
	while (backlog_lost(here.backlog) == 0)
		backlog_add(here.backlog, buf_slice(&here.packet));
	buf_clear(&here.head);
	pcapng_write_interface(&here.head, PCAPNG_LINK_ETHERNET, 65536, "second");
	backlog_add(here.backlog, buf_slice(&here.head));
	run_until_empty();
	assert_int_equal(packet_store_interfaces(here.store, &interfaces), 2);
	assert_string_equal(interfaces[1].name, "second");
}

static bool
has_a_row(void *context)
{
	(void)context;
	backlog_add(here.backlog, buf_slice(&here.packet));
	return packet_store_last(here.store) > 0;
}

static void
do_nothing(void *context, unsigned events)
{
	(void)context, (void)events;
}

/* The pipe is always readable, so the loop has no pause. */
static void
the_list_goes_on_under_full_load(void **state)
{
	struct loop_source source;
	int ends[2];

	(void)state;
	assert_return_code(pipe(ends), errno);
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_true(loop_add(here.loop, &source, ends[0], LOOP_READ, do_nothing, NULL));
	backlog_add(here.backlog, buf_slice(&here.head));
	clock_wait(here.loop, has_a_row, NULL);
	loop_remove(here.loop, &source);
	close(ends[0]);
	close(ends[1]);
}

static void
bytes_that_are_no_pcapng_end_it(void **state)
{
	const uint32_t wrong[] = {UINT32_MAX, 13, 0, 0};

	(void)state;
	backlog_add(here.backlog, (struct slice){(const char *)wrong, sizeof(wrong)});
	run_until_empty();
	assert_int_equal(packet_store_last(here.store), 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(packets_are_read_when_nothing_else_is_due),
		TEST(too_many_are_left_out_and_counted),
		TEST(interfaces_are_never_left_out),
		TEST(the_list_goes_on_under_full_load),
		TEST(bytes_that_are_no_pcapng_end_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
