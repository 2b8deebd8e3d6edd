#include "support/test.h"

#include <stdlib.h>

#include "base/mem.h"
#include "html/client_assets.h"
#include "html/client_script.h"
#include "sources/json_reader.h"
#include "sources/source_map.h"
#include "support/ask.h"

static struct response response;

static int
enter(void **state)
{
	(void)state;
	response_init(&response);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	response_finish(&response);
	return 0;
}

static void
scripts(void **state)
{
	(void)state;
	for (const struct bundled_file *row = client_scripts; row->name; row++) {
		char *whole = mem_format("GET /__liveserve/%s", row->name);
		char *again = mem_format("%s\nIf-None-Match: %s", whole, row->etag);

		assert_true(client_assets_respond(&response, ask(whole)));
		assert_int_equal(response.status, 200);
		assert_string_equal(
			answer_value(&response, "Content-Type"), "text/javascript; charset=utf-8");
		assert_string_equal(answer_value(&response, "Cache-Control"), "no-cache");
		assert_string_equal(answer_value(&response, "ETag"), row->etag);
		assert_int_equal(response.body.length, row->length);
		assert_memory_equal(answer_body(&response).at, row->text, row->length);
		response_clear(&response);
		assert_true(client_assets_respond(&response, ask(again)));
		assert_int_equal(response.status, 304);
		assert_false(response.has_content);
		response_clear(&response);
		free(whole);
		free(again);
		whole = mem_format("GET /__liveserve/%s\nSec-Fetch-Dest: empty", row->name);
		assert_true(client_assets_respond(&response, ask(whole)));
		assert_string_equal(answer_value(&response, "Cache-Control"), "max-age=10");
		response_clear(&response);
		free(whole);
	}
}

static size_t
lines_in(const char *text, size_t length)
{
	size_t lines = 0;

	for (size_t i = 0; i < length; i++)
		lines += i == 0 || text[i - 1] == '\n';
	return lines;
}

/* Each line of a script is mapped to the same line of a source that is ignored. */
static void
source_maps(void **state)
{
	(void)state;
	for (const struct bundled_file *row = client_scripts; row->name; row++) {
		char *script = mem_format("GET /__liveserve/%s", row->name);
		char *map = mem_format("GET /__liveserve/%s.map", row->name);
		char *name = mem_format("%s.map", row->name);
		struct source_map_place place = {0};
		struct slice body;
		size_t lines = lines_in(row->text, row->length);

		assert_true(client_assets_respond(&response, ask(script)));
		assert_string_equal(answer_value(&response, "SourceMap"), name);
		response_clear(&response);
		assert_true(client_assets_respond(&response, ask(map)));
		assert_int_equal(response.status, 200);
		assert_string_equal(answer_value(&response, "Content-Type"), "application/json");
		body = answer_body(&response);
		assert_true(source_map_find(body, lines, 77, &place));
		assert_int_equal(place.line, lines);
		assert_true(place.has_text);
		assert_int_equal(place.text.length, row->length);
		assert_memory_equal(place.text.bytes, row->text, row->length);
		source_map_place_finish(&place);
		place = (struct source_map_place){0};
		assert_false(source_map_find(body, lines + 1, 1, &place));
		source_map_place_finish(&place);
		assert_true(slice_is(json_reader_member(body, "ignoreList"), "[0]"));
		response_clear(&response);
		free(script);
		free(map);
		free(name);
	}
}

static void
nothing_else_is_here(void **state)
{
	static const char *const requests[] = {
		"GET /__liveserve/",
		"GET /__liveserve/client.jsx",
		"GET /__liveserve/client",
		"GET /__liveserve/.map",
		"GET /__liveserve/none.js.map",
		"GET /__liveserve/client.js.map.map",
		"GET /__liveserve/../index.html",
		"GET /client.js",
		"GET /",
	};

	(void)state;
	for (size_t i = 0; i < ROWS(requests); i++) {
		response_clear(&response);
		assert_false(client_assets_respond(&response, ask(requests[i])));
		assert_int_equal(response.status, 0);
		assert_int_equal(response.fields.count, 0);
	}
}

static void
livereload(void **state)
{
	(void)state;
	assert_true(client_assets_respond(&response, ask("GET /livereload.js")));
	assert_int_equal(response.status, 200);
	assert_false(client_assets_have_path(SLICE_LITERAL("/livereload.js")));
	assert_true(client_assets_have_path(SLICE_LITERAL("/__liveserve/x")));
	assert_false(client_assets_have_path(SLICE_LITERAL("/__liveserve")));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(scripts),
		TEST(source_maps),
		TEST(nothing_else_is_here),
		TEST(livereload),
	};

	return cmocka_run_group_tests_name("client_assets", tests, NULL, NULL);
}
