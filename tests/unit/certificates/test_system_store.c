/*
 * The system's store, in a folder of the test, with scripts in place of the system's programs. This machine's own store
 * is not touched.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "certificates/system_store.h"
#include "support/folder.h"
#include "support/qemu.h"

static const struct system_store folder_store = {"./update", "store"};
static const struct system_store program_store = {"./update", NULL};
static char *ours; /* the name of our file */

/* Writes the program: it says what it was asked for, into a file, and ends so. */
static void
write_program(int code)
{
	char *script = mem_format(
		"#!/bin/sh\necho \"$@\" >>asked\necho working\necho 'it went wrong' >&2\nexit %d\n",
		code);

	folder_write("update", script);
	assert_int_equal(chmod("update", 0755), 0);
	free(script);
}

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	folder_make("store");
	folder_write("one.pem", "first");
	folder_write("two.pem", "second");
	write_program(0);
	ours = mem_format("store/liveserve-%u.crt", (unsigned)getuid());
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	free(ours);
	folder_leave();
	return 0;
}

static void
assert_text(const char *path, const char *expected)
{
	struct buf text = {0};

	assert_true(file_read_path(path, 10000, &text));
	assert_string_equal(text.bytes, expected);
	buf_finish(&text);
}

static void
a_file_comes_and_goes(void **state)
{
	struct buf why = {0};
	struct stat file;

	(void)state;
	assert_false(system_store_has_ours(&folder_store));
	assert_int_equal(system_store_add(&folder_store, "one.pem", &why), STORE_CHANGED);
	assert_true(system_store_has_ours(&folder_store));
	assert_text(ours, "first");
	assert_int_equal(stat(ours, &file), 0);
	assert_int_equal(file.st_mode & 0777, 0644);
	assert_int_equal(system_store_add(&folder_store, "one.pem", &why), STORE_UNCHANGED);
	assert_text("asked", "\n");
	assert_int_equal(system_store_add(&folder_store, "two.pem", &why), STORE_CHANGED);
	assert_text(ours, "second");
	assert_int_equal(system_store_remove(&folder_store, "two.pem", &why), STORE_CHANGED);
	assert_false(system_store_has_ours(&folder_store));
	assert_int_equal(system_store_remove(&folder_store, "two.pem", &why), STORE_UNCHANGED);
	assert_text("asked", "\n\n--fresh\n");
	assert_int_equal(why.length, 0);
	assert_int_equal(rmdir("store"), 0); /* nothing was left there */
}

static void
a_program_is_asked(void **state)
{
	struct buf why = {0};

	(void)state;
	assert_int_equal(system_store_add(&program_store, "a b.pem", &why), STORE_CHANGED);
	assert_int_equal(system_store_remove(&program_store, "a b.pem", &why), STORE_CHANGED);
	assert_text("asked", "anchor --store a b.pem\nanchor --remove a b.pem\n");
	assert_false(system_store_has_ours(&program_store));
}

static void
a_failure_has_a_reason(void **state)
{
	struct system_store missing = {"./none", "store"}, nowhere = {"./update", "none"};
	struct buf why = {0};

	(void)state;
	if (qemu_lacks("answer to posix_spawn(3) of what does not exist"))
		skip();
	write_program(1);
	assert_int_equal(system_store_add(&program_store, "one.pem", &why), STORE_FAILED);
	assert_string_equal(why.bytes, "it went wrong");
	buf_clear(&why);
	assert_int_equal(system_store_add(&folder_store, "none.pem", &why), STORE_FAILED);
	assert_string_equal(why.bytes, "none.pem: No such file or directory");
	buf_clear(&why);
	assert_int_equal(system_store_add(&missing, "one.pem", &why), STORE_FAILED);
	assert_string_equal(why.bytes, "./none: No such file or directory");
	buf_clear(&why);
	assert_int_equal(system_store_add(&nowhere, "one.pem", &why), STORE_FAILED);
	assert_non_null(strstr(why.bytes, "No such file or directory"));
	buf_finish(&why);
}

/* Takes line, in which the user's number is written as UID here. */
static void
assert_line(char *line, const char *expected)
{
	char *number = mem_format("-%u.crt", (unsigned)getuid());
	char *at = strstr(line, number), *same;

	same = at ? mem_format("%.*s-UID.crt%s", (int)(at - line), line, at + strlen(number))
		  : mem_text(line);
	assert_string_equal(same, expected);
	free(same);
	free(number);
	free(line);
}

/* What a user is to run by sudo. */
static void
lines_for_a_shell(void **state)
{
	(void)state;
	assert_line(system_store_add_line(&folder_store, "/a'b/c.pem"),
		"sudo install -m 644 '/a'\\''b/c.pem' store/liveserve-UID.crt && sudo ./update");
	assert_line(system_store_remove_line(&folder_store, "/c.pem"),
		"sudo rm store/liveserve-UID.crt && sudo ./update --fresh");
	assert_line(system_store_add_line(&program_store, "/c.pem"),
		"sudo ./update anchor --store '/c.pem'");
	assert_line(system_store_remove_line(&program_store, "/c.pem"),
		"sudo ./update anchor --remove '/c.pem'");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_comes_and_goes, enter, leave),
		cmocka_unit_test_setup_teardown(a_program_is_asked, enter, leave),
		cmocka_unit_test_setup_teardown(a_failure_has_a_reason, enter, leave),
		cmocka_unit_test_setup_teardown(lines_for_a_shell, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
