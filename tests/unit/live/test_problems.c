/*
 * Files are saved, and a page uses some of them.
 */
#include "support/test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "live/problems.h"
#include "support/folder.h"

static struct {
	struct root *root;
	struct problems *problems;
	const char *unused;
} here;

static bool
is_used(void *context, const char *path)
{
	assert_ptr_equal(context, &here);
	return !here.unused || strcmp(path, here.unused) != 0;
}

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	folder_enter();
	here.root = root_create(".");
	here.problems = problems_create(here.root, is_used, &here);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	problems_destroy(here.problems);
	root_destroy(here.root);
	folder_leave();
	return 0;
}

static void
save(const char *path, const char *text)
{
	struct changes changes = {0};

	if (text)
		folder_write(path, text);
	else
		folder_remove(path);
	changes_add(&changes, slice_of(path), text ? CHANGE_MODIFIED : CHANGE_DELETED);
	problems_update(here.problems, &changes);
	changes_finish(&changes);
}

/* Line 0 stands for no problem. */
static void
assert_problem(const char *path, size_t line)
{
	const struct syntax_problem *problem = problems_find(here.problems, path);

	assert_int_equal(problem ? problem->line : 0, line);
}

static void
problems_come_and_go(void **state)
{
	(void)state;
	assert_problem("a.css", 0);
	save("a.css", "a {}\nb {");
	save("b/c.json", "{");
	assert_problem("a.css", 2);
	assert_problem("b/c.json", 1);
	assert_string_equal(problems_find(here.problems, "a.css")->what, "a { is never closed");
	save("a.css", "a {");
	assert_problem("a.css", 1);
	save("a.css", "a {}");
	assert_problem("a.css", 0);
	assert_problem("b/c.json", 1);
	save("b/c.json", NULL);
	assert_problem("b/c.json", 0);
	save("b/c.json", "{");
	assert_problem("b/c.json", 1);
}

static void
only_what_is_used_and_readable(void **state)
{
	char *large = mem_zero(PROBLEMS_MAX + 2);

	(void)state;
	here.unused = "a.css";
	save("a.css", "{");
	assert_problem("a.css", 0);
	here.unused = NULL;
	save("a.html", "{");
	assert_problem("a.html", 0);
	memset(large, '{', PROBLEMS_MAX + 1);
	save("b.json", large);
	assert_problem("b.json", 0);
	large[PROBLEMS_MAX] = '\0';
	save("b.json", large);
	assert_problem("b.json", 1);
	free(large);
}

static void
what_is_no_file(void **state)
{
	size_t descriptors = folder_open_descriptors();
	struct changes changes = {0};

	(void)state;
	folder_make("a.css");
	assert_return_code(mkfifo("b.css", 0600), errno);
	folder_write("../outside/c.css", "{");
	assert_return_code(symlink("../outside/c.css", "c.css"), errno);
	for (const char *const *path = (const char *const[]){"a.css", "b.css", "c.css", NULL};
		*path; path++)
		changes_add(&changes, slice_of(*path), CHANGE_CREATED);
	problems_update(here.problems, &changes);
	for (size_t i = 0; i < changes.count; i++)
		assert_problem(changes.items[i].path, 0);
	changes_finish(&changes);
	assert_int_equal(folder_open_descriptors(), descriptors);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(problems_come_and_go),
		TEST(only_what_is_used_and_readable),
		TEST(what_is_no_file),
	};

	problems_destroy(NULL);
	return cmocka_run_group_tests_name("problems", tests, NULL, NULL);
}
