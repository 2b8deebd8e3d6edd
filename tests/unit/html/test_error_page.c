#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "html/client_script.h"
#include "base/log.h"
#include "base/mem.h"
#include "html/error_page.h"
#include "support/ask.h"

static struct journal *journal;
static struct response response;

static int
enter(void **state)
{
	(void)state;
	journal = journal_create();
	response_init(&response);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	response_finish(&response);
	journal_destroy(journal);
	return 0;
}

static bool
body_has(const char *text)
{
	static struct buf body;

	if (response.body.length) {
		buf_clear(&body);
		buf_add_slice(&body, answer_body(&response));
	}
	return strstr(body.bytes, text);
}

static void
check_tag(bool is_xml, const char *file, const char *nonce, const char *before, const char *after)
{
	struct buf html = {0};
	char *expected = mem_format(
		"x%s src=\"/__liveserve/client.js\" data-version=\"%s.2\"%s></script>", before,
		journal_epoch(journal), after);

	buf_add_text(&html, "x");
	pages_add_tag(&html, journal, is_xml, file, nonce);
	assert_string_equal(html.bytes, expected);
	buf_finish(&html);
	free(expected);
}

static void
tags(void **state)
{
	(void)state;
	journal_add_unknown(journal);
	check_tag(false, NULL, NULL, "<script", "");
	check_tag(false, NULL, "a+/=", "<script", " nonce=\"a+/=\"");
	check_tag(false, "a \"b\"/x.html", NULL, "<script", " data-file=\"/a%20%22b%22/x.html\"");
	check_tag(true, NULL, NULL, "<script xmlns=\"http://www.w3.org/1999/xhtml\"", "");
	log_set_console(LOG_CONSOLE_ALL);
	check_tag(false, NULL, NULL, "<script", " data-console=\"all\"");
	log_set_console(LOG_CONSOLE_NONE);
	check_tag(false, NULL, NULL, "<script", " data-console=\"none\"");
	log_set_console(LOG_CONSOLE_ERRORS);
}

static void
errors(void **state)
{
	static const struct {
		int status;
		const char *title;
	} rows[] = {
		{400, "<title>400 Bad Request</title>"},
		{403, "<title>403 Forbidden</title>"},
		{404, "<title>404 Not Found</title>"},
		{405, "<title>405 Method Not Allowed</title>"},
		{412, "<title>412 Precondition Failed</title>"},
		{416, "<title>416 Range Not Satisfiable</title>"},
		{431, "<title>431 Request Header Fields Too Large</title>"},
		{501, "<title>501 Not Implemented</title>"},
		{503, "<title>503 Service Unavailable</title>"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		response_clear(&response);
		pages_error(&response, journal, rows[i].status, (struct slice){NULL, 0});
		assert_int_equal(response.status, rows[i].status);
		assert_true(response.has_content);
		assert_string_equal(
			answer_value(&response, "Content-Type"), "text/html; charset=utf-8");
		assert_string_equal(answer_value(&response, "Cache-Control"), "no-store");
		assert_true(body_has(rows[i].title));
		assert_true(body_has("client.js")); /* so it appears when it is there */
		assert_false(body_has("<p>"));
	}
}

static void
explanations_are_escaped(void **state)
{
	(void)state;
	response_field(&response, "X-Before", SLICE_LITERAL("stays"));
	pages_error(&response, journal, 404, SLICE_LITERAL("<b>\"'&"));
	assert_true(body_has("<p>&lt;b&gt;&quot;&#39;&amp;</p>"));
	assert_string_equal(answer_value(&response, "X-Before"), "stays");
}

static void
missing(void **state)
{
	(void)state;
	pages_missing(&response, journal, (struct slice){NULL, 0});
	assert_int_equal(response.status, 404);
	assert_true(body_has("client.js"));
	assert_false(body_has("Did you mean"));
	response_clear(&response);
	pages_missing(&response, journal, SLICE_LITERAL("<a href=\"/x\">x</a>"));
	assert_true(body_has("Did you mean <a href=\"/x\">x</a>?"));
}

static void
script(void **state)
{
	(void)state;
	for (const struct client_script *row = client_scripts; row->name; row++) {
		char *whole = mem_format("GET /__liveserve/%s", row->name);
		char *again = mem_format("%s\nIf-None-Match: %s", whole, row->etag);

		pages_answer(&response, journal, ask(whole));
		assert_int_equal(response.status, 200);
		assert_string_equal(
			answer_value(&response, "Content-Type"), "text/javascript; charset=utf-8");
		assert_string_equal(answer_value(&response, "Cache-Control"), "no-cache");
		assert_string_equal(answer_value(&response, "ETag"), row->etag);
		assert_int_equal(response.body.length, row->length);
		assert_memory_equal(answer_body(&response).at, row->text, row->length);
		response_clear(&response);
		pages_answer(&response, journal, ask(again));
		assert_int_equal(response.status, 304);
		assert_false(response.has_content);
		response_clear(&response);
		free(whole);
		free(again);
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
	};

	(void)state;
	for (size_t i = 0; i < ROWS(requests); i++) {
		response_clear(&response);
		pages_answer(&response, journal, ask(requests[i]));
		assert_int_equal(response.status, 404);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(tags),
		TEST(errors),
		TEST(explanations_are_escaped),
		TEST(missing),
		TEST(script),
		TEST(nothing_else_is_here),
	};

	return cmocka_run_group_tests_name("error_page", tests, NULL, NULL);
}
