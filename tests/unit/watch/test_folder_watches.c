/*
 * Which folders have a watch. The kernel's limit is played by a wrapped inotify_add_watch().
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/folder.h"
#include "watch/folder_watches.h"

int __real_inotify_add_watch(int fd, const char *path, uint32_t mask);
int __wrap_inotify_add_watch(int fd, const char *path, uint32_t mask);

static struct {
	struct loop *loop;
	struct debounce *debounce;
	struct watch_table table;
	struct folder_watches watches;
	size_t watches_max; /* what the kernel allows; 0: as it likes */
} here;

int
__wrap_inotify_add_watch(int fd, const char *path, uint32_t mask)
{
	if (here.watches_max && here.table.watches.entries.count >= here.watches_max) {
		errno = ENOSPC;
		return -1;
	}
	return __real_inotify_add_watch(fd, path, mask);
}

static void
hinted(void *context, int folder, enum inotify_hint hint, const char *name, bool is_folder)
{
	(void)context, (void)folder, (void)hint, (void)name, (void)is_folder;
}

static int
enter(void **state)
{
	const struct poller_options none = {0};

	(void)state;
	folder_enter();
	memset(&here, 0, sizeof(here));
	here.loop = loop_create();
	here.watches.root = root_create(".");
	here.watches.table = &here.table;
	here.debounce = debounce_create(here.loop, 0, NULL, NULL, NULL);
	here.watches.poller = poller_create(
		here.loop, here.watches.root, &here.table, here.debounce, &none);
	here.watches.inotify = inotify_create(here.loop, hinted, NULL);
	assert_non_null(here.watches.inotify);
	folder_make("a");
	folder_make("a/b");
	folder_make("c");
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	inotify_destroy(here.watches.inotify);
	poller_destroy(here.watches.poller);
	debounce_destroy(here.debounce);
	watch_table_finish(&here.table);
	root_destroy(here.watches.root);
	loop_destroy(here.loop);
	folder_leave();
	return 0;
}

static struct watch_table_folder *
add(const char *path, bool is_used)
{
	return folder_watches_add(&here.watches, slice_of(path), is_used);
}

static const struct watch_table_folder *
find(const char *path)
{
	return watch_table_folder(&here.table, slice_of(path));
}

static void
one_folder(void **state)
{
	struct watch_table_folder *folder = add("a", false);

	(void)state;
	assert_non_null(folder);
	assert_true(folder->watch >= 0);
	assert_false(folder->is_used);
	assert_true(folder_watches_is_current(&here.watches, folder));
	assert_ptr_equal(add("a", true), folder);
	assert_true(folder->is_used);
	assert_ptr_equal(add("a", false), folder);
	assert_true(folder->is_used); /* it stays in use */
	assert_int_equal(here.table.folder_count, 1);
}

static void
what_is_no_folder(void **state)
{
	static const char *const paths[] = {"missing", "file", "..", "a/../..", "out"};

	(void)state;
	folder_write("file", "x");
	assert_int_equal(symlink("/", "out"), 0);
	for (size_t i = 0; i < ROWS(paths); i++)
		if (add(paths[i], true) || find(paths[i]))
			fail_msg("%s is watched", paths[i]);
	assert_int_equal(here.table.folder_count, 0);
}

/* From the root down, as far as the folders exist. */
static void
folders_in_use(void **state)
{
	(void)state;
	folder_watches_use(&here.watches, slice_of("a/b/missing/d"));
	assert_true(find("")->is_used && find("a")->is_used && find("a/b")->is_used);
	assert_null(find("a/b/missing"));
	assert_null(find("c"));
	folder_make("a/b/missing");
	folder_watches_use(&here.watches, slice_of("a/b/missing/d"));
	assert_true(find("a/b/missing")->watch >= 0);
}

static void
another_folder_at_the_path(void **state)
{
	const struct watch_table_folder *folder = add("c", false);

	(void)state;
	assert_int_equal(rename("c", "d"), 0);
	assert_false(folder_watches_is_current(&here.watches, folder));
	folder_make("c");
	assert_false(folder_watches_is_current(&here.watches, folder));
}

static void
removed_folders(void **state)
{
	(void)state;
	add("a", false);
	add("a/b", false);
	assert_false(folder_watches_purge(&here.watches));
	watch_table_remove_folders(&here.table, slice_of("a"));
	assert_true(folder_watches_purge(&here.watches));
	assert_true(folder_watches_purge(&here.watches));
	assert_false(folder_watches_purge(&here.watches));
	assert_int_equal(here.table.watches.entries.count, 0);
}

/* A folder in use gets the watch of another one; if there is none to get, it is polled. */
static void
no_more_watches(void **state)
{
	(void)state;
	here.watches_max = 1;
	assert_true(add("a", false)->watch >= 0);
	assert_int_equal(add("a/b", false)->watch, -1);
	assert_true(find("a")->watch >= 0);
	assert_true(add("c", true)->watch >= 0);
	assert_int_equal(find("a")->watch, -1);
	assert_int_equal(add("a", true)->watch, -1);
	assert_true(find("c")->watch >= 0);
	assert_true(here.watches.has_reported_limit);
	here.watches_max = 0;
	assert_true(add("a", true)->watch >= 0);
}

/* Very many paths lead to one folder: its real path is always watched. */
static void
many_paths(void **state)
{
	char path[32];

	(void)state;
	for (int i = 0; i < 3 * WATCH_TABLE_ALIASES_OF_ONE; i++) {
		snprintf(path, sizeof(path), "link%d", i);
		assert_int_equal(symlink("a", path), 0);
		assert_non_null(add(path, false));
	}
	assert_non_null(find("a"));
	assert_true(here.table.folder_count <= WATCH_TABLE_ALIASES_OF_ONE + 1);
	assert_int_equal(here.table.watches.entries.count, 1);
	assert_true(watch_table_is_crowded(&here.table, slice_of("a")));
}

/* Rows of what an event is about, and whether the file a/b/x is then unchanged. */
static void
events_are_counted(void **state)
{
	static const struct {
		const char *path;
		bool is_folder, is_unchanged;
	} rows[] = {
		{"a/b/x", false, false}, {"a/b/y", false, true}, {"x", false, true},
		{"a/b", true, false}, {"a", true, false},
		{"c", true, false}, /* another folder beside one on the way, to be safe */
		{"a/b/d", true, false}, {"c/d", true, true},
		{"d/e/f", false, false}, /* the folder is unknown */
	};
	struct slice path = SLICE_LITERAL("a/b/x");

	(void)state;
	folder_watches_use(&here.watches, slice_of("a/b"));
	folder_watches_use(&here.watches, slice_of("c"));
	assert_false(folder_watches_is_unchanged(&here.watches, path, here.table.events));
	watch_table_add_file(&here.table, path);
	for (size_t i = 0; i < ROWS(rows); i++) {
		uint64_t since = here.table.events;

		assert_true(folder_watches_is_unchanged(&here.watches, path, since));
		folder_watches_note_event(&here.watches, slice_of(rows[i].path), rows[i].is_folder);
		if (folder_watches_is_unchanged(&here.watches, path, since) != rows[i].is_unchanged)
			fail_msg("an event of %s", rows[i].path);
	}
	folder_watches_note_unclear(&here.watches);
	assert_false(folder_watches_is_unchanged(&here.watches, path, here.table.events - 1));
	assert_true(folder_watches_is_unchanged(&here.watches, path, here.table.events));
}

static void
unchanged_only_where_it_is_watched(void **state)
{
	struct slice path = SLICE_LITERAL("a/b/x");
	struct watch_table_file *file;

	(void)state;
	here.watches_max = 2; /* the root and a */
	folder_watches_use(&here.watches, slice_of("a/b"));
	file = watch_table_add_file(&here.table, path);
	assert_false(folder_watches_is_unchanged(&here.watches, path, 0));
	here.watches_max = 0;
	folder_watches_use(&here.watches, slice_of("a/b"));
	assert_true(folder_watches_is_unchanged(&here.watches, path, 0));
	watch_table_set_real(&here.table, file, mem_text("c/x"));
	assert_false(folder_watches_is_unchanged(&here.watches, path, 0));
	watch_table_set_real(&here.table, file, NULL);
	assert_true(folder_watches_is_unchanged(&here.watches, path, 0));
	file->is_outside = true;
	assert_false(folder_watches_is_unchanged(&here.watches, path, 0));
	file->is_outside = false;
	watch_table_remove_folders(&here.table, slice_of("a"));
	assert_false(folder_watches_is_unchanged(&here.watches, path, 0));
}

/* Events before a record was made count for it, too. */
static void
new_records_are_changed(void **state)
{
	uint64_t since = here.table.events;

	(void)state;
	folder_watches_use(&here.watches, slice_of("a"));
	folder_watches_note_event(&here.watches, slice_of("a/x"), false);
	watch_table_add_file(&here.table, slice_of("a/x"));
	assert_false(folder_watches_is_unchanged(&here.watches, slice_of("a/x"), since));
	assert_true(folder_watches_is_unchanged(&here.watches, slice_of("a/x"), here.table.events));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(one_folder),
		TEST(what_is_no_folder),
		TEST(folders_in_use),
		TEST(another_folder_at_the_path),
		TEST(removed_folders),
		TEST(no_more_watches),
		TEST(many_paths),
		TEST(events_are_counted),
		TEST(unchanged_only_where_it_is_watched),
		TEST(new_records_are_changed),
	};

	return cmocka_run_group_tests_name("folder_watches", tests, NULL, NULL);
}
