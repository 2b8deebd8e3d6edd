/*
 * Folders and files of the user in a home of their own.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "security/user_data.h"
#include "support/folder.h"

static char *here;

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	here = realpath(".", NULL);
	setenv("HOME", here, true);
	unsetenv("XDG_DATA_HOME");
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	free(here);
	folder_leave();
	return 0;
}

static void
assert_text(const char *path, const char *expected)
{
	struct buf text = {0};

	assert_true(file_read_path(path, 1000, &text));
	assert_string_equal(text.bytes, expected);
	buf_finish(&text);
}

static void
folders_are_made_for_the_user_alone(void **state)
{
	char *folder = user_data_folder("x");
	struct stat made;

	(void)state;
	assert_non_null(strstr(folder, "/.local/share/liveserve/x"));
	assert_true(user_data_make(folder));
	assert_true(user_data_make(folder));
	assert_int_equal(stat(folder, &made), 0);
	assert_int_equal(made.st_mode & 0777, 0700);
	assert_true(user_data_folders_are_own(folder));
	chmod(".local/share/liveserve", 0777);
	assert_false(user_data_folders_are_own(folder));
	chmod(".local/share/liveserve", 0755);
	assert_true(user_data_folders_are_own(folder));
	assert_int_equal(rename(".local/share/liveserve/x", ".local/share/liveserve/y"), 0);
	assert_int_equal(symlink("y", ".local/share/liveserve/x"), 0);
	assert_false(user_data_folders_are_own(folder));
	free(folder);
	folder_write("file", "");
	assert_false(user_data_make("file/x"));
	assert_int_equal(errno, ENOTDIR);
}

static void
a_file_is_replaced_or_created(void **state)
{
	struct stat made;

	(void)state;
	assert_true(user_data_create("a", slice_of("first")));
	assert_int_equal(stat("a", &made), 0);
	assert_int_equal(made.st_mode & 0777, 0600);
	assert_int_equal(made.st_nlink, 1);
	assert_false(user_data_create("a", slice_of("second")));
	assert_int_equal(errno, EEXIST);
	assert_text("a", "first");
	assert_true(user_data_replace("a", slice_of("third")));
	assert_text("a", "third");
	assert_true(user_data_replace("b", slice_of("")));
	assert_text("b", "");
	assert_false(user_data_create("none/a", slice_of("x")));
	assert_int_equal(errno, ENOENT);
	assert_false(user_data_replace("none/a", slice_of("x")));
	assert_int_equal(errno, ENOENT);
	folder_make("c");
	assert_false(user_data_replace("c", slice_of("x")));
	assert_int_equal(errno, EISDIR);
	/* Nothing is left beside them. */
	assert_int_equal(system("test \"$(ls)\" = \"a\nb\nc\""), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(folders_are_made_for_the_user_alone, enter, leave),
		cmocka_unit_test_setup_teardown(a_file_is_replaced_or_created, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
