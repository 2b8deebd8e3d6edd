/*
 * Requests by hand, a real thread, and a crypt(3) of ours: the password of a user is its hash without
 * its first three characters. It counts its calls and can be held.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "security/authenticator.h"
#include "security/tries.h"
#include "support/ask.h"
#include "support/capture.h"
#include "support/clock.h"
#include "support/folder.h"
#include "support/wrap_loop.h"

enum { ADDRESS = 11, OTHER_ADDRESS = 12, VISITORS_MAX = 400 };

/* What is not answered yet, as in http1. */
struct visitor {
	struct response_waiter waiter;
	char *authorization;
	uint64_t address;
	int status; /* 0 while paused */
	unsigned retry_after_s;
};

static struct {
	struct loop *loop;
	struct authenticator *authenticator;
	size_t descriptors;
	uint64_t now_us; /* where the clock stands still; or 0 */
	atomic_int calls;
	atomic_bool is_held;
	char settings[64][16]; /* of the calls */
	struct visitor visitors[VISITORS_MAX];
	size_t count;
	char order[VISITORS_MAX + 1]; /* the first letters of the names, as they are answered */
} here;

char *__wrap_crypt_rn(const char *phrase, const char *setting, void *data, int size);

char *
__wrap_crypt_rn(const char *phrase, const char *setting, void *data, int size)
{
	int call = here.calls++;

	(void)size;
	snprintf(here.settings[call % 64], sizeof(here.settings[0]), "%s", setting);
	while (here.is_held)
		usleep(100);
	return strcmp(phrase, setting + 3) == 0 ? strcpy(data, setting) : NULL;
}

uint64_t
__wrap_loop_now(void)
{
	return here.now_us ? here.now_us : __real_loop_now();
}

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	folder_enter();
	folder_write("passwords", "ada:$5$one\nbob:$5$two\nada:$5$three\n");
	here.loop = loop_create();
	here.descriptors = folder_open_descriptors();
	here.authenticator = authenticator_create(here.loop, "passwords");
	assert_non_null(here.authenticator);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	here.is_held = false;
	for (size_t i = 0; i < here.count; i++) {
		response_waiter_leave(&here.visitors[i].waiter);
		free(here.visitors[i].authorization);
	}
	authenticator_destroy(here.authenticator);
	assert_int_equal(folder_open_descriptors(), here.descriptors);
	loop_destroy(here.loop);
	folder_leave();
	return 0;
}

/* ---- visitors ---- */

static char *
encode(const char *text)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct buf line = {0};
	unsigned bits = 0, count = 0;

	buf_add_text(&line, "Basic ");
	for (; *text; text++) {
		bits = bits << 8 | (unsigned char)*text;
		for (count += 8; count >= 6; count -= 6)
			buf_add_char(&line, digits[bits >> (count - 6) & 63]);
	}
	if (count)
		buf_add_char(&line, digits[bits << (6 - count) & 63]);
	return buf_take(&line);
}

/* What http1 and the router do with a request. */
static void
answer(void *context)
{
	static const int statuses[] = {
		[AUTHENTICATOR_WRONG] = 401,
		[AUTHENTICATOR_TOO_MANY] = 429,
		[AUTHENTICATOR_PAUSED] = 0,
	};
	struct visitor *visitor = context;
	struct request request = {.peer.key = visitor->address};
	struct response response = {0};

	request.fields[REQUEST_AUTHORIZATION] = slice_of(visitor->authorization);
	visitor->status = 200;
	if (!authenticator_knows(here.authenticator, &request))
		visitor->status = statuses[authenticator_check(
			here.authenticator, &request, &response, &visitor->retry_after_s)];
	assert_int_equal(visitor->status == 0, response.waiters != NULL);
	if (response.waiters)
		response_waiter_join(&visitor->waiter, response.waiters);
}

static struct visitor *
visit_from(uint64_t address, const char *credentials)
{
	struct visitor *visitor = &here.visitors[here.count++];

	assert_true(here.count <= VISITORS_MAX);
	visitor->authorization = encode(credentials);
	visitor->address = address;
	visitor->waiter.fn = answer;
	visitor->waiter.context = visitor;
	answer(visitor);
	return visitor;
}

static struct visitor *
visit(const char *credentials)
{
	return visit_from(ADDRESS, credentials);
}

static bool
all_are_answered(void *context)
{
	(void)context;
	for (size_t i = 0; i < here.count; i++)
		if (here.visitors[i].status == 0)
			return false;
	return true;
}

static int
status_of(const char *credentials)
{
	struct visitor *visitor = visit(credentials);

	clock_wait(here.loop, all_are_answered, NULL);
	return visitor->status;
}

static void
guess(int from, int to)
{
	for (int i = from; i < to; i++) {
		char *text = mem_format("ada:guess %d", i);

		visit(text);
		free(text);
	}
}

/* The number of visitors with that status. */
static size_t
count_status(int status)
{
	size_t count = 0;

	for (size_t i = 0; i < here.count; i++)
		count += here.visitors[i].status == status;
	return count;
}

/* The thread is held in its first call. */
static void
hold(void)
{
	here.is_held = true;
	visit("zoe:held");
	while (here.calls == 0)
		usleep(100);
}

/* ---- tests ---- */

static void
nothing_to_check_is_no_try(void **state)
{
	static const char *const rows[] = {
		"", "Bearer x", "Basic", "Basic ", "Basic !", "Basic YWRh", /* ada */
	};

	(void)state;
	for (int i = 0; i < 100; i++) {
		struct request request = {.peer.key = ADDRESS};
		struct response response = {0};
		unsigned seconds;

		request.fields[REQUEST_AUTHORIZATION] = slice_of(rows[i % (int)ROWS(rows)]);
		assert_false(authenticator_knows(here.authenticator, &request));
		assert_int_equal(
			authenticator_check(here.authenticator, &request, &response, &seconds),
			AUTHENTICATOR_WRONG);
		assert_null(response.waiters);
	}
	assert_int_equal(here.calls, 0);
	assert_int_equal(folder_open_descriptors(), here.descriptors);
	assert_int_equal(status_of("ada:one"), 200);
}

static void
every_right_password_is_remembered(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		assert_int_equal(status_of("ada:one"), 200);
		assert_int_equal(status_of("bob:two"), 200);
	}
	assert_int_equal(here.calls, 2);
	assert_int_equal(status_of("ada:two"), 401);
	assert_int_equal(status_of("ada:three"), 401); /* the first line of a name counts */
	assert_int_equal(status_of("adaa:one"), 401);
	assert_int_equal(status_of("ada:one"), 200);
}

static void
the_same_password_is_checked_once(void **state)
{
	(void)state;
	here.is_held = true;
	for (int i = 0; i < 6; i++)
		visit("ada:one");
	for (int i = 0; i < 6; i++)
		visit_from(OTHER_ADDRESS, "ada:wrong");
	assert_int_equal(count_status(0), 12);
	here.is_held = false;
	clock_wait(here.loop, all_are_answered, NULL);
	assert_int_equal(here.calls, 2);
	assert_int_equal(count_status(200), 6);
	assert_int_equal(count_status(401), 6);
}

static void
who_is_remembered_waits_for_nobody(void **state)
{
	(void)state;
	assert_int_equal(status_of("ada:one"), 200);
	here.calls = 0;
	hold();
	guess(0, 50);
	assert_int_equal(visit("ada:one")->status, 200);
	assert_int_equal(visit_from(OTHER_ADDRESS, "ada:one")->status, 200);
	here.is_held = false;
}

/* One check runs and the others of this address wait; others are told to come again. */
static void
the_queue_is_bounded(void **state)
{
	const size_t most = AUTHENTICATOR_QUEUE_PEER_MAX;

	(void)state;
	hold();
	guess(0, 100);
	assert_int_equal(count_status(0), most);
	assert_int_equal(count_status(429), 101 - most);
	assert_in_range(here.visitors[here.count - 1].retry_after_s, 1, 10);
	for (uint64_t address = 100; here.count < VISITORS_MAX; address++) {
		char *text = mem_format("ada:%zu", here.count);

		visit_from(address, text);
		free(text);
	}
	assert_int_equal(count_status(0), AUTHENTICATOR_QUEUE_MAX);
}

static void
an_address_with_wrong_tries_comes_last(void **state)
{
	struct visitor *guesser, *honest;

	(void)state;
	assert_int_equal(status_of("ada:a"), 401);
	here.calls = 0;
	hold();
	guesser = visit("bob:b");
	honest = visit_from(OTHER_ADDRESS, "ada:one");
	here.is_held = false;
	while (honest->status == 0) {
		assert_int_equal(guesser->status, 0);
		loop_dispatch(here.loop);
	}
	assert_int_equal(honest->status, 200);
	clock_wait(here.loop, all_are_answered, NULL);
	assert_int_equal(guesser->status, 401);
}

/* Each further one waits, and is told so. A first right one from there gets through all the same. */
static void
wrong_tries_slow_an_address_down(void **state)
{
	struct visitor *right;

	(void)state;
	here.now_us = loop_now();
	guess(0, TRIES_FREE);
	clock_wait(here.loop, all_are_answered, NULL);
	assert_int_equal(count_status(401), TRIES_FREE);
	guess(TRIES_FREE, TRIES_FREE + 2);
	right = visit("bob:two");
	assert_int_equal(count_status(0), 3);
	clock_drain(here.loop);
	assert_int_equal(here.calls, TRIES_FREE); /* they wait */
	assert_int_equal(visit_from(OTHER_ADDRESS, "ada:one")->status, 0);
	here.now_us = 0;
	clock_wait(here.loop, all_are_answered, NULL);
	assert_int_equal(count_status(429), 2);
	assert_int_equal(right->status, 200);
	assert_int_equal(count_status(200), 2);
}

/* A browser sends the same for every file of a page. */
static void
a_repeated_wrong_password_is_checked_once(void **state)
{
	(void)state;
	here.now_us = loop_now();
	for (int i = 0; i <= TRIES_REPEATS; i++)
		assert_int_equal(status_of("ada:wrong"), 401);
	assert_int_equal(status_of("ada:wrong"), 429);
	assert_int_equal(here.calls, 1);
	assert_int_equal(status_of("ada:one"), 200);
}

static void
clients_that_go_free_their_places(void **state)
{
	(void)state;
	hold();
	guess(0, 30);
	for (size_t i = 0; i < here.count; i++)
		response_waiter_leave(&here.visitors[i].waiter);
	here.is_held = false;
	for (size_t i = 0; i < here.count; i++)
		here.visitors[i].status = -1;
	assert_int_equal(status_of("bob:two"), 200);
	assert_int_equal(here.calls, 2); /* and nothing was computed for them */
}

static void
what_waits_for_too_long_is_given_up(void **state)
{
	(void)state;
	here.now_us = loop_now();
	hold();
	guess(0, 3);
	visit("bob:two");
	here.now_us += (uint64_t)AUTHENTICATOR_WAIT_MS * 1000;
	here.is_held = false;
	clock_wait(here.loop, all_are_answered, NULL);
	assert_int_equal(here.calls, 1);
	assert_int_equal(here.visitors[0].status, 401);
	assert_int_equal(count_status(429), 4);
	assert_int_equal(status_of("bob:two"), 200);
}

/* It is checked against a line of the file, always the same, and is never right. */
static void
an_unknown_name_costs_a_hash(void **state)
{
	static const char *const rows[TRIES_FREE] = {
		"eve:one", "eve:two", "eve:three", "eve:4", "eve:5"};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_int_equal(status_of(rows[i]), 401);
	assert_int_equal(here.calls, TRIES_FREE);
	for (int i = 1; i < TRIES_FREE; i++)
		assert_string_equal(here.settings[i], here.settings[0]);
}

static void
long_credentials_are_wrong_at_once(void **state)
{
	struct buf text = {0};

	(void)state;
	buf_add_text(&text, "ada:");
	while (text.length <= AUTHENTICATOR_LENGTH_MAX)
		buf_add_char(&text, 'x');
	assert_int_equal(visit(text.bytes)->status, 401);
	assert_int_equal(here.calls, 0);
	buf_finish(&text);
}

static void
it_may_end_while_requests_wait(void **state)
{
	(void)state;
	hold();
	guess(0, 3);
	for (size_t i = 0; i < here.count; i++)
		response_waiter_leave(&here.visitors[i].waiter);
	here.is_held = false;
}

static void
a_wrong_file_is_no_authenticator(void **state)
{
	(void)state;
	capture_begin(2);
	assert_null(authenticator_create(here.loop, "no-such"));
	assert_non_null(strstr(capture_end(), "cannot read the passwords"));
	authenticator_destroy(NULL);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_to_check_is_no_try),
		TEST(every_right_password_is_remembered),
		TEST(the_same_password_is_checked_once),
		TEST(who_is_remembered_waits_for_nobody),
		TEST(the_queue_is_bounded),
		TEST(an_address_with_wrong_tries_comes_last),
		TEST(wrong_tries_slow_an_address_down),
		TEST(a_repeated_wrong_password_is_checked_once),
		TEST(clients_that_go_free_their_places),
		TEST(what_waits_for_too_long_is_given_up),
		TEST(an_unknown_name_costs_a_hash),
		TEST(long_credentials_are_wrong_at_once),
		TEST(it_may_end_while_requests_wait),
		TEST(a_wrong_file_is_no_authenticator),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
