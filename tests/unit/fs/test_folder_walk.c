#include "support/test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fs/folder_walk.h"
#include "support/folder.h"

static struct root *root;
static struct folder_walk walk;

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	root = root_create(".");
	walk = (struct folder_walk){0};
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	folder_walk_finish(&walk);
	assert_null(walk.first);
	root_destroy(root);
	folder_leave();
	return 0;
}

static void
queue(const char *path, bool is_new)
{
	folder_walk_add(&walk, slice_of(path), is_new);
}

/* Whether the rest of the first folder has an entry with that path, of that kind. Reads all. */
static void
assert_only_entry(const char *expected, bool expected_folder)
{
	bool is_folder = !expected_folder;
	char *path = folder_walk_next(&walk, &is_folder);

	assert_non_null(path);
	assert_string_equal(path, expected);
	assert_int_equal(is_folder, expected_folder);
	free(path);
	assert_null(folder_walk_next(&walk, &is_folder));
}

static void
first_in_first_out(void **state)
{
	(void)state;
	queue("a", false);
	queue("b", true);
	queue("c", false);
	assert_string_equal(walk.first->path, "a");
	assert_false(walk.first->is_new);
	folder_walk_drop(&walk);
	assert_string_equal(walk.first->path, "b");
	assert_true(walk.first->is_new);
	folder_walk_drop(&walk);
	queue("d", false);
	folder_walk_drop(&walk);
	assert_string_equal(walk.first->path, "d");
	folder_walk_drop(&walk);
	assert_null(walk.first);
	queue("e", false); /* after it was empty */
	assert_string_equal(walk.first->path, "e");
}

static void
entries(void **state)
{
	bool is_folder;

	(void)state;
	folder_make("d");
	folder_make("d/folder");
	folder_make("empty");
	queue("d", false);
	queue("", false);
	assert_true(folder_walk_open(&walk, root));
	assert_only_entry("d/folder", true);
	folder_walk_drop(&walk);
	rmdir("empty");
	assert_null(walk.listing);
	assert_true(folder_walk_open(&walk, root));
	assert_only_entry("d", true); /* without a slash in front */
	folder_walk_drop(&walk);
	queue("d/folder", false);
	assert_true(folder_walk_open(&walk, root));
	assert_null(folder_walk_next(&walk, &is_folder));
}

/* A link to a folder is no folder, so that a walk has an end. */
static void
links(void **state)
{
	(void)state;
	folder_make("d");
	assert_int_equal(symlink("..", "d/link"), 0);
	queue("d", false);
	assert_true(folder_walk_open(&walk, root));
	assert_only_entry("d/link", false);
}

static void
what_cannot_be_opened(void **state)
{
	static const char *const paths[] = {"missing", "file", "../", "/etc"};

	(void)state;
	folder_write("file", "x");
	for (size_t i = 0; i < ROWS(paths); i++) {
		queue(paths[i], false);
		errno = 0;
		if (folder_walk_open(&walk, root) || errno == 0)
			fail_msg("%s was opened", paths[i]);
		folder_walk_drop(&walk);
	}
}

static void
finished_in_the_middle(void **state)
{
	bool is_folder;

	(void)state;
	folder_write("a", "");
	folder_write("b", "");
	queue("", false);
	queue("other", false);
	assert_true(folder_walk_open(&walk, root));
	free(folder_walk_next(&walk, &is_folder)); /* leave() frees the rest */
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(first_in_first_out),
		TEST(entries),
		TEST(links),
		TEST(what_cannot_be_opened),
		TEST(finished_in_the_middle),
	};

	return cmocka_run_group_tests_name("folder_walk", tests, NULL, NULL);
}
