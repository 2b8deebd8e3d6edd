/*
 * Other programs: small shell scripts.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "certificates/program.h"
#include "support/folder.h"
#include "support/qemu.h"

static int
run_shell(const char *script, struct buf *said)
{
	const char *const arguments[] = {"sh", "-c", script, NULL};

	return program_run(arguments, said);
}

static void
what_it_says_is_kept(void **state)
{
	struct buf said = {0};

	(void)state;
	assert_int_equal(run_shell("echo one; echo two >&2; exit 3", &said), 3);
	assert_string_equal(said.bytes, "one\ntwo\n");
	buf_clear(&said);
	assert_int_equal(run_shell("cat; true", &said), 0); /* its input is empty */
	assert_int_equal(said.length, 0);
	buf_finish(&said);
}

static void
arguments_are_no_shell_words(void **state)
{
	const char *const arguments[] = {"echo", "a b; $HOME", "'", NULL};
	struct buf said = {0};

	(void)state;
	assert_int_equal(program_run(arguments, &said), 0);
	assert_string_equal(said.bytes, "a b; $HOME '\n");
	buf_finish(&said);
}

static void
one_that_says_too_much_still_ends(void **state)
{
	struct buf said = {0};

	(void)state;
	assert_int_equal(run_shell("head -c 3000000 /dev/zero | tr '\\0' x; exit 5", &said), 5);
	assert_int_equal(said.length, PROGRAM_SAID_MAX);
	buf_finish(&said);
}

static void
one_that_is_not_there_or_is_killed(void **state)
{
	const char *const missing[] = {"no-such-program-of-ours", NULL};
	const char *const no_program[] = {"./file", NULL};
	struct buf said = {0};

	(void)state;
	if (qemu_lacks("answer to posix_spawn(3) of what does not exist"))
		skip();
	folder_enter();
	assert_int_equal(program_run(missing, &said), -1);
	assert_int_equal(errno, ENOENT);
	folder_write("file", "");
	assert_int_equal(program_run(no_program, &said), -1);
	assert_int_equal(errno, EACCES);
	assert_int_equal(run_shell("kill -9 $$", &said), -1);
	assert_int_equal(errno, EINTR);
	buf_finish(&said);
	folder_leave();
}

static void
the_last_line_is_the_reason(void **state)
{
	static const struct {
		const char *said, *reason;
	} rows[] = {
		{"first\nlast\n", "last"},
		{"first\n  last\r\n\n \n", "last"},
		{"only", "only"},
		{"a \x1b[31mred\n", "a \\x1b[31mred"},
		{"", "it does not say why"},
		{"\n\n", "it does not say why"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf said = {0}, line = {0};

		buf_add_text(&said, rows[i].said);
		program_add_reason(&line, &said);
		assert_string_equal(line.bytes, rows[i].reason);
		buf_finish(&said);
		buf_finish(&line);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_says_is_kept),
		cmocka_unit_test(arguments_are_no_shell_words),
		cmocka_unit_test(one_that_says_too_much_still_ends),
		cmocka_unit_test(one_that_is_not_there_or_is_killed),
		cmocka_unit_test(the_last_line_is_the_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
