#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "lsp/file_uri.h"

static void
test_to_path(void **state)
{
	static const struct {
		const char *uri, *path; /* NULL: it is no file */
	} rows[] = {
		{"file:///home/ada/a.css", "/home/ada/a.css"},
		{"file:///home/ada/a%20b%25.css", "/home/ada/a b%.css"},
		{"file:///%E4%B8%AD/%ff", "/\xe4\xb8\xad/\xff"},
		{"file:///\xe4\xb8\xad", "/\xe4\xb8\xad"},
		{"FILE:///a", "/a"},
		{"file:/a", "/a"},
		{"file://localhost/a", "/a"},
		{"file:///a?b#c", "/a"},
		{"file:///a%3Fb%23c", "/a?b#c"},
		{"file:///a+b&c", "/a+b&c"},
		{"file:///", "/"},
		{"file://server/share/a", NULL},
		{"file://", NULL},
		{"file:", NULL},
		{"file:a", NULL},
		{"", NULL},
		{"untitled:Untitled-1", NULL},
		{"http://localhost/a", NULL},
		{"git:/home/a?x", NULL},
		{"file:///a%00b", NULL},
		{"file:///a%2", NULL},
		{"file:///a%", NULL},
		{"file:///a%zz", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *path = file_uri_to_path(slice_of(rows[i].uri));

		print_message("  %s\n", rows[i].uri);
		if (rows[i].path)
			assert_string_equal(path, rows[i].path);
		else
			assert_null(path);
		free(path);
	}
}

static void
test_from_path(void **state)
{
	static const struct {
		const char *path, *uri;
	} rows[] = {
		{"/home/ada/a.css", "file:///home/ada/a.css"},
		{"/a b/%\xff?#", "file:///a%20b/%25%FF%3F%23"},
		{"/", "file:///"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf uri = {0};
		char *path;

		file_uri_from_path(slice_of(rows[i].path), &uri);
		assert_string_equal(uri.bytes, rows[i].uri);
		path = file_uri_to_path(buf_slice(&uri));
		assert_string_equal(path, rows[i].path);
		free(path);
		buf_finish(&uri);
	}
}

static void
test_pages(void **state)
{
	static const struct {
		const char *first, *name, *url;
	} rows[] = {
		{"http://localhost:9000/", "index.html", "http://localhost:9000/index.html"},
		{"http://localhost:9000", "a b/c.xhtml", "http://localhost:9000/a%20b/c.xhtml"},
		{"http://localhost:9000/", "a.css", "http://localhost:9000/"},
		{"http://localhost:9000/", NULL, "http://localhost:9000/"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf url = {0};

		file_uri_add_page(rows[i].first, rows[i].name, &url);
		assert_string_equal(url.bytes, rows[i].url);
		buf_finish(&url);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_to_path),
		cmocka_unit_test(test_from_path),
		cmocka_unit_test(test_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
