#include "support/test.h"

#include <string.h>

#include "bundled/bundled_file.h"
#include "commands/starter_file.h"
#include "html/client_script.h"
#include "local/doc_file.h"
#include "local/status_file.h"
#include "wire/view_file.h"

static const struct bundled_file files[] = {
	{"a.js", "\"1\"", 1, "1"},
	{"a.js.txt", "\"2\"", 1, "2"},
	{"b.css", "\"3\"", 1, "3"},
	{0},
};

static void
each_by_its_name(void **state)
{
	(void)state;
	assert_ptr_equal(bundled_file_find(files, SLICE_LITERAL("a.js")), &files[0]);
	assert_ptr_equal(bundled_file_find(files, SLICE_LITERAL("a.js.txt")), &files[1]);
	assert_ptr_equal(bundled_file_find(files, SLICE_LITERAL("b.css")), &files[2]);
	/* A part of a longer text, as a name in a URL is. */
	assert_ptr_equal(bundled_file_find(files, (struct slice){"a.js.map", 4}), &files[0]);
}

static void
other_names(void **state)
{
	static const struct bundled_file none[] = {{0}};
	static const struct slice names[] = {
		{0},
		{"", 0},
		{"a.j", 3},
		{"a.js.", 5},
		{"a.js", 5}, /* with its NUL */
		{"A.js", 4},
		{"/a.js", 5},
		{"c.css", 5},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(names); i++)
		assert_null(bundled_file_find(files, names[i]));
	assert_null(bundled_file_find(none, SLICE_LITERAL("a.js")));
	assert_null(bundled_file_find(none, (struct slice){0}));
}

/* What the build makes is as bundled_file.h says. */
static void
tables_of_the_build(void **state)
{
	static const struct {
		const struct bundled_file *files;
		const char *name; /* one that is there */
	} tables[] = {
		{client_scripts, "client.js"},
		{view_files, "index.html"},
		{status_files, "status.css"},
		{doc_files, "manual.md"},
		{starter_files, "index.html"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(tables); i++) {
		assert_non_null(bundled_file_find(tables[i].files, slice_of(tables[i].name)));
		for (const struct bundled_file *file = tables[i].files; file->name; file++) {
			assert_ptr_equal(
				bundled_file_find(tables[i].files, slice_of(file->name)), file);
			assert_true(file->length > 0);
			assert_int_equal(strlen(file->text), file->length);
			assert_int_equal(strlen(file->etag), 18);
			assert_int_equal(file->etag[0], '"');
			assert_int_equal(file->etag[17], '"');
		}
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_by_its_name),
		cmocka_unit_test(other_names),
		cmocka_unit_test(tables_of_the_build),
	};

	return cmocka_run_group_tests_name("bundled_file", tests, NULL, NULL);
}
