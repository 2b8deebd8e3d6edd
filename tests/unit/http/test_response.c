#include "support/test.h"

#include <fcntl.h>
#include <string.h>

#include "http/response.h"
#include "support/ask.h"
#include "support/folder.h"

static void
text(void **state)
{
	struct response response;
	char words[] = "hello";

	(void)state;
	response_init(&response);
	response_field(&response, "X-First", SLICE_LITERAL("1"));
	response_text(&response, 404, "text/plain", slice_of(words));
	words[0] = 'j'; /* it was copied */
	assert_int_equal(response.status, 404);
	assert_true(response.has_content);
	assert_string_equal(
		response.fields.text.bytes, "X-First: 1\r\nContent-Type: text/plain\r\n");
	assert_int_equal(response.body.length, 5);
	assert_string_equal(answer_body(&response).at, "hello");
	response_finish(&response);
}

static void
empty_text(void **state)
{
	struct response response;

	(void)state;
	response_init(&response);
	response_text(&response, 200, "text/plain", SLICE_LITERAL(""));
	assert_true(response.has_content);
	assert_int_equal(answer_body(&response).length, 0);
	response_finish(&response);
}

static void
status_alone(void **state)
{
	struct response response;

	(void)state;
	response_init(&response);
	response_status(&response, 304);
	assert_int_equal(response.status, 304);
	assert_false(response.has_content);
	assert_int_equal(response.body.length, 0);
	response_finish(&response);
}

static void
fields(void **state)
{
	struct response response;

	(void)state;
	response_init(&response);
	response_field(&response, "Vary", SLICE_LITERAL("a, b"));
	response_field(&response, "Empty", SLICE_LITERAL(""));
	response_field(&response, "Part", (struct slice){"abcdef", 3});
	assert_string_equal(response.fields.text.bytes, "Vary: a, b\r\nEmpty: \r\nPart: abc\r\n");
	response_finish(&response);
}

static void
dropped_fields(void **state)
{
	static const struct {
		const char *name, *left;
	} rows[] = {
		{"vary", "Vary-More: b\r\nEmpty: \r\n"},
		{"Empty", "Vary: a\r\nVary-More: b\r\nVary: c\r\n"},
		{"Var", "Vary: a\r\nVary-More: b\r\nEmpty: \r\nVary: c\r\n"},
		{"a", "Vary: a\r\nVary-More: b\r\nEmpty: \r\nVary: c\r\n"},
	};
	struct response response;

	(void)state;
	response_init(&response);
	for (size_t i = 0; i < ROWS(rows); i++) {
		response_clear(&response);
		response_drop_field(&response, slice_of("Vary"));
		response_field(&response, "Vary", SLICE_LITERAL("a"));
		response_field(&response, "Vary-More", SLICE_LITERAL("b"));
		response_field(&response, "Empty", SLICE_LITERAL(""));
		response_field(&response, "Vary", SLICE_LITERAL("c"));
		response_drop_field(&response, slice_of(rows[i].name));
		assert_string_equal(response.fields.text.bytes, rows[i].left);
	}
	response_finish(&response);
}

static void
cleared_is_ready_for_the_next(void **state)
{
	size_t before = folder_open_descriptors();
	struct response response;

	(void)state;
	response_init(&response);
	response_text(&response, 200, "text/plain", SLICE_LITERAL("first"));
	body_set_file(&response.body, open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
	response_clear(&response);
	assert_int_equal(folder_open_descriptors(), before);
	assert_int_equal(response.status, 0);
	assert_false(response.has_content);
	assert_int_equal(response.fields.count, 0);
	assert_int_equal(response.body.length, 0);
	response_text(&response, 200, "text/html", SLICE_LITERAL("second"));
	assert_string_equal(response.fields.text.bytes, "Content-Type: text/html\r\n");
	assert_string_equal(answer_body(&response).at, "second");
	response_finish(&response);
	response_finish(&response);
}

/* ---- waiters ---- */

struct waiting {
	struct response_waiter waiter;
	char letter;
	struct response_waiters *again; /* joined when resumed; or NULL */
	struct waiting *leaves;         /* leaves when this one is resumed; or NULL */
};

static char resumed[8];

static void
resume(void *context)
{
	struct waiting *waiting = context;

	resumed[strlen(resumed)] = waiting->letter;
	if (waiting->again)
		response_waiter_join(&waiting->waiter, waiting->again);
	if (waiting->leaves)
		response_waiter_leave(&waiting->leaves->waiter);
}

static void
join_all(struct waiting *all, size_t count, struct response_waiters *waiters)
{
	memset(resumed, 0, sizeof(resumed));
	for (size_t i = 0; i < count; i++) {
		all[i].letter = (char)('a' + i);
		all[i].waiter.fn = resume;
		all[i].waiter.context = &all[i];
		response_waiter_join(&all[i].waiter, waiters);
	}
}

static void
waiters_are_resumed_in_their_order(void **state)
{
	struct response_waiters waiters = {0};
	struct waiting all[4] = {0};

	(void)state;
	join_all(all, 4, &waiters);
	response_resume(&waiters);
	assert_string_equal(resumed, "abcd");
	response_resume(&waiters);
	assert_string_equal(resumed, "abcd");
}

static void
waiters_may_leave(void **state)
{
	(void)state;
	for (unsigned left = 0; left < 16; left++) {
		struct response_waiters waiters = {0};
		struct waiting all[4] = {0};
		char expected[5] = "";

		join_all(all, 4, &waiters);
		for (size_t i = 0; i < 4; i++) {
			if (left >> i & 1)
				response_waiter_leave(&all[i].waiter);
			else
				expected[strlen(expected)] = all[i].letter;
			if (left >> i & 1)
				response_waiter_leave(&all[i].waiter); /* is in no list now */
		}
		response_resume(&waiters);
		assert_string_equal(resumed, expected);
		assert_null(waiters.first);
		assert_null(waiters.last);
	}
}

/* The first one waits again, and is not called again; the last one goes before its turn. */
static void
waiters_may_join_and_leave_while_they_are_resumed(void **state)
{
	struct response_waiters waiters = {0};
	struct waiting all[3] = {0};

	(void)state;
	all[0].again = &waiters;
	all[1].leaves = &all[2];
	join_all(all, 3, &waiters);
	response_resume(&waiters);
	assert_string_equal(resumed, "ab");
	assert_ptr_equal(waiters.first, &all[0].waiter);
	assert_ptr_equal(waiters.last, &all[0].waiter);
}

static void
a_cleared_response_is_not_paused(void **state)
{
	struct response_waiters waiters = {0};
	struct response response;

	(void)state;
	response_init(&response);
	response_pause(&response, &waiters);
	assert_ptr_equal(response.waiters, &waiters);
	response_clear(&response);
	assert_null(response.waiters);
	response_finish(&response);
}

/* ---- filters ---- */

static char called[8];

static void
note_call(const char *context)
{
	strcat(called, context);
}

static void
site_answer(void *context, const struct request *request, struct response *response)
{
	(void)request;
	note_call(context);
	response_status(response, 204);
}

static void
site_refuse(void *context, const struct refused_request *refused, struct response *response)
{
	note_call(context);
	response_status(response, refused->status);
}

/* After the site. */
static void
note_refused(void *context, const struct refused_request *refused, struct response *response)
{
	(void)context;
	assert_int_equal(response->status, refused->status);
	note_call("n");
}

static void
site_begin(void *context)
{
	note_call(context);
}

static void
pass_or_pause(void *context, const struct request *request, struct response *response)
{
	const struct response_filter *filter = context;

	note_call("f");
	if (request->keep_alive)
		response_filter_pass(filter, request, response);
	else
		response_status(response, 503);
}

static void
filters(void **state)
{
	char site[] = "s";
	struct response_handler handler = {
		.answer = site_answer, .refuse = site_refuse, .begin = site_begin, .context = site};
	struct response_filter inner = {.answer = pass_or_pause, .context = &inner};
	struct response_filter outer = {
		.answer = pass_or_pause, .refused = note_refused, .context = &outer};
	const struct refused_request refused = {.status = 431};
	struct request request = {.keep_alive = true};
	struct response response;

	(void)state;
	response_init(&response);
	response_filter_put(&inner, &handler);
	response_filter_put(&outer, &handler);
	handler.answer(handler.context, &request, &response);
	assert_int_equal(response.status, 204);
	assert_string_equal(called, "ffs");
	request.keep_alive = false; /* now it does not pass it on */
	handler.answer(handler.context, &request, &response);
	assert_int_equal(response.status, 503);
	assert_string_equal(called, "ffsf");
	handler.begin(handler.context);
	handler.refuse(handler.context, &refused, &response);
	assert_int_equal(response.status, 431);
	assert_string_equal(called, "ffsfssn");
	response_finish(&response);
}

/* An engine does not call what is NULL. */
static void
a_filter_begins_only_what_can_begin(void **state)
{
	struct response_handler handler = {.answer = site_answer, .refuse = site_refuse};
	struct response_filter filter = {.answer = pass_or_pause};

	(void)state;
	response_filter_put(&filter, &handler);
	assert_null(handler.begin);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(text),
		cmocka_unit_test(empty_text),
		cmocka_unit_test(status_alone),
		cmocka_unit_test(fields),
		cmocka_unit_test(dropped_fields),
		cmocka_unit_test(cleared_is_ready_for_the_next),
		cmocka_unit_test(waiters_are_resumed_in_their_order),
		cmocka_unit_test(waiters_may_leave),
		cmocka_unit_test(waiters_may_join_and_leave_while_they_are_resumed),
		cmocka_unit_test(a_cleared_response_is_not_paused),
		cmocka_unit_test(filters),
		cmocka_unit_test(a_filter_begins_only_what_can_begin),
	};

	return cmocka_run_group_tests_name("response", tests, NULL, NULL);
}
