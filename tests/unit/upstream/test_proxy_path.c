/*
 * Paths that servers read in different ways.
 */
#include "support/test.h"

#include "upstream/proxy_path.h"

static void
plain(void **state)
{
	static const struct {
		const char *path;
		bool is_plain;
	} rows[] = {
		{"/", true},
		{"/api/a.b/c;d=e:@", true},
		{"/api/..", false},
		{"/api/.x", false},
		{"/api//x", false},
		{"/api/%41", false},
		{"/api\\x", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		if (proxy_path_is_plain(slice_of(rows[i].path)) != rows[i].is_plain)
			fail_msg("%s", rows[i].path);
}

static void
below(void **state)
{
	static const struct {
		const char *path, *name, *rest; /* NULL: not below */
	} rows[] = {
		{"/api/x", "api", "/x"},
		{"/%61p%69", "api", ""},
		{"/a%20b/%2f", "a b", "/%2f"},
		{"/a(b/c/d", "a(b/c", "/d"},
		{"/x", "", "/x"},
		{"//api", "api", NULL},
		{"/./api", "api", NULL},
		{"/apix", "api", NULL},
		{"/api%2fx", "api", NULL},
		{"/api", "api/x", NULL},
		{"*", "api", NULL},
		{"/a%2fb", "a/b", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct slice rest;
		bool is_below = proxy_path_is_below(slice_of(rows[i].path), rows[i].name, &rest);

		if (is_below != (rows[i].rest != NULL) ||
			(is_below && !slice_is(rest, rows[i].rest)))
			fail_msg("%s", rows[i].path);
	}
}

static void
resolved(void **state)
{
	static const struct {
		const char *path, *name; /* NULL: above the root, or a NUL */
	} rows[] = {
		{"/", ""},
		{"/api/./x//y/", "api/x/y"},
		{"/api/../x", "x"},
		{"/api/a/../..", ""},
		{"/api/%2e%2E/x", "x"},
		{"/api/.%2e;a/x", "x"},
		{"/api%2f..%5cx", "x"},
		{"/api/%252e%252e/x", "api/%2e%2e/x"},
		{"/api/...;x", "api/...;x"},
		{"/%zz%", "%zz%"},
		{"/..", NULL},
		{"/a/..\\..", NULL},
		{"/a%00", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf name = {0};
		bool is_inside = proxy_path_resolve(slice_of(rows[i].path), &name);

		if (is_inside != (rows[i].name != NULL) ||
			(is_inside && !slice_is(buf_slice(&name), rows[i].name)))
			fail_msg("%s: %s", rows[i].path, buf_slice(&name).at);
		buf_finish(&name);
	}
}

static void
climbing(void **state)
{
	static const struct {
		const char *rest;
		bool may_climb;
	} rows[] = {
		{"", false},
		{"/a/../b", false},
		{"/a/b/../..", false},
		{"/..x/.../x..", false},
		{"/100%25/%253f/%25252fx", false},
		{"/..", true},
		{"/%252e%252e/x", true}, /* a server behind the other may decode again */
		{"/.%25252e/x", true},
		{"/%c0%ae%c0%ae/x", true}, /* an overlong form of UTF-8 */
		{"/a/..%c0%af../..", true},
		{"/..%c1%9c..", true},
		{"/%c3%a9%c0%ae", false},
		{"/%c0", false},
		{"/..%252fx", true},
		{"/a/..%25%32%66..%25%32%66x", true},
		{"/..%3fx", true}, /* decoded before the query is split off */
		{"/..%23x", true},
		{"/a/../../b", true},
		{"/a/..;x/..", true},
		{"/.%2E", true},
		{"/..%2fa", true},
		{"/a//../../b", true},    /* empty segments may vanish */
		{"/a%2fb/../../c", true}, /* or %2f may be no separator */
		{"/a/..%2f..", true},     /* or it may be one */
		{"/a\\..\\..\\b", true},
		{"/./..", true},
		{"/\\/..", true},
		{"/%2f/..", true},
		{"/;x/..", true},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		if (proxy_path_may_climb(slice_of(rows[i].rest)) != rows[i].may_climb)
			fail_msg("%s", rows[i].rest);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain),
		cmocka_unit_test(below),
		cmocka_unit_test(resolved),
		cmocka_unit_test(climbing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
