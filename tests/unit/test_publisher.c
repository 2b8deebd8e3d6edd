/*
 * What a change on disk does, with a real watch, journal and hub, and the terminal's lines as JSON.
 */
#include "support/test.h"

#include <string.h>

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
	struct document_hold *document_hold;
	struct publisher *publisher;
	struct hub_page *page;
	const char *covered; /* the path that another watch reports; or NULL */
	unsigned woken;      /* how often wake() was called */
	size_t pages;        /* that got the last batch */
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
use_all(void *context, const char *path)
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
note_published(void *context, const struct changes *changes, size_t pages)
{
	assert_ptr_equal(context, &here);
	assert_true(changes->count > 0);
	here.pages = pages;
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
	capture_begin(1); /* a terminal that is made for a file can be captured again later */
	here.terminal = terminal_create(&json);
	capture_end();
}

static int
enter(void **state)
{
	static const struct static_files_options files = {.fallback = ".app.html"};

	(void)state;
	memset(&here, 0, sizeof(here));
	folder_enter();
	create_parts();
	here.document_hold = document_hold_create(here.loop);
	here.publisher = publisher_create(&(struct publisher_options){
		.journal = here.journal,
		.hub = here.hub,
		.importers = here.importers,
		.problems = here.problems,
		.terminal = here.terminal,
		.document_hold = here.document_hold,
		.is_covered = is_covered,
		.published = note_published,
		.context = &here,
		.files = &files,
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
	document_hold_destroy(here.document_hold);
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

/* Reports these files as changed (NULL at the end). Returns what the terminal printed. */
static const char *
report_changed(struct watch_listener listener, const char *const *paths)
{
	struct changes changes = {0};

	for (; *paths; paths++)
		changes_add(&changes, slice_of(*paths), CHANGE_MODIFIED);
	capture_begin(1);
	listener.changed(listener.context, &changes);
	changes_finish(&changes);
	return capture_end();
}

/* The page's next messages, separated by spaces. Lives until the next call. */
static const char *
next_messages(void)
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
a_change_reaches_journal_pages_and_terminal(void **state)
{
	static const char *const paths[] = {"a.css", "b.css", NULL};
	uint64_t number = journal_number(here.journal);
	const char *text;

	(void)state;
	next_messages(); /* the first one is "connected" */
	text = report_changed(publisher_site_listener(here.publisher), paths);
	assert_printed(text, "\"event\":\"change\"");
	assert_printed(text, "a.css");
	assert_printed(text, "b.css");
	assert_true(journal_number(here.journal) > number);
	assert_true(here.woken > 0);
	assert_int_equal(here.pages, 1);
	assert_string_equal(next_messages(), "refreshcss ");
}

static void
a_file_that_another_watch_covers_is_left_out(void **state)
{
	static const char *const both[] = {"data.json", "index.html", NULL};
	static const char *const one[] = {"data.json", NULL};
	uint64_t number = journal_number(here.journal);
	const char *text;

	(void)state;
	next_messages();
	here.covered = "data.json";
	assert_string_equal(report_changed(publisher_site_listener(here.publisher), one), "");
	assert_int_equal(journal_number(here.journal), number);
	assert_string_equal(next_messages(), "");
	text = report_changed(publisher_site_listener(here.publisher), both);
	assert_printed(text, "index.html");
	assert_null(strstr(text, "data.json"));
	assert_string_equal(next_messages(), "reload ");
}

static void
a_problem_in_a_file_is_printed(void **state)
{
	static const char *const paths[] = {"a.css", NULL};
	const char *text;

	(void)state;
	folder_write("a.css", "p { color: red;\n");
	text = report_changed(publisher_site_listener(here.publisher), paths);
	assert_printed(text, "never closed");
	folder_write("a.css", "p { color: red }\n");
	text = report_changed(publisher_site_listener(here.publisher), paths);
	assert_null(strstr(text, "never closed"));
	assert_printed(text, "\"event\":\"fixed\",\"path\":\"a.css\"");
	text = report_changed(publisher_site_listener(here.publisher), paths);
	assert_null(strstr(text, "error"));
}

static void
files_elsewhere_reload_all_pages(void **state)
{
	static const char *const paths[] = {"../templates/a.html", NULL};

	(void)state;
	next_messages();
	assert_printed(report_changed(publisher_elsewhere_listener(here.publisher), paths),
		"templates/a.html");
	assert_string_equal(next_messages(), "reload ");
}

static void
the_same_bytes_print_a_line_and_nothing_else(void **state)
{
	const struct watch_listener listener = publisher_site_listener(here.publisher);
	uint64_t number = journal_number(here.journal);
	struct changes changes = {0};

	(void)state;
	next_messages();
	changes_leave_out(&changes, slice_of("a.css"), LEFT_OUT_SAME);
	capture_begin(1);
	listener.unchanged(listener.context, &changes);
	changes_finish(&changes);
	assert_printed(capture_end(), "\"same\":1");
	assert_int_equal(journal_number(here.journal), number);
	assert_string_equal(next_messages(), "");
}

static void
lost_events_reload_all_pages(void **state)
{
	const struct watch_listener listener = publisher_site_listener(here.publisher);

	(void)state;
	next_messages();
	capture_begin(1);
	listener.lost(listener.context);
	assert_printed(capture_end(), "\"event\":");
	assert_string_equal(next_messages(), "reload ");
}

static void
reload_of_a_file_or_of_all_pages(void **state)
{
	(void)state;
	next_messages();
	capture_begin(1);
	assert_int_equal(publisher_reload(here.publisher, slice_of("a.css")), 1);
	assert_printed(capture_end(), "a.css");
	assert_string_equal(next_messages(), "refreshcss ");
	capture_begin(1);
	assert_int_equal(publisher_reload(here.publisher, slice_of("")), 1);
	capture_end();
	assert_string_equal(next_messages(), "reload ");
}

static void
a_paused_page_gets_the_change_later(void **state)
{
	static const char *const paths[] = {"a.css", NULL};

	(void)state;
	next_messages();
	hub_pause(here.hub);
	here.woken = 0;
	here.pages = 1;
	report_changed(publisher_site_listener(here.publisher), paths);
	assert_int_equal(here.woken, 0);
	assert_int_equal(here.pages, 0);
	assert_string_equal(next_messages(), "");
	hub_resume(here.hub);
	assert_true(here.woken > 0);
	assert_string_equal(next_messages(), "refreshcss ");
}

/* A name that is not served is not told to pages; the terminal has it. */
static void
hidden_names_are_not_told(void **state)
{
	static const char *const hidden[] = {".env", "backup/key.pem", ".git/", "a.css~", NULL};
	static const char *const both[] = {".env", "a.css", NULL};
	const struct watch_listener listener = publisher_site_listener(here.publisher);
	uint64_t number = journal_number(here.journal);
	const char *text;

	(void)state;
	next_messages();
	here.woken = 0;
	here.pages = 1;
	text = report_changed(listener, hidden);
	assert_printed(text, "backup/key.pem");
	assert_printed(text, "\"told\":0");
	assert_int_equal(here.pages, 0);
	assert_int_equal(here.woken, 0);
	assert_int_equal(journal_number(here.journal), number);
	assert_string_equal(next_messages(), "");
	assert_printed(report_changed(listener, both), ".env");
	assert_string_equal(next_messages(), "refreshcss "); /* with .env it would be a reload */
}

static void
hidden_names_that_the_user_gave_are_told(void **state)
{
	static const char *const fallback[] = {".app.html", NULL};
	static const char *const paths[] = {".env", NULL};

	(void)state;
	next_messages();
	report_changed(publisher_site_listener(here.publisher), fallback);
	assert_string_equal(next_messages(), "reload ");
	report_changed(publisher_elsewhere_listener(here.publisher), paths);
	assert_string_equal(next_messages(), "reload ");
}

/* A reload that the user asks for comes, but it has no name. */
/* The page has not said what it uses, so it may use every file that is served. */
static void
hidden_names_are_in_no_use(void **state)
{
	const struct watch_listener listener = publisher_site_listener(here.publisher);

	(void)state;
	assert_true(listener.is_in_use(listener.context, "index.html"));
	assert_false(listener.is_in_use(listener.context, ".index.html.saving"));
	assert_true(listener.is_in_use(listener.context, ".app.html"));
}

static void
reload_of_a_hidden_file(void **state)
{
	uint64_t number = journal_number(here.journal);
	struct changes changes = {0};

	(void)state;
	next_messages();
	capture_begin(1);
	assert_int_equal(publisher_reload(here.publisher, slice_of(".env")), 1);
	assert_printed(capture_end(), ".env");
	assert_string_equal(next_messages(), "reload ");
	assert_int_equal(journal_since(here.journal, journal_epoch(here.journal), number, &changes),
		JOURNAL_UNKNOWN);
}

/* With --dotfiles they are told, and after it is switched off not even to a page that missed them. */
static void
dotfiles_can_be_switched(void **state)
{
	static const char *const paths[] = {".env", NULL};
	const struct static_files_options on = {.serves_hidden = true}, off = {0};
	const char *epoch = journal_epoch(here.journal);
	uint64_t number = journal_number(here.journal);
	struct changes changes = {0};

	(void)state;
	next_messages();
	publisher_reconfigure(here.publisher, &on);
	report_changed(publisher_site_listener(here.publisher), paths);
	assert_string_equal(next_messages(), "reload ");
	assert_int_equal(journal_since(here.journal, epoch, number, &changes), JOURNAL_CHANGES);
	changes_finish(&changes);
	publisher_reconfigure(here.publisher, &off);
	assert_int_equal(journal_since(here.journal, epoch, number, &changes), JOURNAL_UNKNOWN);
	assert_int_equal(journal_since(here.journal, epoch, number + 1, &changes), JOURNAL_CURRENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_change_reaches_journal_pages_and_terminal, enter, leave),
		cmocka_unit_test_setup_teardown(
			a_file_that_another_watch_covers_is_left_out, enter, leave),
		cmocka_unit_test_setup_teardown(a_problem_in_a_file_is_printed, enter, leave),
		cmocka_unit_test_setup_teardown(files_elsewhere_reload_all_pages, enter, leave),
		cmocka_unit_test_setup_teardown(
			the_same_bytes_print_a_line_and_nothing_else, enter, leave),
		cmocka_unit_test_setup_teardown(lost_events_reload_all_pages, enter, leave),
		cmocka_unit_test_setup_teardown(reload_of_a_file_or_of_all_pages, enter, leave),
		cmocka_unit_test_setup_teardown(hidden_names_are_not_told, enter, leave),
		cmocka_unit_test_setup_teardown(
			hidden_names_that_the_user_gave_are_told, enter, leave),
		cmocka_unit_test_setup_teardown(hidden_names_are_in_no_use, enter, leave),
		cmocka_unit_test_setup_teardown(reload_of_a_hidden_file, enter, leave),
		cmocka_unit_test_setup_teardown(dotfiles_can_be_switched, enter, leave),
		cmocka_unit_test_setup_teardown(a_paused_page_gets_the_change_later, enter, leave),
	};

	return cmocka_run_group_tests_name("publisher", tests, NULL, NULL);
}
