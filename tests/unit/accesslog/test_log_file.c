/*
 * Where a log may be, what happens when it is renamed, and when the disk is full.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "accesslog/log_file.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/loop.h"
#include "support/capture.h"
#include "support/folder.h"
#include "support/wrap_loop.h"

static struct {
	struct root *root;
	uint64_t now_us;
	int disk_error; /* 0: there is room */
	size_t room;    /* bytes that are written all the same */
	int opened;     /* calls of open_by_other */
	int open_error;
} here;

ssize_t __real_write(int fd, const void *bytes, size_t length);
ssize_t __wrap_write(int fd, const void *bytes, size_t length);

ssize_t
__wrap_write(int fd, const void *bytes, size_t length)
{
	if (!here.disk_error || fd <= STDERR_FILENO)
		return __real_write(fd, bytes, length);
	if (here.room == 0) {
		errno = here.disk_error;
		return -1;
	}
	if (length > here.room)
		length = here.room;
	here.room -= length;
	return __real_write(fd, bytes, length);
}

uint64_t
__wrap_loop_now(void)
{
	return here.now_us;
}

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	here.now_us = 1;
	folder_enter();
	here.root = root_create(".");
	return here.root ? 0 : -1;
}

static int
leave(void **state)
{
	(void)state;
	root_destroy(here.root);
	folder_leave();
	return 0;
}

static struct log_file *
create(const char *path)
{
	return log_file_create(path, &here.root, 1);
}

static void
add(struct log_file *file, const char *line)
{
	log_file_add(file, slice_of(line));
	log_file_flush(file);
}

static void
assert_text(const char *path, const char *expected)
{
	struct buf text = {0};

	assert_true(file_read_path(path, 1000 * 1000, &text));
	assert_string_equal(text.bytes, expected);
	buf_finish(&text);
}

static void
lines_are_appended(void **state)
{
	struct log_file *file;
	struct stat made;

	(void)state;
	file = create("../outside/log");
	assert_non_null(file);
	assert_int_equal(stat("../outside/log", &made), 0);
	assert_int_equal(made.st_mode & 07777, 0600);
	log_file_add(file, slice_of("one\n"));
	assert_text("../outside/log", "");
	log_file_flush(file);
	assert_text("../outside/log", "one\n");
	log_file_add(file, slice_of("two\n"));
	log_file_destroy(file);
	assert_text("../outside/log", "one\ntwo\n");
	file = create("../outside/log");
	add(file, "three\n");
	log_file_destroy(file);
	assert_text("../outside/log", "one\ntwo\nthree\n");
}

static void
many_lines_do_not_wait(void **state)
{
	struct log_file *file = create("../outside/log");
	static char line[1001];
	struct stat written;

	(void)state;
	memset(line, 'x', 1000);
	for (int i = 0; i < 100; i++)
		log_file_add(file, slice_of(line));
	assert_int_equal(stat("../outside/log", &written), 0);
	assert_true(written.st_size > LOG_FILE_FLUSH);
	log_file_destroy(file);
}

static void
a_new_file_after_a_rename(void **state)
{
	struct log_file *file = create("../outside/log");

	(void)state;
	add(file, "one\n");
	assert_return_code(rename("../outside/log", "../outside/log.1"), errno);
	add(file, "two\n");
	add(file, "three\n");
	assert_text("../outside/log.1", "one\n");
	assert_text("../outside/log", "two\nthree\n");
	assert_return_code(unlink("../outside/log"), errno);
	add(file, "four\n");
	assert_text("../outside/log", "four\n");
	/* Another program has made the new file. */
	assert_return_code(rename("../outside/log", "../outside/log.2"), errno);
	folder_write("../outside/log", "made\n");
	add(file, "five\n");
	assert_text("../outside/log", "made\nfive\n");
	/* copytruncate of logrotate(8) */
	assert_return_code(truncate("../outside/log", 0), errno);
	add(file, "six\n");
	assert_text("../outside/log", "six\n");
	log_file_destroy(file);
}

static int
open_by_other(void *context, const char *path)
{
	here.opened++;
	assert_string_equal(path, log_file_path(context));
	errno = here.open_error;
	return here.open_error ? -1 : log_file_open(context);
}

/* The lines follow the renamed file, and none is lost. */
static void
a_new_file_that_cannot_be_opened(void **state)
{
	struct log_file *file = create("../outside/log");

	(void)state;
	log_file_set_opener(file, open_by_other, file);
	add(file, "one\n");
	assert_int_equal(here.opened, 0);
	assert_return_code(rename("../outside/log", "../outside/log.1"), errno);
	here.open_error = EACCES;
	capture_begin(2);
	add(file, "two\n");
	add(file, "three\n");
	assert_int_equal(here.opened, 1);
	here.now_us += (uint64_t)LOG_FILE_RETRY_MS * 1000;
	add(file, "four\n");
	assert_int_equal(here.opened, 2);
	assert_non_null(strstr(capture_end(),
		"/log: you may not write there; the lines go to the file that had that name"));
	here.open_error = 0;
	here.now_us += (uint64_t)LOG_FILE_RETRY_MS * 1000;
	add(file, "five\n");
	assert_int_equal(here.opened, 3);
	assert_text("../outside/log.1", "one\ntwo\nthree\nfour\n");
	assert_text("../outside/log", "five\n");
	log_file_destroy(file);
}

/* Whoever can write to the folder cannot lead the lines elsewhere. */
static void
a_link_in_the_place_of_the_log(void **state)
{
	struct log_file *file = create("../outside/log");

	(void)state;
	folder_write("../outside/mine", "mine");
	assert_return_code(rename("../outside/log", "../outside/log.1"), errno);
	assert_return_code(symlink("mine", "../outside/log"), errno);
	capture_begin(2);
	add(file, "one\n");
	assert_non_null(strstr(capture_end(), "it is a link"));
	assert_text("../outside/mine", "mine");
	assert_text("../outside/log.1", "one\n");
	log_file_destroy(file);
}

static void
a_full_disk(void **state)
{
	struct log_file *file = create("../outside/log");
	static char line[1002];
	size_t count = 0, fitting = LOG_FILE_QUEUE_MAX / 1001;
	struct buf text = {0};

	(void)state;
	memset(line, 'x', 1000);
	line[1000] = '\n';
	here.disk_error = ENOSPC;
	here.room = 500;
	capture_begin(2);
	for (int i = 0; i < 300; i++)
		add(file, line);
	assert_non_null(strstr(capture_end(), "No space left on device; liveserve tries again"));
	here.disk_error = 0;
	capture_begin(2);
	log_file_flush(file);
	assert_non_null(strstr(capture_end(), " lines are lost"));
	add(file, line);
	log_file_destroy(file);
	assert_true(file_read_path("../outside/log", 1000 * 1000, &text));
	for (size_t at = 0; at < text.length; at += 1001, count++)
		assert_memory_equal(text.bytes + at, line, 1001); /* none is cut */
	assert_in_range(count, fitting, fitting + 2);
	buf_finish(&text);
}

static void
places_that_are_refused(void **state)
{
	static const struct {
		const char *path, *sentence;
	} rows[] = {
		{"log", "is served or watched, visitors could read it"},
		{"below/log", "is served or watched, visitors could read it"},
		{"../outside/../root/log", "is served or watched, visitors could read it"},
		{"../outside/in/log", "is served or watched, visitors could read it"},
		{"../outside/none/log", "its folder does not exist"},
		{"../outside/file/log", "its folder does not exist"},
		{"../outside", "it is a folder"},
		{"../outside/.", "it names no file"},
		{"..", "it names no file"},
		{"../outside/", "it names no file"},
		{"", "it names no file"},
		{"../outside/link", "it is a link"},
		{"../outside/fifo", "No such device or address"},
		{"/dev/full", "it is no plain file"},
	};

	(void)state;
	folder_make("below");
	folder_write("../outside/file", "x");
	assert_return_code(symlink("../root/below", "../outside/in"), errno);
	assert_return_code(symlink("file", "../outside/link"), errno);
	assert_return_code(mkfifo("../outside/fifo", 0600), errno);
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *said;

		capture_begin(2);
		assert_null(create(rows[i].path));
		said = capture_end();
		if (!strstr(said, rows[i].sentence))
			fail_msg("%s: %s", rows[i].path, said);
		assert_non_null(strstr(said, "give --access-log "));
	}
	assert_text("../outside/file", "x");
	log_file_destroy(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lines_are_appended, enter, leave),
		cmocka_unit_test_setup_teardown(many_lines_do_not_wait, enter, leave),
		cmocka_unit_test_setup_teardown(a_new_file_after_a_rename, enter, leave),
		cmocka_unit_test_setup_teardown(a_new_file_that_cannot_be_opened, enter, leave),
		cmocka_unit_test_setup_teardown(a_link_in_the_place_of_the_log, enter, leave),
		cmocka_unit_test_setup_teardown(a_full_disk, enter, leave),
		cmocka_unit_test_setup_teardown(places_that_are_refused, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
