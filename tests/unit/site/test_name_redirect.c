/*
 * Where one name of a file or folder leads to another.
 */
#include "support/test.h"

#include <stdlib.h>

#include "base/mem.h"
#include "site/name_redirect.h"
#include "support/ask.h"

static void
redirects(void **state)
{
	static const struct {
		const char *target, *from, *to, *path, *relative;
	} rows[] = {
		{"/a", "a", "a/", "/a/", "a/"},
		{"/a/b?x=1&y", "a/b", "a/b/", "/a/b/?x=1&y", "b/?x=1&y"},
		{"//evil.example", "evil.example", "evil.example/", "/evil.example/",
			"evil.example/"},
		{"/c/javascript%3A", "c/javascript:", "c/javascript:/", "/c/javascript%3A/",
			"javascript%3A/"},
		{"/a.html?x", "a.html", "a", "/a?x", "a?x"},
		{"/d/javascript%3A.html", "d/javascript:.html", "d/javascript:", "/d/javascript%3A",
			"javascript%3A"},
		{"/index.html", "index.html", "", "/", "./"},
		{"/d/index.html?x", "d/index.html", "d/", "/d/?x", "./?x"},
		{"/a/", "a/", "a", "/a", "../a"},
		{"/d/a/?x", "d/a/", "d/a", "/d/a?x", "../a?x"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		for (int wants_page = 0; wants_page < 2; wants_page++) {
			struct response response;
			char *text = mem_format("GET %s\nAccept: %s", rows[i].target,
				wants_page ? "text/html" : "*/*");

			response_init(&response);
			name_redirect_respond(
				&response, ask(text), slice_of(rows[i].from), slice_of(rows[i].to));
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

	return cmocka_run_group_tests_name("name_redirect", tests, NULL, NULL);
}
