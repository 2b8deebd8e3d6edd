/*
 * The authority in a home folder of its own: made once, read again, and refused when it is not what it should be.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "certificates/authority_files.h"
#include "support/capture.h"
#include "support/folder.h"

#define FOLDER "data/liveserve/authority"
#define KEY FOLDER "/key.pem"
#define CERTIFICATE FOLDER "/certificate.pem"
#define DAY ((time_t)24 * 60 * 60)

static const time_t now = 1800000000; /* 2027-01-15 */

static int
enter(void **state)
{
	char *here;
	char data[4096];

	(void)state;
	folder_enter();
	here = realpath(".", NULL);
	snprintf(data, sizeof(data), "%s/data", here);
	setenv("XDG_DATA_HOME", data, true);
	free(here);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	if (access(FOLDER, F_OK) == 0)
		chmod(FOLDER, 0700);
	folder_leave();
	return 0;
}

/* Loads it and fails unless it was made, or was there, as said. */
static void
load(time_t at, bool expect_new)
{
	bool is_new;
	struct authority *authority = authority_files_load(at, &is_new);

	assert_non_null(authority);
	assert_int_equal(is_new, expect_new);
	authority_destroy(authority);
}

static void
expect_refusal(time_t at, const char *sentence)
{
	const char *said;
	bool is_new;

	capture_begin(2);
	assert_null(authority_files_load(at, &is_new));
	said = capture_end();
	if (!strstr(said, sentence))
		print_error("\"%s\" is not in: %s\n", sentence, said);
	assert_non_null(strstr(said, sentence));
	assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1); /* one line */
}

static void
read_text(const char *path, struct buf *text)
{
	assert_true(file_read_path(path, 65536, text));
}

static void
it_is_made_once(void **state)
{
	struct buf first = {0}, second = {0};
	struct stat file;

	(void)state;
	load(now, true);
	read_text(KEY, &first);
	load(now + 100 * DAY, false);
	read_text(KEY, &second);
	assert_string_equal(first.bytes, second.bytes);
	assert_int_equal(stat(KEY, &file), 0);
	assert_int_equal(file.st_mode & 0777, 0600);
	assert_int_equal(stat(FOLDER, &file), 0);
	assert_int_equal(file.st_mode & 0777, 0700);
	buf_finish(&first);
	buf_finish(&second);
}

static void
others_can_have_the_certificate(void **state)
{
	struct buf key = {0}, certificate = {0};

	(void)state;
	load(now, true);
	read_text(KEY, &key);
	read_text(CERTIFICATE, &certificate);
	assert_non_null(strstr(key.bytes, certificate.bytes));
	assert_null(strstr(certificate.bytes, "PRIVATE"));
	buf_finish(&certificate);
	folder_write(CERTIFICATE, "something else");
	load(now, false);
	read_text(CERTIFICATE, &certificate);
	assert_non_null(strstr(key.bytes, certificate.bytes));
	buf_finish(&key);
	buf_finish(&certificate);
}

/* The first of several processes makes it for all. */
static void
two_processes_have_the_same(void **state)
{
	enum { PROCESSES = 6 };
	struct buf text = {0};
	int ready[2], results[2], status;
	char go;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(results), 0);
	for (int i = 0; i < PROCESSES; i++) {
		if (fork() != 0)
			continue;
		close(ready[1]);
		bool is_new;
		struct buf pem = {0};
		/* Ends when the other side is closed, for all at once. */
		ssize_t end = read(ready[0], &go, 1);
		struct authority *authority = end == 0 ? authority_files_load(now, &is_new) : NULL;
		bool is_right = authority && authority_add_pem(authority, &pem) &&
				write(results[1], pem.bytes, pem.length) == (ssize_t)pem.length;

		_exit(is_right ? 0 : 1);
	}
	close(ready[0]);
	close(ready[1]);
	close(results[1]);
	for (int i = 0; i < PROCESSES; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_true(file_read(results[0], 65536, &text));
	close(results[0]);
	size_t length = text.length / PROCESSES;
	assert_int_equal(text.length, length * PROCESSES);
	for (size_t i = 1; i < PROCESSES; i++)
		assert_memory_equal(text.bytes, text.bytes + i * length, length);
	buf_finish(&text);
}

static void
what_is_broken_is_said(void **state)
{
	static const char *const rows[] = {"", "nonsense", "-----BEGIN PRIVATE KEY-----\n"};

	(void)state;
	load(now, true);
	for (size_t i = 0; i < ROWS(rows); i++) {
		folder_write(KEY, rows[i]);
		expect_refusal(now, "holds no key with the certificate of an authority; remove it "
				    "with: rm -r '");
	}
	truncate(KEY, 1000000);
	expect_refusal(now, "cannot read ");
	folder_remove(KEY);
	folder_make(KEY);
	expect_refusal(now, "is not a plain file; remove it with: rm -r '");
	folder_remove(KEY);
	assert_int_equal(symlink("certificate.pem", KEY), 0);
	expect_refusal(now, "the file is no link");
	folder_remove(KEY);
	load(now, true);
}

static void
what_others_can_read_or_write_is_refused(void **state)
{
	static const mode_t keys[] = {0640, 0604, 0620, 0601};
	static const mode_t folders[] = {0770, 0707};

	(void)state;
	load(now, true);
	for (size_t i = 0; i < ROWS(keys); i++) {
		assert_int_equal(chmod(KEY, keys[i]), 0);
		expect_refusal(now, "chmod 600 '");
	}
	chmod(KEY, 0600);
	for (size_t i = 0; i < ROWS(folders); i++) {
		assert_int_equal(chmod(FOLDER, folders[i]), 0);
		expect_refusal(now, "must belong to you");
	}
	chmod(FOLDER, 0700);
	load(now, false);
}

static void
what_belongs_to_another_user_is_refused(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	load(now, true);
	assert_int_equal(chown(KEY, 65534, 65534), 0);
	expect_refusal(now, "belongs to another user");
}

static void
the_clock_decides(void **state)
{
	(void)state;
	expect_refusal(1000, "the clock of this machine says 1970-01-01");
	load(now, true);
	expect_refusal(now - 10 * DAY, "the clock of this machine says 2027-01-05, but the "
				       "authority for --https was made on 2027-01-14");
	expect_refusal(now + (AUTHORITY_DAYS + 1) * DAY, "has ended on 2037-01-12");
	load(now, false);
}

static void
a_folder_that_cannot_be_written_is_said(void **state)
{
	(void)state;
	folder_write("data/liveserve", "a file");
	expect_refusal(now, "cannot ");
	folder_remove("data/liveserve");
	if (geteuid() == 0)
		return; /* root may write anywhere */
	folder_make(FOLDER);
	chmod(FOLDER, 0500);
	expect_refusal(now, "make that folder yours");
}

static void
without_a_home_it_is_said(void **state)
{
	(void)state;
	unsetenv("XDG_DATA_HOME");
	unsetenv("HOME");
	assert_null(authority_files_certificate());
	expect_refusal(now, "$HOME is not set");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_is_made_once, enter, leave),
		cmocka_unit_test_setup_teardown(others_can_have_the_certificate, enter, leave),
		cmocka_unit_test_setup_teardown(two_processes_have_the_same, enter, leave),
		cmocka_unit_test_setup_teardown(what_is_broken_is_said, enter, leave),
		cmocka_unit_test_setup_teardown(
			what_others_can_read_or_write_is_refused, enter, leave),
		cmocka_unit_test_setup_teardown(
			what_belongs_to_another_user_is_refused, enter, leave),
		cmocka_unit_test_setup_teardown(the_clock_decides, enter, leave),
		cmocka_unit_test_setup_teardown(
			a_folder_that_cannot_be_written_is_said, enter, leave),
		cmocka_unit_test_setup_teardown(without_a_home_it_is_said, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
