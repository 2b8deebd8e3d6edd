/*
 * Texts, and the fields or errors that they result in.
 */
#include "support/test.h"

#include <string.h>

#include "http/custom_header.h"

static void
texts(void **state)
{
	static const struct {
		const char *text;
		enum custom_header_verdict verdict;
		const char *name, *value;
	} rows[] = {
		{"X-A=b", CUSTOM_HEADER_OK, "X-A", "b"},
		{"X-A: b c ", CUSTOM_HEADER_OK, "X-A", "b c"},
		{"X-A=", CUSTOM_HEADER_OK, "X-A", ""},
		{"X-A=b=c:d", CUSTOM_HEADER_OK, "X-A", "b=c:d"},
		{"X-A= \tb\tc", CUSTOM_HEADER_OK, "X-A", "b\tc"},
		{"x_1!#$%&'*+.^`|~=\xc3\xa4", CUSTOM_HEADER_OK, "x_1!#$%&'*+.^`|~", "\xc3\xa4"},
		{"Cache-Control=no-store", CUSTOM_HEADER_OK, "Cache-Control", "no-store"},
		{"Vary=Origin", CUSTOM_HEADER_OK, "Vary", "Origin"},
		{"Content-Security-Policy: default-src 'self'", CUSTOM_HEADER_OK,
			"Content-Security-Policy", "default-src 'self'"},
		{"", CUSTOM_HEADER_NO_PAIR, NULL, NULL},
		{"X-A", CUSTOM_HEADER_NO_PAIR, NULL, NULL},
		{"=b", CUSTOM_HEADER_BAD_NAME, NULL, NULL},
		{"X A=b", CUSTOM_HEADER_BAD_NAME, NULL, NULL},
		{"X-A =b", CUSTOM_HEADER_BAD_NAME, NULL, NULL},
		{"X-\xc3\xa4=b", CUSTOM_HEADER_BAD_NAME, NULL, NULL},
		{"X\r\nY=b", CUSTOM_HEADER_BAD_NAME, NULL, NULL},
		{"X-A=b\r\nX-B: c", CUSTOM_HEADER_BAD_VALUE, NULL, NULL},
		{"X-A=b\nc", CUSTOM_HEADER_BAD_VALUE, NULL, NULL},
		{"X-A=b\x7f", CUSTOM_HEADER_BAD_VALUE, NULL, NULL},
		{"X-A=\x01", CUSTOM_HEADER_BAD_VALUE, NULL, NULL},
		{"Access-Control-Allow-Origin=*", CUSTOM_HEADER_CORS, NULL, NULL},
		{"access-control-max-age: 1", CUSTOM_HEADER_CORS, NULL, NULL},
		{"Content-Length=1", CUSTOM_HEADER_OURS, NULL, NULL},
		{"content-length: 1", CUSTOM_HEADER_OURS, NULL, NULL},
		{"Connection=close", CUSTOM_HEADER_OURS, NULL, NULL},
		{"Transfer-Encoding=chunked", CUSTOM_HEADER_OURS, NULL, NULL},
		{"DATE=now", CUSTOM_HEADER_OURS, NULL, NULL},
		{"Keep-Alive=timeout=1", CUSTOM_HEADER_OURS, NULL, NULL},
		{"Upgrade=h2c", CUSTOM_HEADER_OURS, NULL, NULL},
		{"Trailer=x", CUSTOM_HEADER_OURS, NULL, NULL},
		{"Content-Type=text/html", CUSTOM_HEADER_OURS, NULL, NULL},
		{"Content-Encoding=gzip", CUSTOM_HEADER_OURS, NULL, NULL},
		{"ETag=\"x\"", CUSTOM_HEADER_OURS, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct custom_header header = {0};
		enum custom_header_verdict verdict = custom_header_read(&header, rows[i].text);

		if (verdict != rows[i].verdict)
			fail_msg("%s: %d", rows[i].text, verdict);
		if (verdict != CUSTOM_HEADER_OK) {
			assert_null(header.name.at);
			continue;
		}
		assert_true(slice_is(header.name, rows[i].name));
		assert_true(slice_is(header.value, rows[i].value));
	}
}

static void
what_is_replaced(void **state)
{
	static const char *const texts[] = {"cache-control=a", "Vary=Origin", "X-Two=1", "X-Two=2",
		"content-security-policy=img-src *", "Content-Security-Policy-Report-Only=x"};
	static const struct {
		const char *own, *value, *expected;
	} rows[] = {
		{"Cache-Control", "no-cache",
			"cache-control: a\r\nVary: Origin\r\nX-Two: 1\r\nX-Two: 2\r\n"
			"content-security-policy: img-src *\r\n"
			"Content-Security-Policy-Report-Only: x\r\n"},
		{"Vary", "Accept",
			"Vary: Accept\r\ncache-control: a\r\nVary: Origin\r\nX-Two: 1\r\n"
			"X-Two: 2\r\ncontent-security-policy: img-src *\r\n"
			"Content-Security-Policy-Report-Only: x\r\n"},
		{"Content-Security-Policy", "default-src 'none'",
			"Content-Security-Policy: default-src 'none'\r\ncache-control: a\r\n"
			"Vary: Origin\r\nX-Two: 1\r\nX-Two: 2\r\n"},
	};
	struct custom_header headers[ROWS(texts)];

	(void)state;
	for (size_t i = 0; i < ROWS(texts); i++)
		assert_int_equal(custom_header_read(&headers[i], texts[i]), CUSTOM_HEADER_OK);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct fields fields = {0};

		fields_add(&fields, slice_of(rows[i].own), slice_of(rows[i].value));
		custom_headers_add(headers, ROWS(headers), &fields);
		assert_string_equal(fields.text.bytes, rows[i].expected);
		fields_finish(&fields);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(what_is_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
