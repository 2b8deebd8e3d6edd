/*
 * Where the name of a folder leads to.
 */
#include "support/test.h"

#include <stdlib.h>

#include "base/mem.h"
#include "site/folder_redirect.h"
#include "support/ask.h"

static void
redirects(void **state)
{
	static const struct {
		const char *target, *name, *path, *relative;
	} rows[] = {
		{"/a", "a", "/a/", "a/"},
		{"/a/b?x=1&y", "a/b", "/a/b/?x=1&y", "b/?x=1&y"},
		{"//evil.example", "evil.example", "/evil.example/", "evil.example/"},
		{"/c/javascript%3A", "c/javascript:", "/c/javascript%3A/", "javascript%3A/"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		for (int wants_page = 0; wants_page < 2; wants_page++) {
			struct response response;
			char *text = mem_format("GET %s\nAccept: %s", rows[i].target,
				wants_page ? "text/html" : "*/*");

			response_init(&response);
			folder_redirect_respond(&response, ask(text), slice_of(rows[i].name));
			assert_int_equal(response.status, 302);
			assert_string_equal(answer_value(&response, "Location"),
				wants_page ? rows[i].relative : rows[i].path);
			assert_string_equal(answer_value(&response, "Cache-Control"), "no-cache");
			response_finish(&response);
			free(text);
		}
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(redirects),
	};

	return cmocka_run_group_tests_name("folder_redirect", tests, NULL, NULL);
}
