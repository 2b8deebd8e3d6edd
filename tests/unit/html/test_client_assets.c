#include "support/test.h"

#include <stdlib.h>

#include "base/mem.h"
#include "html/client_assets.h"
#include "html/client_script.h"
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
	for (const struct client_script *row = client_scripts; row->name; row++) {
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

static void
nothing_else_is_here(void **state)
{
	static const char *const requests[] = {
		"GET /__liveserve/",
		"GET /__liveserve/client.jsx",
		"GET /__liveserve/client",
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
		TEST(nothing_else_is_here),
		TEST(livereload),
	};

	return cmocka_run_group_tests_name("client_assets", tests, NULL, NULL);
}
