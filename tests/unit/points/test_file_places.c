/*
 * Which requests are for the places of a document, and the field that says them.
 */
#include "support/test.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "points/file_places.h"
#include "support/ask.h"

static struct {
	struct file_places places;
	struct response response;
} here;

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	file_places_finish(&here.places);
	response_finish(&here.response);
	return 0;
}

static void
requests_for_places(void **state)
{
	static const struct {
		const char *fields, *peer;
		bool is_wanted;
	} rows[] = {
		{"Accept: " FILE_PLACES_TYPE, "127.0.0.1", true},
		{"Accept: " FILE_PLACES_TYPE "\nSec-Fetch-Site: same-origin", "127.0.0.1", true},
		{"Accept: " FILE_PLACES_TYPE "\nSec-Fetch-Site: cross-site", "127.0.0.1", false},
		{"Accept: " FILE_PLACES_TYPE "\nOrigin: http://evil.example", "127.0.0.1", false},
		{"Accept: " FILE_PLACES_TYPE "\nHost: 192.168.1.2:9000", "127.0.0.1", false},
		{"Accept: " FILE_PLACES_TYPE, "192.168.1.9", false},
		{"Accept: */*", "127.0.0.1", false},
		{"Accept: text/html", "127.0.0.1", false},
		{"Accept: " FILE_PLACES_TYPE ";q=0", "127.0.0.1", false},
		{"", "127.0.0.1", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *text = mem_format("GET /\n%s", rows[i].fields);
		struct request request = *ask(text);
		struct sockaddr_in address = {.sin_family = AF_INET};

		print_message("%s\n", rows[i].fields);
		inet_pton(AF_INET, rows[i].peer, &address.sin_addr);
		request.peer = connection_limit_peer((struct sockaddr *)&address);
		assert_int_equal(file_places_are_wanted(&request), rows[i].is_wanted);
		free(text);
	}
}

static void
add(const char *name, const char *text, size_t offset, size_t length, uint64_t at)
{
	file_places_add(&here.places, name, slice_of(text), offset, length, at);
}

static void
assert_field(const char *expected)
{
	const char *value;

	response_clear(&here.response);
	file_places_respond(&here.places, &here.response);
	value = answer_value(&here.response, "Liveserve-Places");
	if (expected)
		assert_string_equal(value, expected);
	else
		assert_null(value);
}

static void
a_file(void **state)
{
	(void)state;
	assert_field(NULL);
	file_places_set_file(&here.places, "a b/\xc3\xa4.html", 120);
	assert_field("/a%20b/%C3%A4.html 0 120 0 1 1");
	file_places_set_file(&here.places, "empty.html", 0);
	assert_field(NULL);
	file_places_set_file(&here.places, "large.html", FILE_PLACES_SOURCE_MAX + 1);
	assert_field(NULL);
}

/* Lines and columns where parts begin: LF, CR LF and CR end lines; a column is a UTF-16 code unit. */
static void
parts_of_files(void **state)
{
	static const char main[] = "one\r\ntwo \xc3\xa4\xf0\x9f\x98\x80<!-- x -->y\rz\n\n<i>";
	const size_t y = (size_t)(strchr(main, 'y') - main);
	const size_t end = (size_t)(strstr(main, "<i>") - main);
	char expected[200];

	(void)state;
	add("a.shtml", main, 0, 15, 0);
	add("nav.html", "<nav>", 0, 5, 15);
	add("a.shtml", main, y, 3, 20);
	add("a.shtml", main, end, 3, 23);
	add("none.html", "", 0, 0, 26);
	/* Back, to a place before. */
	add("a.shtml", main, 5, 3, 26);
	snprintf(expected, sizeof(expected),
		"/a.shtml 0 15 0 1 1 /nav.html 15 5 0 1 1 /a.shtml 20 3 %zu 2 18 "
		"/a.shtml 23 3 %zu 5 1 /a.shtml 26 3 5 2 1",
		y, end);
	assert_field(expected);
}

static void
too_many_parts(void **state)
{
	const char *value;

	(void)state;
	for (uint64_t i = 0; i < 20000; i++)
		add("part.html", "<p>", 0, 3, 3 * i);
	file_places_respond(&here.places, &here.response);
	value = answer_value(&here.response, "Liveserve-Places");
	assert_in_range(strlen(value), FILE_PLACES_FIELD_MAX - 50, FILE_PLACES_FIELD_MAX);
	assert_memory_equal(value, "/part.html 0 3 0 1 1 /part.html 3 3 0 1 1 ", 42);
	/* The last one is whole. */
	assert_string_equal(value + strlen(value) - 8, " 3 0 1 1");
	file_places_clear(&here.places);
	add("a", "x", 0, 1, 0);
	assert_field("/a 0 1 0 1 1");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(requests_for_places),
		TEST(a_file),
		TEST(parts_of_files),
		TEST(too_many_parts),
	};

	return cmocka_run_group_tests_name("file_places", tests, NULL, NULL);
}
