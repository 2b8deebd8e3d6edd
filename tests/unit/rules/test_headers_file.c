/*
 * Lines of _headers, and the fields that they make. Most rows are the examples of Netlify's and Cloudflare's
 * documentation.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "rules/headers_file.h"
#include "support/ask.h"

static struct buf told;

static void
note(void *context, enum log_level level, const char *sentence)
{
	(void)context;
	(void)level;
	buf_add_text(&told, sentence);
	buf_add_char(&told, '\n');
}

static struct headers_file *
read_file(const char *text)
{
	static struct rule_notes notes;
	struct rule_source source = {.notes = &notes, .name = "_headers"};
	struct headers_file *file;

	buf_clear(&told);
	buf_reserve(&told, 0);
	told.bytes[0] = '\0';
	log_set_sink(note, NULL);
	file = headers_file_create(slice_of(text), &source);
	log_set_sink(NULL, NULL);
	rule_notes_finish(&notes);
	return file;
}

static const char cloudflare[] = "# This is a comment\n"
				 "/secure/page\n"
				 "  X-Frame-Options: DENY\n"
				 "  X-Content-Type-Options: nosniff\n"
				 "  Referrer-Policy: no-referrer\n"
				 "\n"
				 "/static/*\n"
				 "  X-Robots-Tag: nosnippet\n"
				 "\n"
				 "https://myproject.pages.dev/*\n"
				 "  X-Robots-Tag: noindex\n"
				 "\n"
				 "/*\n"
				 "  Content-Security-Policy: default-src 'self';\n"
				 "\n"
				 "/*.jpg\n"
				 "  ! Content-Security-Policy\n"
				 "\n"
				 "/movies/:title\n"
				 "  x-movie-name: You are watching \":title\"\n";

static void
fields(void **state)
{
	static const struct {
		const char *rules, *request, *fields;
	} rows[] = {
		{cloudflare, "GET /secure/page",
			"X-Old: 1\r\nX-Frame-Options: DENY\r\nX-Content-Type-Options: nosniff\r\n"
			"Referrer-Policy: no-referrer\r\n"
			"Content-Security-Policy: default-src 'self';\r\n"},
		{cloudflare, "GET /static/image.jpg", "X-Old: 1\r\nX-Robots-Tag: nosnippet\r\n"},
		{cloudflare, "GET /static/styles.jpg\nHost: myproject.pages.dev",
			"X-Old: 1\r\nX-Robots-Tag: nosnippet, noindex\r\n"},
		{cloudflare, "GET /movies/heat",
			"X-Old: 1\r\nContent-Security-Policy: default-src 'self';\r\n"
			"x-movie-name: You are watching \"heat\"\r\n"},
		/* Netlify: several fields of a name are a list */
		{"/*\n  X-List: max-age=0\n  X-List: no-cache\n", "GET /a",
			"X-Old: 1\r\nX-List: max-age=0, no-cache\r\n"},
		{"/templates/index.html\n\tX-Frame-Options: DENY\n/templates/index2.html\n"
		 "\tX-Frame-Options: SAMEORIGIN",
			"GET /templates/index2.html",
			"X-Old: 1\r\nX-Frame-Options: SAMEORIGIN\r\n"},
		{"/*\n  X-Old: 2", "GET /", "X-Old: 2\r\n"},
		{"/*\n  ! X-Old", "GET /", ""},
		{"/a\n  X-A: 1", "GET /b", "X-Old: 1\r\n"},
		{"", "GET /", "X-Old: 1\r\n"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct headers_file *file = read_file(rows[i].rules);
		struct fields response = {0};
		struct rule_request request = {0};
		struct slice type;

		fields_add(&response, SLICE_LITERAL("X-Old"), SLICE_LITERAL("1"));
		rule_request_read(&request, ask(rows[i].request), NULL);
		headers_file_apply(file, &request, &response, &type);
		if (!slice_is(buf_slice(&response.text), rows[i].fields))
			fail_msg("%s: %.*s", rows[i].request, (int)response.text.length,
				response.text.bytes);
		assert_null(type.at);
		fields_finish(&response);
		rule_request_finish(&request);
		headers_file_destroy(file);
	}
}

static void
types(void **state)
{
	struct headers_file *file = read_file(
		"/.well-known/apple\n  Content-Type: application/json\n");
	struct rule_request request = {0};
	struct fields response = {0};
	struct slice type;

	(void)state;
	rule_request_read(&request, ask("GET /.well-known/apple"), NULL);
	headers_file_apply(file, &request, &response, &type);
	assert_true(slice_is(type, "application/json"));
	assert_int_equal(response.count, 0);
	rule_request_finish(&request);
	fields_finish(&response);
	headers_file_destroy(file);
}

static void
notes(void **state)
{
	static const struct {
		const char *rules, *told;
	} rows[] = {
		{"/a\n  X-A: b\n\n# x\n", ""},
		{"/a\n  Cache-Control: max-age=9",
			"_headers:2: Cache-Control is left to liveserve"},
		{"/a\n  cache-control: max-age=9",
			"_headers:2: cache-control is left to liveserve"},
		{"/a\n  Access-Control-Allow-Origin: *", "_headers:2: Access-Control-Allow-Origin "
							 "is not followed, because only --cors"},
		{"/a\n  Content-Length: 5", "_headers:2: Content-Length is written by the server"},
		{"/a\n  Transfer-Encoding: chunked", "_headers:2: Transfer-Encoding is written by"},
		{"/a\n  Connection: close", "_headers:2: Connection is written by the server"},
		{"/a\n  Strict-Transport-Security: max-age=9",
			"_headers:2: Strict-Transport-Security is not for a file of the site"},
		{"/a\n  Set-Cookie: a=b", "_headers:2: Set-Cookie is not for a file of the site"},
		{"/a\n  Basic-Auth: me:secret", "_headers:2: Basic-Auth is not for a file"},
		{"/a\n  X-A: b\x01", "_headers:2: X-A has a value with a control character"},
		{"/a\n  Content-Type: a\x01",
			"_headers:2: Content-Type has a value with a control"},
		{"/a\n  X A: b", "_headers:2: X A is not the name of a header field"},
		{"/a\n  X=A: b", "_headers:2: X=A is not the name of a header field"},
		{"/a\n  X-A", "_headers:2: X-A has no value"},
		{"  X-A: b", "_headers:1: there is no path above this field"},
		{"a\n  X-A: b", "_headers:1: this is neither a path"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		headers_file_destroy(read_file(rows[i].rules));
		if (!slice_starts(buf_slice(&told), rows[i].told) ||
			(!*rows[i].told && told.length))
			fail_msg("%s: %s", rows[i].rules, told.bytes);
	}
	buf_finish(&told);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields),
		cmocka_unit_test(types),
		cmocka_unit_test(notes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
