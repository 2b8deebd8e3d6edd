/*
 * Which files are looked for, how often, and what makes them be read again.
 */
#include "support/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "rules/rule_files.h"
#include "support/folder.h"

static struct {
	struct rule_files *files;
	unsigned opened, told;
} here;

static int
open_file(void *context, const char *name)
{
	(void)context;
	here.opened++;
	return open(name, O_RDONLY | O_CLOEXEC);
}

static void
note(void *context, enum log_level level, const char *sentence)
{
	(void)context;
	(void)level;
	(void)sentence;
	here.told++;
}

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	folder_enter();
	log_set_sink(note, NULL);
	here.files = rule_files_create();
	rule_files_set_opener(here.files, open_file, NULL);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	rule_files_destroy(here.files);
	log_set_sink(NULL, NULL);
	folder_leave();
	return 0;
}

static bool
changed(const char *path)
{
	struct changes changes = {0};
	bool has_rules;

	changes_add(&changes, slice_of(path), CHANGE_MODIFIED);
	has_rules = rule_files_note_changes(here.files, &changes);
	changes_finish(&changes);
	return has_rules;
}

static void
looked_for_once(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_null(rule_files_redirects(here.files));
		assert_null(rule_files_headers(here.files));
	}
	assert_int_equal(here.opened, 2);
	folder_write("_redirects", "/a /b\n");
	assert_null(rule_files_redirects(here.files));
	assert_false(changed("a.html"));
	assert_null(rule_files_redirects(here.files));
	assert_true(changed("_redirects"));
	assert_non_null(rule_files_redirects(here.files));
	assert_null(rule_files_headers(here.files));
	assert_int_equal(here.opened, 3);
	folder_remove("_redirects");
	rule_files_forget(here.files);
	assert_null(rule_files_redirects(here.files));
	assert_false(changed("sub/_redirects"));
}

static void
too_many_changes(void **state)
{
	struct changes changes = {.further_count = 1};

	(void)state;
	assert_null(rule_files_headers(here.files));
	folder_write("_headers", "/a\n X-A: b\n");
	rule_files_note_changes(here.files, &changes);
	assert_non_null(rule_files_headers(here.files));
	assert_false(rule_files_note_changes(NULL, &changes));
	rule_files_forget(NULL);
}

/* What is told of a file is told once, also when the file is saved again. */
static void
told_once(void **state)
{
	(void)state;
	folder_write("_redirects", "bad\n");
	rule_files_redirects(here.files);
	assert_int_equal(here.told, 1);
	folder_write("_redirects", "\n\nbad\n");
	changed("_redirects");
	rule_files_redirects(here.files);
	assert_int_equal(here.opened, 2);
	assert_int_equal(here.told, 1);
}

static void
unreadable(void **state)
{
	static char large[RULE_FILES_SIZE_MAX + 2];

	(void)state;
	folder_make("_headers");
	assert_null(rule_files_headers(here.files));
	memset(large, '\n', sizeof(large) - 1);
	folder_write("_redirects", large);
	assert_null(rule_files_redirects(here.files));
	assert_int_equal(here.told, 1);
	folder_write_bytes(".htaccess", "Redirect /a /b\0", 15);
	assert_null(rule_files_htaccess(here.files, SLICE_LITERAL("")));
	assert_int_equal(here.told, 2);
	rule_files_set_opener(here.files, NULL, NULL);
	rule_files_forget(here.files);
	assert_null(rule_files_redirects(here.files));
}

static bool
has_none(const char *path)
{
	return rule_files_have_none(here.files, slice_of(path));
}

/* What is noted of a folder is true of each path in it, and of no other folder. */
static void
folders_without_rules(void **state)
{
	(void)state;
	assert_false(has_none("/a/b.html"));
	rule_files_note_none(here.files, SLICE_LITERAL("/a/b.html"));
	assert_true(has_none("/a/b.html"));
	assert_true(has_none("/a/c%20d"));
	assert_true(has_none("/a/"));
	assert_false(has_none("/a"));
	assert_false(has_none("/"));
	assert_false(has_none("/a/b/c.html"));
	assert_false(has_none("/%61/b.html"));
	assert_false(has_none("*"));
	assert_false(has_none(""));
	rule_files_note_none(here.files, SLICE_LITERAL("*"));
	assert_false(has_none("*"));
}

/* Only a file with rules ends it, whichever folder it is in, or not to know what has changed. */
static void
folders_get_rules(void **state)
{
	static const char *const ends[] = {"a/.htaccess", ".htaccess", "_redirects", "_headers"};
	struct changes lost = {.further_count = 1};

	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		rule_files_note_none(here.files, SLICE_LITERAL("/a/b.html"));
		assert_false(changed("a/b.html"));
		assert_true(has_none("/a/b.html"));
		assert_true(changed(ends[i]));
		assert_false(has_none("/a/b.html"));
	}
	rule_files_note_none(here.files, SLICE_LITERAL("/a/b.html"));
	rule_files_note_changes(here.files, &lost);
	assert_false(has_none("/a/b.html"));
	rule_files_note_none(here.files, SLICE_LITERAL("/a/b.html"));
	rule_files_forget(here.files);
	assert_false(has_none("/a/b.html"));
}

/* The memory for it is bounded, in number and in length. */
static void
folders_are_bounded(void **state)
{
	char path[RULE_FILES_PATH_MAX + 8];

	(void)state;
	memset(path, 'a', sizeof(path));
	path[0] = path[RULE_FILES_PATH_MAX - 1] = '/';
	path[RULE_FILES_PATH_MAX] = '\0';
	rule_files_note_none(here.files, slice_of(path));
	assert_true(has_none(path));
	path[RULE_FILES_PATH_MAX - 1] = 'a';
	path[RULE_FILES_PATH_MAX] = '/';
	path[RULE_FILES_PATH_MAX + 1] = '\0';
	rule_files_note_none(here.files, slice_of(path));
	assert_false(has_none(path));
	for (int i = 0; i < RULE_FILES_KEPT_MAX; i++) {
		snprintf(path, sizeof(path), "/%d/", i);
		rule_files_note_none(here.files, slice_of(path));
	}
	assert_true(has_none(path));
	assert_false(has_none("/0/"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(looked_for_once, enter, leave),
		cmocka_unit_test_setup_teardown(too_many_changes, enter, leave),
		cmocka_unit_test_setup_teardown(told_once, enter, leave),
		cmocka_unit_test_setup_teardown(unreadable, enter, leave),
		cmocka_unit_test_setup_teardown(folders_without_rules, enter, leave),
		cmocka_unit_test_setup_teardown(folders_get_rules, enter, leave),
		cmocka_unit_test_setup_teardown(folders_are_bounded, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
