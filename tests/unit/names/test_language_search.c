/*
 * Which form of a file is chosen, in a real folder. tests/e2e/languages.test.js compares more with the real httpd.
 */
#include "support/test.h"

#include <stdio.h>

#include "names/language_search.h"
#include "support/ask.h"
#include "support/folder.h"

static struct root *root;

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	folder_write("index.html.zh", "x");
	folder_write("index.html.en", "x");
	folder_write("index.html.de", "x");
	folder_write("index.html.DE", "x");
	folder_write("sub/about.html", "x");
	folder_write("sub/about.fr.html", "x");
	folder_write("sub/about.css.de", "x");
	folder_write("sub/plain.html", "x");
	folder_write("sub/folder.html.de/x", "x");
	root = root_create(".");
	return root ? 0 : -1;
}

static int
leave(void **state)
{
	(void)state;
	root_destroy(root);
	folder_leave();
	return 0;
}

static void
check(const char *name, const char *languages, const char *priority, enum language_verdict verdict,
	const char *expected)
{
	struct buf rest = {0};
	char head[128];

	snprintf(head, sizeof(head), "GET /%s%s", *languages ? "\nAccept-Language: " : "",
		languages);
	print_message("%s, %s, %s\n", name, languages, priority ? priority : "");
	assert_int_equal(language_search(root, name, ask(head), priority, &rest), verdict);
	assert_true(slice_is(buf_slice(&rest), expected));
	buf_finish(&rest);
}

static void
choice(void **state)
{
	(void)state;
	check("index.html", "zh, en;q=0.5", NULL, LANGUAGE_FOUND, ".zh");
	check("index.html", "fr", NULL, LANGUAGE_FOUND, ".en");
	check("index.html", "", NULL, LANGUAGE_FOUND, ".en");
	check("index.html", "", "zh de", LANGUAGE_FOUND, ".zh");
	check("index.html", "", "fr  zh", LANGUAGE_FOUND, ".zh");
	check("index.html", "zh, en", "de", LANGUAGE_FOUND, ".en");
	check("index.html", "zh-TW, en;q=0.1", "de", LANGUAGE_FOUND, ".en");
	check("index", "zh", NULL, LANGUAGE_FOUND, ".html.zh");
	check("sub/about", "fr", NULL, LANGUAGE_FOUND, ".fr.html");
	check("sub/about", "de", NULL, LANGUAGE_OTHER, "");
	check("sub/about.css", "", NULL, LANGUAGE_FOUND, ".de");
	check("sub/about.html", "fr", NULL, LANGUAGE_NONE, "");
	check("sub/plain", "fr", NULL, LANGUAGE_NONE, "");
	check("sub/folder.html", "de", NULL, LANGUAGE_NONE, "");
	check("sub/none", "de", NULL, LANGUAGE_NONE, "");
	check("none/index.html", "de", NULL, LANGUAGE_NONE, "");
	check("sub/", "de", NULL, LANGUAGE_NONE, "");
	check("", "de", NULL, LANGUAGE_NONE, "");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(choice, enter, leave),
	};

	return cmocka_run_group_tests_name("language_search", tests, NULL, NULL);
}
