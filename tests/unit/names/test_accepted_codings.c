/*
 * Which packed forms of a file a client takes.
 */
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "names/accepted_codings.h"

static void
fields(void **state)
{
	static const struct {
		const char *fields, *codings;
	} rows[] = {
		{"", ""},
		{"Accept-Encoding:\r\n", ""},
		{"Accept-Encoding: gzip\r\n", "gzip"},
		{"Accept-Encoding: gzip, deflate, br, zstd\r\n", "br zstd gzip"},
		{"Accept-Encoding: GZIP;Q=0.8, br;q=0.5\r\n", "gzip br"},
		{"Accept-Encoding: gzip;q=1.000, br; q=0.999\r\n", "gzip br"},
		{"Accept-Encoding: gzip ; q=0.001\r\n", "gzip"},
		{"Accept-Encoding: gzip;q=0\r\n", ""},
		{"Accept-Encoding: gzip;q=0.000, br\r\n", "br"},
		{"Accept-Encoding: gzip;q=x\r\n", ""},
		{"Accept-Encoding: x-gzip\r\n", "gzip"},
		{"Accept-Encoding: x-gzip, gzip;q=0\r\n", ""},
		{"Accept-Encoding: *\r\n", "br zstd gzip"},
		{"Accept-Encoding: *;q=0.5, br;q=0, gzip\r\n", "gzip zstd"},
		{"Accept-Encoding: *;q=0\r\n", ""},
		{"Accept-Encoding: identity\r\n", ""},
		{"Accept-Encoding: identity, gzip\r\n", "gzip"},
		{"Accept-Encoding: identity;q=0.5, gzip;q=0.4, br;q=0.6\r\n", "br"},
		{"Accept-Encoding: bright, gzipped\r\n", ""},
		{"Accept-Encoding: gzip\r\nAccept-Encoding: br\r\n", "br gzip"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct accepted_coding list[ACCEPTED_CODINGS_MAX];
		char head[256], found[64] = "";
		struct request request;
		size_t count;

		snprintf(head, sizeof(head), "GET / HTTP/1.1\r\nHost: h\r\n%s\r\n", rows[i].fields);
		assert_int_equal(request_parse(&request, head, strlen(head)), REQUEST_COMPLETE);
		count = accepted_codings_read(&request, list);
		for (size_t k = 0; k < count; k++) {
			strcat(found, k ? " " : "");
			strcat(found, list[k].coding);
		}
		print_message("%s\n", rows[i].fields);
		assert_string_equal(found, rows[i].codings);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields),
	};

	return cmocka_run_group_tests_name("accepted_codings", tests, NULL, NULL);
}
