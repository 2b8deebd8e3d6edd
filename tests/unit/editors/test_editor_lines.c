/*
 * What editors' programs are sent.
 */
#include "support/test.h"

#include "editors/editor_lines.h"

static void
lines(void **state)
{
	struct buf text = {0};

	(void)state;
	editor_lines_add_hello(&text, "1.2", "/home/a\"b", "http://localhost:9000/",
		SLICE_LITERAL("[\"/home/a\\\"b\"]"));
	editor_lines_add_failed(&text, "No.");
	editor_lines_add_taken(&text, "css/a.css", "VS Code");
	editor_lines_add_show(&text, "a\nb.html", 12, 4294967295U);
	assert_string_equal(text.bytes,
		"{\"type\":\"hello\",\"version\":\"1.2\",\"root\":\"/home/a\\\"b\","
		"\"url\":\"http://localhost:9000/\",\"folders\":[\"/home/a\\\"b\"]}\n"
		"{\"type\":\"failed\",\"text\":\"No.\"}\n"
		"{\"type\":\"taken\",\"path\":\"css/a.css\",\"editor\":\"VS Code\"}\n"
		"{\"type\":\"show\",\"path\":\"a\\u000ab.html\",\"line\":12,\"column\":4294967295}"
		"\n");
	buf_finish(&text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(lines)};

	return cmocka_run_group_tests_name("editor_lines", tests, NULL, NULL);
}
