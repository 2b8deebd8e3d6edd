/*
 * WebSockets of an owner that counts down: a text "3" asks for the messages "3", "2" and "1". What pages
 * and their hub need besides is in test_page_sockets.c, and so is what a client may send.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "http/user_agent.h"
#include "live/websocket.h"
#include "support/clock.h"
#include "support/websocket_client.h"

enum { CLIENTS = 5, MESSAGE_MAX = 20, ENDLESS = 1000000 };

#define SUBPROTOCOL "count.v1"

struct counter {
	struct websocket websocket;
	unsigned left; /* messages to send */
};

static struct {
	struct loop *loop;
	struct websockets *websockets;
	struct counter *counters[CLIENTS]; /* in the order in which they were opened */
	size_t opened, closed;
	unsigned received; /* messages */
	size_t in_vain;    /* calls of next_message without a message */
	bool is_held;      /* nobody may be read */
	bool is_without_subprotocol;
} here;

static void
opened(void *context, struct websocket *websocket, const struct request *request)
{
	struct counter *counter = (struct counter *)websocket;

	assert_ptr_equal(context, &here);
	assert_int_equal(counter->left, 0);
	assert_string_equal(
		user_agent_browser(request_get(request, REQUEST_USER_AGENT)), "Firefox");
	assert_true(here.opened < CLIENTS);
	here.counters[here.opened++] = counter;
}

static void
closed(void *context, struct websocket *websocket)
{
	assert_ptr_equal(context, &here);
	for (size_t i = 0; i < here.opened; i++)
		if (here.counters[i] == (struct counter *)websocket)
			here.counters[i] = NULL;
	here.closed++;
}

static bool
receive(void *context, struct websocket *websocket, struct slice message)
{
	struct counter *counter = (struct counter *)websocket;
	char text[MESSAGE_MAX + 1] = {0};

	assert_ptr_equal(context, &here);
	assert_true(message.length <= MESSAGE_MAX);
	memcpy(text, message.at, message.length);
	here.received++;
	counter->left = (unsigned)strtoul(text, NULL, 10);
	if (counter->left)
		websocket_wake(websocket);
	return counter->left;
}

static bool
next_message(void *context, struct websocket *websocket, struct buf *text)
{
	struct counter *counter = (struct counter *)websocket;

	assert_ptr_equal(context, &here);
	here.in_vain += !counter->left;
	if (!counter->left)
		return false;
	buf_addf(text, "%u", counter->left--);
	return true;
}

static bool
may_have_more(void *context, const struct websocket *websocket)
{
	assert_ptr_equal(context, &here);
	return ((const struct counter *)websocket)->left;
}

static bool
may_read(void *context, struct websocket *websocket, size_t length)
{
	(void)websocket;
	assert_ptr_equal(context, &here);
	assert_true(length <= MESSAGE_MAX);
	return !here.is_held;
}

static void
create(bool says_whether_more)
{
	static struct websocket_owner owner = {
		.opened = opened,
		.closed = closed,
		.receive = receive,
		.next_message = next_message,
		.may_read = may_read,
	};

	owner.may_have_more = says_whether_more ? may_have_more : NULL;
	here.websockets = websockets_create(&(struct websockets_options){
		.loop = here.loop,
		.owner = &owner,
		.context = &here,
		.size = sizeof(struct counter),
		.subprotocol = SUBPROTOCOL,
		.failure = "nothing is counted",
	});
}

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	here.loop = loop_create();
	create(false);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	websockets_destroy(here.websockets);
	assert_int_equal(here.closed, here.opened);
	loop_destroy(here.loop);
	return 0;
}

/* A takeover_fn. */
static void
open_counter(void *context, const struct takeover *takeover)
{
	(void)context;
	websockets_open(here.websockets, takeover, here.is_without_subprotocol ? NULL : SUBPROTOCOL,
		MESSAGE_MAX);
}

static struct client
open_client(void)
{
	const struct response response = {.takeover = open_counter};
	struct client client = client_ask(here.loop, &response, (struct slice){0});
	char *head = client_read_head(&client);

	assert_int_equal(!strcasestr(head, "\r\nSec-WebSocket-Protocol: " SUBPROTOCOL "\r\n"),
		here.is_without_subprotocol);
	free(head);
	return client;
}

static bool
nobody_is_there(void *context)
{
	(void)context;
	return here.closed == here.opened;
}

static void
counts_down(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct client client;

		here.is_without_subprotocol = i;
		client = open_client();
		client_send_text(&client, "3");
		assert_text(&client, "3");
		assert_text(&client, "2");
		assert_text(&client, "1");
		client_send_text(&client, "1");
		assert_text(&client, "1");
		client_close(&client);
		clock_wait(here.loop, nobody_is_there, NULL);
	}
	assert_int_equal(here.opened, 2);
}

static bool
was_asked_in_vain(void *context)
{
	(void)context;
	return here.in_vain;
}

/* It is asked for messages once more, unless it says that there are none. */
static void
asked_in_vain(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct client client;

		websockets_destroy(here.websockets);
		create(i);
		here.opened = here.closed = here.in_vain = 0;
		client = open_client();
		for (int count = 0; count < 3; count++) {
			client_send_text(&client, "2");
			assert_text(&client, "2");
			assert_text(&client, "1");
		}
		if (i == 0)
			clock_wait(here.loop, was_asked_in_vain, NULL);
		clock_drain(here.loop);
		assert_int_equal(here.in_vain > 0, i == 0);
		client_close(&client);
		clock_wait(here.loop, nobody_is_there, NULL);
	}
}

/* Nobody is asked for messages but those that were woken. */
static void
one_is_woken(void **state)
{
	struct client first = open_client(), second = open_client();

	(void)state;
	here.counters[0]->left = here.counters[1]->left = 1;
	clock_drain(here.loop);
	assert_int_equal(here.counters[0]->left, 1);
	websocket_wake(&here.counters[1]->websocket);
	loop_dispatch(here.loop);
	assert_text(&second, "1");
	assert_int_equal(here.counters[0]->left, 1);
	client_close(&first);
	client_close(&second);
}

static void
all_are_woken(void **state)
{
	struct client clients[CLIENTS];

	(void)state;
	websockets_wake(here.websockets); /* before the first */
	for (size_t i = 0; i < CLIENTS; i++)
		clients[i] = open_client();
	for (size_t i = 0; i < CLIENTS; i++)
		here.counters[i]->left = 1;
	websockets_wake(here.websockets);
	loop_dispatch(here.loop);
	for (size_t i = 0; i < CLIENTS; i++) {
		assert_text(&clients[i], "1");
		client_close(&clients[i]);
	}
}

/* A client for which there is always a message does not hold up another one. */
static void
many_messages(void **state)
{
	struct client many = open_client(), few = open_client();

	(void)state;
	here.counters[0]->left = ENDLESS;
	here.counters[1]->left = 2;
	websockets_wake(here.websockets);
	loop_dispatch(here.loop);
	assert_text(&few, "2");
	assert_text(&few, "1");
	assert_text(&many, "1000000");
	assert_text(&many, "999999");
	client_close(&many);
	client_close(&few);
}

/* RFC 6455 7.4.1. What is sent behind a message that is refused is not received. */
static void
what_closes(void **state)
{
	static const struct {
		const char *text;
		unsigned code, received;
	} rows[] = {
		{"none", WEBSOCKET_POLICY_VIOLATION, 1},
		{"a text that is too long", 1009, 0},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct client client = open_client();
		struct buf frames = {0};

		here.received = 0;
		client_add_frame(&frames, FINAL | TEXT, slice_of(rows[i].text), true);
		client_add_frame(&frames, FINAL | TEXT, slice_of("3"), true);
		client_send_bytes(&client, buf_slice(&frames));
		assert_close(&client, rows[i].code);
		assert_int_equal(here.received, rows[i].received);
		client_send_frame(&client, FINAL | CLOSE, "\x03\xe8");
		clock_wait(here.loop, client_has_ended, &client);
		clock_wait(here.loop, nobody_is_there, NULL);
		buf_finish(&frames);
		client_close(&client);
	}
}

static void
owner_closes(void **state)
{
	struct client client = open_client();

	(void)state;
	here.counters[0]->left = 1;
	websocket_close(&here.counters[0]->websocket, 1011);
	loop_dispatch(here.loop);
	assert_close(&client, 1011);
	shutdown(client.socket, SHUT_WR);
	clock_wait(here.loop, nobody_is_there, NULL);
	client_close(&client);
}

/* Who must wait is not read, but is told what there is. */
static void
reading_waits(void **state)
{
	struct client client = open_client();

	(void)state;
	here.is_held = true;
	websocket_read_again(&here.counters[0]->websocket);
	client_send_text(&client, "2");
	clock_drain(here.loop);
	assert_int_equal(here.received, 0);
	here.counters[0]->left = 1;
	websocket_wake(&here.counters[0]->websocket);
	loop_dispatch(here.loop);
	assert_text(&client, "1");
	assert_int_equal(here.received, 0);
	here.is_held = false;
	websocket_read_again(&here.counters[0]->websocket);
	assert_text(&client, "2");
	assert_int_equal(here.received, 1);
	client_close(&client);
}

static void
destroy_sends_going_away(void **state)
{
	struct client clients[CLIENTS];

	(void)state;
	for (size_t i = 0; i < CLIENTS; i++)
		clients[i] = open_client();
	here.counters[1]->left = ENDLESS;
	websocket_wake(&here.counters[1]->websocket);
	websockets_destroy(here.websockets);
	here.websockets = NULL;
	assert_int_equal(here.closed, CLIENTS);
	for (size_t i = 0; i < CLIENTS; i++) {
		assert_close(&clients[i], 1001);
		assert_true(client_has_ended(&clients[i]));
		client_close(&clients[i]);
	}
}

/* libwebsockets was never started. */
static void
destroy_without_a_client(void **state)
{
	(void)state;
	loop_dispatch(here.loop);
	assert_int_equal(here.opened, 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(counts_down),
		TEST(asked_in_vain),
		TEST(one_is_woken),
		TEST(all_are_woken),
		TEST(many_messages),
		TEST(what_closes),
		TEST(owner_closes),
		TEST(reading_waits),
		TEST(destroy_sends_going_away),
		TEST(destroy_without_a_client),
	};

	websockets_destroy(NULL);
	return cmocka_run_group_tests_name("websocket", tests, NULL, NULL);
}
