/*
 * Names that are similar to those in a real folder.
 */
#include "support/test.h"

#include <string.h>

#include "listing/suggestions.h"
#include "support/folder.h"

static struct root *root;
static struct buf html;

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	folder_write("about.html", "x\n");
	folder_write("index.html", "x\n");
	folder_write("contact.htm", "x\n");
	folder_write(".about.html", "x\n");
	folder_write("a<b>\"c.html", "x\n");
	folder_write("blog/first post.html", "x\n");
	folder_write("many/page1.html", "x\n");
	folder_write("many/page2.html", "x\n");
	folder_write("many/page3.html", "x\n");
	folder_write("many/page4.html", "x\n");
	root = root_create(".");
	assert_non_null(root);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	root_destroy(root);
	buf_finish(&html);
	folder_leave();
	return 0;
}

static void
near_names(void **state)
{
	static const struct {
		const char *name;
		const char *expected;
	} rows[] = {
		{"abuot.html", "<a href=\"about.html\">about.html</a>"},
		{"ABOUT.HTML", "<a href=\"about.html\">about.html</a>"},
		{"about", "<a href=\"about.html\">about.html</a>"},
		{"about/", "<a href=\"about.html\">about.html</a>"},
		{"about.php", "<a href=\"about.html\">about.html</a>"},
		{"contact.html", "<a href=\"contact.htm\">contact.htm</a>"},
		{"blog/first-post.html", "<a href=\"blog/first%20post.html\">first post.html</a>"},
		{"blgo/", "<a href=\"blog\">blog</a>"},
		{"a<b>c.html", "<a href=\"a%3Cb%3E%22c.html\">a&lt;b&gt;&quot;c.html</a>"},
		{"something-else.html", ""},
		{"blog/index.html", ""},
		{"no/such/folder.html", ""},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		buf_clear(&html);
		suggestions_find(root, (struct slice){0}, slice_of(rows[i].name), false, 0, &html);
		print_message("%s\n", rows[i].name);
		assert_string_equal(buf_slice(&html).at, rows[i].expected);
	}
}

/* Neither a hidden name nor anything in a hidden folder. */
static void
hidden_names(void **state)
{
	static const struct {
		const char *name, *without, *with;
	} rows[] = {
		{"server.kye", "", "<a href=\"server.key\">server.key</a>"},
		{"aboot.html", "<a href=\"about.html\">about.html</a>",
			"<a href=\"about.html\">about.html</a>, "
			"<a href=\".about.html\">.about.html</a>"},
		{".git/confg", "", "<a href=\".git/config\">config</a>"},
	};

	(void)state;
	folder_write("server.key", "x\n");
	folder_write(".git/config", "x\n");
	for (size_t i = 0; i < ROWS(rows); i++) {
		print_message("%s\n", rows[i].name);
		buf_clear(&html);
		suggestions_find(root, (struct slice){0}, slice_of(rows[i].name), false, 0, &html);
		assert_string_equal(buf_slice(&html).at, rows[i].without);
		buf_clear(&html);
		suggestions_find(root, (struct slice){0}, slice_of(rows[i].name), true, 0, &html);
		assert_string_equal(buf_slice(&html).at, rows[i].with);
	}
}

static void
links_have_what_the_site_calls_the_folder_in_front(void **state)
{
	(void)state;
	suggestions_find(root, slice_of("lib/a b/"), slice_of("abuot.html"), false, 0, &html);
	assert_string_equal(html.bytes, "<a href=\"lib/a%20b/about.html\">about.html</a>");
	buf_clear(&html);
	suggestions_find(root, slice_of("lib/"), slice_of("blog/first-post.html"), false, 0, &html);
	assert_string_equal(
		html.bytes, "<a href=\"lib/blog/first%20post.html\">first post.html</a>");
}

static void
links_are_relative(void **state)
{
	(void)state;
	suggestions_find(
		root, (struct slice){0}, slice_of("blog/first-post.html"), false, 2, &html);
	assert_string_equal(
		html.bytes, "<a href=\"../../blog/first%20post.html\">first post.html</a>");
}

static void
three_are_enough(void **state)
{
	size_t links = 0;

	(void)state;
	suggestions_find(root, (struct slice){0}, slice_of("many/page.html"), false, 0, &html);
	for (const char *at = html.bytes; (at = strstr(at, "<a ")); at++)
		links++;
	assert_int_equal(links, 3);
}

static void
long_names_are_not_compared(void **state)
{
	char name[5000];

	(void)state;
	memset(name, 'a', sizeof(name));
	suggestions_find(
		root, (struct slice){0}, (struct slice){name, sizeof(name)}, false, 0, &html);
	assert_int_equal(html.length, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(near_names, enter, leave),
		cmocka_unit_test_setup_teardown(
			links_have_what_the_site_calls_the_folder_in_front, enter, leave),
		cmocka_unit_test_setup_teardown(hidden_names, enter, leave),
		cmocka_unit_test_setup_teardown(links_are_relative, enter, leave),
		cmocka_unit_test_setup_teardown(three_are_enough, enter, leave),
		cmocka_unit_test_setup_teardown(long_names_are_not_compared, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
