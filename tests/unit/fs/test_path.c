#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "fs/path.h"

struct from_url_row {
	const char *label;
	const char *url;
	size_t length;
	enum path_verdict verdict;
	const char *name;
};

#define BYTES(text) text, sizeof(text) - 1

static const struct from_url_row from_url_rows[] = {
	{"the root", BYTES("/"), PATH_OK, ""},
	{"nothing at all", BYTES(""), PATH_OK, ""},
	{"a file", BYTES("/a.html"), PATH_OK, "a.html"},
	{"a folder keeps its slash", BYTES("/a/"), PATH_OK, "a/"},
	{"a file in a folder", BYTES("/a/b.html"), PATH_OK, "a/b.html"},
	{"doubled slashes", BYTES("//a///b//"), PATH_OK, "a/b/"},
	{"only slashes", BYTES("////"), PATH_OK, ""},
	{"dot segments", BYTES("/./a/./b"), PATH_OK, "a/b"},
	{"a last dot leaves a slash", BYTES("/a/."), PATH_OK, "a/"},
	{"a dot alone", BYTES("/."), PATH_OK, ""},
	{"dots that are names", BYTES("/.../..a/.b/c."), PATH_OK, ".../..a/.b/c."},
	{"up and down", BYTES("/a%20b/../c/"), PATH_OK, "c/"},
	{"a last dot-dot leaves a slash", BYTES("/a/b/.."), PATH_OK, "a/"},
	{"dot-dot back to the root", BYTES("/a/.."), PATH_OK, ""},
	{"dot-dot to the root and on", BYTES("/a/b/../../c"), PATH_OK, "c"},
	{"dot-dot over an empty segment", BYTES("/a//../b"), PATH_OK, "b"},
	{"encoded dots climb too", BYTES("/a/%2e%2E/b"), PATH_OK, "b"},
	{"half encoded dots", BYTES("/a/.%2e/b/%2e/c"), PATH_OK, "b/c"},
	{"decoded once only", BYTES("/%2541%252e%252e/"), PATH_OK, "%41%2e%2e/"},
	{"hex digits of both cases", BYTES("/%c3%A4"), PATH_OK, "\xc3\xa4"},
	{"raw bytes above 0x7f", BYTES("/\xe4\xff"), PATH_OK, "\xe4\xff"},
	{"bytes that are no text", BYTES("/%ff%80"), PATH_OK, "\xff\x80"},
	{"bytes like any other", BYTES("/a+b&c;d\\e:f"), PATH_OK, "a+b&c;d\\e:f"},
	{"an encoded question mark and hash", BYTES("/%3F%23"), PATH_OK, "?#"},
	{"encoded control bytes", BYTES("/%01%7f%0a"), PATH_OK, "\x01\x7f\n"},
	{"backslashes do not climb", BYTES("/a/..\\..\\b"), PATH_OK, "a/..\\..\\b"},
	{"above the root", BYTES("/.."), PATH_MALFORMED, ""},
	{"above the root, encoded", BYTES("/%2e%2e/etc/passwd"), PATH_MALFORMED, ""},
	{"above the root after a while", BYTES("/a/../../b"), PATH_MALFORMED, ""},
	{"above the root over slashes", BYTES("/a////../../b"), PATH_MALFORMED, ""},
	{"an encoded NUL", BYTES("/a%00.html"), PATH_MALFORMED, ""},
	{"a raw NUL", BYTES("/a\0b"), PATH_MALFORMED, ""},
	{"a percent at the end", BYTES("/a%"), PATH_MALFORMED, ""},
	{"a percent with one digit", BYTES("/a%4"), PATH_MALFORMED, ""},
	{"a percent before a slash", BYTES("/a%4/1"), PATH_MALFORMED, ""},
	{"no hex digits", BYTES("/%zz"), PATH_MALFORMED, ""},
	{"one hex digit", BYTES("/%4g"), PATH_MALFORMED, ""},
	{"a sign is no hex digit", BYTES("/%+1"), PATH_MALFORMED, ""},
	{"an encoded slash", BYTES("/a%2Fb"), PATH_NOT_FOUND, ""},
	{"an encoded slash, small", BYTES("/%2f"), PATH_NOT_FOUND, ""},
	{"an encoded slash that would climb", BYTES("/..%2f..%2fetc"), PATH_NOT_FOUND, ""},
};

static void
test_from_url(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(from_url_rows); i++) {
		const struct from_url_row *row = &from_url_rows[i];
		struct slice url = {row->url, row->length};
		struct buf name = {0};

		print_message("  %s\n", row->label);
		assert_int_equal(path_from_url(url, &name), row->verdict);
		assert_string_equal(name.bytes, row->name);
		assert_int_equal(name.length, strlen(row->name));
		buf_finish(&name);
	}
}

static void
test_from_url_adds_behind_what_is_there(void **state)
{
	struct buf name = {0};

	(void)state;
	buf_add_text(&name, "dist/");
	assert_int_equal(path_from_url(slice_of("/a/../b"), &name), PATH_OK);
	assert_string_equal(name.bytes, "dist/b");
	assert_int_equal(path_from_url(slice_of("/x/../.."), &name), PATH_MALFORMED);
	assert_string_equal(name.bytes, "dist/b");
	buf_finish(&name);
}

static void
test_to_url(void **state)
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
		path_to_url(slice_of(rows[i].name), &url);
		assert_string_equal(url.bytes, rows[i].url);
		buf_finish(&url);
	}
}

static void
test_every_byte_comes_back(void **state)
{
	(void)state;
	for (int c = 1; c < 256; c++) {
		char bytes[] = {'x', (char)c, 'y'};
		struct slice name = {bytes, sizeof(bytes)};
		struct buf url = {0}, back = {0};

		path_to_url(name, &url);
		assert_int_equal(path_from_url(buf_slice(&url), &back), PATH_OK);
		assert_int_equal(back.length, name.length);
		assert_memory_equal(back.bytes, name.at, name.length);
		buf_finish(&url);
		buf_finish(&back);
	}
}

static void
test_query(void **state)
{
	struct buf url = {0};

	(void)state;
	path_to_url(slice_of("a"), &url);
	path_add_query((struct slice){NULL, 0}, &url);
	assert_string_equal(url.bytes, "/a");
	path_add_query(slice_of("?a=%0d&b|^\\'/?<\">#\xff\x7f "), &url);
	assert_string_equal(url.bytes, "/a?a=%0d&b|^\\'/?%3C%22%3E%23%FF%7F%20");
	buf_finish(&url);
}

static void
test_escape_html(void **state)
{
	struct buf html = {0};

	(void)state;
	path_escape_html(slice_of("<a href=\"x\" title='y'>&amp;\xc3\xa4</a>"), &html);
	assert_string_equal(html.bytes,
		"&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;\xc3\xa4&lt;/a&gt;");
	buf_finish(&html);
}

static void
test_parts(void **state)
{
	static const struct {
		const char *name, *parent, *base, *extension;
	} rows[] = {
		{"", "", "", ""},
		{"a", "", "a", ""},
		{"a.html", "", "a.html", "html"},
		{"a/b.tar.gz", "a", "b.tar.gz", "gz"},
		{"a.d/b", "a.d", "b", ""},
		{"a/b/c.js", "a/b", "c.js", "js"},
		{".profile", "", ".profile", ""},
		{"x/.profile", "x", ".profile", ""},
		{".a.b", "", ".a.b", "b"},
		{"a.", "", "a.", ""},
		{"a..", "", "a..", ""},
		{"a/", "a", "", ""},
		{"a.b/", "a.b", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct slice name = slice_of(rows[i].name);

		print_message("  \"%s\"\n", rows[i].name);
		assert_true(slice_is(path_parent(name), rows[i].parent));
		assert_true(slice_is(path_base(name), rows[i].base));
		assert_true(slice_is(path_extension(name), rows[i].extension));
	}
	assert_int_equal(path_extension((struct slice){NULL, 0}).length, 0);
}

static void
test_join(void **state)
{
	static const struct {
		const char *folder, *name, *expected;
	} rows[] = {
		{"", "a", "a"},
		{".", "a", "a"},
		{"b", "a", "b/a"},
		{"b/", "a", "b/a"},
		{"/", "a", "/a"},
		{"..", "a/b", "../a/b"},
		{"b", "/a", "/a"},
		{".b", "a", ".b/a"},
		{"./", "a", "./a"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *joined = path_join(rows[i].folder, rows[i].name);

		assert_string_equal(joined, rows[i].expected);
		free(joined);
	}
}

static void
test_below(void **state)
{
	static const struct {
		const char *path, *folder, *expected;
	} rows[] = {
		{"/a/b", "/a", "b"},
		{"/a/b/c", "/a", "b/c"},
		{"/a", "/a", ""},
		{"/a", "/", "a"},
		{"/", "/", ""},
		{"/ab", "/a", NULL},
		{"/a", "/a/b", NULL},
		{"/b/a", "/a", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *below = path_below(rows[i].path, rows[i].folder);

		if (rows[i].expected)
			assert_string_equal(below, rows[i].expected);
		else
			assert_null(below);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from_url),
		cmocka_unit_test(test_from_url_adds_behind_what_is_there),
		cmocka_unit_test(test_to_url),
		cmocka_unit_test(test_every_byte_comes_back),
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_escape_html),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_below),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
