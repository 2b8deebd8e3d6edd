/*
 * Errors in real files, with and without source maps.
 */
#include "support/test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "sources/error_place.h"
#include "support/folder.h"

static struct {
	struct error_places places;
	char *root;
} here;

/* As the program does, it opens no hidden file. */
static int
open_file(void *context, const char *name)
{
	assert_ptr_equal(context, &here);
	assert_true(name[0] != '/' && strncmp(name, "..", 2) != 0);
	return *name == '.' ? -1 : open(name, O_RDONLY | O_CLOEXEC);
}

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	here.root = getcwd(NULL, 0);
	memset(&here.places, 0, sizeof(here.places));
	here.places.open = open_file;
	here.places.context = &here;
	here.places.root = here.root;
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	free(here.root);
	folder_leave();
	return 0;
}

/* "src/a.ts:2:3 let b" is a place with the code of its line; NULL: there is none. */
static void
assert_place(const char *source, const char *expected)
{
	struct error_place place = {0};
	char *found = NULL;

	here.places.rate = (struct rate_state){0};
	if (error_place_find(&here.places, slice_of(source), &place))
		found = mem_format("%s:%zu:%zu %s", place.file.bytes, place.line, place.column,
			place.frame.count ? place.frame.lines[place.frame.at] : "(no code)");
	if (expected)
		assert_string_equal(found, expected);
	else
		assert_null(found);
	free(found);
	error_place_finish(&place);
}

static void
files(void **state)
{
	(void)state;
	folder_write("js/a b.js", "one\n two\n");
	folder_write("docs/index.html", "<p>\n<script>f()\n");
	folder_write(".env", "SECRET\n");
	folder_write("index.html", "<head><script>f()\n</script>\ng()\n");
	folder_write("gbk.js", "\xd6\xd0\n");
	assert_place("/js/a%20b.js:2:2", "js/a b.js:2:2  two");
	assert_place("/js/a%20b.js:2", "js/a b.js:2:0  two");
	assert_place("/js/a%20b.js?v=1:2:2", NULL); /* not canonical */
	assert_place("/docs/:2:9", "docs/index.html:2:9 <script>f()");
	assert_place("/:3:1", "index.html:3:1 g()");
	folder_write("old/index.htm", "h()\n");
	assert_place("/old/:1:1", "old/index.htm:1:0 h()");
	assert_place("/docs/index:2:9", "docs/index.html:2:9 <script>f()"); /* a clean URL */
	assert_place("/js/:1:1", NULL);
	assert_place("/:1:300", "index.html:1:0 <head><script>f()"); /* our tag is in this line */
	assert_place("/js/a%20b.js:3:1", NULL);
	assert_place("/js/a%20b.js:0:1", NULL);
	assert_place("/js/a%20b.js", NULL);
	assert_place("/js/none.js:1:1", NULL);
	assert_place("/js:1:1", NULL);
	assert_place("/.env:1:1", NULL);
	assert_place("/js/%zz:1:1", NULL);
	assert_place("/../x.js:1:1", NULL);
	assert_place("/gbk.js:1:1", NULL);
	assert_place("//other.test/a.js:1:1", NULL);
	assert_place("http://other.test/a.js:1:1", NULL);
	assert_place("", NULL);
	assert_place(":1:1", NULL);
	assert_place("/a.js:99999999999999999999:1", NULL);
}

static void
fallback(void **state)
{
	(void)state;
	folder_write("app.html", "<p>\nf()\n");
	assert_place("/deep/route:2:1", NULL);
	here.places.fallback = "app.html";
	assert_place("/deep/route:2:1", "app.html:2:1 f()");
	assert_place("/deep/route.js:2:1", NULL);
}

#define MAP(source, more) "{\"sources\":[\"" source "\"],\"mappings\":\"AAAA;ACAE\"" more "}"
#define COMMENT(url) "x\ny\n//# sourceMappingURL=" url "\n"

static void
maps(void **state)
{
	static const struct {
		const char *map, *place; /* of 1:1 in dist/app.js, with dist/app.js.map */
	} rows[] = {
		{MAP("../src/a.ts", ""), "src/a.ts:1:1 let a"},
		{MAP("../src/a.ts", ",\"sourcesContent\":[\"built from\"]"),
			"src/a.ts:1:1 built from"},
		{MAP("../src/none.ts", ""), "src/none.ts:1:1 (no code)"},
		{MAP("../../src/a.ts", ""), "../src/a.ts:1:1 (no code)"},
		{MAP("../../src/a.ts", ",\"sourcesContent\":[\"outside\"]"),
			"../src/a.ts:1:1 outside"},
		{MAP("webpack://app/./src/a.ts", ""), "src/a.ts:1:1 let a"},
		{MAP("webpack://app/./src/c.ts", ""), "webpack://app/./src/c.ts:1:1 (no code)"},
		{MAP("../.env", ""), ".env:1:1 (no code)"},
		{"{\"sources\":[],\"mappings\":\"AAAA\"}", "dist/app.js:1:1 x"},
		{"no map", "dist/app.js:1:1 x"},
		{"", "dist/app.js:1:1 x"},
	};

	(void)state;
	folder_write("src/a.ts", "let a\nlet b\n");
	folder_write(".env", "SECRET\n");
	folder_write("dist/app.js", COMMENT("app.js.map?v=2"));
	assert_place("/dist/app.js:1:1", "dist/app.js:1:1 x");
	for (size_t i = 0; i < ROWS(rows); i++) {
		folder_write("dist/app.js.map", rows[i].map);
		assert_place("/dist/app.js:1:1", rows[i].place);
	}
	assert_place("/dist/app.js:2:1", "dist/app.js:2:1 y");
}

static void
where_maps_are(void **state)
{
	static const struct {
		const char *url, *place;
	} rows[] = {
		{"../maps/a%20b.map", "maps/a.ts:1:1 (no code)"},
		{"/maps/a%20b.map", "maps/a.ts:1:1 (no code)"},
		{"data:application/json,{%22sources%22:[%22a.ts%22],%22mappings%22:%22AAAA%22}",
			"dist/a.ts:1:1 (no code)"},
		{"../../maps/a%20b.map", "dist/app.js:1:1 x"},
		{"http://other.test/maps/a.map", "dist/app.js:1:1 x"},
		{"//other.test/maps/a.map", "dist/app.js:1:1 x"},
		{"../.env", "dist/app.js:1:1 x"},
		{"", "dist/app.js:1:1 x"},
	};

	(void)state;
	folder_write("maps/a b.map", MAP("a.ts", ""));
	folder_write(".env", MAP("a.ts", ""));
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *script = mem_format(COMMENT("%s"), rows[i].url);

		folder_write("dist/app.js", script);
		assert_place("/dist/app.js:1:1", rows[i].place);
		free(script);
	}
}

static void
large_files(void **state)
{
	char *text = mem_zero(ERROR_PLACE_FILE_MAX + 2);

	(void)state;
	memset(text, 'x', ERROR_PLACE_FILE_MAX + 1);
	text[1] = '\n';
	folder_write_bytes("a.js", text, ERROR_PLACE_FILE_MAX);
	folder_write_bytes("b.js", text, ERROR_PLACE_FILE_MAX + 1);
	assert_place("/a.js:1:1", "a.js:1:1 x");
	assert_place("/b.js:1:1", NULL);
	free(text);
}

static void
problems_in_files(void **state)
{
	struct error_place place = {0};

	(void)state;
	folder_write("a.css", "a {\nb {\n");
	assert_true(error_place_in_file(&here.places, "a.css", 2, &place));
	assert_string_equal(place.frame.lines[place.frame.at], "b {");
	assert_false(place.frame.has_column);
	error_place_finish(&place);
	assert_false(error_place_in_file(&here.places, "none.css", 2, &place));
	error_place_finish(&place);
}

/* Reading files for pages that report without end would keep everybody waiting. */
static void
limits(void **state)
{
	size_t found = 0;

	(void)state;
	folder_write("a.js", "x\n");
	for (int i = 0; i < 1000; i++) {
		struct error_place place = {0};

		found += error_place_find(&here.places, slice_of("/a.js:1:1"), &place);
		error_place_finish(&place);
	}
	assert_in_range(found, 20, 999);
}

static void
positions(void **state)
{
	static const struct {
		const char *source;
		size_t length;
	} rows[] = {{"/a.js:1:2", 4}, {"/a.js:12", 3}, {"/a.js", 0}, {"/a:1:2:3", 4}, {":1", 2},
		{"1:1", 2}, {"/a:", 0}, {"", 0}};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_int_equal(error_place_position(slice_of(rows[i].source)), rows[i].length);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(files),
		TEST(fallback),
		TEST(maps),
		TEST(where_maps_are),
		TEST(large_files),
		TEST(problems_in_files),
		TEST(limits),
		TEST(positions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
