#include "support/test.h"

#include <string.h>

#include "html/error_page.h"
#include "support/ask.h"

static struct journal *journal;
static struct script_tag tag;
static struct response response;

static int
enter(void **state)
{
	(void)state;
	journal = journal_create();
	tag.journal = journal;
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
		error_page_respond(&response, &tag, rows[i].status, (struct slice){NULL, 0});
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
	error_page_respond(&response, &tag, 404, SLICE_LITERAL("<b>\"'&"));
	assert_true(body_has("<p>&lt;b&gt;&quot;&#39;&amp;</p>"));
	assert_string_equal(answer_value(&response, "X-Before"), "stays");
}

static void
missing(void **state)
{
	(void)state;
	error_page_missing(&response, &tag, (struct slice){NULL, 0});
	assert_int_equal(response.status, 404);
	assert_true(body_has("client.js"));
	assert_false(body_has("Did you mean"));
	response_clear(&response);
	error_page_missing(&response, &tag, SLICE_LITERAL("<a href=\"/x\">x</a>"));
	assert_true(body_has("Did you mean <a href=\"/x\">x</a>?"));
}

static void
the_script_of_a_deep_page(void **state)
{
	(void)state;
	response.depth = 2;
	error_page_missing(&response, &tag, (struct slice){NULL, 0});
	assert_true(body_has("src=\"../../__liveserve/client.js\""));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

static void
a_list_of_links(void **state)
{
	(void)state;
	error_page_with_links(
		&response, 404, SLICE_LITERAL("None <b>"), SLICE_LITERAL("<li><a>x</a></li>"));
	assert_int_equal(response.status, 404);
	assert_true(body_has("<p>None &lt;b&gt;</p>"));
	assert_true(body_has("<ul>\n<li><a>x</a></li></ul>"));
	assert_false(body_has("<script"));
	response_clear(&response);
	error_page_with_links(&response, 404, SLICE_LITERAL("None"), (struct slice){0});
	assert_false(body_has("<ul>"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(errors),
		TEST(explanations_are_escaped),
		TEST(missing),
		TEST(a_list_of_links),
		TEST(the_script_of_a_deep_page),
	};

	return cmocka_run_group_tests_name("error_page", tests, NULL, NULL);
}
