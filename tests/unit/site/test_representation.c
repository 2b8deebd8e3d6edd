/*
 * The bytes of files with and without a tag. test_file_response.c tests the responses.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

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
	representation_insert_tag(&here.representation, here.body.file, type, &here.tag, NULL);
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
		representation_insert_tag(
			&here.representation, here.body.file, type, &here.tag, NULL);
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
		TEST(entity_tags),
	};

	return cmocka_run_group_tests_name("representation", tests, NULL, NULL);
}
