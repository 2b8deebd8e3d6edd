/*
 * Which pages count as changed when files change.
 */
#include "support/test.h"

#include <stdio.h>

#include "ssi/ssi_parts.h"

static struct ssi_parts *parts;

static int
enter(void **state)
{
	(void)state;
	parts = ssi_parts_create();
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	ssi_parts_destroy(parts);
	return 0;
}

/* names: each with a space behind it. */
static void
set(const char *name, const char *names, bool varies)
{
	struct ssi_parts_page page = {.varies = varies};

	buf_add_text(&page.names, names);
	for (size_t i = 0; i < page.names.length; i++)
		if (page.names.bytes[i] == ' ')
			page.names.bytes[i] = '\0';
	ssi_parts_set(parts, name, &page);
	assert_null(page.names.bytes);
}

/* Whether page is among what changes after a change of path. Sets *count to the number of all. */
static bool
changes_with(const char *page, const char *path, size_t *count)
{
	struct changes changes = {0};
	bool is_among = false;

	changes_add(&changes, slice_of(path), CHANGE_DELETED);
	ssi_parts_add(parts, &changes);
	for (size_t i = 1; i < changes.count; i++)
		is_among |= strcmp(changes.items[i].path, page) == 0 &&
			    changes.items[i].kind == CHANGE_MODIFIED;
	*count = changes.count + changes.further_count;
	changes_finish(&changes);
	return is_among;
}

static void
pages(void **state)
{
	size_t count;

	(void)state;
	assert_false(changes_with("a.shtml", "foot.html", &count));
	assert_int_equal(count, 1);
	set("a.shtml", "foot.html parts/head.html ", false);
	set("b.shtml", "foot.html ", false);
	set("c.shtml", "a.shtml ", false);
	assert_true(changes_with("a.shtml", "foot.html", &count));
	assert_int_equal(count, 3);
	assert_true(changes_with("c.shtml", "a.shtml", &count));
	assert_int_equal(count, 2);
	assert_true(changes_with("a.shtml", "parts/", &count));
	assert_false(changes_with("b.shtml", "parts/", &count));
	assert_false(changes_with("a.shtml", "other.html", &count));
	assert_int_equal(count, 1);
	ssi_parts_remove(parts, "b.shtml");
	ssi_parts_remove(parts, "never.shtml");
	assert_false(changes_with("b.shtml", "foot.html", &count));
	assert_int_equal(count, 2);
	assert_null(ssi_parts_find(parts, "b.shtml"));
	assert_int_equal(ssi_parts_find(parts, "a.shtml")->names.length, 26);
}

static void
new_parts(void **state)
{
	size_t count;

	(void)state;
	set("a.shtml", "one.html ", false);
	set("a.shtml", "two.html two.html ", false);
	assert_false(changes_with("a.shtml", "one.html", &count));
	assert_true(changes_with("a.shtml", "two.html", &count));
	assert_int_equal(ssi_parts_find(parts, "a.shtml")->names.length, 9);
	/* Once it varies, what it had before may be what another page shows. */
	set("a.shtml", "three.html ", true);
	set("a.shtml", "four.html ", false);
	assert_true(changes_with("a.shtml", "two.html", &count));
	assert_true(changes_with("a.shtml", "three.html", &count));
	assert_true(changes_with("a.shtml", "four.html", &count));
	assert_true(ssi_parts_find(parts, "a.shtml")->varies);
}

static void
add_page(void *to, struct slice page)
{
	buf_add_slice(to, page);
	buf_add_char(to, ' ');
}

static void
pages_of_a_part(void **state)
{
	struct buf found = {0};

	(void)state;
	set("a.shtml", "one.html ", false);
	set("b.shtml", "two.html one.html/x ", false);
	ssi_parts_find_pages(parts, SLICE_LITERAL("two.html"), add_page, &found);
	ssi_parts_find_pages(parts, SLICE_LITERAL("one.html"), add_page, &found);
	ssi_parts_find_pages(parts, SLICE_LITERAL("a.shtml"), add_page, &found);
	assert_string_equal(found.bytes, "b.shtml a.shtml ");
	buf_finish(&found);
}

/* When pages had to be forgotten, anything may concern them. */
static void
too_many(void **state)
{
	char name[32];
	size_t count;

	(void)state;
	for (int i = 0; i < 12000; i++) {
		snprintf(name, sizeof(name), "page-%d.shtml", i);
		set(name, "one.html ", false);
	}
	assert_null(ssi_parts_find(parts, "page-0.shtml"));
	assert_non_null(ssi_parts_find(parts, "page-11999.shtml"));
	changes_with("page-0.shtml", "other.html", &count);
	assert_int_equal(count, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(pages, enter, leave),
		cmocka_unit_test_setup_teardown(new_parts, enter, leave),
		cmocka_unit_test_setup_teardown(pages_of_a_part, enter, leave),
		cmocka_unit_test_setup_teardown(too_many, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
