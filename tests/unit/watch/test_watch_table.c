#include "support/test.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "watch/watch_table.h"

static struct watch_table table;
static struct buf unwatched; /* "7 8 " */

static int
leave(void **state)
{
	(void)state;
	watch_table_finish(&table);
	memset(&table, 0, sizeof(table));
	buf_finish(&unwatched);
	return 0;
}

static void
unwatch(void *context, int watch)
{
	assert_ptr_equal(context, &table);
	buf_addf(&unwatched, "%d ", watch);
}

static struct watch_table_folder *
add(const char *path, int watch)
{
	struct watch_table_folder *folder = watch_table_add_folder(&table, slice_of(path));

	assert_int_equal(folder->watch, -1);
	watch_table_set_watch(&table, folder, watch);
	assert_int_equal(folder->watch, watch);
	return folder;
}

/* The paths that have a watch, "a b ", in the order of the list. */
static void
assert_watched(int watch, const char *paths)
{
	struct buf found = {0}, path = {0};
	const struct watch_table_folder *folder = watch_table_watched(&table, watch);

	for (; folder; folder = folder->same_watch) {
		assert_int_equal(folder->watch, watch);
		assert_true(watch_table_folder_path(&table, folder, &path));
		buf_addf(&found, "%s ", buf_slice(&path).at);
	}
	assert_string_equal(buf_slice(&found).at, paths);
	buf_finish(&found);
	buf_finish(&path);
}

/* Removes the folder at path, and frees it. */
static void
remove_folders(const char *path)
{
	watch_table_remove_folders(&table, slice_of(path));
	while (watch_table_purge(&table, unwatch, &table))
		;
}

static void
folders_by_path_and_watch(void **state)
{
	struct watch_table_folder *root = add("", 1), *a = add("a", 2), *b = add("a/b", -1);

	(void)state;
	assert_ptr_equal(watch_table_folder(&table, SLICE_LITERAL("")), root);
	assert_ptr_equal(watch_table_folder(&table, (struct slice){"a/b", 1}), a);
	assert_ptr_equal(watch_table_folder(&table, SLICE_LITERAL("a/b")), b);
	assert_null(watch_table_folder(&table, SLICE_LITERAL("a/")));
	assert_watched(1, " ");
	assert_watched(2, "a ");
	assert_watched(3, "");
	assert_watched(-1, "");
	assert_int_equal(table.watches.entries.count, 2);
}

static void
watches_change(void **state)
{
	struct watch_table_folder *a = add("a", 2);

	(void)state;
	watch_table_set_watch(&table, a, 2);
	assert_watched(2, "a ");
	watch_table_set_watch(&table, a, 3);
	assert_watched(2, "");
	assert_watched(3, "a ");
	watch_table_set_watch(&table, a, -1);
	watch_table_set_watch(&table, a, -1);
	assert_watched(3, "");
	assert_int_equal(a->watch, -1);
	assert_int_equal(table.watches.entries.count, 0);
}

/* The paths of one folder are removed: the first, the middle and the last one. */
static void
one_watch_by_several_paths(void **state)
{
	static const char *const left[] = {"c b ", "c a ", "b a "};
	static const char *const paths[] = {"a", "b", "c"};

	(void)state;
	for (size_t gone = 0; gone < ROWS(paths); gone++) {
		struct watch_table_folder *folders[ROWS(paths)];

		for (size_t i = 0; i < ROWS(paths); i++)
			folders[i] = add(paths[i], 5);
		assert_watched(5, "c b a ");
		watch_table_set_watch(&table, folders[gone], -1);
		assert_null(folders[gone]->same_watch);
		assert_watched(5, left[gone]);
		leave(NULL);
	}
}

static void
folders_are_forgotten_with_all_below(void **state)
{
	(void)state;
	add("", 1);
	add("a", 2);
	add("a/b", 3);
	add("a/b/c", -1);
	add("ab", 4);
	add("b/a", 5);
	add("link", 3); /* leads to a/b */
	add("other", 2);
	remove_folders("a");
	assert_string_equal(buf_slice(&unwatched).at, ""); /* others still need 2 and 3 */
	assert_null(watch_table_folder(&table, SLICE_LITERAL("a")));
	assert_null(watch_table_folder(&table, SLICE_LITERAL("a/b")));
	assert_null(watch_table_folder(&table, SLICE_LITERAL("a/b/c")));
	assert_non_null(watch_table_folder(&table, SLICE_LITERAL("ab")));
	assert_non_null(watch_table_folder(&table, SLICE_LITERAL("b/a")));
	assert_watched(2, "other ");
	assert_watched(3, "link ");
	remove_folders("link");
	assert_string_equal(buf_slice(&unwatched).at, "3 ");
	remove_folders("nothing");
	assert_string_equal(buf_slice(&unwatched).at, "3 ");
	remove_folders("");
	assert_int_equal(table.folder_count, 0);
	assert_int_equal(table.watches.entries.count, 0);
	assert_int_equal(unwatched.length, strlen("3 1 2 4 5 "));
}

/* Both paths of one watch are removed: unwatch is called once. */
static void
unwatched_once(void **state)
{
	(void)state;
	add("a/b", 3);
	add("a/link", 3);
	remove_folders("a");
	assert_string_equal(buf_slice(&unwatched).at, "3 ");
}

static void
files_stay_known(void **state)
{
	struct watch_table_file *file = watch_table_add_file(&table, SLICE_LITERAL("a/f"));

	(void)state;
	add("a", 2);
	assert_ptr_equal(watch_table_file(&table, SLICE_LITERAL("a/f")), file);
	assert_int_equal(file->hash, 0);
	remove_folders("a");
	assert_ptr_equal(watch_table_file(&table, SLICE_LITERAL("a/f")), file);
	assert_null(watch_table_file(&table, SLICE_LITERAL("a")));
}

static void
links_are_counted(void **state)
{
	struct watch_table_file *file = watch_table_add_file(&table, SLICE_LITERAL("l"));
	struct watch_table_file *other = watch_table_add_file(&table, SLICE_LITERAL("f"));

	(void)state;
	watch_table_set_real(&table, file, mem_text("f"));
	assert_string_equal(file->real, "f");
	assert_int_equal(table.link_count, 1);
	watch_table_set_real(&table, file, mem_text("g"));
	assert_string_equal(file->real, "g");
	assert_int_equal(table.link_count, 1);
	watch_table_set_real(&table, other, mem_text("f")); /* its own path: no link */
	assert_null(other->real);
	assert_int_equal(table.link_count, 1);
	watch_table_set_real(&table, other, NULL);
	watch_table_set_real(&table, file, NULL);
	assert_int_equal(table.link_count, 0);
}

static void
many(void **state)
{
	enum { MANY = 2000 };

	(void)state;
	for (int i = 0; i < MANY; i++) {
		char path[32];

		snprintf(path, sizeof(path), "%d/%d", i % 10, i);
		add(path, i);
	}
	for (int i = 0; i < MANY; i++)
		assert_non_null(watch_table_watched(&table, i));
	remove_folders("3");
	assert_int_equal(table.folder_count, MANY - MANY / 10);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(watch_table_watched(&table, i) == NULL, i % 10 == 3);
}

/* One after the other, as rm -rf does. Walking the whole table for each took eleven seconds. */
static void
folders_go_in_linear_time(void **state)
{
	enum { MANY = 40000 };
	clock_t began = clock();
	char path[32];

	(void)state;
	add("", MANY);
	for (int i = 0; i < MANY; i++) {
		snprintf(path, sizeof(path), "%d/%d", i % 200, i);
		add(path, i);
	}
	for (int i = 0; i < MANY; i++) {
		snprintf(path, sizeof(path), "%d/%d", i % 200, i);
		remove_folders(path);
	}
	assert_int_equal(table.folder_count, 1);
	assert_int_equal(table.watches.entries.count, 1);
	assert_true(clock() - began < 5 * CLOCKS_PER_SEC);
}

/* A removed folder is not found any more, whatever it holds, though it is not freed yet. */
static void
removal_is_one_step(void **state)
{
	struct watch_table_folder *below = add("a/b/c", 3);
	struct buf path = {0};

	(void)state;
	watch_table_remove_folders(&table, SLICE_LITERAL("a"));
	assert_null(watch_table_folder(&table, SLICE_LITERAL("a/b/c")));
	assert_false(watch_table_folder_path(&table, below, &path));
	assert_ptr_equal(watch_table_watched(&table, 3), below);
	add("d", 3); /* it was renamed, and keeps its watch */
	while (watch_table_purge(&table, unwatch, &table))
		;
	assert_string_equal(buf_slice(&unwatched).at, "");
	assert_watched(3, "d ");
	buf_finish(&path);
}

static bool
is_kept(void *context, const char *path)
{
	(void)context;
	return strcmp(path, "0/x") == 0;
}

/* One file has any number of paths through a link to a folder above. */
static void
paths_through_links_are_forgotten(void **state)
{
	struct watch_table_file *file;
	char path[32];

	(void)state;
	table.is_in_use = is_kept;
	for (int i = 0; i < 20000; i++) {
		snprintf(path, sizeof(path), "%d/x", i);
		file = watch_table_add_file(&table, slice_of(path));
		watch_table_set_real(&table, file, mem_text("x"));
		watch_table_keep(&table, file);
		watch_table_trim(&table, file);
	}
	assert_true(table.file_count <= WATCH_TABLE_SPARE_MAX);
	assert_true(table.names.nodes.count <= 2 * WATCH_TABLE_SPARE_MAX + 2);
	assert_non_null(watch_table_file(&table, SLICE_LITERAL("19999/x")));
	assert_non_null(watch_table_file(&table, SLICE_LITERAL("0/x"))); /* a page uses it */
	assert_null(watch_table_file(&table, SLICE_LITERAL("1/x")));
	assert_true(watch_table_is_forgotten(&table, SLICE_LITERAL("x")));
	assert_false(watch_table_is_forgotten(&table, SLICE_LITERAL("1/x")));
}

static void
requested_names_are_limited(void **state)
{
	char path[32];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		snprintf(path, sizeof(path), "r/%d", i);
		watch_table_add_requested(&table, slice_of(path));
	}
	assert_true(table.names.nodes.count <= WATCH_TABLE_REQUESTED_MAX + 2);
	assert_true(watch_table_is_requested(&table, SLICE_LITERAL("r/19999")));
	assert_false(watch_table_is_requested(&table, SLICE_LITERAL("r/0")));
}

static void
paths_of_one_folder_are_limited(void **state)
{
	char path[32];

	(void)state;
	for (int i = 0; i < WATCH_TABLE_ALIASES_OF_ONE; i++) {
		assert_true(watch_table_has_room(&table, 7));
		snprintf(path, sizeof(path), "l%d", i);
		add(path, 7);
	}
	assert_false(watch_table_is_crowded(&table, SLICE_LITERAL("l0")));
	assert_false(watch_table_has_room(&table, 7));
	assert_true(watch_table_is_crowded(&table, SLICE_LITERAL("l0")));
	assert_true(watch_table_has_room(&table, 8));
}

#define TEST(function) cmocka_unit_test_teardown(function, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(folders_by_path_and_watch),
		TEST(watches_change),
		TEST(one_watch_by_several_paths),
		TEST(folders_are_forgotten_with_all_below),
		TEST(unwatched_once),
		TEST(files_stay_known),
		TEST(links_are_counted),
		TEST(many),
		TEST(folders_go_in_linear_time),
		TEST(removal_is_one_step),
		TEST(paths_through_links_are_forgotten),
		TEST(requested_names_are_limited),
		TEST(paths_of_one_folder_are_limited),
	};

	return cmocka_run_group_tests_name("watch_table", tests, NULL, NULL);
}
