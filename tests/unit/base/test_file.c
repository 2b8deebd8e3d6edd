#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "support/folder.h"
#include "support/wrap_syscall.h"

/* Reads bytes back from a pipe, which returns them in pieces. */
static bool
read_back(const char *bytes, size_t length, size_t most, struct buf *text)
{
	int ends[2];
	bool is_read;

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], bytes, length), length);
	close(ends[1]);
	is_read = file_read(ends[0], most, text);
	close(ends[0]);
	return is_read;
}

static void
whole(void **state)
{
	static char bytes[50 * 1000];
	struct buf text = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i % 251);
	assert_true(read_back(bytes, sizeof(bytes), SIZE_MAX, &text));
	assert_int_equal(text.length, sizeof(bytes));
	assert_memory_equal(text.bytes, bytes, sizeof(bytes));
	assert_true(read_back("more", 4, 4, &text));
	assert_string_equal(text.bytes + sizeof(bytes), "more");
	buf_finish(&text);
}

static void
nothing(void **state)
{
	struct buf text = {0};

	(void)state;
	assert_true(read_back("", 0, 0, &text));
	assert_string_equal(text.bytes, "");
	buf_finish(&text);
}

static void
too_much(void **state)
{
	struct buf text = {0};

	(void)state;
	assert_false(read_back("12345", 5, 4, &text));
	assert_int_equal(errno, EFBIG);
	assert_string_equal(text.bytes, "1234");
	buf_finish(&text);
}

static void
no_file(void **state)
{
	int folder = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct buf text = {0};

	(void)state;
	assert_false(file_read(folder, SIZE_MAX, &text));
	assert_int_equal(errno, EISDIR);
	assert_string_equal(text.bytes, "");
	close(folder);
	buf_finish(&text);
}

/* Reading a FIFO or /dev/zero would never end. */
static void
only_plain_files(void **state)
{
	struct buf text = {0};

	(void)state;
	folder_enter();
	folder_write("plain", "text");
	folder_make("folder");
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(symlink("plain", "link"), 0);
	assert_true(file_read_path("plain", 4, &text));
	assert_string_equal(text.bytes, "text");
	assert_true(file_read_path("link", 4, &text));
	assert_false(file_read_path("plain", 3, &text));
	assert_string_equal(file_error_text(errno), "it is too large");
	assert_false(file_read_path("folder", 4, &text));
	assert_int_equal(errno, EISDIR);
	assert_false(file_read_path("fifo", 4, &text));
	assert_string_equal(file_error_text(errno), "it is not a plain file");
	assert_false(file_read_path("/dev/zero", 4, &text));
	assert_int_equal(errno, EINVAL);
	assert_false(file_read_path("missing", 4, &text));
	assert_int_equal(errno, ENOENT);
	buf_finish(&text);
	folder_leave();
}

static bool is_old_kernel; /* without close_range(2) */

static bool
answer_syscall(long number, const long values[4], long *result)
{
	(void)number, (void)values;
	*result = -1;
	errno = ENOSYS;
	return is_old_kernel;
}

static void
assert_closes_ranges(void)
{
	int first = open("/dev/null", O_RDONLY), last = fcntl(first, F_DUPFD, 200);

	assert_true(first >= 0 && last >= 200);
	file_close_range(200, (unsigned)last);
	assert_int_equal(fcntl(first, F_GETFD), 0);
	assert_int_equal(fcntl(last, F_GETFD), -1);
	file_close_range((unsigned)first, (unsigned)first);
	assert_int_equal(fcntl(first, F_GETFD), -1);
}

static void
ranges_of_descriptors(void **state)
{
	(void)state;
	assert_closes_ranges();
	is_old_kernel = true;
	assert_closes_ranges();
	is_old_kernel = false;
}

static void
writing(void **state)
{
	static char bytes[200 * 1000], back[sizeof(bytes)];
	int fd;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i % 251);
	folder_enter();
	fd = open("written", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_true(file_write(fd, (struct slice){bytes, sizeof(bytes)}));
	assert_true(file_write(fd, (struct slice){NULL, 0}));
	assert_int_equal(pread(fd, back, sizeof(back), 0), sizeof(back));
	assert_memory_equal(back, bytes, sizeof(back));
	close(fd);
	fd = open("written", O_RDONLY | O_CLOEXEC);
	assert_false(file_write(fd, slice_of("more")));
	assert_int_equal(errno, EBADF);
	close(fd);
	folder_leave();
}

static void
abandoned(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	errno = ENOTTY;
	assert_int_equal(file_abandon(ends[0]), -1);
	assert_int_equal(errno, ENOTTY);
	assert_int_equal(fcntl(ends[0], F_GETFD), -1);
	close(ends[1]);
	errno = ENOTTY;
	assert_int_equal(file_abandon(ends[1]), -1); /* also when close(2) fails */
	assert_int_equal(errno, ENOTTY);
}

/* Closes fd. */
static void
assert_not_own(int fd, int error, const char *words)
{
	assert_true(fd >= 0);
	assert_false(file_is_own(fd));
	assert_int_equal(errno, error);
	assert_string_equal(file_write_error_text(error), words);
	close(fd);
}

static void
files_to_write_to(void **state)
{
	int fd;

	(void)state;
	folder_enter();
	fd = open("mine", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(file_is_own(fd));
	if (geteuid() == 0) {
		assert_int_equal(fchown(fd, 12345, 12345), 0);
		assert_not_own(fd, EEXIST, "it belongs to another user");
	} else {
		close(fd);
		assert_not_own(open("/etc/passwd", O_RDONLY | O_CLOEXEC), EEXIST,
			"it belongs to another user");
	}
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_not_own(
		open("fifo", O_RDWR | O_NONBLOCK | O_CLOEXEC), EINVAL, "it is no plain file");
	assert_not_own(open(".", O_RDONLY | O_CLOEXEC), EINVAL, "it is no plain file");
	assert_false(file_is_own(-1));
	assert_int_equal(errno, EBADF);
	assert_string_equal(file_write_error_text(ENOTDIR), "its folder does not exist");
	assert_string_equal(file_write_error_text(ENOSPC), strerror(ENOSPC));
	folder_leave();
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),
		cmocka_unit_test(nothing),
		cmocka_unit_test(too_much),
		cmocka_unit_test(no_file),
		cmocka_unit_test(only_plain_files),
		cmocka_unit_test(writing),
		cmocka_unit_test(ranges_of_descriptors),
		cmocka_unit_test(files_to_write_to),
		cmocka_unit_test(abandoned),
	};

	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
