/*
 * A change on disk, as everybody learns of it: with a real watch, journal and hub, and the terminal's
 * lines as JSON.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "publisher.h"
#include "support/capture.h"
#include "support/clock.h"
#include "support/folder.h"

static struct {
	struct loop *loop;
	struct root *root;
	struct watch *watch;
	struct journal *journal;
	struct hub *hub;
	struct importers *importers;
	struct problems *problems;
	struct terminal *terminal;
	struct publisher *publisher;
	struct hub_page *page;
	const char *covered; /* the path that another watch tells of; or NULL */
	unsigned woken;      /* how often the page was */
	size_t pages_told;   /* of the last batch */
} here;

static void
ignore_changes(void *context, const struct changes *changes)
{
	(void)context;
	(void)changes;
}

static void
ignore_loss(void *context)
{
	(void)context;
}

static bool
has_walked(void *context)
{
	(void)context;
	return !watch_is_walking(here.watch);
}

static bool
use_all(void *context, struct slice path)
{
	(void)context;
	(void)path;
	return true;
}

static bool
is_covered(void *context, const char *path)
{
	assert_ptr_equal(context, &here);
	return here.covered && strcmp(here.covered, path) == 0;
}

static void
note_told(void *context, const struct changes *changes, size_t pages)
{
	assert_ptr_equal(context, &here);
	assert_true(changes->count > 0);
	here.pages_told = pages;
}

static void
wake(void *socket)
{
	(void)socket;
	here.woken++;
}

static void
create_parts(void)
{
	static const struct terminal_options json = {.format = TERMINAL_JSON};
	const struct watch_listener listener = {
		.changed = ignore_changes, .unchanged = ignore_changes, .lost = ignore_loss};

	here.loop = loop_create();
	here.root = root_create(".");
	here.watch = watch_create(here.loop, here.root, &(struct watch_options){0}, &listener);
	here.journal = journal_create();
	here.hub = hub_create(&(struct hub_options){.journal = here.journal, .wake = wake});
	here.importers = importers_create();
	here.problems = problems_create(here.root, use_all, NULL);
	here.terminal = terminal_create(&json);
}

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	folder_enter();
	create_parts();
	here.publisher = publisher_create(&(struct publisher_options){
		.journal = here.journal,
		.hub = here.hub,
		.importers = here.importers,
		.problems = here.problems,
		.terminal = here.terminal,
		.is_covered = is_covered,
		.told = note_told,
		.context = &here,
	});
	clock_wait(here.loop, has_walked, NULL);
	here.page = hub_join(here.hub, PROTOCOL_LIVE_SERVER, NULL, &here);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	hub_leave(here.hub, here.page);
	publisher_destroy(here.publisher);
	capture_begin(1);
	terminal_destroy(here.terminal);
	capture_end();
	problems_destroy(here.problems);
	importers_destroy(here.importers);
	hub_destroy(here.hub);
	journal_destroy(here.journal);
	watch_destroy(here.watch);
	root_destroy(here.root);
	loop_destroy(here.loop);
	folder_leave();
	return 0;
}

typedef void publisher_fn(struct publisher *publisher, const struct changes *changes);

/* Hands on these files as changed (NULL at the end). Returns what the terminal printed. */
static const char *
publish(publisher_fn *fn, const char *const *paths)
{
	struct changes changes = {0};

	for (; *paths; paths++)
		changes_add(&changes, slice_of(*paths), CHANGE_MODIFIED);
	capture_begin(1);
	fn(here.publisher, &changes);
	changes_finish(&changes);
	return capture_end();
}

/* The page's next messages, parted by blanks. Lives until the next call. */
static const char *
told(void)
{
	static char all[256];
	struct buf text = {0};

	all[0] = '\0';
	while (hub_next_message(here.hub, here.page, &text)) {
		assert_true(strlen(all) + text.length + 2 < sizeof(all));
		strncat(all, buf_slice(&text).at, text.length);
		strcat(all, " ");
		buf_clear(&text);
	}
	buf_finish(&text);
	return all;
}

static void
assert_printed(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("expected %s in %s", part, text);
}

static void
saved_files_reach_everybody(void **state)
{
	static const char *const paths[] = {"a.css", "b.css", NULL};
	uint64_t number = journal_number(here.journal);
	const char *text;

	(void)state;
	told(); /* its greeting */
	text = publish(publisher_changed, paths);
	assert_printed(text, "\"event\":\"change\"");
	assert_printed(text, "a.css");
	assert_printed(text, "b.css");
	assert_true(journal_number(here.journal) > number);
	assert_true(here.woken > 0);
	assert_int_equal(here.pages_told, 1);
	assert_string_equal(told(), "refreshcss ");
}

static void
a_file_that_another_watch_covers_is_left_out(void **state)
{
	static const char *const both[] = {"data.json", "index.html", NULL};
	static const char *const one[] = {"data.json", NULL};
	uint64_t number = journal_number(here.journal);
	const char *text;

	(void)state;
	told();
	here.covered = "data.json";
	assert_string_equal(publish(publisher_changed, one), "");
	assert_int_equal(journal_number(here.journal), number);
	assert_string_equal(told(), "");
	text = publish(publisher_changed, both);
	assert_printed(text, "index.html");
	assert_null(strstr(text, "data.json"));
	assert_string_equal(told(), "reload ");
}

static void
a_broken_file_is_said_to_be_broken(void **state)
{
	static const char *const paths[] = {"a.css", NULL};
	const char *text;

	(void)state;
	folder_write("a.css", "p { color: red;\n");
	text = publish(publisher_changed, paths);
	assert_printed(text, "never closed");
	folder_write("a.css", "p { color: red }\n");
	text = publish(publisher_changed, paths);
	assert_null(strstr(text, "never closed"));
}

static void
files_elsewhere_reload_all_pages(void **state)
{
	static const char *const paths[] = {"../templates/a.html", NULL};

	(void)state;
	told();
	assert_printed(publish(publisher_changed_elsewhere, paths), "templates/a.html");
	assert_string_equal(told(), "reload ");
}

static void
the_same_bytes_are_only_a_line(void **state)
{
	uint64_t number = journal_number(here.journal);
	struct changes changes = {0};

	(void)state;
	told();
	changes_leave_out(&changes, slice_of("a.css"), LEFT_OUT_SAME);
	capture_begin(1);
	publisher_unchanged(here.publisher, &changes);
	changes_finish(&changes);
	assert_printed(capture_end(), "\"same\":1");
	assert_int_equal(journal_number(here.journal), number);
	assert_string_equal(told(), "");
}

static void
lost_events_reload_all_pages(void **state)
{
	(void)state;
	told();
	capture_begin(1);
	publisher_lost(here.publisher);
	assert_printed(capture_end(), "\"event\":");
	assert_string_equal(told(), "reload ");
}

static void
a_person_reloads_a_file_or_all(void **state)
{
	(void)state;
	told();
	capture_begin(1);
	assert_int_equal(publisher_reload(here.publisher, slice_of("a.css")), 1);
	assert_printed(capture_end(), "a.css");
	assert_string_equal(told(), "refreshcss ");
	capture_begin(1);
	assert_int_equal(publisher_reload(here.publisher, slice_of("")), 1);
	capture_end();
	assert_string_equal(told(), "reload ");
}

static void
a_paused_page_is_told_later(void **state)
{
	static const char *const paths[] = {"a.css", NULL};

	(void)state;
	told();
	hub_pause(here.hub);
	here.woken = 0;
	here.pages_told = 1;
	publish(publisher_changed, paths);
	assert_int_equal(here.woken, 0);
	assert_int_equal(here.pages_told, 0);
	assert_string_equal(told(), "");
	hub_resume(here.hub);
	assert_true(here.woken > 0);
	assert_string_equal(told(), "refreshcss ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(saved_files_reach_everybody, enter, leave),
		cmocka_unit_test_setup_teardown(
			a_file_that_another_watch_covers_is_left_out, enter, leave),
		cmocka_unit_test_setup_teardown(a_broken_file_is_said_to_be_broken, enter, leave),
		cmocka_unit_test_setup_teardown(files_elsewhere_reload_all_pages, enter, leave),
		cmocka_unit_test_setup_teardown(the_same_bytes_are_only_a_line, enter, leave),
		cmocka_unit_test_setup_teardown(lost_events_reload_all_pages, enter, leave),
		cmocka_unit_test_setup_teardown(a_person_reloads_a_file_or_all, enter, leave),
		cmocka_unit_test_setup_teardown(a_paused_page_is_told_later, enter, leave),
	};

	return cmocka_run_group_tests_name("publisher", tests, NULL, NULL);
}
