#include "support/test.h"

#include <string.h>

#include "http/url.h"

struct to_path_row {
	const char *label;
	const char *url;
	size_t length;
	enum url_verdict verdict;
	const char *name;
};

#define BYTES(text) text, sizeof(text) - 1

static const struct to_path_row to_path_rows[] = {
	{"the root", BYTES("/"), URL_OK, ""},
	{"nothing at all", BYTES(""), URL_OK, ""},
	{"a file", BYTES("/a.html"), URL_OK, "a.html"},
	{"a folder keeps its slash", BYTES("/a/"), URL_OK, "a/"},
	{"a file in a folder", BYTES("/a/b.html"), URL_OK, "a/b.html"},
	{"doubled slashes", BYTES("//a///b//"), URL_OK, "a/b/"},
	{"only slashes", BYTES("////"), URL_OK, ""},
	{"dot segments", BYTES("/./a/./b"), URL_OK, "a/b"},
	{"a last dot leaves a slash", BYTES("/a/."), URL_OK, "a/"},
	{"a dot alone", BYTES("/."), URL_OK, ""},
	{"dots that are names", BYTES("/.../..a/.b/c."), URL_OK, ".../..a/.b/c."},
	{"up and down", BYTES("/a%20b/../c/"), URL_OK, "c/"},
	{"a last dot-dot leaves a slash", BYTES("/a/b/.."), URL_OK, "a/"},
	{"dot-dot back to the root", BYTES("/a/.."), URL_OK, ""},
	{"dot-dot to the root and on", BYTES("/a/b/../../c"), URL_OK, "c"},
	{"dot-dot over an empty segment", BYTES("/a//../b"), URL_OK, "b"},
	{"encoded dots climb too", BYTES("/a/%2e%2E/b"), URL_OK, "b"},
	{"half encoded dots", BYTES("/a/.%2e/b/%2e/c"), URL_OK, "b/c"},
	{"decoded once only", BYTES("/%2541%252e%252e/"), URL_OK, "%41%2e%2e/"},
	{"hex digits of both cases", BYTES("/%c3%A4"), URL_OK, "\xc3\xa4"},
	{"raw bytes above 0x7f", BYTES("/\xe4\xff"), URL_OK, "\xe4\xff"},
	{"bytes that are no text", BYTES("/%ff%80"), URL_OK, "\xff\x80"},
	{"bytes like any other", BYTES("/a+b&c;d\\e:f"), URL_OK, "a+b&c;d\\e:f"},
	{"an encoded question mark and hash", BYTES("/%3F%23"), URL_OK, "?#"},
	{"encoded control bytes", BYTES("/%01%7f%0a"), URL_OK, "\x01\x7f\n"},
	{"backslashes do not climb", BYTES("/a/..\\..\\b"), URL_OK, "a/..\\..\\b"},
	{"above the root", BYTES("/.."), URL_MALFORMED, ""},
	{"above the root, encoded", BYTES("/%2e%2e/etc/passwd"), URL_MALFORMED, ""},
	{"above the root after a while", BYTES("/a/../../b"), URL_MALFORMED, ""},
	{"above the root over slashes", BYTES("/a////../../b"), URL_MALFORMED, ""},
	{"an encoded NUL", BYTES("/a%00.html"), URL_MALFORMED, ""},
	{"a raw NUL", BYTES("/a\0b"), URL_MALFORMED, ""},
	{"a percent at the end", BYTES("/a%"), URL_MALFORMED, ""},
	{"a percent with one digit", BYTES("/a%4"), URL_MALFORMED, ""},
	{"a percent before a slash", BYTES("/a%4/1"), URL_MALFORMED, ""},
	{"no hex digits", BYTES("/%zz"), URL_MALFORMED, ""},
	{"one hex digit", BYTES("/%4g"), URL_MALFORMED, ""},
	{"a sign is no hex digit", BYTES("/%+1"), URL_MALFORMED, ""},
	{"an encoded slash", BYTES("/a%2Fb"), URL_NOT_FOUND, ""},
	{"an encoded slash, small", BYTES("/%2f"), URL_NOT_FOUND, ""},
	{"an encoded slash that would climb", BYTES("/..%2f..%2fetc"), URL_NOT_FOUND, ""},
};

static void
to_path(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(to_path_rows); i++) {
		const struct to_path_row *row = &to_path_rows[i];
		struct slice url = {row->url, row->length};
		struct buf name = {0};

		print_message("  %s\n", row->label);
		assert_int_equal(url_to_path(url, &name), row->verdict);
		assert_string_equal(name.bytes, row->name);
		assert_int_equal(name.length, strlen(row->name));
		buf_finish(&name);
	}
}

static void
to_path_adds_behind_what_is_there(void **state)
{
	struct buf name = {0};

	(void)state;
	buf_add_text(&name, "dist/");
	assert_int_equal(url_to_path(slice_of("/a/../b"), &name), URL_OK);
	assert_string_equal(name.bytes, "dist/b");
	assert_int_equal(url_to_path(slice_of("/x/../.."), &name), URL_MALFORMED);
	assert_string_equal(name.bytes, "dist/b");
	buf_finish(&name);
}

static void
from_path(void **state)
{
	static const struct {
		const char *label, *name, *url;
	} rows[] = {
		{"the root", "", "/"},
		{"plain", "a/b.html", "/a/b.html"},
		{"unreserved bytes stay", "AZaz09-._~", "/AZaz09-._~"},
		{"a space and a percent", "a b%20", "/a%20b%2520"},
		{"what a URL reads otherwise", "?#[]@!$&'()*+,;=:",
			"/%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%3A"},
		{"markup", "<\">\\", "/%3C%22%3E%5C"},
		{"bytes above 0x7f", "\xc3\xa4\xff", "/%C3%A4%FF"},
		{"a folder", "a/", "/a/"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf url = {0};

		print_message("  %s\n", rows[i].label);
		url_from_path(slice_of(rows[i].name), &url);
		assert_string_equal(url.bytes, rows[i].url);
		buf_finish(&url);
	}
}

static void
every_byte_comes_back(void **state)
{
	(void)state;
	for (int c = 1; c < 256; c++) {
		char bytes[] = {'x', (char)c, 'y'};
		struct slice name = {bytes, sizeof(bytes)};
		struct buf url = {0}, back = {0};

		url_from_path(name, &url);
		assert_int_equal(url_to_path(buf_slice(&url), &back), URL_OK);
		assert_int_equal(back.length, name.length);
		assert_memory_equal(back.bytes, name.at, name.length);
		buf_finish(&url);
		buf_finish(&back);
	}
}

static void
query(void **state)
{
	struct buf url = {0};

	(void)state;
	url_from_path(slice_of("a"), &url);
	url_add_query((struct slice){NULL, 0}, &url);
	assert_string_equal(url.bytes, "/a");
	url_add_query(slice_of("?a=%0d&b|^\\'/?<\">#\xff\x7f "), &url);
	assert_string_equal(url.bytes, "/a?a=%0d&b|^\\'/?%3C%22%3E%23%FF%7F%20");
	buf_finish(&url);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(to_path),
		cmocka_unit_test(to_path_adds_behind_what_is_there),
		cmocka_unit_test(from_path),
		cmocka_unit_test(every_byte_comes_back),
		cmocka_unit_test(query),
	};

	return cmocka_run_group_tests_name("url", tests, NULL, NULL);
}
