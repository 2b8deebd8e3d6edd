/*
 * The bytes of files with and without a tag. test_file_response.c tests the responses.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "http/media_type.h"
#include "site/representation.h"
#include "support/folder.h"

static struct {
	struct journal *journal;
	struct script_tag tag;
	struct representation representation;
	struct body body;
	struct stat state;
} here;

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	folder_enter();
	here.journal = journal_create();
	here.tag.journal = here.journal;
	body_init(&here.body);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	body_finish(&here.body);
	representation_finish(&here.representation);
	journal_destroy(here.journal);
	folder_leave();
	return 0;
}

static const struct media_type *
load(const char *name)
{
	const struct media_type *type = media_type_of(slice_of(name));
	int file = open(name, O_RDONLY | O_CLOEXEC);

	assert_return_code(file, errno);
	body_clear(&here.body);
	body_set_file(&here.body, file);
	assert_return_code(fstat(file, &here.state), errno);
	assert_true(representation_load(&here.representation, file, &here.state, type));
	return type;
}

static void
assert_part(uint64_t first, uint64_t end, const char *expected)
{
	char bytes[256];
	ssize_t got;

	representation_add_part(&here.representation, &here.body, first, end);
	got = body_read(&here.body, bytes, sizeof(bytes));
	assert_int_equal(got, strlen(expected));
	assert_memory_equal(bytes, expected, (size_t)got);
}

static void
bytes_around_the_tag(void **state)
{
	const struct media_type *type;
	uint64_t length, tag;

	(void)state;
	folder_write("a.html", "<head>abc");
	type = load("a.html");
	assert_int_equal(representation_length(&here.representation), 9);
	assert_part(0, 9, "<head>abc");
	representation_insert_tag(&here.representation, here.body.file, type, &here.tag,
		(struct script_tag_attributes){0});
	length = representation_length(&here.representation);
	tag = length - 9;
	assert_part(0, 6, "<head>");
	assert_part(4, 13, "d><script");
	assert_part(6 + tag - 1, 6 + tag + 2, ">ab");
	assert_part(length - 1, length, "c");
	assert_part(3, 3, "");
}

static void
content_types(void **state)
{
	(void)state;
	folder_write("a.html", "<meta charset=gbk>");
	folder_write("a.png", "\x89PNG");
	load("a.html");
	assert_string_equal(here.representation.content_type.bytes, "text/html; charset=gbk");
	load("a.png");
	assert_string_equal(here.representation.content_type.bytes, "image/png");
}

/* The text of a file: a front, padding up to a length, and the rest. */
static void
write_padded(const char *front, size_t length, const char *rest)
{
	char *text = mem_zero(length + strlen(rest) + 1);

	memset(text, ' ', length);
	memcpy(text, front, strlen(front));
	memcpy(text + length, rest, strlen(rest));
	folder_write("large.html", text);
	free(text);
}

/* The first characters that are not ASCII may come late in a large file. */
static void
charsets_of_large_files(void **state)
{
	enum { PIECE = REPRESENTATION_SMALL_MAX };
	static const struct {
		const char *label, *front;
		size_t length;
		const char *rest, *type;
	} rows[] = {
		{"ASCII", "<p>", 3 * PIECE, "x", "text/html; charset=utf-8"},
		{"UTF-8", "<p>", 3 * PIECE, "\xc3\xa4 x", "text/html; charset=utf-8"},
		{"Latin-1 after 64 KiB", "<p>", PIECE, "\xe4 x", "text/html"},
		{"Latin-1 after a few", "<p>", 3 * PIECE + 5, "\xe4 x", "text/html"},
		{"Latin-1 at the end of a piece", "<p>", 3 * PIECE - 1, "\xe4 x", "text/html"},
		{"Latin-1 at the end of the file", "<p>", 2 * PIECE, "\xe4", "text/html"},
		{"UTF-8 at the end of a piece", "<p>", 3 * PIECE - 1, "\xc3\xa4",
			"text/html; charset=utf-8"},
		{"UTF-8 from the start", "<p>\xc3\xa4", 2 * PIECE, "\xe4 x",
			"text/html; charset=utf-8"},
		{"declared", "<meta charset=utf-8>", 2 * PIECE, "\xe4 x",
			"text/html; charset=utf-8"},
		{"a byte order mark", "\xef\xbb\xbf", 2 * PIECE, "\xe4 x",
			"text/html; charset=utf-8"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		print_message("  %s\n", rows[i].label);
		write_padded(rows[i].front, rows[i].length, rows[i].rest);
		for (int again = 0; again < 2; again++) {
			load("large.html");
			assert_string_equal(here.representation.content_type.bytes, rows[i].type);
		}
	}
}

/* The tag is still found after the search for a charset. */
static void
tag_of_a_large_file(void **state)
{
	const struct media_type *type;

	(void)state;
	write_padded("<head>abc", 5 * REPRESENTATION_SMALL_MAX, "\xe4");
	type = load("large.html");
	representation_insert_tag(&here.representation, here.body.file, type, &here.tag,
		(struct script_tag_attributes){0});
	assert_part(0, 13, "<head><script");
}

/*
 * The entity tag changes with the bytes and, if there is a script tag, with the journal's number.
 */
static void
entity_tags(void **state)
{
	char first[REPRESENTATION_ETAG_SIZE], second[REPRESENTATION_ETAG_SIZE];
	const struct media_type *type;

	(void)state;
	folder_write("a.html", "<head>abc");
	folder_write("b.html", "<head>abd");
	load("a.html");
	representation_write_etag(&here.representation, &here.state, &here.tag, first);
	load("b.html");
	representation_write_etag(&here.representation, &here.state, &here.tag, second);
	assert_string_not_equal(first, second);
	load("a.html");
	journal_add_unknown(here.journal);
	representation_write_etag(&here.representation, &here.state, &here.tag, second);
	assert_string_equal(first, second);
	for (int i = 0; i < 2; i++) {
		type = load("a.html");
		representation_insert_tag(&here.representation, here.body.file, type, &here.tag,
			(struct script_tag_attributes){0});
		memcpy(first, second, sizeof(first));
		representation_write_etag(&here.representation, &here.state, &here.tag, second);
		assert_string_not_equal(first, second);
		journal_add_unknown(here.journal);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(bytes_around_the_tag),
		TEST(content_types),
		TEST(charsets_of_large_files),
		TEST(tag_of_a_large_file),
		TEST(entity_tags),
	};

	return cmocka_run_group_tests_name("representation", tests, NULL, NULL);
}
