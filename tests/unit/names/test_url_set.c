#include "support/test.h"

#include <stdio.h>

#include "names/url_set.h"

/* The set of the addresses in text, parted by blanks. */
static struct url_set
make(const char *text)
{
	struct url_set uses = {0};
	struct slice rest = slice_of(text), url;

	while (slice_split(&rest, ' ', &url))
		if (url.length)
			url_set_add(&uses, url);
	url_set_sort(&uses);
	return uses;
}

static void
test_meet(void **state)
{
	static const struct {
		const char *a, *b;
		bool meet;
	} rows[] = {
		{"", "", false},
		{"/", "", false},
		{"/", "/", true},
		{"/a /b /c /d", "/e", false},
		{"/a /b /c /d", "/d", true},
		{"/a /b /c /d", "/x /y /z /v /w /b", true},
		{"/a /a", "/a", true},
		{"/a", "/a/", false},
		{"/a", "/A", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct url_set a = make(rows[i].a), b = make(rows[i].b);

		print_message("  %s | %s\n", rows[i].a, rows[i].b);
		assert_int_equal(url_set_intersects(&a, &b), rows[i].meet);
		assert_int_equal(url_set_intersects(&b, &a), rows[i].meet);
		url_set_finish(&a);
		url_set_finish(&b);
	}
}

static void
test_many(void **state)
{
	struct url_set uses = {0}, one = {0};
	char url[16];

	(void)state;
	for (int i = 0; i < 4096; i++) {
		snprintf(url, sizeof(url), "/%d", i * 7919 % 4096);
		url_set_add(&uses, slice_of(url));
	}
	url_set_sort(&uses);
	assert_int_equal(uses.count, 4096);
	assert_int_equal(uses.capacity, 4096);
	for (int i = 0; i < 8192; i++) {
		snprintf(url, sizeof(url), "/%d", i);
		url_set_add(&one, slice_of(url));
		url_set_sort(&one);
		assert_int_equal(url_set_intersects(&uses, &one), i < 4096);
		url_set_finish(&one);
	}
	url_set_finish(&uses);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_meet),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
