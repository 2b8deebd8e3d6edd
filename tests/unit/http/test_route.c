/*
 * Texts and names, and the parts of them.
 */
#include "support/test.h"

#include <string.h>

#include "http/route.h"

static void
texts(void **state)
{
	static const struct {
		const char *text, *name, *target; /* name NULL: refused */
	} rows[] = {
		{"/lib=../dist", "lib", "../dist"},
		{"/lib:../dist", "lib", "../dist"},
		{"/lib/=x", "lib", "x"},
		{"//lib//a/./b/../c=x", "lib/a/c", "x"},
		{"/=x", "", "x"},
		{"/:x", "", "x"},
		{"/a%20b=x", "a b", "x"},
		{"/a b=x y", "a b", "x y"},
		{"/api=http://127.0.0.1:80/?a=b", "api", "http://127.0.0.1:80/?a=b"},
		{"/api:http://127.0.0.1:80", "api", "http://127.0.0.1:80"},
		{"/a=b:c", "a", "b:c"},
		{"/a:b=c", "a", "b=c"},
		{"/a==", "a", "="},
		{"", NULL, NULL},
		{"/lib", NULL, NULL},
		{"/lib=", NULL, NULL},
		{"/lib:", NULL, NULL},
		{"lib=x", NULL, NULL},
		{"=x", NULL, NULL},
		{"/../lib=x", NULL, NULL},
		{"/%zz=x", NULL, NULL},
		{"/a%2Fb=x", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf name = {0};
		const char *target = NULL;
		bool is_read = route_read(rows[i].text, &name, &target);

		if (is_read != (rows[i].name != NULL))
			fail_msg("%s: %d", rows[i].text, is_read);
		if (is_read) {
			assert_string_equal(name.bytes, rows[i].name);
			assert_int_equal(name.length, strlen(rows[i].name));
			assert_string_equal(target, rows[i].target);
		} else {
			assert_int_equal(name.length, 0);
		}
		buf_finish(&name);
	}
}

static void
rests(void **state)
{
	static const struct {
		const char *route, *name, *rest;
	} rows[] = {
		{"lib", "lib", ""},
		{"lib", "lib/", ""},
		{"lib", "lib/a.js", "a.js"},
		{"lib", "lib/a/", "a/"},
		{"lib", "library", NULL},
		{"lib", "li", NULL},
		{"lib", "", NULL},
		{"lib", "a/lib", NULL},
		{"a/b", "a/b/c", "c"},
		{"a/b", "a/c", NULL},
		{"", "", ""},
		{"", "a/b", "a/b"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *rest = route_rest(rows[i].route, rows[i].name);

		assert_string_equal(rest ? rest : "-", rows[i].rest ? rows[i].rest : "-");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(rests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
