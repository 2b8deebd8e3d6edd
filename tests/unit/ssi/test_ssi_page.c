/*
 * Pages made of files in memory, and what is told about them. tests/e2e/ssi_pages.js has many more pages.
 */
#include "support/test.h"

#include "ssi/ssi_page.h"

static struct {
	struct ssi_variables variables;
	struct buf bytes, told, asked;
} here;

static const struct {
	const char *name, *text;
} files[] = {
	{"part.html", "part"},
	{"folder/inner.shtml",
		"(<!--#include file=\"leaf.txt\" --><!--#set var=\"x\" value=\"set\" -->)"},
	{"folder/leaf.txt", "leaf <!--#not a directive here -->"},
	{"loop.shtml", "<<!--#include virtual=\"/loop.shtml\" -->"},
};

static const char *
get_part(void *context, const char *name, bool reads, struct ssi_part *part)
{
	(void)context;
	buf_addf(&here.asked, "%s%s ", name, reads ? "" : "?");
	for (size_t i = 0; i < ROWS(files); i++)
		if (strcmp(files[i].name, name) == 0) {
			buf_add_text(&part->name, name);
			if (reads)
				buf_add_text(&part->bytes, files[i].text);
			part->size = strlen(files[i].text);
			part->modified = 1500000000;
			part->has_directives = slice_ends(slice_of(name), ".shtml");
			return NULL;
		}
	return "there is no such file";
}

static void
tell(void *context, const char *name, size_t line, const char *what)
{
	(void)context;
	buf_addf(&here.told, "%s:%zu: %s\n", name, line, what);
}

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	ssi_variables_init(&here.variables, 1580702706, 1500000000);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	ssi_variables_finish(&here.variables);
	buf_finish(&here.bytes);
	buf_finish(&here.told);
	buf_finish(&here.asked);
	return 0;
}

static void
make(const char *text)
{
	static const struct ssi_page_options options = {get_part, tell, NULL};

	buf_clear(&here.bytes);
	buf_clear(&here.told);
	buf_clear(&here.asked);
	ssi_page_make(&options, &here.variables, "folder/page.shtml", slice_of(text), &here.bytes);
}

#define WRONG "[an error occurred while processing this directive]"

static void
parts(void **state)
{
	(void)state;
	make("<!--#include virtual=\"/part.html\" --><!--#include virtual=\"inner.shtml?q\" -->");
	assert_string_equal(here.bytes.bytes, "part(leaf <!--#not a directive here -->)");
	assert_string_equal(here.asked.bytes, "part.html folder/inner.shtml folder/leaf.txt ");
	assert_int_equal(here.told.length, 0);
	make("<!--#echo var=\"x\" --><!--#fsize file=\"leaf.txt\" -->");
	assert_string_equal(here.bytes.bytes, "set 34 ");
	assert_string_equal(here.asked.bytes, "folder/leaf.txt? ");
	/* Nothing is asked for above the folder of the file, or of the site. */
	make("<!--#include file=\"../part.html\" --><!--#include virtual=\"../../part.html\" -->");
	assert_string_equal(here.bytes.bytes, WRONG WRONG);
	assert_int_equal(here.asked.length, 0);
}

static void
what_is_told(void **state)
{
	static const struct {
		const char *text, *told;
	} rows[] = {
		{"\n\n<!--#nope -->", "folder/page.shtml:3: there is no directive #nope\n"},
		{"<!--#exec cmd=\"x\" -->", "folder/page.shtml:1: #exec is never run\n"},
		{"<!--#include file=\"nope\" -->",
			"folder/page.shtml:1: nope is not included: there is no such file\n"},
		{"<!--#if expr=\"v(\" -->",
			"folder/page.shtml:1: the condition v( is wrong: it ends too early\n"
			"folder/page.shtml:1: an #endif is missing\n"},
		{"<!--#echo var=\"a\x1b[2J\" zz=\"\" -->",
			"folder/page.shtml:1: #echo has no attribute zz\n"},
		{"<!--#a\x1b -->", "folder/page.shtml:1: there is no directive #a\\x1b\n"},
		{"a\n<!--#echo", "folder/page.shtml:2: the --> of this directive is missing\n"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		make(rows[i].text);
		assert_string_equal(here.told.bytes, rows[i].told);
		assert_non_null(strstr(here.bytes.bytes, WRONG));
	}
}

static void
depth(void **state)
{
	(void)state;
	make("<!--#include virtual=\"/loop.shtml\" -->");
	assert_string_equal(here.bytes.bytes, "<<<<<<<<<<<<<<<" WRONG);
	assert_string_equal(here.told.bytes, "loop.shtml:1: /loop.shtml is not included: the file "
					     "includes itself, 16 times by now\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(parts, enter, leave),
		cmocka_unit_test_setup_teardown(what_is_told, enter, leave),
		cmocka_unit_test_setup_teardown(depth, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
