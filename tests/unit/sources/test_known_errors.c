/*
 * Errors are remembered until a file of theirs changes.
 */
#include "support/test.h"

#include <stdlib.h>

#include "base/mem.h"
#include "sources/known_errors.h"

static struct known_errors errors;

static void
add(const char *served, const char *file)
{
	known_errors_add(&errors, slice_of(served), slice_of(file));
}

static void
assert_taken(const char *path, const char *file)
{
	char *taken = known_errors_take(&errors, path);

	if (file)
		assert_string_equal(taken, file);
	else
		assert_null(taken);
	free(taken);
}

static void
errors_of_files(void **state)
{
	(void)state;
	add("a.js", "a.js");
	add("a.js", "a.js");
	add("dist/b.js", "src/b.ts");
	add("dist/b.js", "../c.ts");
	assert_taken("b.js", NULL);
	assert_taken("a.js", "a.js");
	assert_taken("a.js", NULL);
	assert_taken("src/b.ts", "src/b.ts");
	assert_taken("dist/b.js", "../c.ts");
	assert_taken("dist/b.js", NULL);
	known_errors_finish(&errors);
}

static void
many(void **state)
{
	(void)state;
	for (int i = 0; i <= KNOWN_ERRORS_MAX; i++) {
		char *name = mem_format("%d.js", i);

		add(name, name);
		free(name);
	}
	assert_taken("0.js", NULL);
	assert_taken("1.js", "1.js");
	assert_taken("100.js", "100.js");
	known_errors_finish(&errors);
	assert_taken("2.js", NULL);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_of_files),
		cmocka_unit_test(many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
