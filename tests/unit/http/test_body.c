#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "http/body.h"
#include "support/folder.h"

enum { FILE_SIZE = 3 * 1024 * 1024 };

static char *file_bytes;

static int
make_bytes(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_IGN);
	file_bytes = mem_zero(FILE_SIZE);
	for (size_t i = 0; i < FILE_SIZE; i++)
		file_bytes[i] = (char)(i * 31 + i / 251);
	return 0;
}

static int
free_bytes(void **state)
{
	(void)state;
	free(file_bytes);
	return 0;
}

/* A file in memory that holds file_bytes. */
static int
open_file(void)
{
	int fd = memfd_create("file", MFD_CLOEXEC);

	assert_return_code(fd, errno);
	assert_int_equal(write(fd, file_bytes, FILE_SIZE), FILE_SIZE);
	return fd;
}

/* Pieces of all kinds, and their bytes in one buffer. */
static void
fill(struct body *body, struct buf *expected)
{
	static const struct {
		const char *text; /* NULL: of the file */
		size_t offset, length;
	} pieces[] = {
		{"head", 0, 4},
		{NULL, 0, 10},
		{"", 0, 0},
		{NULL, 100, 0},
		{"<tag>", 0, 5},
		{NULL, 10, 1000 * 1000},
		{"nul\0nul", 0, 7},
		{NULL, FILE_SIZE - 1, 1},
		{NULL, 5, 1},
		{"end", 0, 3},
	};

	body_init(body);
	body_set_file(body, open_file());
	for (size_t i = 0; i < ROWS(pieces); i++) {
		const char *from = pieces[i].text ? pieces[i].text : file_bytes + pieces[i].offset;

		buf_add(expected, from, pieces[i].length);
		if (pieces[i].text)
			assert_true(body_add_text(
				body, (struct slice){pieces[i].text, pieces[i].length}));
		else
			assert_true(body_add_file(body, pieces[i].offset, pieces[i].length));
	}
	assert_int_equal(body->length, expected->length);
}

static void
reads_in_any_size(void **state)
{
	static const size_t sizes[] = {1, 3, 7, 4096, 65536, 2000 * 1000};

	(void)state;
	for (size_t i = 0; i < ROWS(sizes); i++) {
		struct buf expected = {0}, got = {0};
		char *piece = mem_zero(sizes[i]);
		struct body body;
		ssize_t length;

		fill(&body, &expected);
		while ((length = body_read(&body, piece, sizes[i])) > 0) {
			/* as many as fit, as long as there are more */
			assert_true((size_t)length == sizes[i] || body.length == 0);
			buf_add(&got, piece, (size_t)length);
			assert_int_equal(body.length, expected.length - got.length);
		}
		assert_int_equal(length, 0);
		assert_int_equal(got.length, expected.length);
		assert_memory_equal(got.bytes, expected.bytes, got.length);
		body_finish(&body);
		buf_finish(&expected);
		buf_finish(&got);
		free(piece);
	}
}

/* From the middle of a piece on; the file is closed, or left to its owner. */
static void
is_loaded_into_memory(void **state)
{
	size_t descriptors = folder_open_descriptors();
	struct buf expected = {0};
	struct body body;
	char *got = mem_zero(FILE_SIZE);
	char piece[6];

	(void)state;
	fill(&body, &expected);
	assert_int_equal(body_read(&body, piece, sizeof(piece)), sizeof(piece));
	assert_true(body_load(&body));
	assert_int_equal(folder_open_descriptors(), descriptors);
	assert_int_equal(body.length, expected.length - sizeof(piece));
	assert_int_equal(body_read(&body, got, FILE_SIZE), expected.length - sizeof(piece));
	assert_memory_equal(got, expected.bytes + sizeof(piece), expected.length - sizeof(piece));
	assert_true(body_load(&body)); /* nothing is left */
	assert_int_equal(body.length, 0);
	body_finish(&body);
	buf_finish(&expected);
	free(got);
}

static void
a_file_that_is_too_short_is_not_loaded(void **state)
{
	struct body body;

	(void)state;
	body_init(&body);
	body_set_file(&body, open_file());
	assert_true(body_add_file(&body, FILE_SIZE - 5, 10));
	assert_false(body_load(&body));
	body_finish(&body);
}

/* What is lent need not be there any more when the body was moved. */
static void
lent_and_borrowed(void **state)
{
	static const char expected[] = "bytes of the file: ";
	struct body body, moved;
	char text[20], got[64];
	int file = open_file();

	(void)state;
	for (int is_moved = 0; is_moved < 2; is_moved++) {
		memcpy(text, expected, sizeof(expected));
		body_init(&body);
		body_borrow_file(&body, file);
		assert_true(body_lend_text(&body, slice_of(text)));
		assert_true(body_lend_text(&body, (struct slice){0}));
		assert_true(body_add_file(&body, 7, 10));
		assert_int_equal(body_read(&body, got, 3), 3);
		if (is_moved) {
			body_move(&moved, &body);
			memset(text, 0, sizeof(text));
			assert_int_not_equal(moved.file, file);
			body = moved;
		}
		assert_int_equal(body_read(&body, got + 3, sizeof(got) - 3), strlen(expected) + 7);
		assert_memory_equal(got, expected, strlen(expected));
		assert_memory_equal(got + strlen(expected), file_bytes + 7, 10);
		body_finish(&body);
		assert_return_code(fcntl(file, F_GETFD), errno);
	}
	close(file);
}

static void
a_file_is_given_away(void **state)
{
	struct body body;
	int file = open_file();

	(void)state;
	body_init(&body);
	body_set_file(&body, file);
	assert_int_equal(body_give_file(&body), file);
	body_finish(&body);
	assert_int_equal(close(file), 0);
}

/* Sends with limit while the other end is read. */
static void
check_send(size_t limit)
{
	struct buf expected = {0}, got = {0};
	struct body body;
	int ends[2];
	char piece[100 * 1000];
	ssize_t length, received;

	fill(&body, &expected);
	assert_return_code(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), errno);
	do {
		length = body_send(&body, ends[0], limit);
		if (length < 0)
			assert_int_equal(errno, EAGAIN);
		else
			assert_true((size_t)length <= limit);
		received = read(ends[1], piece, sizeof(piece));
		if (received > 0)
			buf_add(&got, piece, (size_t)received);
	} while (length != 0 || got.length < expected.length);
	assert_int_equal(got.length, expected.length);
	assert_memory_equal(got.bytes, expected.bytes, got.length);
	assert_int_equal(body.length, 0);
	close(ends[0]);
	close(ends[1]);
	body_finish(&body);
	buf_finish(&expected);
	buf_finish(&got);
}

static void
sends_with_any_limit(void **state)
{
	static const size_t limits[] = {1000, 65536, 1024 * 1024, 100 * 1024 * 1024};

	(void)state;
	for (size_t i = 0; i < ROWS(limits); i++)
		check_send(limits[i]);
}

static void
full_socket(void **state)
{
	struct buf expected = {0};
	struct body body;
	int ends[2];
	ssize_t length;

	(void)state;
	fill(&body, &expected);
	assert_return_code(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), errno);
	do
		length = body_send(&body, ends[0], SIZE_MAX);
	while (length > 0);
	assert_int_equal(length, -1);
	assert_int_equal(errno, EAGAIN);
	assert_true(body.length > 0);
	close(ends[1]);
	assert_int_equal(body_send(&body, ends[0], 10), -1);
	assert_int_equal(errno, EPIPE);
	close(ends[0]);
	body_finish(&body);
	buf_finish(&expected);
}

static void
file_that_shrinks(void **state)
{
	struct body body;
	char piece[100];
	int ends[2];

	(void)state;
	body_init(&body);
	body_set_file(&body, open_file());
	body_add_file(&body, 0, FILE_SIZE);
	assert_int_equal(body_read(&body, piece, sizeof(piece)), sizeof(piece));
	assert_return_code(ftruncate(body.file, 50), errno);
	assert_int_equal(body_read(&body, piece, sizeof(piece)), -1);
	assert_return_code(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), errno);
	errno = 0;
	assert_int_equal(body_send(&body, ends[0], 100), -1);
	assert_int_equal(errno, EIO);
	close(ends[0]);
	close(ends[1]);
	body_finish(&body);
}

static void
file_that_cannot_be_read(void **state)
{
	struct body body;
	char piece[100];

	(void)state;
	body_init(&body);
	body_set_file(&body, open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	body_add_file(&body, 0, 10);
	assert_int_equal(body_read(&body, piece, sizeof(piece)), -1);
	body_finish(&body);
}

static void
no_more_pieces_than_there_is_room_for(void **state)
{
	struct body body;
	char piece[100];

	(void)state;
	body_init(&body);
	for (int i = 0; i < BODY_PIECES_MAX; i++)
		assert_true(body_add_text(&body, SLICE_LITERAL("x")));
	assert_false(body_add_text(&body, SLICE_LITERAL("y")));
	assert_false(body_add_file(&body, 0, 1));
	assert_true(body_add_text(&body, SLICE_LITERAL("")));
	assert_int_equal(body.length, BODY_PIECES_MAX);
	assert_int_equal(body_read(&body, piece, sizeof(piece)), BODY_PIECES_MAX);
	body_finish(&body);
}

static void
owns_its_file(void **state)
{
	size_t before = folder_open_descriptors();
	struct body body, other;

	(void)state;
	body_init(&body);
	body_set_file(&body, open_file());
	body_set_file(&body, open_file()); /* in place of the one before */
	assert_int_equal(folder_open_descriptors(), before + 1);
	body_clear(&body);
	assert_int_equal(folder_open_descriptors(), before);
	body_set_file(&body, open_file());
	body_init(&other);
	body_move(&other, &body);
	body_finish(&body);
	assert_int_equal(folder_open_descriptors(), before + 1);
	body_finish(&other);
	assert_int_equal(folder_open_descriptors(), before);
}

static void
moves_in_the_middle(void **state)
{
	struct buf expected = {0}, got = {0};
	struct body body, other;
	char piece[3000];
	ssize_t length;

	(void)state;
	fill(&body, &expected);
	length = body_read(&body, piece, 6);
	buf_add(&got, piece, (size_t)length);
	body_init(&other);
	body_move(&other, &body);
	assert_int_equal(body.length, 0);
	assert_int_equal(body_read(&body, piece, sizeof(piece)), 0);
	while ((length = body_read(&other, piece, sizeof(piece))) > 0)
		buf_add(&got, piece, (size_t)length);
	assert_int_equal(got.length, expected.length);
	assert_memory_equal(got.bytes, expected.bytes, got.length);
	body_finish(&other);
	body_finish(&body);
	buf_finish(&expected);
	buf_finish(&got);
}

static void
clear_is_ready_for_the_next(void **state)
{
	struct body body;
	char piece[10];

	(void)state;
	body_init(&body);
	assert_int_equal(body_read(&body, piece, sizeof(piece)), 0);
	body_add_text(&body, SLICE_LITERAL("first"));
	body_clear(&body);
	assert_int_equal(body.length, 0);
	assert_int_equal(body_read(&body, piece, sizeof(piece)), 0);
	body_add_text(&body, SLICE_LITERAL("second"));
	assert_int_equal(body_read(&body, piece, sizeof(piece)), 6);
	assert_memory_equal(piece, "second", 6);
	body_finish(&body);
	body_finish(&body);
}

/* ---- the end of a body ---- */

static struct {
	unsigned count;
	uint64_t left;
} ends;

static void
note_end(void *context, uint64_t left)
{
	assert_ptr_equal(context, &ends);
	ends.count++;
	ends.left = left;
}

/* Wherever it was moved, and whatever was read of it, its end is told once. */
static void
the_end_is_told_once(void **state)
{
	struct body first, second;
	char bytes[6];

	(void)state;
	memset(&ends, 0, sizeof(ends));
	body_init(&first);
	body_init(&second);
	body_set_file(&first, open_file());
	assert_true(body_add_file(&first, 0, 10));
	body_on_end(&first, note_end, &ends);
	assert_int_equal(body_read(&first, bytes, sizeof(bytes)), sizeof(bytes));
	body_move(&second, &first);
	body_finish(&first);
	assert_true(body_load(&second));
	assert_int_equal(ends.count, 0);
	body_clear(&second);
	assert_int_equal(ends.count, 1);
	assert_int_equal(ends.left, 4);
	body_finish(&second);
	assert_int_equal(ends.count, 1);
}

static void
a_file_that_cannot_be_loaded(void **state)
{
	struct body body;

	(void)state;
	memset(&ends, 0, sizeof(ends));
	body_init(&body);
	body_set_file(&body, open_file());
	assert_true(body_add_file(&body, FILE_SIZE - 5, 10));
	body_on_end(&body, note_end, &ends);
	assert_false(body_load(&body));
	body_finish(&body);
	assert_int_equal(ends.count, 1);
	assert_int_equal(ends.left, 10);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lent_and_borrowed),
		cmocka_unit_test(a_file_is_given_away),
		cmocka_unit_test(reads_in_any_size),
		cmocka_unit_test(is_loaded_into_memory),
		cmocka_unit_test(a_file_that_is_too_short_is_not_loaded),
		cmocka_unit_test(sends_with_any_limit),
		cmocka_unit_test(full_socket),
		cmocka_unit_test(file_that_shrinks),
		cmocka_unit_test(file_that_cannot_be_read),
		cmocka_unit_test(no_more_pieces_than_there_is_room_for),
		cmocka_unit_test(owns_its_file),
		cmocka_unit_test(moves_in_the_middle),
		cmocka_unit_test(clear_is_ready_for_the_next),
		cmocka_unit_test(the_end_is_told_once),
		cmocka_unit_test(a_file_that_cannot_be_loaded),
	};

	return cmocka_run_group_tests_name("body", tests, make_bytes, free_bytes);
}
