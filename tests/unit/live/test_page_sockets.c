/*
 * WebSockets with libwebsockets, a loop and a hub as they are; a page is the other end of a socket
 * pair.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "live/page_sockets.h"
#include "live/places.h"
#include "support/clock.h"
#include "support/live_hub.h"
#include "support/websocket_client.h"
#include "support/wrap_loop.h"

enum { CUT_FACTOR = 1000 }; /* the time for large messages can be so much shorter */

static struct live_hub here;

static struct {
	struct page_sockets *page_sockets;
	unsigned rounds; /* of the loop */
	bool cuts_large; /* the time for large messages is shorter */
	struct {
		struct loop_timer *timer; /* the last one that limits a closing handshake */
		loop_timer_fn *fn;
		void *context;
	} closing;
} tested;

/* A closing handshake has all its time until the test lets it expire. A message is sent at once. */
void
__wrap_loop_timer_set(struct loop *loop, struct loop_timer *timer, uint64_t delay_us,
	loop_timer_fn *fn, void *context)
{
	if (delay_us == PLACES_US && tested.cuts_large) {
		delay_us /= CUT_FACTOR;
	} else if (delay_us > 0 && delay_us != PLACES_US) {
		tested.closing.timer = timer;
		tested.closing.fn = fn;
		tested.closing.context = context;
	}
	__real_loop_timer_set(loop, timer, delay_us, fn, context);
}

static void
count_round(void *context)
{
	(void)context;
	tested.rounds++;
}

static int
enter(void **state)
{
	(void)state;
	memset(&tested, 0, sizeof(tested));
	live_hub_init(&here);
	tested.page_sockets = page_sockets_create(here.loop, here.hub);
	loop_before_wait(here.loop, count_round, NULL);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	page_sockets_destroy(tested.page_sockets);
	live_hub_finish(&here);
	return 0;
}

/* ---- pages ---- */

/* A connection that requested a WebSocket and sent bytes after the request. */
static struct client
ask_for_socket(enum protocol protocol, struct slice behind)
{
	struct response response;
	struct client client;

	response_init(&response);
	page_sockets_take_over(tested.page_sockets, protocol, &response);
	client = client_ask(here.loop, &response, behind);
	response_finish(&response);
	return client;
}

static struct client
open_socket(enum protocol protocol)
{
	struct client client = ask_for_socket(protocol, (struct slice){0});

	free(client_read_head(&client));
	return client;
}

static bool
is_closing(void *context)
{
	(void)context;
	return tested.closing.timer;
}

/* The server closes a page, and its time for that is over. */
static void
let_closing_expire(void)
{
	clock_wait(here.loop, is_closing, NULL);
	__real_loop_timer_set(
		here.loop, tested.closing.timer, 0, tested.closing.fn, tested.closing.context);
	tested.closing.timer = NULL;
}

/* ---- tests ---- */

static void
handshake(void **state)
{
	static const char accept[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"; /* RFC 6455 1.3 */
	struct client plain = ask_for_socket(PROTOCOL_LIVE_SERVER, (struct slice){0});
	struct client page = ask_for_socket(PROTOCOL_LIVESERVE, (struct slice){0});
	char *head = client_read_head(&plain);

	(void)state;
	assert_ptr_equal(strstr(head, "HTTP/1.1 101 "), head);
	assert_non_null(strcasestr(head, "\r\nUpgrade: websocket\r\n"));
	assert_non_null(strcasestr(head, "\r\nConnection: Upgrade\r\n"));
	assert_non_null(strstr(head, accept));
	assert_null(strcasestr(head, "Sec-WebSocket-Protocol"));
	assert_null(strcasestr(head, "Sec-WebSocket-Extensions"));
	free(head);
	head = client_read_head(&page);
	assert_non_null(strcasestr(head, "\r\nSec-WebSocket-Protocol: liveserve.v1\r\n"));
	free(head);
	client_close(&plain);
	client_close(&page);
}

static void
texts_both_ways(void **state)
{
	struct client plain = open_socket(PROTOCOL_LIVE_SERVER);
	struct client page = open_socket(PROTOCOL_LIVESERVE);
	struct client old = open_socket(PROTOCOL_LIVERELOAD);
	char *hello = live_hub_hello(&here);
	char *answer = mem_format(
		"{\"type\":\"hello\",\"epoch\":\"%s\",\"version\":1}", journal_epoch(here.journal));

	(void)state;
	assert_text(&plain, "connected");
	assert_int_equal(hub_page_count(here.hub), 1);
	client_send_text(&page, hello);
	assert_text(&page, answer);
	client_send_text(&old, "{\"command\":\"hello\",\"protocols\":"
			       "[\"http://livereload.com/protocols/official-7\"]}");
	assert_text(&old, "{\"command\":\"hello\",\"protocols\":[\"http://livereload.com/protocols/"
			  "official-7\"],\"serverName\":\"liveserve\"}");
	assert_int_equal(hub_page_count(here.hub), 3);
	live_hub_change(&here, "a.css");
	assert_text(&plain, "refreshcss");
	assert_text(&page, "{\"type\":\"change\",\"version\":2,\"changes\":"
			   "[{\"urls\":[\"/a.css\"],\"kind\":\"modified\"}]}");
	assert_text(&old,
		"{\"command\":\"reload\",\"path\":\"/a.css\",\"liveCSS\":true,\"liveImg\":true}");
	free(hello);
	free(answer);
	client_close(&plain);
	client_close(&page);
	client_close(&old);
}

/* RFC 6455 5.4: a control frame may come between the fragments. The opcode of those that continue a message is 0. */
static void
fragments(void **state)
{
	struct client page = open_socket(PROTOCOL_LIVESERVE);

	(void)state;
	client_send_frame(&page, TEXT, "{\"type\":\"hello\",");
	client_send_frame(&page, 0, "\"epoch\":\"x\",");
	client_send_frame(&page, FINAL | PING, "between");
	client_send_frame(&page, FINAL, "\"version\":1}");
	assert_frame(&page, PONG, "between");
	assert_text(&page, "{\"type\":\"reload\",\"version\":1}");
	client_close(&page);
}

static void
byte_by_byte(void **state)
{
	struct client page = open_socket(PROTOCOL_LIVESERVE);
	struct buf bytes = {0};

	(void)state;
	client_add_frame(&bytes, FINAL | TEXT,
		slice_of("{\"type\":\"hello\",\"epoch\":\"x\",\"version\":1}"), true);
	for (size_t i = 0; i < bytes.length; i++)
		client_send_bytes(&page, (struct slice){bytes.bytes + i, 1});
	assert_text(&page, "{\"type\":\"reload\",\"version\":1}");
	buf_finish(&bytes);
	client_close(&page);
}

static void
pings(void **state)
{
	struct client plain = open_socket(PROTOCOL_LIVE_SERVER);

	(void)state;
	assert_text(&plain, "connected");
	for (int i = 0; i < 10; i++) {
		char *payload = mem_format("ping %d", i);

		client_send_frame(&plain, FINAL | PING, payload);
		assert_frame(&plain, PONG, payload);
		free(payload);
	}
	live_hub_change(&here, "a.css");
	assert_text(&plain, "refreshcss");
	client_close(&plain);
}

static void
frames_behind_the_request(void **state)
{
	struct buf frames = {0};
	struct client page;

	(void)state;
	client_add_frame(&frames, FINAL | TEXT,
		slice_of("{\"type\":\"hello\",\"epoch\":\"x\",\"version\":1}"), true);
	client_add_frame(&frames, FINAL | PING, slice_of("one"), true);
	client_add_frame(&frames, FINAL | PING, slice_of("two"), true);
	frames.length -= 5; /* half a frame */
	page = ask_for_socket(PROTOCOL_LIVESERVE, buf_slice(&frames));
	free(client_read_head(&page));
	frames.length += 5;
	client_send_bytes(&page, (struct slice){frames.bytes + frames.length - 5, 5});
	assert_frame(&page, PONG, "one");
	assert_text(&page, "{\"type\":\"reload\",\"version\":1}");
	assert_frame(&page, PONG, "two");
	buf_finish(&frames);
	client_close(&page);
}

/* After a close frame the client closes, too, and the page is gone. */
static void
finish_closing(struct client *client, const char *code)
{
	client_send_frame(client, FINAL | CLOSE, code);
	shutdown(client->socket, SHUT_WR);
	clock_wait(here.loop, client_has_ended, client);
	clock_wait(here.loop, live_hub_is_empty, &here);
	clock_drain(here.loop);
	client_close(client);
}

static void
unmasked_frames(void **state)
{
	struct buf frame = {0};
	struct client plain = open_socket(PROTOCOL_LIVE_SERVER);

	(void)state;
	assert_text(&plain, "connected");
	client_add_frame(&frame, FINAL | PING, slice_of("x"), false);
	client_send_bytes(&plain, buf_slice(&frame));
	assert_close(&plain, 1002);
	finish_closing(&plain, "\x03\xea");

	plain = ask_for_socket(PROTOCOL_LIVE_SERVER, buf_slice(&frame));
	free(client_read_head(&plain));
	assert_close(&plain, 1002);
	finish_closing(&plain, "\x03\xea");
	buf_finish(&frame);
}

/* Whatever way they come: byte by byte, the first byte with the request, and after other frames. */
static void
unmasked_frames_in_pieces(void **state)
{
	for (size_t most = 0; most <= 8; most++) {
		size_t with_request = most;
		struct buf frames = {0};
		struct client plain;

		client_add_frame(&frames, FINAL | PONG, slice_of("x"), with_request % 2);
		client_add_frame(&frames, FINAL | TEXT, slice_of("y"), false);
		if (with_request > frames.length)
			with_request = frames.length;
		plain = ask_for_socket(
			PROTOCOL_LIVE_SERVER, (struct slice){frames.bytes, with_request});
		free(client_read_head(&plain));
		for (size_t i = with_request; i < frames.length; i++)
			client_send_bytes(&plain, (struct slice){frames.bytes + i, 1});
		clock_wait(here.loop, client_has_frame_or_end, &plain);
		if ((unsigned char)plain.input.bytes[0] == (FINAL | TEXT))
			assert_text(&plain, "connected");
		assert_close(&plain, 1002);
		finish_closing(&plain, "\x03\xea");
		buf_finish(&frames);
	}
	(void)state;
}

static void
what_closes(void **state)
{
	static const struct {
		enum protocol protocol;
		size_t length;
		unsigned first, code;
		const char *text; /* repeated up to length */
	} rows[] = {
		{PROTOCOL_LIVE_SERVER, 16 * 1024 + 1, FINAL | TEXT, 1009, "x"},
		{PROTOCOL_LIVESERVE, 256 * 1024 + 1, FINAL | TEXT, 1009, "x"},
		{PROTOCOL_LIVE_SERVER, 2000, FINAL | BINARY, 1003, "x"},
		{PROTOCOL_LIVESERVE, 1, FINAL | BINARY, 1003, "x"},
		{PROTOCOL_LIVESERVE, 1, FINAL | TEXT, 1008, "x"},
		{PROTOCOL_LIVERELOAD, 2, FINAL | TEXT, 1008, "{}"},
		{PROTOCOL_LIVESERVE, 1, FINAL | TEXT, 1007, "\xff"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct client client = open_socket(rows[i].protocol);
		struct buf payload = {0}, frame = {0};

		if (rows[i].protocol == PROTOCOL_LIVE_SERVER)
			assert_text(&client, "connected");
		while (payload.length < rows[i].length)
			buf_add_text(&payload, rows[i].text);
		client_add_frame(&frame, rows[i].first, buf_slice(&payload), true);
		client_send_bytes(&client, buf_slice(&frame));
		assert_close(&client, rows[i].code);
		finish_closing(&client, "\x03\xe8");
		buf_finish(&payload);
		buf_finish(&frame);
	}
}

/* A message of the largest size is accepted. */
static void
large_messages(void **state)
{
	struct client plain = open_socket(PROTOCOL_LIVE_SERVER);
	struct buf payload = {0}, frame = {0};

	(void)state;
	assert_text(&plain, "connected");
	while (payload.length < 16 * 1024)
		buf_add_char(&payload, 'x');
	client_add_frame(&frame, FINAL | TEXT, buf_slice(&payload), true);
	client_send_bytes(&plain, buf_slice(&frame));
	live_hub_change(&here, "a.css");
	assert_text(&plain, "refreshcss");
	buf_finish(&payload);
	buf_finish(&frame);
	client_close(&plain);
}

/* More than the buffer of the socket can hold: 900 paths of 1,200 bytes. */
static void
change_much(void)
{
	struct changes changes = {0};

	for (int i = 0; i < 900; i++) {
		char *path = mem_format("%01200d.txt", i);

		changes_add(&changes, slice_of(path), CHANGE_MODIFIED);
		free(path);
	}
	live_hub_publish(&here, &changes);
	clock_drain(here.loop); /* a large message takes more than one round */
}

/* The bytes that client has sent and nobody has read. */
static int
unread_of(const struct client *client)
{
	int unread = 0;

	assert_return_code(ioctl(client->socket, SIOCOUTQ, &unread), errno);
	return unread;
}

static struct client
open_page(void)
{
	struct client page = open_socket(PROTOCOL_LIVESERVE);
	char *hello = live_hub_hello(&here);
	size_t length;

	client_send_text(&page, hello);
	free(client_read_frame(&page, TEXT, &length));
	free(hello);
	return page;
}

/* A slow reader does not block others, causes no busy loop, and gets everything in the end. */
static void
slow_reader(void **state)
{
	struct client slow = open_page(), quick = open_socket(PROTOCOL_LIVE_SERVER);
	size_t length;
	char *text;

	(void)state;
	assert_text(&quick, "connected");
	change_much();
	assert_text(&quick, "reload");
	live_hub_change(&here, "a.css");
	assert_text(&quick, "refreshcss");
	client_send_frame(&slow, FINAL | PING, "x");
	clock_drain(here.loop);
	tested.rounds = 0;
	clock_drain(here.loop);
	assert_int_equal(tested.rounds, 0);
	text = client_read_frame(&slow, TEXT, &length);
	assert_true(length > 1000 * 1000);
	assert_memory_equal(text, "{\"type\":\"change\",\"version\":2,", 29);
	free(text);
	/* The pong comes before the second change or after it. */
	clock_wait(here.loop, client_has_frame_or_end, &slow);
	if ((unsigned char)slow.input.bytes[0] == (FINAL | PONG))
		assert_frame(&slow, PONG, "x");
	assert_text(&slow, "{\"type\":\"change\",\"version\":3,\"changes\":"
			   "[{\"urls\":[\"/a.css\"],\"kind\":\"modified\"}]}");
	client_close(&slow);
	client_close(&quick);
}

enum { LARGE_PAGES = PLACES_MAX + 8, LARGE = 100 * 1000 };

/* A message of liveserve.v1 that is complete but for its last byte. */
static void
add_large_frame(struct buf *frame)
{
	struct buf payload = {0};

	buf_add_text(&payload, "{\"type\":\"uses\",\"urls\":[\"/");
	while (payload.length < LARGE - 3)
		buf_add_char(&payload, 'x');
	buf_add_text(&payload, "\"]}");
	client_add_frame(frame, FINAL | TEXT, buf_slice(&payload), true);
	frame->length--;
	buf_finish(&payload);
}

/* The number of pages of which less than half a message was read. */
static unsigned
count_waiting(const struct client *pages)
{
	unsigned count = 0;

	for (size_t i = 0; i < LARGE_PAGES; i++)
		count += unread_of(&pages[i]) > LARGE / 2;
	return count;
}

/* Many large messages at once are read by turns, and none is lost. */
static void
large_messages_take_turns(void **state)
{
	struct client pages[LARGE_PAGES];
	struct buf frame = {0};

	(void)state;
	add_large_frame(&frame);
	for (size_t i = 0; i < LARGE_PAGES; i++)
		pages[i] = open_page();
	for (size_t i = 0; i < LARGE_PAGES; i++)
		client_send_bytes(&pages[i], buf_slice(&frame));
	clock_drain(here.loop);
	assert_int_equal(count_waiting(pages), LARGE_PAGES - PLACES_MAX);
	/* A page whose own message is not complete is told what changes. */
	live_hub_change(&here, "a.css");
	for (size_t i = 0; i < LARGE_PAGES; i++)
		assert_text(&pages[i], "{\"type\":\"change\",\"version\":2,\"changes\":"
				       "[{\"urls\":[\"/a.css\"],\"kind\":\"modified\"}]}");
	for (size_t i = 0; i < LARGE_PAGES; i++)
		assert_int_equal(send(pages[i].socket, frame.bytes + frame.length, 1, 0), 1);
	clock_drain(here.loop);
	assert_int_equal(count_waiting(pages), 0);
	for (size_t i = 0; i < LARGE_PAGES; i++) {
		client_send_frame(&pages[i], FINAL | PING, "x");
		assert_frame(&pages[i], PONG, "x");
		client_close(&pages[i]);
	}
	assert_int_equal(hub_pages_using(here.hub, slice_of("b.css")), 0);
	buf_finish(&frame);
}

/* Pages that keep their places without going on are closed, and the others get their turn. */
static void
large_messages_that_stall(void **state)
{
	struct client pages[LARGE_PAGES];
	struct buf frame = {0};

	(void)state;
	tested.cuts_large = true;
	add_large_frame(&frame);
	for (size_t i = 0; i < LARGE_PAGES; i++)
		pages[i] = open_page();
	for (size_t i = 0; i < LARGE_PAGES; i++)
		client_send_bytes(&pages[i], buf_slice(&frame));
	for (size_t i = 0; i < LARGE_PAGES; i++) {
		assert_close(&pages[i], 1008);
		client_close(&pages[i]);
	}
	buf_finish(&frame);
}

/* A client that has sent its close frame, but does not read what is still sent to it. */
static void
slow_reader_that_closes(void **state)
{
	for (int is_close_frame = 0; is_close_frame < 2; is_close_frame++) {
		struct client slow = open_page();

		change_much();
		if (is_close_frame)
			client_send_frame(&slow, FINAL | CLOSE, "\x03\xe8");
		shutdown(slow.socket, SHUT_WR);
		tested.rounds = 0;
		let_closing_expire();
		clock_wait(here.loop, live_hub_is_empty, &here);
		assert_in_range(tested.rounds, 0, 20); /* the loop does not spin */
		clock_wait(here.loop, client_has_ended, &slow);
		client_close(&slow);
	}
	(void)state;
}

/* A page that sends a close frame but takes nothing does not stay. */
static void
close_frame_without_reading(void **state)
{
	struct client slow = open_page();

	(void)state;
	change_much();
	client_send_frame(&slow, FINAL | CLOSE, "\x03\xe8");
	let_closing_expire();
	clock_wait(here.loop, live_hub_is_empty, &here);
	client_close(&slow);
}

static void
pages_that_are_gone(void **state)
{
	struct client pages[3] = {open_page(), open_page(), open_page()};

	(void)state;
	assert_int_equal(hub_page_count(here.hub), 3);
	change_much();
	client_close(&pages[0]);
	client_close(&pages[1]);
	client_send_frame(&pages[2], FINAL | CLOSE, "\x03\xe8");
	live_hub_change(&here, "a.css");
	client_close(&pages[2]);
	live_hub_change(&here, "b.css");
	clock_wait(here.loop, live_hub_is_empty, &here);
	clock_drain(here.loop);
}

/* RFC 6455 5.5.1: the same code comes back. */
static void
page_closes(void **state)
{
	struct client page = open_page();

	(void)state;
	client_send_frame(&page, FINAL | CLOSE, "\x03\xe9");
	assert_close(&page, 1001);
	clock_wait(here.loop, client_has_ended, &page);
	client_close(&page);
	clock_wait(here.loop, live_hub_is_empty, &here);
}

/* The server closes, the page never answers. Its connection is ended after some time. */
static void
page_that_does_not_close(void **state)
{
	struct client page = open_page();

	(void)state;
	client_send_text(&page, "no JSON");
	assert_close(&page, 1008);
	tested.rounds = 0;
	let_closing_expire();
	clock_wait(here.loop, live_hub_is_empty, &here);
	assert_in_range(tested.rounds, 0, 20);
	assert_true(client_has_ended(&page));
	client_close(&page);
}

static void
opened_and_gone_at_once(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++) {
		struct client client = ask_for_socket(
			i % 2 ? PROTOCOL_LIVE_SERVER : PROTOCOL_LIVESERVE, (struct slice){0});

		if (i % 3 == 0)
			client_send_frame(&client, FINAL | CLOSE, "\x03\xe8");
		client_close(&client);
		if (i % 5 == 0)
			loop_dispatch(here.loop);
	}
	clock_drain(here.loop);
	clock_wait(here.loop, live_hub_is_empty, &here);
}

/* RFC 6455 7.4.1: 1001, also to a page that has a message pending. */
static void
destroy_sends_going_away(void **state)
{
	struct client pages[100];

	(void)state;
	for (size_t i = 0; i < ROWS(pages); i++)
		pages[i] = i % 2 ? open_page() : open_socket(PROTOCOL_LIVERELOAD);
	assert_int_equal(hub_page_count(here.hub), ROWS(pages) / 2);
	hub_publish(here.hub);
	page_sockets_destroy(tested.page_sockets);
	tested.page_sockets = NULL;
	for (size_t i = 0; i < ROWS(pages); i++) {
		assert_close(&pages[i], 1001);
		assert_true(client_has_ended(&pages[i]));
		client_close(&pages[i]);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(handshake),
		TEST(texts_both_ways),
		TEST(fragments),
		TEST(byte_by_byte),
		TEST(pings),
		TEST(frames_behind_the_request),
		TEST(unmasked_frames),
		TEST(unmasked_frames_in_pieces),
		TEST(close_frame_without_reading),
		TEST(what_closes),
		TEST(large_messages),
		TEST(large_messages_take_turns),
		TEST(large_messages_that_stall),
		TEST(slow_reader),
		TEST(slow_reader_that_closes),
		TEST(pages_that_are_gone),
		TEST(page_closes),
		TEST(page_that_does_not_close),
		TEST(opened_and_gone_at_once),
		TEST(destroy_sends_going_away),
	};

	page_sockets_destroy(NULL);
	return cmocka_run_group_tests_name("page_sockets", tests, NULL, NULL);
}
