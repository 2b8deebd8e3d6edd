/*
 * Which files are tried for an address.
 */
#include "support/test.h"

#include "base/buf.h"
#include "names/shown_names.h"

static const char *const given[] = {"default.htm"};
static const struct shown_names_rules by_default, leading = {.clean = SHOWN_NAMES_REDIRECT},
						  exact = {.clean = SHOWN_NAMES_EXACT},
						  other = {.index = {given, 1}};

static void
in_order(void **state)
{
	static const struct {
		const struct shown_names_rules *rules;
		const char *requested, *names[3];
		size_t clean; /* the number of the name that is that of a clean URL; 9: none */
	} rows[] = {
		{&by_default, "", {"index.html", "index.htm"}, 9},
		{&by_default, "docs/", {"docs/index.html", "docs/index.htm"}, 9},
		{&by_default, "about", {"about", "about.html"}, 1},
		{&by_default, "docs/v1.2", {"docs/v1.2", "docs/v1.2.html"}, 1},
		{&by_default, ".well-known", {".well-known"}, 9},
		{&by_default, ".well-known/x", {".well-known/x", ".well-known/x.html"}, 1},
		{&by_default, ".git/x", {".git/x", ".git/x.html"}, 1},
		{&leading, "about", {"about", "about.html"}, 1},
		{&exact, "about", {"about"}, 9},
		{&exact, "docs/", {"docs/index.html", "docs/index.htm"}, 9},
		{&other, "", {"default.htm"}, 9},
		{&other, "about", {"about", "about.html"}, 1},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf name = {0};
		struct shown_names shown;
		size_t count = 0;

		buf_add_text(&name, rows[i].requested);
		shown = shown_names_of(rows[i].rules, &name);
		for (; shown_names_next(&shown); count++) {
			print_message("%s\n", name.bytes);
			assert_true(count < 3 && rows[i].names[count]);
			assert_string_equal(name.bytes, rows[i].names[count]);
			assert_int_equal(shown.is_clean, count == rows[i].clean);
		}
		assert_true(count == 3 || !rows[i].names[count]);
		assert_string_equal(name.bytes, rows[i].requested);
		assert_int_equal(name.length, strlen(rows[i].requested));
		buf_finish(&name);
	}
}

/* A buf that nothing was added to has no bytes. */
static void
of_an_empty_buf(void **state)
{
	struct buf name = {0};
	struct shown_names shown = shown_names_of(&by_default, &name);

	(void)state;
	assert_true(shown_names_is_folder(&name));
	assert_true(shown_names_next(&shown));
	assert_string_equal(name.bytes, "index.html");
	buf_finish(&name);
}

static void
clean_names(void **state)
{
	static const struct {
		const char *path, *clean;
	} rows[] = {
		{"about.html", "about"},
		{"docs/about.html", "docs/about"},
		{"a.b.html", "a.b"},
		{"about.htm", NULL},
		{"about", NULL},
		{"about.HTML", NULL},
		{".html", NULL},
		{"docs/.html", NULL},
		{"html", NULL},
		{"about.html/", NULL},
		{"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct slice clean = shown_names_clean_of(&by_default, slice_of(rows[i].path));

		print_message("%s\n", rows[i].path);
		if (rows[i].clean)
			assert_true(slice_is(clean, rows[i].clean));
		else
			assert_null(clean.at);
		assert_null(shown_names_clean_of(&exact, slice_of(rows[i].path)).at);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_order),
		cmocka_unit_test(of_an_empty_buf),
		cmocka_unit_test(clean_names),
	};

	return cmocka_run_group_tests_name("shown_names", tests, NULL, NULL);
}
