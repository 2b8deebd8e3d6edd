/*
 * Texts in, fields or the reason against them out.
 */
#include "support/test.h"

#include <string.h>

#include "http/custom_header.h"

static void
texts(void **state)
{
	static const struct {
		const char *text;
		enum header_verdict verdict;
		const char *name, *value;
	} rows[] = {
		{"X-A=b", HEADER_OK, "X-A", "b"},
		{"X-A: b c ", HEADER_OK, "X-A", "b c"},
		{"X-A=", HEADER_OK, "X-A", ""},
		{"X-A=b=c:d", HEADER_OK, "X-A", "b=c:d"},
		{"X-A= \tb\tc", HEADER_OK, "X-A", "b\tc"},
		{"x_1!#$%&'*+.^`|~=\xc3\xa4", HEADER_OK, "x_1!#$%&'*+.^`|~", "\xc3\xa4"},
		{"Cache-Control=no-store", HEADER_OK, "Cache-Control", "no-store"},
		{"Vary=Origin", HEADER_OK, "Vary", "Origin"},
		{"Content-Security-Policy: default-src 'self'", HEADER_OK,
			"Content-Security-Policy", "default-src 'self'"},
		{"", HEADER_NO_PAIR, NULL, NULL},
		{"X-A", HEADER_NO_PAIR, NULL, NULL},
		{"=b", HEADER_BAD_NAME, NULL, NULL},
		{"X A=b", HEADER_BAD_NAME, NULL, NULL},
		{"X-A =b", HEADER_BAD_NAME, NULL, NULL},
		{"X-\xc3\xa4=b", HEADER_BAD_NAME, NULL, NULL},
		{"X\r\nY=b", HEADER_BAD_NAME, NULL, NULL},
		{"X-A=b\r\nX-B: c", HEADER_BAD_VALUE, NULL, NULL},
		{"X-A=b\nc", HEADER_BAD_VALUE, NULL, NULL},
		{"X-A=b\x7f", HEADER_BAD_VALUE, NULL, NULL},
		{"X-A=\x01", HEADER_BAD_VALUE, NULL, NULL},
		{"Access-Control-Allow-Origin=*", HEADER_CORS, NULL, NULL},
		{"access-control-max-age: 1", HEADER_CORS, NULL, NULL},
		{"Content-Length=1", HEADER_OURS, NULL, NULL},
		{"content-length: 1", HEADER_OURS, NULL, NULL},
		{"Connection=close", HEADER_OURS, NULL, NULL},
		{"Transfer-Encoding=chunked", HEADER_OURS, NULL, NULL},
		{"DATE=now", HEADER_OURS, NULL, NULL},
		{"Keep-Alive=timeout=1", HEADER_OURS, NULL, NULL},
		{"Upgrade=h2c", HEADER_OURS, NULL, NULL},
		{"Trailer=x", HEADER_OURS, NULL, NULL},
		{"Content-Type=text/html", HEADER_OURS, NULL, NULL},
		{"Content-Encoding=gzip", HEADER_OURS, NULL, NULL},
		{"ETag=\"x\"", HEADER_OURS, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct header header = {0};
		enum header_verdict verdict = header_read(&header, rows[i].text);

		if (verdict != rows[i].verdict)
			fail_msg("%s: %d", rows[i].text, verdict);
		if (verdict != HEADER_OK) {
			assert_null(header.name.at);
			continue;
		}
		assert_true(slice_is(header.name, rows[i].name));
		assert_true(slice_is(header.value, rows[i].value));
	}
}

static void
what_adds_up(void **state)
{
	(void)state;
	assert_true(header_adds_up(slice_of("vary")));
	assert_false(header_adds_up(slice_of("Cache-Control")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(what_adds_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
