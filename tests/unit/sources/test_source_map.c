/*
 * Places in sources, where the map is, and maps in URLs. That whole maps of a bundler are read as Node.js
 * reads them is tested in e2e/code_frames.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sources/source_map.h"

/*
 * Line 1: column 1 is of a.ts 1:1, column 9 of no source, column 11 of b.ts 3:5; line 2: column 5 is of
 * b.ts 4:1.
 */
#define PLACES "AAAA,Q,ECEI;ICCJ"
#define HEAD "{\"version\":3,"
#define MAP HEAD "\"sources\":[\"a.ts\",\"b.ts\",null],\"mappings\":\"" PLACES "\"}"

static void
assert_place(const char *map, size_t line, size_t column, const char *expected)
{
	struct source_map_place place = {0};
	char *found = NULL;

	if (source_map_find(slice_of(map), line, column, &place))
		found = mem_format("%s:%zu:%zu", place.source.bytes, place.line, place.column);
	if (expected)
		assert_string_equal(found, expected);
	else
		assert_null(found);
	free(found);
	source_map_place_finish(&place);
}

static void
places(void **state)
{
	(void)state;
	assert_place(MAP, 1, 1, "a.ts:1:1");
	assert_place(MAP, 1, 8, "a.ts:1:1");
	assert_place(MAP, 1, 9, NULL);
	assert_place(MAP, 1, 11, "b.ts:3:5");
	assert_place(MAP, 1, 1000000, "b.ts:3:5");
	assert_place(MAP, 2, 1, NULL);
	assert_place(MAP, 2, 5, NULL); /* its source is null */
	assert_place(MAP, 3, 1, NULL);
	assert_place(MAP, 0, 1, NULL);
	assert_place(MAP, 1, 0, NULL);
}

static void
maps(void **state)
{
	static const struct {
		const char *members, *place; /* of 1:1 */
	} rows[] = {
		{"\"mappings\":\"AAAA\",\"sources\":[\"a.ts\"]}", "a.ts:1:1"},
		{"\"sourceRoot\":\"src\",\"mappings\":\"AAAA\",\"sources\":[\"a.ts\"]}",
			"src/a.ts:1:1"},
		{"\"sourceRoot\":\"/src/\",\"mappings\":\"AAAA\",\"sources\":[\"a.ts\"]}",
			"/src/a.ts:1:1"},
		{"\"sourceRoot\":\"\",\"mappings\":\"AAAA\",\"sources\":[\"a.ts\"]}", "a.ts:1:1"},
		{"\"mappings\":\"AACAA\",\"sources\":[\"a.ts\"]}", "a.ts:2:1"},
		{"\"mappings\":\"AAgggggBA\",\"sources\":[\"a.ts\"]}", "a.ts:16777217:1"},
		{"\"mappings\":\",,AAAA\",\"sources\":[\"a.ts\"]}", "a.ts:1:1"},
		{"\"mappings\":\"\",\"sources\":[\"a.ts\"]}", NULL},
		{"\"mappings\":\"A\",\"sources\":[\"a.ts\"]}", NULL},
		{"\"mappings\":\"AA\",\"sources\":[\"a.ts\"]}", NULL},
		{"\"mappings\":\"AAA\",\"sources\":[\"a.ts\"]}", NULL},
		{"\"mappings\":\"AAAAAA\",\"sources\":[\"a.ts\"]}", NULL},
		{"\"mappings\":\"AADA\",\"sources\":[\"a.ts\"]}", NULL},
		{"\"mappings\":\"AAAA?\",\"sources\":[\"a.ts\"]}", NULL},
		{"\"mappings\":\"AAAAg\",\"sources\":[\"a.ts\"]}", NULL},
		{"\"mappings\":\"ACAA\",\"sources\":[\"a.ts\"]}", NULL},
		{"\"mappings\":\"AAAA\",\"sources\":[1]}", NULL},
		{"\"mappings\":\"AAAA\"}", NULL},
		{"\"mappings\":1,\"sources\":[\"a.ts\"]}", NULL},
		{"\"sources\":[\"a.ts\"]}", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *map = mem_format(HEAD "%s", rows[i].members);

		assert_place(map, 1, 1, rows[i].place);
		free(map);
	}
	assert_place("", 1, 1, NULL);
	assert_place(")]}'\n{}", 1, 1, NULL);
}

#define SECTION(line, column, name)                                                             \
	"{\"offset\":{\"line\":" #line ",\"column\":" #column "},\"map\":{\"sources\":[\"" name \
	"\"],\"mappings\":\"AAAA,EAAE;AACA\"}}"
#define SECTIONS(text) HEAD "\"sections\":[" text "]}"

static void
sections(void **state)
{
	static const char map[] = SECTIONS(
		SECTION(0, 4, "a.ts") "," SECTION(1, 10, "b.ts") "," SECTION(3, 0, "c.ts"));

	(void)state;
	assert_place(map, 1, 4, NULL);
	assert_place(map, 1, 5, "a.ts:1:1");
	assert_place(map, 1, 7, "a.ts:1:3");
	assert_place(map, 2, 10, "a.ts:2:3");
	assert_place(map, 2, 11, "b.ts:1:1");
	assert_place(map, 2, 13, "b.ts:1:3");
	assert_place(map, 3, 1, "b.ts:2:3");
	assert_place(map, 4, 1, "c.ts:1:1");
	assert_place(SECTIONS(""), 1, 1, NULL);
	assert_place(SECTIONS("{\"map\":{}}"), 1, 1, NULL);
	assert_place(SECTIONS("{\"offset\":{\"line\":-1,\"column\":0}}"), 1, 1, NULL);
	assert_place(SECTIONS("{\"offset\":{\"line\":0,\"column\":0},\"url\":\"x\"}"), 1, 1, NULL);
}

static void
contents(void **state)
{
	static const char map[] = HEAD
		"\"sources\":[\"a.ts\",\"b.ts\"],\"sourcesContent\":[\"let a\\n\",null],"
		"\"mappings\":\"AAAA,CCAA\"}";
	struct source_map_place place = {0};

	(void)state;
	assert_true(source_map_find(slice_of(map), 1, 1, &place));
	assert_true(place.has_text);
	assert_string_equal(place.text.bytes, "let a\n");
	source_map_place_finish(&place);
	memset(&place, 0, sizeof(place));
	assert_true(source_map_find(slice_of(map), 1, 2, &place));
	assert_false(place.has_text);
	source_map_place_finish(&place);
}

static void
urls(void **state)
{
	static const struct {
		const char *script, *url;
	} rows[] = {
		{"f();\n//# sourceMappingURL=a.js.map\n", "a.js.map"},
		{"f();\r\n//# sourceMappingURL=a.js.map\r\n", "a.js.map"},
		{"f();//# sourceMappingURL=a.js.map", "a.js.map"},
		{"f();\n//@ sourceMappingURL=a.js.map \n\n \t\n// end\n", "a.js.map"},
		{"//# sourceMappingURL=data:application/json;base64,e30=",
			"data:application/json;base64,e30="},
		{"//# sourceMappingURL=a.map\n//# sourceMappingURL=b.map\n", "b.map"},
		{"//# sourceMappingURL=a.map\nf();\n", NULL},
		{"f('//# sourceMappingURL=a.map')\n", NULL},
		{"//# sourceMappingURL=\n", NULL},
		{"//# sourceMappingURL=a b\n", NULL},
		{"//# sourceMappingUrl=a\n", NULL},
		{"f();\n", NULL},
		{"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct slice url = source_map_url(slice_of(rows[i].script));

		assert_int_equal(url.at != NULL, rows[i].url != NULL);
		if (rows[i].url)
			assert_true(slice_is(url, rows[i].url));
	}
}

static void
maps_in_urls(void **state)
{
	static const struct {
		const char *url, *map;
	} rows[] = {
		{"data:application/json;base64,e30=", "{}"},
		{"data:application/json;charset=utf-8;base64,e30", "{}"},
		{"DATA:application/json;BASE64,e30%3D", "{}"},
		{"data:application/json,%7B%22a%22%3a1}", "{\"a\":1}"},
		{"data:,{}", "{}"},
		{"data:application/json;base64,e", NULL},
		{"data:application/json;base64,e30%", NULL},
		{"data:application/json,%7", NULL},
		{"data:application/json,%7g", NULL},
		{"data:application/json", NULL},
		{"http://localhost/a.map", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf map = {0};
		bool is_one = source_map_decode(slice_of(rows[i].url), &map);

		if (is_one != (rows[i].map != NULL))
			fail_msg("%s", rows[i].url);
		if (rows[i].map)
			assert_true(slice_is(buf_slice(&map), rows[i].map));
		buf_finish(&map);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(places),
		cmocka_unit_test(maps),
		cmocka_unit_test(sections),
		cmocka_unit_test(contents),
		cmocka_unit_test(urls),
		cmocka_unit_test(maps_in_urls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
