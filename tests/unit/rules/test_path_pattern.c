/*
 * Paths with placeholders, and what these stand for.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "rules/path_pattern.h"

/* Fills template; NULL when the path does not match. The caller frees. */
static char *
filled(const char *from, const char *host, const char *path, const char *template)
{
	char *pattern = path_pattern_read(slice_of(from));
	struct path_match match = {.host = slice_of(host)};
	struct buf text = {0};
	bool is_match;

	if (!pattern)
		return mem_text("no pattern");
	is_match = path_pattern_matches(pattern, slice_of(path), &match);
	buf_reserve(&text, 0);
	text.bytes[0] = '\0';
	if (is_match)
		path_pattern_fill(slice_of(template), &match, &text);
	free(pattern);
	if (is_match)
		return buf_take(&text);
	buf_finish(&text);
	return NULL;
}

static void
paths(void **state)
{
	static const struct {
		const char *from, *path, *template, *result;
	} rows[] = {
		{"/old", "/old", "/new", "/new"},
		{"/old", "/older", "/new", NULL},
		{"/old", "/ol", "/new", NULL},
		{"/", "/", "/new", "/new"},
		{"/news/*", "/news/2004/01/10", "/blog/:splat", "/blog/2004/01/10"},
		{"/news/*", "/news/", "/blog/:splat", "/blog/"},
		{"/news/*", "/news", "/blog/:splat", NULL},
		{"/*", "/", "/index.html", "/index.html"},
		{"/*", "/a/b", ":splat", "a/b"},
		{"/news/:month/:date/:year/:slug", "/news/02/12/2004/my-story",
			"/blog/:year/:month/:date/:slug", "/blog/2004/02/12/my-story"},
		{"/news/:month", "/news/02/12", "/x", NULL},
		{"/news/:month", "/news/", "/x", NULL},
		{"/products/:code/:name", "/products/8/cup", "/products?code=:code&name=:name",
			"/products?code=8&name=cup"},
		{"/movies/:title.html", "/movies/heat.html", ":title", "heat"},
		{"/:a-:b", "/x-y-z", ":a and :b", "x-y and z"},
		{"/*/edit", "/a/b/edit", ":splat", "a/b"},
		{"/*.jpg", "/images/a.jpg", ":splat", "images/a"},
		{"/*.jpg", "/images/a.png", ":splat", NULL},
		{"/a b", "/a%20b", "x", "x"},
		{"/a%20b", "/a%20b", "x", "x"},
		{"/%7euser", "/~user", "x", "x"},
		{"/caf\xc3\xa9", "/caf%C3%A9", "x", "x"},
		{"/at:8", "/at%3A8", "x", "x"},
		{"/a", "/a", ":b :splat 10:30", ":b :splat 10:30"},
		{"old", "/old", "x", "no pattern"},
		{"", "/", "x", "no pattern"},
		{"/a%2", "/a", "x", "no pattern"},
		{"/a%00", "/a", "x", "no pattern"},
		{"ftp://a/b", "/b", "x", "no pattern"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *result = filled(rows[i].from, "localhost", rows[i].path, rows[i].template);

		if (!rows[i].result != !result || (result && strcmp(result, rows[i].result) != 0))
			fail_msg(
				"%s, %s: %s", rows[i].from, rows[i].path, result ? result : "none");
		free(result);
	}
}

static void
hosts(void **state)
{
	static const struct {
		const char *from, *host, *path, *result;
	} rows[] = {
		{"https://example.com/*", "example.com", "/a", "a "},
		{"http://example.com/*", "example.com", "/a", "a "},
		{"https://example.com:8080/*", "example.com", "/a", "a "},
		{"https://example.com", "example.com", "/", ":splat "},
		{"https://example.com/*", "localhost", "/a", NULL},
		{"https://:project.pages.dev/*", "me.pages.dev", "/a", "a me"},
		{"https://:project.pages.dev/*", "a.me.pages.dev", "/a", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *result = filled(rows[i].from, rows[i].host, rows[i].path, ":splat :project");
		const char *wanted = rows[i].result;

		if (!wanted != !result || (result && strncmp(result, wanted, strlen(wanted)) != 0))
			fail_msg(
				"%s, %s: %s", rows[i].from, rows[i].host, result ? result : "none");
		free(result);
	}
}

/* A pattern that could be tried in very many ways has an end, and does not match. */
static void
bounded(void **state)
{
	char path[4000], *result;

	(void)state;
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	result = filled("/:a-:b-:c-:d-:e-:f", "x", path, "x");
	assert_null(result);
	memset(path + 1, '~', sizeof(path) - 2);
	result = filled("/:a~:b~:c~:d~:e~:f-", "x", path, "x");
	assert_null(result);
	free(result);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths),
		cmocka_unit_test(hosts),
		cmocka_unit_test(bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
