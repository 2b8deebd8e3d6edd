/*
 * Files that are replaced, and what is in their place that must not be touched.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fs/owned_file.h"
#include "support/capture.h"
#include "support/folder.h"

static struct owned_file file;
static struct buf text;

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	file = (struct owned_file){.folder = -1, .name = "f", .path = "x/f"};
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	if (file.folder >= 0)
		close(file.folder);
	buf_finish(&text);
	folder_leave();
	return 0;
}

static void
open_folder(void)
{
	file.folder = owned_file_open_folder(".", "x");
	assert_true(file.folder >= 0);
}

static void
assert_holds(const char *path, const char *expected)
{
	char bytes[100] = "";
	FILE *stream = fopen(path, "re");

	assert_non_null(stream);
	assert_int_equal(fread(bytes, 1, sizeof(bytes) - 1, stream), strlen(expected));
	fclose(stream);
	assert_string_equal(bytes, expected);
}

/* Reads the file, or is refused with one line that has this text. */
static void
expect_refusal(const char *line)
{
	const char *logged;
	bool is_read;

	capture_begin(2);
	is_read = owned_file_read(&file, &text);
	logged = capture_end();
	print_message("%s", logged);
	assert_false(is_read);
	assert_non_null(strstr(logged, line));
	assert_non_null(strchr(logged, '\n'));
	assert_string_equal(strchr(logged, '\n'), "\n");
}

static void
files_are_made_and_replaced(void **state)
{
	struct stat now;

	(void)state;
	open_folder();
	assert_true(owned_file_read(&file, &text));
	assert_string_equal(text.bytes, "");
	assert_true(owned_file_replace(&file, SLICE_LITERAL("one")));
	assert_holds("x/f", "one");
	assert_return_code(chmod("x/f", 0640), errno);
	assert_true(owned_file_read(&file, &text));
	assert_string_equal(text.bytes, "one");
	assert_true(owned_file_replace(&file, SLICE_LITERAL("two")));
	assert_holds("x/f", "two");
	assert_return_code(stat("x/f", &now), errno);
	assert_int_equal(now.st_mode & 07777, 0640);
	assert_return_code(unlink("x/f"), errno);
	assert_return_code(rmdir("x"), errno); /* nothing else is in it */
}

static void
what_is_not_touched(void **state)
{
	(void)state;
	open_folder();
	folder_write("outside", "mine");
	assert_return_code(symlink("../outside", "x/f"), errno);
	expect_refusal("cannot read x/f: it is a link");
	assert_return_code(unlink("x/f"), errno);
	assert_return_code(mkfifo("x/f", 0600), errno);
	expect_refusal("cannot read x/f: it is not a plain file");
	assert_return_code(unlink("x/f"), errno);
	assert_return_code(mkdir("x/f", 0700), errno);
	expect_refusal("cannot read x/f: Is a directory");
	assert_return_code(rmdir("x/f"), errno);
	if (geteuid() != 0)
		return;
	folder_write("x/f", "theirs");
	assert_return_code(chown("x/f", 12345, 0), errno);
	expect_refusal("cannot read x/f: it belongs to another user");
}

/* What was read is not what would be replaced. */
static void
changes_in_the_meantime(void **state)
{
	static const char *const before[] = {NULL, "old"};

	(void)state;
	open_folder();
	folder_write("outside", "mine");
	for (size_t i = 0; i < ROWS(before); i++) {
		if (before[i])
			folder_write("x/f", before[i]);
		assert_true(owned_file_read(&file, &text));
		folder_remove("x/f");
		assert_return_code(symlink("../outside", "x/f"), errno);
		capture_begin(2);
		assert_false(owned_file_replace(&file, SLICE_LITERAL("new")));
		assert_non_null(strstr(capture_end(), "it has changed in the meantime"));
		assert_holds("outside", "mine");
		assert_return_code(unlink("x/f"), errno);
	}
	assert_return_code(rmdir("x"), errno);
}

/* The folder that was opened is written to, whatever has its name now. */
static void
folders_that_are_exchanged(void **state)
{
	(void)state;
	open_folder();
	folder_make("other");
	assert_true(owned_file_read(&file, &text));
	assert_return_code(rename("x", "y"), errno);
	assert_return_code(symlink("other", "x"), errno);
	assert_true(owned_file_replace(&file, SLICE_LITERAL("new")));
	assert_holds("y/f", "new");
	assert_return_code(rmdir("other"), errno);
}

static void
folders_that_are_none(void **state)
{
	static const struct {
		const char *parent, *name, *line;
	} rows[] = {
		{".", "link", "./link is a link, and nothing is written through a link"},
		{".", "dangling", "./dangling is a link"},
		{".", "file", "./file is not a folder"},
		{"none", "x", "cannot make the folder none/x: No such file"},
		{"file", "x", "cannot make the folder file/x: Not a directory"},
	};

	(void)state;
	folder_make("real");
	folder_write("file", "");
	assert_return_code(symlink("real", "link"), errno);
	assert_return_code(symlink("../outside/new", "dangling"), errno);
	for (size_t i = 0; i < ROWS(rows); i++) {
		capture_begin(2);
		assert_int_equal(owned_file_open_folder(rows[i].parent, rows[i].name), -1);
		assert_non_null(strstr(capture_end(), rows[i].line));
	}
	assert_int_equal(access("../outside/new", F_OK), -1);
	file.folder = owned_file_open_folder("link", "x");
	assert_true(file.folder >= 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(files_are_made_and_replaced),
		TEST(what_is_not_touched),
		TEST(changes_in_the_meantime),
		TEST(folders_that_are_exchanged),
		TEST(folders_that_are_none),
	};

	return cmocka_run_group_tests_name("owned_file", tests, NULL, NULL);
}
