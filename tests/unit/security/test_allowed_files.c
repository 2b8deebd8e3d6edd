/*
 * What is remembered about settings files, and what does not count.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "security/allowed_files.h"
#include "support/capture.h"
#include "support/folder.h"

#define FILE_PATH "/site/.liveserve.json"

static char digest[ALLOWED_FILES_DIGEST_SIZE], other[ALLOWED_FILES_DIGEST_SIZE];
static char *store, *record;

static int
enter(void **state)
{
	char *here, *name;

	(void)state;
	folder_enter();
	here = realpath(".", NULL);
	setenv("HOME", here, true);
	unsetenv("XDG_DATA_HOME");
	free(here);
	allowed_files_digest(slice_of("{}"), digest);
	allowed_files_digest(slice_of("{} "), other);
	store = allowed_files_folder();
	name = allowed_files_name(FILE_PATH);
	record = mem_format("%s/%s", store, name);
	free(name);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	free(store);
	free(record);
	folder_leave();
	return 0;
}

static void
add(const char *const *paths)
{
	static char *none[] = {NULL};

	assert_true(
		allowed_files_add(FILE_PATH, digest, paths ? (char *const *)(void *)paths : none));
}

static bool
is_allowed(const char *path, const char *of)
{
	char **paths;
	bool found = allowed_files_find(path, of, NULL, NULL, &paths);

	assert_int_equal(found, paths != NULL);
	allowed_files_free_paths(paths);
	return found;
}

static void
digests(void **state)
{
	(void)state;
	allowed_files_digest(slice_of("abc"), digest); /* FIPS 180-2, B.1 */
	assert_string_equal(
		digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void
places(void **state)
{
	char *folder;

	(void)state;
	setenv("XDG_DATA_HOME", "/data", true);
	folder = allowed_files_folder();
	assert_string_equal(folder, "/data/liveserve/allow");
	free(folder);
	setenv("XDG_DATA_HOME", "relative", true);
	setenv("HOME", "/home/me", true);
	folder = allowed_files_folder();
	assert_string_equal(folder, "/home/me/.local/share/liveserve/allow");
	free(folder);
	unsetenv("HOME");
	assert_null(allowed_files_folder());
}

static void
only_these_bytes_at_this_path(void **state)
{
	static const char *const given[] = {"/home/me/lib", "/a b", NULL};
	char **paths;
	struct stat state_of;

	(void)state;
	assert_false(is_allowed(FILE_PATH, digest));
	add(given);
	assert_true(allowed_files_find(FILE_PATH, digest, NULL, NULL, &paths));
	assert_string_equal(paths[0], "/home/me/lib");
	assert_string_equal(paths[1], "/a b");
	assert_null(paths[2]);
	allowed_files_free_paths(paths);
	assert_false(is_allowed(FILE_PATH, other));
	assert_false(is_allowed(FILE_PATH, ""));
	assert_false(is_allowed("/elsewhere/.liveserve.json", digest));
	assert_int_equal(stat(record, &state_of), 0);
	assert_int_equal(state_of.st_mode & 0777, 0600);
	assert_int_equal(stat(store, &state_of), 0);
	assert_int_equal(state_of.st_mode & 0777, 0700);
}

static void
a_later_one_replaces_it(void **state)
{
	(void)state;
	add(NULL);
	memcpy(digest, other, sizeof(digest));
	add(NULL);
	assert_true(is_allowed(FILE_PATH, other));
	allowed_files_digest(slice_of("{}"), digest);
	assert_false(is_allowed(FILE_PATH, digest));
}

/* The record of another file, under the name of this one. */
static void
a_record_that_was_renamed(void **state)
{
	char *name, *path;

	(void)state;
	add(NULL);
	name = allowed_files_name("/evil/.liveserve.json");
	path = mem_format("%s/%s", store, name);
	assert_int_equal(rename(record, path), 0);
	assert_false(is_allowed("/evil/.liveserve.json", digest));
	free(path);
	free(name);
}

static void
what_others_may_write_to(void **state)
{
	char *parent;

	(void)state;
	add(NULL);
	parent = mem_copy(store, strlen(store) - strlen("/allow"));
	assert_int_equal(chmod(record, 0620), 0);
	assert_false(is_allowed(FILE_PATH, digest));
	assert_int_equal(chmod(record, 0602), 0);
	assert_false(is_allowed(FILE_PATH, digest));
	assert_int_equal(chmod(record, 0644), 0);
	assert_true(is_allowed(FILE_PATH, digest));
	assert_int_equal(chmod(store, 0770), 0);
	assert_false(is_allowed(FILE_PATH, digest));
	assert_int_equal(chmod(store, 0700), 0);
	assert_int_equal(chmod(parent, 0777), 0);
	assert_false(is_allowed(FILE_PATH, digest));
	capture_begin(2);
	assert_false(allowed_files_add(FILE_PATH, digest, (char *[]){NULL}));
	assert_non_null(strstr(capture_end(), "must belong to you"));
	assert_int_equal(chmod(parent, 0700), 0);
	assert_true(is_allowed(FILE_PATH, digest));
	free(parent);
}

static void
what_others_own(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	add(NULL);
	assert_int_equal(chown(record, 12345, 12345), 0);
	assert_false(is_allowed(FILE_PATH, digest));
	assert_int_equal(chown(record, 0, 0), 0);
	assert_int_equal(chown(store, 12345, 12345), 0);
	assert_false(is_allowed(FILE_PATH, digest));
}

static void
a_link_is_no_record(void **state)
{
	(void)state;
	add(NULL);
	assert_int_equal(rename(record, "elsewhere"), 0);
	assert_int_equal(symlink("../../../../elsewhere", record), 0);
	assert_false(is_allowed(FILE_PATH, digest));
}

static int
open_record(void *context, const char *path)
{
	assert_string_equal(path, record);
	++*(int *)context;
	return open(path, O_RDONLY | O_CLOEXEC);
}

static void
opener_opens_the_record(void **state)
{
	char **paths;
	int count = 0;

	(void)state;
	add(NULL);
	assert_true(allowed_files_find(FILE_PATH, digest, open_record, &count, &paths));
	assert_int_equal(count, 1);
	allowed_files_free_paths(paths);
}

static void
removal(void **state)
{
	bool was_allowed;

	(void)state;
	assert_true(allowed_files_remove(FILE_PATH, &was_allowed));
	assert_false(was_allowed);
	add(NULL);
	assert_true(allowed_files_remove(FILE_PATH, &was_allowed));
	assert_true(was_allowed);
	assert_false(is_allowed(FILE_PATH, digest));
}

static void
what_cannot_be_written(void **state)
{
	bool was_allowed;

	(void)state;
	folder_write(".local", "a file");
	capture_begin(2);
	assert_false(allowed_files_add(FILE_PATH, digest, (char *[]){NULL}));
	assert_non_null(strstr(capture_end(), "cannot make the folder"));
	capture_begin(2);
	assert_false(allowed_files_add("/a\nb", digest, (char *[]){NULL}));
	assert_non_null(strstr(capture_end(), "line break"));
	unsetenv("HOME");
	capture_begin(2);
	assert_false(allowed_files_add(FILE_PATH, digest, (char *[]){NULL}));
	assert_false(allowed_files_remove(FILE_PATH, &was_allowed));
	assert_non_null(strstr(capture_end(), "no home folder"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(digests),
		TEST(places),
		TEST(only_these_bytes_at_this_path),
		TEST(a_later_one_replaces_it),
		TEST(a_record_that_was_renamed),
		TEST(what_others_may_write_to),
		TEST(what_others_own),
		TEST(a_link_is_no_record),
		TEST(opener_opens_the_record),
		TEST(removal),
		TEST(what_cannot_be_written),
	};

	return cmocka_run_group_tests_name("allowed_files", tests, NULL, NULL);
}
