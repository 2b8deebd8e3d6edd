/*
 * The messages to a viewer: each says what is new since the last one; and what a viewer may send.
 */
#include "test.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/talk.h"
#include "wire/live_feed.h"

static struct {
	struct packet_store *store;
	struct talk talk;
	struct live_feed feed;
	struct live_feed_state state;
	cJSON *json; /* of the last message */
} here;

static int
set_up(void **state)
{
	const uint16_t ports[STORED_ROW_PORTS] = {TALK_SERVER_PORT, 0};

	(void)state;
	memset(&here, 0, sizeof(here));
	here.store = packet_store_create(ports);
	talk_init(&here.talk);
	here.state = (struct live_feed_state){
		.site = "my \"site\"", .port = 9000, .by = "dumpcap", .how = ""};
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	cJSON_Delete(here.json);
	talk_finish(&here.talk);
	packet_store_destroy(here.store);
	return 0;
}

static void
add_packets(unsigned count)
{
	while (count--) {
		struct pcapng_block block = {.kind = PCAPNG_PACKET,
			.link = PCAPNG_LINK_RAW,
			.time_digits = 9,
			.has_time = true};

		talk_send(&here.talk, &(struct talk_packet){.side = TCP_CLIENT, .data = "x"});
		block.bytes = buf_slice(&here.talk.packet);
		block.wire_length = (uint32_t)block.bytes.length;
		block.time_ns = here.talk.time_ns;
		packet_store_add(here.store, &block);
	}
}

static bool
hear(const char *message)
{
	return live_feed_read(&here.feed, here.store, slice_of(message));
}

/* Whether there is a message; it is in here.json. */
static bool
next(void)
{
	struct buf json = {0};
	bool is_there = live_feed_next(&here.feed, here.store, &here.state, &json);

	cJSON_Delete(here.json);
	here.json = NULL;
	if (is_there) {
		here.json = cJSON_ParseWithLength(json.bytes, json.length);
		if (!here.json)
			fail_msg("no JSON: %s", json.bytes);
	} else {
		assert_int_equal(json.length, 0);
	}
	buf_finish(&json);
	return is_there;
}

static const cJSON *
member(const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(here.json, name);
}

static int
fact(const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(member("state"), name);

	return cJSON_IsNumber(item) ? item->valueint : -1;
}

/* The rows of the message are exactly these. */
static void
assert_rows(int first, int last)
{
	const cJSON *rows = member("rows"), *row;
	int number = first;

	assert_int_equal(cJSON_GetArraySize(rows), last - first + 1);
	cJSON_ArrayForEach(row, rows)
	{
		const cJSON *n = cJSON_GetObjectItemCaseSensitive(row, "n");

		assert_int_equal(n->valueint, number++);
	}
}

/* ---- what the viewer sends ---- */

static void
a_right_subscription_is_taken_once(void **state)
{
	static const char *const right[] = {"{\"from\":1}", "{\"from\":0}", "{\"from\":4294967295}",
		" {\"x\":[{}],\"from\":7} ", "{\"from\":1.0}"};

	(void)state;
	for (size_t i = 0; i < ROWS(right); i++) {
		here.feed = (struct live_feed){0};
		assert_true(hear(right[i]));
		assert_true(here.feed.has_begun);
		assert_false(hear(right[i]));
	}
}

static void
a_wrong_subscription_is_refused(void **state)
{
	static const char *const wrong[] = {"", " ", "{", "}", "1", "null", "true", "\"from\"",
		"[]", "[1]", "{}", "{\"from\":}", "{\"from\":null}", "{\"from\":\"1\"}",
		"{\"from\":true}", "{\"from\":[1]}", "{\"from\":{}}", "{\"from\":-1}",
		"{\"from\":-0.5}", "{\"from\":4294967296}", "{\"from\":1e99}", "{\"from\":1e999}",
		"{\"from\":nan}", "{\"From\":1}", "{\"from \":1}", "\xff\xfe", "{\"from\":1",
		"{'from':1}"};

	(void)state;
	for (size_t i = 0; i < ROWS(wrong); i++) {
		if (hear(wrong[i]))
			fail_msg("taken: %s", wrong[i]);
		assert_false(here.feed.has_begun);
	}
	assert_false(live_feed_read(&here.feed, here.store, (struct slice){0}));
	assert_false(live_feed_read(&here.feed, here.store, (struct slice){"{\"from\":1}\0x", 5}));
	/* The deepest that fits into a message. */
	char deep[LIVE_FEED_MESSAGE_MAX + 1];

	memset(deep, '[', LIVE_FEED_MESSAGE_MAX);
	deep[LIVE_FEED_MESSAGE_MAX] = '\0';
	assert_false(hear(deep));
	assert_false(next());
}

/* ---- what it gets ---- */

static void
a_viewer_that_has_not_subscribed_gets_nothing(void **state)
{
	(void)state;
	add_packets(3);
	assert_false(next());
}

static void
each_row_comes_once_and_in_order(void **state)
{
	(void)state;
	assert_true(hear("{\"from\":1}"));
	assert_true(next());
	assert_null(member("rows"));
	assert_false(next());
	add_packets(3);
	assert_true(next());
	assert_rows(1, 3);
	assert_false(next());
	add_packets(1);
	assert_true(next());
	assert_rows(4, 4);
}

static void
many_rows_come_in_several_messages(void **state)
{
	(void)state;
	add_packets(2 * LIVE_FEED_ROWS + 1);
	assert_true(hear("{\"from\":0}"));
	assert_true(next());
	assert_rows(1, LIVE_FEED_ROWS);
	assert_true(next());
	assert_rows(LIVE_FEED_ROWS + 1, 2 * LIVE_FEED_ROWS);
	assert_true(next());
	assert_rows(2 * LIVE_FEED_ROWS + 1, 2 * LIVE_FEED_ROWS + 1);
	assert_false(next());
}

static void
a_viewer_may_begin_later(void **state)
{
	(void)state;
	add_packets(5);
	assert_true(hear("{\"from\":4}"));
	assert_true(next());
	assert_rows(4, 5);
	here.feed = (struct live_feed){0};
	/* Such as of a server that ran before. */
	assert_true(hear("{\"from\":1000}"));
	assert_true(next());
	assert_null(member("rows"));
	assert_int_equal(fact("last"), 5);
}

static void
the_state_comes_when_it_has_changed(void **state)
{
	(void)state;
	assert_true(hear("{\"from\":1}"));
	assert_true(next());
	assert_string_equal(
		cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(member("state"), "site")),
		"my \"site\"");
	assert_int_equal(fact("port"), 9000);
	assert_int_equal(fact("lost"), 0);
	assert_false(next());
	here.state.lost = 7;
	assert_true(next());
	assert_int_equal(fact("lost"), 7);
	assert_null(member("rows"));
	here.state.has_ended = true;
	assert_true(next());
	assert_true(cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(member("state"), "ended")));
	assert_false(next());
}

static void
a_mark_comes_behind_the_row_before_it(void **state)
{
	const cJSON *mark;

	(void)state;
	add_packets(LIVE_FEED_ROWS + 1);
	packet_store_mark(here.store, here.talk.time_ns + 1, "saved \"a\".html");
	packet_store_settle_marks(here.store);
	assert_true(hear("{\"from\":1}"));
	assert_true(next());
	assert_null(member("marks"));
	assert_true(next());
	assert_rows(LIVE_FEED_ROWS + 1, LIVE_FEED_ROWS + 1);
	assert_int_equal(cJSON_GetArraySize(member("marks")), 1);
	mark = cJSON_GetArrayItem(member("marks"), 0);
	assert_int_equal(
		cJSON_GetObjectItemCaseSensitive(mark, "after")->valueint, LIVE_FEED_ROWS + 1);
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(mark, "text")),
		"saved \"a\".html");
	assert_false(next());
}

static void
what_was_cleared_is_said_before_what_is_new(void **state)
{
	(void)state;
	add_packets(3);
	assert_true(hear("{\"from\":1}"));
	assert_true(next());
	packet_store_clear(here.store);
	add_packets(2);
	assert_true(next());
	assert_true(cJSON_IsTrue(member("cleared")));
	assert_rows(4, 5);
	assert_int_equal(fact("first"), 4);
	assert_false(next());
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_right_subscription_is_taken_once),
		TEST(a_wrong_subscription_is_refused),
		TEST(a_viewer_that_has_not_subscribed_gets_nothing),
		TEST(each_row_comes_once_and_in_order),
		TEST(many_rows_come_in_several_messages),
		TEST(a_viewer_may_begin_later),
		TEST(the_state_comes_when_it_has_changed),
		TEST(a_mark_comes_behind_the_row_before_it),
		TEST(what_was_cleared_is_said_before_what_is_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
