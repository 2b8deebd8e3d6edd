/*
 * Streams of events and the messages to them, with a loop, a hub and an HTTP engine as they are; a page is the other
 * end of a socket pair.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "events/page_events.h"
#include "events/page_posts.h"
#include "events/page_streams.h"
#include "http/http1.h"
#include "live/places.h"
#include "net/connection_limit.h"
#include "support/clock.h"
#include "support/live_hub.h"
#include "support/websocket_client.h"
#include "support/wrap_loop.h"

#define STREAM "GET " PAGE_EVENTS_PATH " HTTP/1.1\r\nHost: localhost\r\n"

static struct live_hub here;

static struct {
	struct page_events *page_events;
	struct http1 *http1;
	bool cuts_time; /* waits of seconds are over at once */
} tested;

void
__wrap_loop_timer_set(struct loop *loop, struct loop_timer *timer, uint64_t delay_us,
	loop_timer_fn *fn, void *context)
{
	bool is_ours = delay_us == PAGE_STREAMS_QUIET_US || delay_us == PAGE_POSTS_US;

	__real_loop_timer_set(
		loop, timer, tested.cuts_time && is_ours ? 1000 : delay_us, fn, context);
}

static void
answer(void *context, const struct request *request, struct response *response)
{
	static const struct access_options access = {.host = "localhost"};

	(void)context;
	if (page_events_have_path(request->path))
		page_events_respond(tested.page_events, &access, request, response);
	else
		response_text(response, 200, "text/plain", SLICE_LITERAL("another answer"));
}

static void
refuse(void *context, const struct refused_request *request, struct response *response)
{
	(void)context;
	response_text(response, request->status, "text/plain", SLICE_LITERAL("refused"));
}

static int
enter(void **state)
{
	const struct response_handler handler = {.answer = answer, .refuse = refuse};

	(void)state;
	memset(&tested, 0, sizeof(tested));
	live_hub_init(&here);
	tested.page_events = page_events_create(here.loop, here.hub);
	tested.http1 = http1_create(here.loop, &handler);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	http1_destroy(tested.http1);
	page_events_destroy(tested.page_events);
	live_hub_finish(&here);
	return 0;
}

/* ---- clients ---- */

static struct client
connect_from(const char *address)
{
	struct sockaddr_in from = {.sin_family = AF_INET};
	struct client client;
	int other;

	assert_int_equal(inet_pton(AF_INET, address, &from.sin_addr), 1);
	client = client_connect(here.loop, &other);
	http1_accept(tested.http1, other, REQUEST_HTTP, 0,
		connection_limit_peer((const struct sockaddr *)&from));
	return client;
}

static void
send_text(const struct client *client, const char *text)
{
	client_send_bytes(client, slice_of(text));
}

/* What a client waits for. */
struct awaited {
	struct client *client;
	const char *text;
};

static bool
has_come(void *context)
{
	const struct awaited *awaited = context;
	struct buf *input = &awaited->client->input;

	client_read(awaited->client);
	return input->length &&
	       memmem(input->bytes, input->length, awaited->text, strlen(awaited->text));
}

/* Waits for text, and drops all up to its end. Returns what was in front of it; the caller frees it. */
static char *
await(struct client *client, const char *text)
{
	struct awaited awaited = {client, text};
	const char *found;
	char *before;
	size_t length;

	clock_wait(here.loop, has_come, &awaited);
	found = memmem(client->input.bytes, client->input.length, text, strlen(text));
	length = (size_t)(found - client->input.bytes);
	before = mem_copy(client->input.bytes, length);
	buf_drop(&client->input, length + strlen(text));
	return before;
}

static void
expect(struct client *client, const char *text)
{
	free(await(client, text));
}

static void
expect_end(struct client *client)
{
	clock_wait(here.loop, client_has_ended, client);
}

/* A page with a stream. */
struct page {
	struct client client;
	char *key;
};

static struct page
open_stream(void)
{
	struct page page = {.client = connect_from("127.0.0.1")};

	send_text(&page.client, STREAM "\r\n");
	expect(&page.client, "\r\n\r\nevent: key\ndata: ");
	page.key = await(&page.client, "\n\n");
	return page;
}

static void
close_page(struct page *page)
{
	client_close(&page->client);
	free(page->key);
}

/* Sends a message with a key, and the text behind it. */
static void
post(const struct client *client, const char *key, const char *message, const char *behind)
{
	char *text = mem_format("POST " PAGE_EVENTS_PATH " HTTP/1.1\r\nHost: localhost\r\n"
				"Liveserve-Stream-Key: %s\r\nContent-Length: %zu\r\n\r\n%s%s",
		key, strlen(message), message, behind);

	send_text(client, text);
	free(text);
}

/* A page that gets changes. */
static struct page
open_page(void)
{
	char *hello = live_hub_hello(&here);
	struct client sender = connect_from("127.0.0.1");
	struct page page = open_stream();

	post(&sender, page.key, hello, "");
	expect(&sender, "HTTP/1.1 204 ");
	expect(&page.client, "data: {\"type\":\"hello\",");
	expect(&page.client, "\n\n");
	client_close(&sender);
	free(hello);
	return page;
}

/* ---- streams ---- */

static void
a_stream_begins_with_its_key(void **state)
{
	struct client client = connect_from("127.0.0.1");
	char *head, *key;

	(void)state;
	send_text(&client, STREAM "\r\n");
	head = await(&client, "\r\n\r\n");
	assert_int_equal(strncmp(head, "HTTP/1.1 200 OK\r\n", 17), 0);
	assert_non_null(strstr(head, "\r\nContent-Type: text/event-stream\r\n"));
	assert_non_null(strstr(head, "\r\nCache-Control: no-store\r\n"));
	assert_non_null(strstr(head, "\r\nCross-Origin-Resource-Policy: same-origin\r\n"));
	assert_null(strstr(head, "Content-Length"));
	assert_null(strstr(head, "Access-Control"));
	expect(&client, "event: key\ndata: ");
	key = await(&client, "\n\n");
	assert_int_equal(strlen(key), PAGE_STREAMS_KEY_LENGTH);
	assert_int_equal(strspn(key, "0123456789abcdef"), PAGE_STREAMS_KEY_LENGTH);
	assert_int_equal(client.input.length, 0);
	assert_int_equal(hub_page_count(here.hub), 0); /* it has not said hello */
	free(head);
	free(key);
	client_close(&client);
}

static void
a_page_is_told_of_changes(void **state)
{
	struct page one = open_page(), other = open_page();

	(void)state;
	assert_string_not_equal(one.key, other.key);
	assert_int_equal(hub_page_count(here.hub), 2);
	live_hub_change(&here, "a.css");
	expect(&one.client, "data: {\"type\":\"change\",\"version\":2,\"changes\":[{\"urls\":"
			    "[\"/a.css\"],\"kind\":\"modified\"}]}\n\n");
	expect(&other.client, "\"version\":2");
	close_page(&one);
	close_page(&other);
	clock_wait(here.loop, live_hub_is_empty, &here);
}

static void
who_sends_on_a_stream_ends_it(void **state)
{
	struct page page = open_page();

	(void)state;
	send_text(&page.client, STREAM "\r\n");
	expect_end(&page.client);
	assert_int_equal(hub_page_count(here.hub), 0);
	close_page(&page);
}

/* A page that does not read gets all in one message, when it reads. */
static void
a_slow_page_has_one_message_waiting(void **state)
{
	enum { CHANGES = 2000 };
	struct page page = open_page();
	char path[400], last[64];
	size_t events = 0;
	char *text;

	(void)state;
	memset(path, 'p', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	for (int i = 0; i < CHANGES; i++)
		live_hub_change(&here, path);
	snprintf(last, sizeof(last), "\"version\":%d", CHANGES + 1);
	text = await(&page.client, last);
	for (const char *at = text; (at = strstr(at, "\ndata: ")); at++)
		events++;
	assert_in_range(events, 1, CHANGES - 100);
	free(text);
	close_page(&page);
}

static void
a_quiet_stream_gets_comments(void **state)
{
	struct page page;

	(void)state;
	tested.cuts_time = true;
	page = open_stream();
	expect(&page.client, ":\n\n");
	expect(&page.client, ":\n\n");
	assert_int_equal(page.client.input.length % 3, 0);
	close_page(&page);
}

static void
another_machine_has_a_limit(void **state)
{
	static struct client clients[PAGE_STREAMS_PEER_MAX + 1];
	struct client local;

	(void)state;
	for (size_t i = 0; i <= PAGE_STREAMS_PEER_MAX; i++) {
		clients[i] = connect_from("192.0.2.1");
		send_text(&clients[i], STREAM "\r\n");
		expect(&clients[i], i < PAGE_STREAMS_PEER_MAX ? "HTTP/1.1 200 " : "HTTP/1.1 429 ");
	}
	local = connect_from("192.0.2.2");
	send_text(&local, STREAM "\r\n");
	expect(&local, "HTTP/1.1 200 ");
	client_close(&local);
	for (size_t i = 0; i <= PAGE_STREAMS_PEER_MAX; i++)
		client_close(&clients[i]);
}

/* A browser has six connections, and pages have to be loaded, too. */
static void
many_streams_are_told_so(void **state)
{
	struct page pages[PAGE_STREAMS_KEPT + 2];
	struct client elsewhere = connect_from("192.0.2.1");

	(void)state;
	send_text(&elsewhere, STREAM "\r\n");
	expect(&elsewhere, "\n\n");
	for (size_t i = 0; i < PAGE_STREAMS_KEPT; i++)
		pages[i] = open_page();
	for (size_t i = 0; i < PAGE_STREAMS_KEPT; i++) {
		clock_drain(here.loop);
		client_read(&pages[i].client);
		assert_int_equal(pages[i].client.input.length, 0);
	}
	for (size_t i = PAGE_STREAMS_KEPT; i < ROWS(pages); i++)
		pages[i] = open_stream();
	for (size_t i = 0; i < ROWS(pages); i++) {
		expect(&pages[i].client, "event: many\ndata: \n\n");
		clock_drain(here.loop);
		client_read(&pages[i].client);
		assert_int_equal(pages[i].client.input.length, 0); /* once */
	}
	client_read(&elsewhere);
	assert_null(memmem(elsewhere.input.bytes, elsewhere.input.length, "many", 4));
	for (size_t i = 0; i < ROWS(pages); i++)
		close_page(&pages[i]);
	client_close(&elsewhere);
}

/* ---- requests that are refused by their head ---- */

static void
wrong_requests(void **state)
{
	static const struct {
		const char *request;
		const char *status;
	} rows[] = {
		{STREAM "Sec-Fetch-Site: cross-site\r\n\r\n", "403"},
		{STREAM "Sec-Fetch-Site: same-site\r\n\r\n", "403"},
		{STREAM "Sec-Fetch-Site: same-origin\r\n\r\n", "200"},
		{"HEAD " PAGE_EVENTS_PATH " HTTP/1.1\r\nHost: localhost\r\n\r\n", "405"},
		{"PUT " PAGE_EVENTS_PATH " HTTP/1.1\r\nHost: localhost\r\n\r\n", "405"},
		{"POST " PAGE_EVENTS_PATH " HTTP/1.1\r\nHost: localhost\r\n\r\n", "404"},
		{"POST " PAGE_EVENTS_PATH " HTTP/1.1\r\nHost: localhost\r\n"
		 "Liveserve-Stream-Key:\r\n\r\n",
			"404"},
		{"POST " PAGE_EVENTS_PATH " HTTP/1.1\r\nHost: localhost\r\n"
		 "Liveserve-Stream-Key: 0123456789abcdef0123456789abcdef0123456789abcdef\r\n\r\n",
			"404"},
		{"POST " PAGE_EVENTS_PATH "x HTTP/1.1\r\nHost: localhost\r\n\r\n", "200"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct client client = connect_from("127.0.0.1");
		char *status;

		send_text(&client, rows[i].request);
		expect(&client, "HTTP/1.1 ");
		status = await(&client, " ");
		assert_string_equal(status, rows[i].status);
		free(status);
		client_close(&client);
	}
}

/* Each digit counts: the name by which it is found, and the secret behind it. */
static void
almost_the_right_key(void **state)
{
	struct page page = open_stream();

	(void)state;
	for (size_t i = 0; i < PAGE_STREAMS_KEY_LENGTH; i += 7) {
		struct client client = connect_from("127.0.0.1");
		char *key = mem_text(page.key);

		key[i] = key[i] == '0' ? '1' : '0';
		post(&client, key, "{\"type\":\"uses\"}", "");
		expect(&client, "HTTP/1.1 404 ");
		free(key);
		client_close(&client);
	}
	close_page(&page);
}

/* ---- messages ---- */

static void
a_connection_is_given_back(void **state)
{
	struct page page = open_page();
	struct client sender = connect_from("127.0.0.1");

	(void)state;
	for (int i = 0; i < 3; i++) {
		post(&sender, page.key, "{\"type\":\"uses\"}",
			"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
		expect(&sender, "HTTP/1.1 204 ");
		expect(&sender, "Connection: keep-alive\r\n");
		expect(&sender, "HTTP/1.1 200 ");
		expect(&sender, "another answer");
	}
	client_close(&sender);
	close_page(&page);
}

static void
a_connection_that_closes(void **state)
{
	struct page page = open_page();
	struct client sender = connect_from("127.0.0.1");
	char *text = mem_format("POST " PAGE_EVENTS_PATH
				" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
				"Liveserve-Stream-Key: %s\r\nContent-Length: 15\r\n\r\n"
				"{\"type\":\"uses\"}",
		page.key);

	(void)state;
	send_text(&sender, text);
	expect(&sender, "HTTP/1.1 204 ");
	expect(&sender, "Connection: close\r\n");
	expect_end(&sender);
	client_close(&sender);
	close_page(&page);
	free(text);
}

static void
a_message_may_come_in_pieces(void **state)
{
	enum { URLS = 4000 };
	struct page page = open_page();
	struct client sender = connect_from("127.0.0.1");
	struct buf message = {0};

	(void)state;
	buf_add_text(&message, "{\"type\":\"uses\",\"urls\":[\"/\"");
	for (int i = 0; i < URLS; i++)
		buf_addf(&message, ",\"/a-rather-long-name-of-a-file-%d\"", i);
	buf_add_text(&message, "]}");
	post(&sender, page.key, message.bytes, "");
	expect(&sender, "HTTP/1.1 204 ");
	live_hub_change(&here, "a-rather-long-name-of-a-file-3999");
	assert_int_equal(hub_pages_using(here.hub, slice_of("a-rather-long-name-of-a-file-7")), 1);
	assert_int_equal(hub_pages_using(here.hub, slice_of("other")), 0);
	buf_finish(&message);
	client_close(&sender);
	close_page(&page);
}

static void
send_chunked(const struct client *client, const char *key, const char *chunks)
{
	char *text = mem_format("POST " PAGE_EVENTS_PATH
				" HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
				"Liveserve-Stream-Key: %s\r\n\r\n%s",
		key, chunks);

	send_text(client, text);
	free(text);
}

static void
chunks(void **state)
{
	struct page page = open_page();
	struct client sender = connect_from("127.0.0.1");

	(void)state;
	send_chunked(&sender, page.key, "8\r\n{\"type\":\r\n7\r\n\"uses\"}\r\n0\r\n\r\n");
	expect(&sender, "HTTP/1.1 204 ");
	send_chunked(&sender, page.key, "x\r\n");
	expect(&sender, "HTTP/1.1 400 ");
	expect(&sender, "The chunks of this request's body are malformed.\n");
	expect_end(&sender);
	client_close(&sender);

	/* The page has sent nothing wrong that counts, so its stream is as it was. */
	live_hub_change(&here, "a.css");
	expect(&page.client, "\"version\":2");
	close_page(&page);
}

static void
wrong_messages_end_the_stream(void **state)
{
	static const char *const wrong[] = {"", "{}", "hello", "{\"type\":\"check\"}"};

	(void)state;
	for (size_t i = 0; i < ROWS(wrong); i++) {
		struct page page = open_page();
		struct client sender = connect_from("127.0.0.1");

		post(&sender, page.key, wrong[i], "");
		expect(&sender, "HTTP/1.1 400 ");
		expect(&sender, "This is no message of liveserve.v1, so the stream has ended.\n");
		expect_end(&page.client);
		assert_int_equal(hub_page_count(here.hub), 0);
		client_close(&sender);
		close_page(&page);
	}
}

static void
long_messages(void **state)
{
	size_t size = protocol_message_max(PROTOCOL_LIVESERVE) + 1;
	struct page page = open_page();
	struct client announced = connect_from("127.0.0.1"), chunked = connect_from("127.0.0.1");
	struct buf body = {0};
	char *head = mem_format("POST " PAGE_EVENTS_PATH " HTTP/1.1\r\nHost: localhost\r\n"
				"Liveserve-Stream-Key: %s\r\nContent-Length: %zu\r\n\r\n",
		page.key, size);

	(void)state;
	send_text(&announced, head);
	expect(&announced, "HTTP/1.1 413 ");
	buf_addf(&body, "%zx\r\n", size);
	while (size--)
		buf_add_char(&body, ' ');
	send_chunked(&chunked, page.key, body.bytes);
	expect(&chunked, "HTTP/1.1 413 ");
	expect(&chunked, "This message is too long.\n");
	expect_end(&chunked);
	live_hub_change(&here, "a.css");
	expect(&page.client, "\"version\":2");
	buf_finish(&body);
	free(head);
	client_close(&announced);
	client_close(&chunked);
	close_page(&page);
}

/* A message of which the last byte is still to come. */
static struct client
begin_message(const struct page *page)
{
	struct client sender = connect_from("127.0.0.1");
	char *text = mem_format("POST " PAGE_EVENTS_PATH " HTTP/1.1\r\nHost: localhost\r\n"
				"Liveserve-Stream-Key: %s\r\nContent-Length: 15\r\n\r\n"
				"{\"type\":\"uses\"",
		page->key);

	send_text(&sender, text);
	clock_drain(here.loop);
	free(text);
	return sender;
}

static void
one_after_the_other(void **state)
{
	struct page page = open_page();
	struct client first = begin_message(&page), second = connect_from("127.0.0.1");

	(void)state;
	post(&second, page.key, "{\"type\":\"uses\"}", "");
	expect(&second, "HTTP/1.1 409 ");
	client_close(&second);
	send_text(&first, "}");
	expect(&first, "HTTP/1.1 204 ");
	post(&first, page.key, "{\"type\":\"uses\"}", "");
	expect(&first, "HTTP/1.1 204 ");
	client_close(&first);

	/* A client that goes away in a message leaves room for the next. */
	first = begin_message(&page);
	client_close(&first);
	clock_drain(here.loop);
	second = connect_from("127.0.0.1");
	post(&second, page.key, "{\"type\":\"uses\"}", "");
	expect(&second, "HTTP/1.1 204 ");
	client_close(&second);
	close_page(&page);
}

static void
a_stream_that_ends_in_a_message(void **state)
{
	struct page page = open_page();
	struct client sender = begin_message(&page);

	(void)state;
	close_page(&page);
	clock_wait(here.loop, live_hub_is_empty, &here);
	send_text(&sender, "}");
	expect(&sender, "HTTP/1.1 404 ");
	expect(&sender, "The stream of this key has ended.\n");
	client_close(&sender);
}

static void
a_message_that_takes_too_long(void **state)
{
	struct page page = open_page();
	struct client sender;

	(void)state;
	tested.cuts_time = true;
	sender = begin_message(&page);
	expect_end(&sender);
	assert_int_equal(sender.input.length, 0);
	tested.cuts_time = false;
	client_close(&sender);
	sender = connect_from("127.0.0.1");
	post(&sender, page.key, "{\"type\":\"uses\"}", "");
	expect(&sender, "HTTP/1.1 204 ");
	client_close(&sender);
	close_page(&page);
}

/* More large messages than there are places: the others wait, and none is lost. */
static void
large_messages_take_turns(void **state)
{
	enum { PAGES = PLACES_MAX + 8, SIZE = 3 * PLACES_SMALL_MAX };
	static struct page pages[PAGES];
	static struct client senders[PAGES];
	struct buf spaces = {0};

	(void)state;
	for (size_t i = 0; i < SIZE; i++)
		buf_add_char(&spaces, ' ');
	for (size_t i = 0; i < PAGES; i++) {
		char *head;

		pages[i] = open_page();
		senders[i] = connect_from("127.0.0.1");
		head = mem_format("POST " PAGE_EVENTS_PATH " HTTP/1.1\r\nHost: localhost\r\n"
				  "Liveserve-Stream-Key: %s\r\nContent-Length: %d\r\n\r\n%s",
			pages[i].key, SIZE + 15, spaces.bytes);
		send_text(&senders[i], head);
		free(head);
	}
	clock_drain(here.loop);
	for (size_t i = 0; i < PAGES; i++) {
		send_text(&senders[i], "{\"type\":\"uses\"}");
		expect(&senders[i], "HTTP/1.1 204 ");
	}
	for (size_t i = 0; i < PAGES; i++) {
		client_close(&senders[i]);
		close_page(&pages[i]);
	}
	buf_finish(&spaces);
}

/* What is open at the end is closed. */
static void
all_end(void **state)
{
	struct page page = open_page();
	struct client sender = begin_message(&page);

	(void)state;
	page_events_destroy(tested.page_events);
	tested.page_events = NULL;
	assert_int_equal(hub_page_count(here.hub), 0);
	expect_end(&page.client);
	expect_end(&sender);
	client_close(&sender);
	close_page(&page);
}

int
main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)
	const struct CMUnitTest tests[] = {
		TEST(a_stream_begins_with_its_key),
		TEST(a_page_is_told_of_changes),
		TEST(who_sends_on_a_stream_ends_it),
		TEST(a_slow_page_has_one_message_waiting),
		TEST(a_quiet_stream_gets_comments),
		TEST(another_machine_has_a_limit),
		TEST(many_streams_are_told_so),
		TEST(wrong_requests),
		TEST(almost_the_right_key),
		TEST(a_connection_is_given_back),
		TEST(a_connection_that_closes),
		TEST(a_message_may_come_in_pieces),
		TEST(chunks),
		TEST(wrong_messages_end_the_stream),
		TEST(long_messages),
		TEST(one_after_the_other),
		TEST(a_stream_that_ends_in_a_message),
		TEST(a_message_that_takes_too_long),
		TEST(large_messages_take_turns),
		TEST(all_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
