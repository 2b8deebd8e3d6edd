/*
 * When each entry is looked at. The clock is that of the test: it stands still until nothing is left
 * to do, and then goes on to the time of the next timer.
 */
#include "support/test.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "support/valgrind.h"
#include "support/wrap_loop.h"
#include "watch/debounce.h"

enum { BEGUN_US = 1000 * 1000 * 1000, TIMERS_MAX = 4 };

static struct {
	struct debounce *debounce;
	uint64_t now_us;
	struct timer {
		struct loop_timer *timer;
		loop_timer_fn *fn;
		void *context;
	} timers[TIMERS_MAX];
	uint64_t looked_us;        /* when the last look was */
	struct buf looked;         /* "a.css b.html; ": what was looked at, by rounds */
	bool finds_nothing;        /* what is not known to be gone stays an entry */
	const char *added_by_look; /* while another one is looked at, once */
	bool was_new, was_touched; /* the last one */
} here;

/* ---- the clock ---- */

uint64_t
__wrap_loop_now(void)
{
	return here.now_us;
}

void
__wrap_loop_timer_clear(struct loop *loop, struct loop_timer *timer)
{
	(void)loop;
	timer->is_set = false;
	for (size_t i = 0; i < TIMERS_MAX; i++)
		if (here.timers[i].timer == timer)
			here.timers[i].timer = NULL;
}

void
__wrap_loop_timer_set(struct loop *loop, struct loop_timer *timer, uint64_t delay_us,
	loop_timer_fn *fn, void *context)
{
	size_t i = 0;

	__wrap_loop_timer_clear(loop, timer);
	while (here.timers[i].timer)
		assert_true(++i < TIMERS_MAX);
	here.timers[i] = (struct timer){timer, fn, context};
	timer->is_set = true;
	timer->due_us = here.now_us + delay_us;
}

static const struct timer *
next_timer(void)
{
	const struct timer *next = NULL;

	for (size_t i = 0; i < TIMERS_MAX; i++) {
		const struct timer *timer = &here.timers[i];

		if (timer->timer && (!next || timer->timer->due_us < next->timer->due_us))
			next = timer;
	}
	return next;
}

/* Lets time go by until the next timer rings. Returns false when none is set. */
static bool
ring_next(void)
{
	struct timer next;

	if (!next_timer())
		return false;
	next = *next_timer();
	assert_true(next.timer->due_us >= here.now_us);
	here.now_us = next.timer->due_us;
	__wrap_loop_timer_clear(NULL, next.timer);
	next.fn(next.context);
	return true;
}

/* Lets so much time go by. */
static void
pass(uint64_t us)
{
	uint64_t end = here.now_us + us;
	const struct timer *next;

	while ((next = next_timer()) && next->timer->due_us <= end)
		ring_next();
	here.now_us = end;
}

/* ---- the looks ---- */

static bool
look(void *context, struct debounce_entry *entry)
{
	const char *added = here.added_by_look;

	assert_ptr_equal(context, &here);
	here.looked_us = loop_now();
	here.was_new = entry->is_new;
	here.was_touched = entry->is_touched;
	buf_addf(&here.looked, "%s%s ", entry->state == DEBOUNCE_GONE ? "-" : "", entry->path);
	here.added_by_look = NULL;
	for (int i = 0; added && i < 2; i++)
		debounce_add(here.debounce, added, DEBOUNCE_COMPLETE, false);
	if (!here.finds_nothing || entry->state == DEBOUNCE_GONE)
		return true;
	debounce_entry_set_gone(entry);
	return false;
}

static void
done(void *context)
{
	assert_ptr_equal(context, &here);
	if (here.looked.length && here.looked.bytes[here.looked.length - 1] == ' ')
		buf_add_text(&here.looked, "; ");
}

static void
begin(unsigned wait_ms)
{
	here.now_us = BEGUN_US;
	here.debounce = debounce_create(NULL, wait_ms, look, done, &here);
}

static int
enter(void **state)
{
	(void)state;
	begin(0);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	debounce_destroy(here.debounce);
	buf_finish(&here.looked);
	memset(&here, 0, sizeof(here));
	return 0;
}

static struct debounce_entry *
add(const char *path, enum debounce_state debounce_state)
{
	return debounce_add(here.debounce, path, debounce_state, false);
}

static bool
has_none(void)
{
	return !debounce_has_below(here.debounce, slice_of("")) &&
	       slice_ends(buf_slice(&here.looked), "; ");
}

/* Goes on until all are looked at. The last look must be so many ms after the start. */
static void
expect_looks(const char *looks, unsigned ms)
{
	while (!has_none())
		assert_true(ring_next());
	assert_string_equal(here.looked.bytes, looks);
	assert_int_equal(here.looked_us - BEGUN_US, ms * 1000);
}

/* Goes on until there are these looks, and no others. */
static void
expect_first_looks(const char *looks)
{
	while (!here.looked.length || !slice_ends(buf_slice(&here.looked), "; "))
		assert_true(ring_next());
	assert_string_equal(here.looked.bytes, looks);
}

static void
each_state_has_its_time(void **state)
{
	static const struct {
		const char *path;
		enum debounce_state debounce_state;
		const char *looks;
		unsigned ms;
	} rows[] = {
		{"a.css", DEBOUNCE_COMPLETE, "a.css ; ", 0},
		{"a.CSS", DEBOUNCE_COMPLETE, "a.CSS ; ", 0},
		{"a.html", DEBOUNCE_COMPLETE, "a.html ; ", 5},
		{"a.css", DEBOUNCE_WRITING, "a.css ; ", 100},
		{"a.css", DEBOUNCE_GONE, "-a.css ; ", 250},
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		leave(state);
		enter(state);
		add(rows[i].path, rows[i].debounce_state);
		expect_looks(rows[i].looks, rows[i].ms);
	}
}

/* Otherwise it would be reported before the files that are saved with it. */
static void
a_style_sheet_waits_for_others(void **state)
{
	(void)state;
	add("a.html", DEBOUNCE_COMPLETE);
	add("b.css", DEBOUNCE_COMPLETE);
	expect_looks("b.css a.html ; ", 5);
}

static void
vanished_paths_do_not_delay_others(void **state)
{
	(void)state;
	add("a.css.tmp", DEBOUNCE_GONE);
	add("a.css", DEBOUNCE_COMPLETE);
	expect_first_looks("a.css ; ");
	assert_true(debounce_has(here.debounce, slice_of("a.css.tmp")));
	expect_looks("a.css ; -a.css.tmp ; ", 250);
}

static void
vanished_paths_that_return(void **state)
{
	(void)state;
	add("a.html", DEBOUNCE_GONE);
	add("a.html", DEBOUNCE_COMPLETE);
	expect_looks("a.html ; ", 5);
}

/* The path is found missing when it is looked at. Its grace time begins then. */
static void
found_missing(void **state)
{
	(void)state;
	here.finds_nothing = true;
	add("a.html", DEBOUNCE_COMPLETE);
	expect_looks("a.html ; -a.html ; ", 300);
}

static void
quiet_set_by_option(void **state)
{
	leave(state);
	begin(120);
	add("a.css", DEBOUNCE_COMPLETE);
	expect_looks("a.css ; ", 120);
}

struct hinting {
	struct loop_timer timer;
	unsigned left;
};

static void
hint_again(void *context)
{
	struct hinting *hinting = context;

	add("a.html", DEBOUNCE_COMPLETE);
	if (hinting->left--)
		loop_timer_set(NULL, &hinting->timer, 50 * 1000, hint_again, hinting);
}

/* With events so close together that the quiet never comes. */
static void
the_ceiling_is_held(void **state)
{
	struct hinting hinting = {.left = 40};

	leave(state);
	begin(150);
	hint_again(&hinting);
	expect_first_looks("a.html ; ");
	assert_int_equal(here.looked_us - BEGUN_US, (500 + 150) * 1000);
	assert_true(hinting.left > 0);
	loop_timer_clear(NULL, &hinting.timer);
}

/* An event that comes while a path is looked at belongs to the next round. */
static void
events_during_a_round(void **state)
{
	(void)state;
	here.added_by_look = "b.html";
	add("a.html", DEBOUNCE_COMPLETE);
	expect_looks("a.html ; b.html ; ", 10);

	leave(state);
	enter(state);
	here.added_by_look = "a.html"; /* is being looked at, and nobody else is there */
	add("a.html", DEBOUNCE_COMPLETE);
	expect_looks("a.html ; ", 5);
	add("b.html", DEBOUNCE_COMPLETE);
	expect_looks("a.html ; b.html ; ", 10);
}

static void
members_of_entries(void **state)
{
	(void)state;
	debounce_add(here.debounce, "new.html", DEBOUNCE_WRITING, true)->is_touched = true;
	debounce_add(here.debounce, "new.html", DEBOUNCE_COMPLETE, false);
	expect_looks("new.html ; ", 5);
	assert_true(here.was_new);
	assert_true(here.was_touched);
	debounce_add(here.debounce, "new.html", DEBOUNCE_COMPLETE, false);
	debounce_add(here.debounce, "new.html", DEBOUNCE_COMPLETE, true);
	expect_looks("new.html ; new.html ; ", 10);
	assert_false(here.was_new);
	assert_false(here.was_touched);
}

static void
entries_of_files_and_folders(void **state)
{
	static const struct {
		const char *folder;
		bool has;
	} rows[] = {{"", true}, {"a", true}, {"a/b", true}, {"a/b/c.html", true}, {"a/", false},
		{"a/bb", false}, {"c", false}};

	(void)state;
	assert_false(debounce_has_below(here.debounce, slice_of("")));
	add("a/b/c.html", DEBOUNCE_COMPLETE);
	assert_true(debounce_has(here.debounce, slice_of("a/b/c.html")));
	assert_false(debounce_has(here.debounce, slice_of("a/b")));
	for (size_t i = 0; i < ROWS(rows); i++)
		if (debounce_has_below(here.debounce, slice_of(rows[i].folder)) != rows[i].has)
			fail_msg("below \"%s\"", rows[i].folder);
}

/* Each event takes one step, however many paths are waiting. */
static void
many_paths(void **state)
{
	enum { COUNT = 40 * 1000 };
	clock_t begun = clock();
	char path[32];

	(void)state;
	for (int i = 0; i < COUNT; i++) {
		snprintf(path, sizeof(path), "old/%d", i);
		add(path, DEBOUNCE_GONE);
	}
	for (int i = 0; i < COUNT; i++) {
		snprintf(path, sizeof(path), "new/%d", i);
		add(path, DEBOUNCE_WRITING);
	}
	/* Not the time that goes by: others may have the processor for most of that. */
	assert_true(clock() - begun < (valgrind_runs() ? 20 : 2) * CLOCKS_PER_SEC);
}

static void
events_in_any_order(void **state)
{
	(void)state;
	add("a.html", DEBOUNCE_GONE);
	add("b.html", DEBOUNCE_WRITING);
	add("c.html", DEBOUNCE_COMPLETE);
	add("a.html", DEBOUNCE_WRITING);
	add("b.html", DEBOUNCE_COMPLETE);
	add("c.html", DEBOUNCE_GONE);
	add("a.html", DEBOUNCE_COMPLETE);
	expect_looks("a.html b.html ; -c.html ; ", 250);
}

static bool
is_html(void *context, const char *path)
{
	assert_ptr_equal(context, &here);
	return slice_ends(slice_of(path), ".html");
}

static void
note_settling(void *context, bool is_settling)
{
	assert_ptr_equal(context, &here);
	buf_add_text(&here.looked, is_settling ? "[" : "]");
}

static void
begin_urgent(void)
{
	const struct debounce_urgent urgent = {is_html, note_settling, &here};

	debounce_set_urgent(here.debounce, &urgent);
}

static bool
has_settled(void)
{
	return here.looked.length && slice_ends(buf_slice(&here.looked), "]");
}

/* What follows is one batch, and reported before the end. */
static void
the_first_urgent_path_is_looked_at_at_once(void **state)
{
	(void)state;
	begin_urgent();
	add("a.html", DEBOUNCE_COMPLETE);
	expect_first_looks("[a.html ; ");
	assert_int_equal(here.looked_us, BEGUN_US);
	add("b.html", DEBOUNCE_COMPLETE);
	add("c.js", DEBOUNCE_COMPLETE);
	while (!has_settled())
		assert_true(ring_next());
	assert_string_equal(here.looked.bytes, "[a.html ; c.js b.html ; ]");
}

static void
what_is_not_urgent_waits(void **state)
{
	static const struct {
		const char *first, *second;
		enum debounce_state second_state;
		const char *looks;
		unsigned ms;
	} rows[] = {
		{"a.js", "b.html", DEBOUNCE_COMPLETE, "b.html a.js ; ", 5},
		{"a.html", "b.html", DEBOUNCE_COMPLETE, "b.html a.html ; ", 5},
		{"a.html/", "b.js", DEBOUNCE_COMPLETE, "b.js a.html/ ; ", 5},
		{"a.html", "b.js", DEBOUNCE_WRITING, "a.html ; b.js ; ", 100},
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		leave(state);
		enter(state);
		begin_urgent();
		add(rows[i].first, DEBOUNCE_COMPLETE);
		add(rows[i].second, rows[i].second_state);
		expect_looks(rows[i].looks, rows[i].ms);
	}
}

/* --wait asks for a quiet, so there is one. */
static void
the_option_goes_before_urgency(void **state)
{
	leave(state);
	begin(20);
	begin_urgent();
	add("a.html", DEBOUNCE_COMPLETE);
	expect_looks("a.html ; ", 20);
}

/* A file that is written all the time does not hold the end back for ever. */
static void
settling_ends_while_writing_goes_on(void **state)
{
	(void)state;
	begin_urgent();
	add("a.html", DEBOUNCE_COMPLETE);
	expect_first_looks("[a.html ; ");
	while (!strchr(here.looked.bytes, ']')) {
		add("log", DEBOUNCE_COMPLETE);
		add("b.log", DEBOUNCE_WRITING);
		pass(1000);
		assert_true(here.now_us - BEGUN_US < 2 * 1000 * 1000);
	}
}

static void
destroyed_with_some_left(void **state)
{
	(void)state;
	add("a.html", DEBOUNCE_COMPLETE);
	add("b.html", DEBOUNCE_GONE);
	debounce_destroy(here.debounce);
	here.debounce = NULL;
	assert_false(ring_next());
	assert_int_equal(here.looked.length, 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(each_state_has_its_time),
		TEST(a_style_sheet_waits_for_others),
		TEST(vanished_paths_do_not_delay_others),
		TEST(vanished_paths_that_return),
		TEST(found_missing),
		TEST(quiet_set_by_option),
		TEST(the_ceiling_is_held),
		TEST(events_during_a_round),
		TEST(members_of_entries),
		TEST(entries_of_files_and_folders),
		TEST(many_paths),
		TEST(events_in_any_order),
		TEST(the_first_urgent_path_is_looked_at_at_once),
		TEST(what_is_not_urgent_waits),
		TEST(the_option_goes_before_urgency),
		TEST(settling_ends_while_writing_goes_on),
		TEST(destroyed_with_some_left),
	};

	return cmocka_run_group_tests_name("debounce", tests, NULL, NULL);
}
