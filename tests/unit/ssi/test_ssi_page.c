/*
 * Pages made of files in memory, and what is told about them. tests/e2e/ssi_pages.js has many more pages.
 */
#include "support/test.h"

#include "ssi/ssi_page.h"

static struct {
	struct ssi_variables variables;
	struct buf bytes, told, asked, added;
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

static void
note_added(
	void *context, const char *name, struct slice text, size_t offset, size_t length, size_t at)
{
	(void)context;
	assert_in_range(offset + length, 1, text.length);
	/* It is what is in the page now. */
	assert_int_equal(here.bytes.length, at + length);
	assert_memory_equal(here.bytes.bytes + at, text.at + offset, length);
	buf_addf(&here.added, "%s:%zu+%zu ", name, offset, length);
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
	buf_finish(&here.added);
	return 0;
}

static void
make(const char *text)
{
	static const struct ssi_page_options options = {get_part, tell, note_added, NULL};

	buf_clear(&here.bytes);
	buf_clear(&here.told);
	buf_clear(&here.asked);
	buf_clear(&here.added);
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

/* What directives make is of no file; what they do not show is not in the page. */
static void
what_the_bytes_are_from(void **state)
{
	(void)state;
	make("ab<!--#include virtual=\"/part.html\" -->cd<!--#echo var=\"x\" -->"
	     "<!--#if expr=\"a = b\" -->no<!--#endif -->e<!--#include file=\"inner.shtml\" -->");
	assert_string_equal(here.added.bytes,
		"folder/page.shtml:0+2 part.html:0+4 folder/page.shtml:39+2 "
		"folder/page.shtml:102+1 folder/inner.shtml:0+1 folder/leaf.txt:0+34 "
		"folder/inner.shtml:65+1 ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(parts, enter, leave),
		cmocka_unit_test_setup_teardown(what_is_told, enter, leave),
		cmocka_unit_test_setup_teardown(depth, enter, leave),
		cmocka_unit_test_setup_teardown(what_the_bytes_are_from, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
