#include "support/test.h"

#include <stdlib.h>

#include "live/file_urls.h"

/* The addresses of the change, in their order, each with a blank behind it. */
static char *
text_of(const char *path, enum change_kind kind)
{
	static char text[200];
	struct changes changes = {0};
	char *urls[FILE_URLS_MAX];
	size_t count;

	text[0] = '\0';
	changes_add(&changes, slice_of(path), kind);
	count = file_urls_of_change(&(struct index_names){0}, &changes.items[0], urls);
	for (size_t i = 0; i < count; i++) {
		strcat(text, urls[i]);
		strcat(text, " ");
		free(urls[i]);
	}
	changes_finish(&changes);
	return text;
}

static bool
affects(const char *path, enum change_kind kind, const char *url)
{
	struct url_set affected = {0}, wanted = {0};
	struct changes changes = {0};
	bool is_affected;

	changes_add(&changes, slice_of(path), kind);
	file_urls_add_affected(&(struct index_names){0}, &changes.items[0], &affected);
	url_set_add(&wanted, slice_of(url));
	url_set_sort(&affected);
	url_set_sort(&wanted);
	is_affected = url_set_intersects(&affected, &wanted);
	url_set_finish(&affected);
	url_set_finish(&wanted);
	changes_finish(&changes);
	return is_affected;
}

static void
a_file_has_its_own_address(void **state)
{
	(void)state;
	assert_string_equal(text_of("a b.css", CHANGE_MODIFIED), "/a%20b.css ");
}

static void
an_index_has_that_of_its_folder_too(void **state)
{
	(void)state;
	assert_string_equal(
		text_of("docs/index.html", CHANGE_MODIFIED), "/docs/index.html /docs/ ");
}

static void
a_new_form_in_a_language_concerns_the_page_without_it(void **state)
{
	(void)state;
	assert_string_equal(
		text_of("index.html.zh", CHANGE_CREATED), "/index.html.zh /index.html / ");
	assert_string_equal(text_of("index.html.zh", CHANGE_MODIFIED), "/index.html.zh ");
}

static void
what_comes_or_goes_concerns_the_listing_and_the_clean_address(void **state)
{
	(void)state;
	assert_true(affects("docs/a.html", CHANGE_CREATED, "/docs/"));
	assert_true(affects("docs/a.html", CHANGE_DELETED, "/docs/a"));
	assert_true(affects("docs/old/", CHANGE_DELETED, "/docs/"));
	assert_true(affects("docs/old/", CHANGE_DELETED, "/docs/old"));
	assert_true(affects("docs/a.html.zh", CHANGE_CREATED, "/docs/a"));
	assert_false(affects("docs/a.html", CHANGE_MODIFIED, "/docs/"));
	assert_false(affects("docs/a.html", CHANGE_CREATED, "/"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_has_its_own_address),
		cmocka_unit_test(an_index_has_that_of_its_folder_too),
		cmocka_unit_test(a_new_form_in_a_language_concerns_the_page_without_it),
		cmocka_unit_test(what_comes_or_goes_concerns_the_listing_and_the_clean_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
