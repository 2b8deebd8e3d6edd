/*
 * The events of the kernel for a folder, as hints of inotify.h.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "support/clock.h"
#include "support/folder.h"
#include "watch/inotify.h"

/* ---- system calls that fail ---- */

int __real_inotify_init1(int flags);
int __wrap_inotify_init1(int flags);
int __real_inotify_add_watch(int fd, const char *path, uint32_t mask);
int __wrap_inotify_add_watch(int fd, const char *path, uint32_t mask);

static int init_error, add_error;

int
__wrap_inotify_init1(int flags)
{
	errno = init_error;
	return init_error ? -1 : __real_inotify_init1(flags);
}

int
__wrap_inotify_add_watch(int fd, const char *path, uint32_t mask)
{
	errno = add_error;
	return add_error ? -1 : __real_inotify_add_watch(fd, path, mask);
}

/* ---- the hints ---- */

static struct {
	struct loop *loop;
	struct inotify *inotify;
	struct buf hints; /* "created f, writing f, ", a folder's name with its slash */
	int folder;       /* whose hints count */
	int unwatch_when_heard;
} here;

static void
hinted(void *context, int folder, enum inotify_hint hint, const char *name, bool is_folder)
{
	static const char *const names[] = {
		[INOTIFY_COMPLETE] = "complete",
		[INOTIFY_ARRIVED] = "arrived",
		[INOTIFY_CREATED] = "created",
		[INOTIFY_WRITING] = "writing",
		[INOTIFY_TOUCHED] = "touched",
		[INOTIFY_GONE] = "gone",
		[INOTIFY_ENDED] = "ended",
		[INOTIFY_OVERFLOW] = "overflow",
	};

	assert_ptr_equal(context, &here);
	if (hint == INOTIFY_OVERFLOW)
		assert_int_equal(folder, -1);
	else if (folder != here.folder)
		return;
	buf_addf(&here.hints, "%s %s%s, ", names[hint], name, is_folder ? "/" : "");
	if (here.unwatch_when_heard >= 0)
		inotify_unwatch(here.inotify, here.unwatch_when_heard);
	here.unwatch_when_heard = -1;
}

static int
watch(const char *path)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	int number = inotify_watch(here.inotify, fd);
	int error = errno;

	close(fd);
	errno = error;
	return number;
}

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	folder_write("f", "old\n");
	folder_write("a/f", "old\n");
	here.loop = loop_create();
	here.inotify = inotify_create(here.loop, hinted, &here);
	assert_non_null(here.inotify);
	here.folder = watch(".");
	here.unwatch_when_heard = -1;
	assert_true(here.folder >= 0);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	inotify_destroy(here.inotify);
	loop_destroy(here.loop);
	buf_finish(&here.hints);
	init_error = add_error = 0;
	folder_leave();
	return 0;
}

static void
expect(const char *hints)
{
	clock_drain(here.loop);
	assert_string_equal(buf_slice(&here.hints).at, hints);
	buf_clear(&here.hints);
}

/* ---- translation of events ---- */

static void
create(void)
{
	close(open("g", O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
}

static void
write_on(void)
{
	int fd = open("f", O_WRONLY | O_APPEND | O_CLOEXEC);

	assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
}

static void
empty(void)
{
	close(open("f", O_WRONLY | O_TRUNC | O_CLOEXEC));
}

static void
open_to_write(void)
{
	close(open("f", O_WRONLY | O_CLOEXEC));
}

static void
read_only(void)
{
	char byte;
	int fd = open("f", O_RDONLY | O_CLOEXEC);

	assert_int_equal(read(fd, &byte, 1), 1);
	close(fd);
}

static void
rename_in_place(void)
{
	assert_return_code(rename("f", "g"), errno);
}

static void
rename_in(void)
{
	assert_return_code(rename("a/f", "g"), errno);
}

static void
rename_out(void)
{
	assert_return_code(rename("f", "../outside/f"), errno);
}

static void
make_link(void)
{
	assert_return_code(symlink("f", "l"), errno);
}

static void
make_hard_link(void)
{
	assert_return_code(link("f", "l"), errno);
}

static void
erase(void)
{
	assert_return_code(unlink("f"), errno);
}

static void
permit(void)
{
	assert_return_code(chmod("f", 0600), errno);
}

static void
touch(void)
{
	assert_return_code(utimensat(AT_FDCWD, "f", NULL, 0), errno);
}

static void
make_folder(void)
{
	assert_return_code(mkdir("b", 0755), errno);
}

static void
rename_folder(void)
{
	assert_return_code(rename("a", "b"), errno);
}

static void
erase_folder(void)
{
	assert_return_code(unlink("a/f"), errno);
	assert_return_code(rmdir("a"), errno);
}

static void
write_below(void)
{
	folder_write("a/f", "new\n");
}

static void
odd_name(void)
{
	assert_return_code(rename("f", "new\nline\xff"), errno);
}

/* A file that is still open after its name was deleted causes no more hints. */
static void
write_unlinked(void)
{
	int fd = open("f", O_WRONLY | O_CLOEXEC);

	assert_return_code(unlink("f"), errno);
	assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
}

static void
events_are_translated(void **state)
{
	static const struct {
		void (*act)(void);
		const char *hints;
	} rows[] = {
		{create, "created g, complete g, "},
		{write_on, "writing f, complete f, "},
		{empty, "writing f, complete f, "},
		{open_to_write, "complete f, "},
		{read_only, ""},
		{rename_in_place, "gone f, arrived g, "},
		{rename_in, "arrived g, "},
		{rename_out, "gone f, "},
		{make_link, "created l, "},
		{make_hard_link, "created l, "},
		{erase, "gone f, "},
		{permit, "touched f, "},
		{touch, "touched f, "},
		{make_folder, "created b/, "},
		{rename_folder, "gone a/, arrived b/, "},
		{erase_folder, "gone a/, "},
		{write_below, ""},
		{odd_name, "gone f, arrived new\nline\xff, "},
		{write_unlinked, "gone f, "},
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		if (i > 0)
			enter(state);
		rows[i].act();
		expect(rows[i].hints);
		if (i + 1 < ROWS(rows))
			leave(state);
	}
}

/* ---- numbers of watches ---- */

static void
numbers_of_watches(void **state)
{
	int number = watch("a");

	(void)state;
	assert_true(number >= 0);
	assert_int_not_equal(number, here.folder);
	assert_return_code(symlink("a", "l"), errno);
	assert_int_equal(watch("l/../a/."), number); /* the same folder by another path */
	assert_int_equal(watch("a"), number);
	buf_clear(&here.hints);
	clock_drain(here.loop);
	buf_clear(&here.hints);
	here.folder = number;
	folder_write("l/f", "new\n");
	expect("writing f, complete f, ");
	inotify_unwatch(here.inotify, number);
	expect("ended , ");
	folder_write("a/f", "new\n");
	expect("");
}

static void
watch_ends_with_its_folder(void **state)
{
	(void)state;
	here.folder = watch("a");
	folder_remove("a");
	expect("gone f, ended , ");
}

/* A moved folder keeps its number: the kernel watches the folder, not the path. */
static void
watch_moves_with_its_folder(void **state)
{
	(void)state;
	here.folder = watch("a");
	assert_return_code(rename("a", "b"), errno);
	folder_write("b/f", "new\n");
	expect("writing f, complete f, ");
	assert_int_equal(watch("b"), here.folder);
}

static void
only_folders_are_watched(void **state)
{
	(void)state;
	assert_int_equal(watch("f"), -1);
	assert_int_equal(errno, ENOTDIR);
	assert_int_equal(inotify_watch(here.inotify, -1), -1);
}

static void
only_names_in_the_parent_folder(void **state)
{
	int fd = open("a", O_PATH | O_CLOEXEC);

	(void)state;
	here.folder = inotify_watch_names(here.inotify, fd);
	assert_true(here.folder >= 0);
	folder_write("a/f", "new\n");
	assert_return_code(chmod("a/f", 0600), errno);
	expect("");
	assert_return_code(rename("a/f", "a/g"), errno);
	expect("gone f, arrived g, ");
	/* the one does not take away from the other */
	assert_int_equal(inotify_watch(here.inotify, fd), here.folder);
	assert_int_equal(inotify_watch_names(here.inotify, fd), here.folder);
	folder_write("a/g", "new\n");
	expect("writing g, complete g, ");
	close(fd);
}

static void
unwatch_in_the_callback(void **state)
{
	int number = watch("a");

	(void)state;
	here.unwatch_when_heard = number;
	create();
	expect("created g, complete g, ");
	here.folder = number;
	folder_write("a/f", "new\n");
	expect("");
}

/* ---- limits ---- */

static size_t
queue_size(void)
{
	FILE *file = fopen("/proc/sys/fs/inotify/max_queued_events", "re");
	size_t size = 0;

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%zu", &size), 1);
	fclose(file);
	return size;
}

static void
overflow(void **state)
{
	size_t size = queue_size();

	(void)state;
	if (size > 200 * 1000)
		skip();
	for (size_t i = 0; i <= size; i++)
		assert_return_code(chmod(i % 2 ? "f" : "a", i % 4 < 2 ? 0700 : 0755), errno);
	clock_drain(here.loop);
	assert_true(slice_ends(buf_slice(&here.hints), "overflow , "));
	buf_clear(&here.hints);
	create();
	expect("created g, complete g, ");
}

static void
limits_are_reported(void **state)
{
	size_t before = folder_open_descriptors();

	(void)state;
	add_error = ENOSPC;
	assert_int_equal(watch("a"), -1);
	assert_int_equal(errno, ENOSPC);
	init_error = EMFILE;
	assert_null(inotify_create(here.loop, hinted, &here));
	assert_int_equal(errno, EMFILE);
	inotify_destroy(NULL);
	assert_int_equal(folder_open_descriptors(), before);
}

static void
descriptors_are_closed(void **state)
{
	size_t before = folder_open_descriptors();
	struct inotify *other = inotify_create(here.loop, hinted, &here);

	(void)state;
	assert_non_null(other);
	assert_int_equal(folder_open_descriptors(), before + 1);
	inotify_destroy(other);
	assert_int_equal(folder_open_descriptors(), before);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(events_are_translated),
		TEST(numbers_of_watches),
		TEST(watch_ends_with_its_folder),
		TEST(watch_moves_with_its_folder),
		TEST(only_folders_are_watched),
		TEST(only_names_in_the_parent_folder),
		TEST(unwatch_in_the_callback),
		TEST(overflow),
		TEST(limits_are_reported),
		TEST(descriptors_are_closed),
	};

	return cmocka_run_group_tests_name("inotify", tests, NULL, NULL);
}
