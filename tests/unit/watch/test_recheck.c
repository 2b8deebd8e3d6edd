/*
 * Which files an event of another path concerns. The table is filled by hand; the crawler is real.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "support/clock.h"
#include "support/folder.h"
#include "watch/recheck.h"

static struct {
	struct loop *loop;
	struct root *root;
	struct watch_table table;
	struct watch_history *history;
	struct recheck recheck;
	struct poller *poller;
	int done;
} here;

static bool
look(void *context, struct debounce_entry *entry)
{
	(void)context, (void)entry;
	return true;
}

static void
looks_done(void *context)
{
	(void)context;
}

static void
done(void *context)
{
	assert_ptr_equal(context, &here);
	here.done++;
}

static void
changed(void *context, const char *path, enum inotify_hint hint, bool is_folder)
{
	(void)context, (void)path, (void)hint, (void)is_folder;
}

static void
found(void *context, const char *path, bool is_new)
{
	(void)context, (void)path, (void)is_new;
}

static bool
ignores(void *context, const char *path, bool is_folder)
{
	(void)context, (void)path, (void)is_folder;
	return true;
}

static void
lost(void *context, bool is_other_root)
{
	(void)context, (void)is_other_root;
}

static void
read_done(void *context, const struct watch_table_file *file)
{
	(void)context, (void)file;
}

static int
enter(void **state)
{
	static const struct poller_options none = {0};
	static const struct crawler_listener listener = {
		.changed = changed, .found = found, .ignores = ignores, .lost = lost};
	struct compare_options compare;

	(void)state;
	folder_enter();
	memset(&here, 0, sizeof(here));
	here.loop = loop_create();
	here.root = root_create(".");
	here.history = watch_history_create();
	compare = (struct compare_options){.root = here.root,
		.table = &here.table,
		.history = here.history,
		.read_done = read_done};
	here.recheck = (struct recheck){
		.loop = here.loop,
		.table = &here.table,
		.debounce = debounce_create(here.loop, 5000, look, looks_done, NULL),
		.compare = compare_create(&compare),
		.done = done,
		.context = &here,
	};
	here.poller = poller_create(
		here.loop, here.root, &here.table, here.recheck.debounce, &none);
	here.recheck.crawler = crawler_create(
		here.loop, here.root, &here.table, here.poller, &listener);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	recheck_finish(&here.recheck);
	crawler_destroy(here.recheck.crawler);
	poller_destroy(here.poller);
	debounce_destroy(here.recheck.debounce);
	compare_destroy(here.recheck.compare);
	watch_table_finish(&here.table);
	watch_history_destroy(here.history);
	root_destroy(here.root);
	loop_destroy(here.loop);
	folder_leave();
	return 0;
}

/* A file in use; real is the target of its links, or NULL. */
static struct watch_table_file *
use(const char *path, const char *real)
{
	struct watch_table_file *file = watch_table_add_file(&here.table, slice_of(path));

	watch_table_set_real(&here.table, file, real ? mem_text(real) : NULL);
	watch_table_keep(&here.table, file);
	return file;
}

static bool
has(const char *path)
{
	return debounce_has(here.recheck.debounce, slice_of(path));
}

static void
below_a_folder(void **state)
{
	(void)state;
	use("a/b/c", NULL);
	use("ab", NULL);
	use("link", "a/target");
	watch_table_add_requested(&here.table, slice_of("a/ignored"));
	recheck_below(&here.recheck, slice_of("a"), DEBOUNCE_GONE);
	assert_true(has("a/b/c"));
	assert_true(has("link"));
	assert_false(has("ab"));
	assert_false(has("a/ignored"));
	recheck_below(&here.recheck, slice_of("a"), DEBOUNCE_COMPLETE);
	assert_true(has("a/ignored")); /* it may be there now */
	assert_false(has("ab"));
	recheck_below(&here.recheck, slice_of("missing"), DEBOUNCE_GONE);
}

static void
links(void **state)
{
	(void)state;
	recheck_links_to(&here.recheck, "target", DEBOUNCE_COMPLETE);
	use("one", "target");
	use("two", "target");
	use("three", "other");
	recheck_links_to(&here.recheck, "target", DEBOUNCE_COMPLETE);
	assert_true(has("one") && has("two"));
	assert_false(has("three"));
	assert_false(has("target")); /* has events of its own */
}

static bool
is_done(void *context)
{
	(void)context;
	return here.done > 0;
}

/* In slices, so that requests are answered in between; at the end all of them were added. */
static void
all_files(void **state)
{
	enum { COUNT = 20 * 1000 };
	char path[32];

	(void)state;
	for (int i = 0; i < COUNT; i++) {
		snprintf(path, sizeof(path), "%d", i);
		use(path, NULL);
	}
	assert_false(recheck_is_busy(&here.recheck));
	recheck_all(&here.recheck);
	assert_true(recheck_is_busy(&here.recheck));
	loop_dispatch(here.loop);
	assert_int_equal(here.done, 0);
	clock_wait(here.loop, is_done, NULL);
	assert_false(recheck_is_busy(&here.recheck));
	assert_int_equal(here.done, 1);
	for (int i = 0; i < COUNT; i++) {
		snprintf(path, sizeof(path), "%d", i);
		assert_true(has(path));
	}
}

static void
behind_links(void **state)
{
	struct changes *changes = compare_found(here.recheck.compare);

	(void)state;
	assert_true(recheck_behind_links(&here.recheck)); /* there are none */
	folder_write("target", "x");
	use("link", "target")->is_absent = true;
	folder_write("link", "x");
	assert_true(recheck_behind_links(&here.recheck));
	assert_int_equal(changes->count, 1);
	assert_string_equal(changes->items[0].path, "link");
	assert_int_equal(here.done, 0);
}

static void
unknown_paths(void **state)
{
	struct changes changes = {0};

	(void)state;
	watch_table_add_folder(&here.table, slice_of("crowded"))->is_crowded = true;
	changes_add(&changes, slice_of("other/file"), CHANGE_CREATED);
	changes_add(&changes, slice_of("crowded/file"), CHANGE_MODIFIED);
	assert_false(recheck_has_unknown_paths(&here.recheck, &changes));
	changes_add(&changes, slice_of("crowded/folder/"), CHANGE_DELETED);
	assert_true(recheck_has_unknown_paths(&here.recheck, &changes));
	changes_finish(&changes);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(below_a_folder),
		TEST(links),
		TEST(all_files),
		TEST(behind_links),
		TEST(unknown_paths),
	};

	return cmocka_run_group_tests_name("recheck", tests, NULL, NULL);
}
