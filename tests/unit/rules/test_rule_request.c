/*
 * What rules read in a request.
 */
#include "support/test.h"

#include "rules/rule_request.h"
#include "support/ask.h"

static void
fields(void **state)
{
	const struct request *request = ask(
		"GET /a\nX-One:  1 \nCookie: a=b; c\nX-Two:\nAccept-Language: de-AT, en;q=0.5");

	(void)state;
	assert_true(slice_is(rule_request_field(request, "x-one"), "1"));
	assert_true(slice_is(rule_request_field(request, "X-Two"), ""));
	assert_null(rule_request_field(request, "X-Three").at);
	assert_null(rule_request_field(request, "GET /a HTTP/1.1").at);
	assert_true(slice_is(rule_request_host(request), "localhost"));
	assert_null(rule_request_query(request).at);
	assert_true(rule_request_has_cookie(request, SLICE_LITERAL("x,c")));
	assert_false(rule_request_has_cookie(request, SLICE_LITERAL("b")));
	assert_true(rule_request_prefers(request, SLICE_LITERAL("fr,de")));
	assert_true(rule_request_prefers(request, SLICE_LITERAL("DE-at")));
	assert_false(rule_request_prefers(request, SLICE_LITERAL("en")));
	assert_false(rule_request_prefers(request, SLICE_LITERAL("d")));
	request = ask("GET /a?b=c");
	assert_true(slice_is(rule_request_query(request), "b=c"));
	assert_false(rule_request_prefers(request, SLICE_LITERAL("en")));
	assert_false(rule_request_has_cookie(request, SLICE_LITERAL("a")));
}

static void
hosts(void **state)
{
	static const struct {
		const char *head, *host;
	} rows[] = {
		{"GET /\nHost: a.example:80", "a.example"},
		{"GET /\nHost: a.example", "a.example"},
		{"GET /\nHost: [::1]:9000", "[::1]"},
		{"GET /\nHost: [::1]", "[::1]"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_true(slice_is(rule_request_host(ask(rows[i].head)), rows[i].host));
}

static void
paths(void **state)
{
	struct rule_request request = {0};

	(void)state;
	assert_int_equal(rule_request_read(&request, ask("GET /a%20b/./c/../"), NULL), URL_OK);
	assert_string_equal(request.name.bytes, "a b/");
	assert_string_equal(request.path.bytes, "/a%20b/");
	assert_int_equal(rule_request_read(&request, ask("GET /"), NULL), URL_OK);
	assert_string_equal(request.name.bytes, "");
	assert_string_equal(request.path.bytes, "/");
	assert_int_equal(rule_request_read(&request, ask("GET /%zz"), NULL), URL_MALFORMED);
	assert_int_equal(rule_request_read(&request, ask("GET /a%2fb"), NULL), URL_NOT_FOUND);
	rule_request_finish(&request);
}

static void
escapes(void **state)
{
	struct buf text = {0};

	(void)state;
	rule_add_escaped(&text, SLICE_LITERAL("a b?\xc3\xa9%/~'\r\n"));
	assert_string_equal(text.bytes, "a%20b%3f%c3%a9%25/~'%0d%0a");
	buf_clear(&text);
	rule_add_checked(&text, SLICE_LITERAL("a b?%20\x7f\n"));
	assert_string_equal(text.bytes, "a%20b?%20%7f%0a");
	buf_finish(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields),
		cmocka_unit_test(hosts),
		cmocka_unit_test(paths),
		cmocka_unit_test(escapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
