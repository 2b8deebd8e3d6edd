/*
 * Settings files and the ways to them: who can have written them, and where links lead.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fs/safe_file.h"
#include "support/folder.h"

enum { STRANGER = 12345, USER = 23456, GROUP = 34567 };

/* ---- the users of this machine ---- */

static struct {
	bool is_user; /* this process seems to be that of USER, and not of root */
	const char *user_name, *group_name;
	char **members;
} here;

uid_t __real_geteuid(void);
uid_t __wrap_geteuid(void);
struct passwd *__wrap_getpwuid(uid_t user);
struct group *__wrap_getgrgid(gid_t group);

uid_t
__wrap_geteuid(void)
{
	return here.is_user ? USER : __real_geteuid();
}

struct passwd *
__wrap_getpwuid(uid_t user)
{
	static struct passwd found;

	(void)user;
	found.pw_name = (char *)here.user_name;
	return here.user_name ? &found : NULL;
}

struct group *
__wrap_getgrgid(gid_t group)
{
	static struct group found;

	(void)group;
	found.gr_name = (char *)here.group_name;
	found.gr_mem = here.members;
	return here.group_name ? &found : NULL;
}

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	folder_enter();
	folder_write(".vscode/s", "text");
	folder_write("f", "text");
	folder_write("../outside/f", "text");
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	here.is_user = false;
	folder_leave();
	return 0;
}

static void
need_root(void)
{
	if (__real_geteuid() != 0)
		skip();
}

/* 0 when the file can be used; its content is checked. Otherwise errno. */
static int
error_of(const char *folder, const char *name, enum safe_file_place place)
{
	char bytes[10] = "";
	int fd = safe_file_open(&(struct safe_file){folder, name, place});

	if (fd < 0)
		return errno;
	assert_int_equal(read(fd, bytes, sizeof(bytes)), 4);
	assert_string_equal(bytes, "text");
	close(fd);
	return 0;
}

static int
inside(const char *name)
{
	return error_of(".", name, SAFE_FILE_INSIDE);
}

static int
above(const char *name)
{
	return error_of(".", name, SAFE_FILE_ABOVE);
}

static int
at_home(const char *name)
{
	return error_of(".", name, SAFE_FILE_HOME);
}

/* ---- tests ---- */

static void
own_files(void **state)
{
	size_t before = folder_open_descriptors();

	(void)state;
	assert_int_equal(inside("f"), 0);
	assert_int_equal(inside(".vscode/s"), 0);
	assert_int_equal(above(".vscode/s"), 0);
	assert_int_equal(at_home("f"), 0);
	assert_int_equal(error_of("", "f", SAFE_FILE_INSIDE), 0);
	assert_int_equal(error_of(".vscode", "s", SAFE_FILE_INSIDE), 0);
	assert_int_equal(inside("none"), ENOENT);
	assert_int_equal(inside("none/s"), ENOENT);
	assert_int_equal(inside("f/s"), ENOTDIR);
	assert_int_equal(inside(".vscode"), EISDIR);
	assert_int_equal(at_home(".vscode"), EISDIR);
	assert_int_equal(error_of("none", "s", SAFE_FILE_INSIDE), ENOENT);
	assert_int_equal(folder_open_descriptors(), before);
}

static void
rights_of_others(void **state)
{
	(void)state;
	assert_return_code(chmod("f", 0646), errno);
	assert_int_equal(inside("f"), SAFE_FILE_SHARED);
	assert_int_equal(above("f"), SAFE_FILE_SHARED);
	assert_int_equal(at_home("f"), 0);
	assert_return_code(chmod(".vscode", 0757), errno);
	assert_int_equal(inside(".vscode/s"), SAFE_FILE_SHARED_FOLDER);
	assert_int_equal(above(".vscode/s"), SAFE_FILE_SHARED_FOLDER);
	assert_return_code(chmod(".vscode", 0755), errno);
	assert_int_equal(inside(".vscode/s"), 0);
	/* A sticky folder, as /tmp. Others could rename .vscode or make another one. */
	assert_return_code(chmod(".", 01777), errno);
	assert_return_code(chmod("f", 0644), errno);
	assert_int_equal(inside("f"), SAFE_FILE_SHARED_FOLDER);
	assert_int_equal(inside(".vscode/s"), SAFE_FILE_SHARED_FOLDER);
	assert_int_equal(above(".vscode/s"), SAFE_FILE_SHARED_FOLDER);
	/* No file, no complaint. */
	assert_int_equal(inside("none"), ENOENT);
	assert_int_equal(inside(".vscode/none"), ENOENT);
}

static void
files_of_others(void **state)
{
	(void)state;
	need_root();
	assert_return_code(chown("f", STRANGER, 0), errno);
	assert_int_equal(inside("f"), SAFE_FILE_FOREIGN);
	assert_int_equal(above("f"), SAFE_FILE_FOREIGN);
	assert_int_equal(at_home("f"), SAFE_FILE_FOREIGN);
	assert_return_code(chown(".vscode", STRANGER, 0), errno);
	assert_int_equal(inside(".vscode/s"), SAFE_FILE_FOREIGN_FOLDER);
	assert_int_equal(error_of(".vscode", "s", SAFE_FILE_ABOVE), SAFE_FILE_FOREIGN_FOLDER);
	assert_return_code(chown(".vscode", 0, 0), errno);
	assert_return_code(chown(".", STRANGER, 0), errno);
	assert_int_equal(inside(".vscode/s"), SAFE_FILE_FOREIGN_FOLDER);
	/* For another user, the files of root and their own count. */
	here.is_user = true;
	assert_return_code(chown(".", USER, 0), errno);
	assert_int_equal(inside(".vscode/s"), 0);
	assert_return_code(chown("f", USER, 0), errno);
	assert_int_equal(inside("f"), 0);
}

static void
private_groups(void **state)
{
	static char *nobody[] = {NULL}, *user[] = {"ada", NULL}, *two[] = {"ada", "bob", NULL};
	static const struct {
		gid_t group;
		const char *user_name, *group_name;
		char **members;
		int expected;
	} rows[] = {
		{USER, NULL, NULL, NULL, 0},
		{USER, "ada", "ada", nobody, 0},
		{USER, "ada", "ada", user, 0},
		{USER, "ada", "users", nobody, 0},
		{GROUP, "ada", "ada", nobody, 0},
		{USER, "ada", "ada", two, SAFE_FILE_SHARED},
		{USER, NULL, "ada", user, SAFE_FILE_SHARED},
		{GROUP, "ada", "users", nobody, SAFE_FILE_SHARED},
		{GROUP, "ada", NULL, NULL, SAFE_FILE_SHARED},
		{GROUP, NULL, NULL, NULL, SAFE_FILE_SHARED},
	};

	(void)state;
	need_root();
	here.is_user = true;
	assert_return_code(chmod("f", 0664), errno);
	for (size_t i = 0; i < ROWS(rows); i++) {
		here.user_name = rows[i].user_name;
		here.group_name = rows[i].group_name;
		here.members = rows[i].members;
		print_message("%zu\n", i);
		assert_return_code(chown("f", USER, rows[i].group), errno);
		assert_return_code(chown(".", USER, 0), errno);
		assert_return_code(chmod(".", 0755), errno);
		assert_int_equal(inside("f"), rows[i].expected);
		assert_return_code(chown("f", USER, USER), errno);
		assert_return_code(chown(".", USER, rows[i].group), errno);
		assert_return_code(chmod(".", 0775), errno);
		assert_int_equal(safe_file_is_refused(inside("f")), rows[i].expected != 0);
	}
	here.is_user = false; /* root has no private group */
	assert_return_code(chown("f", 0, 0), errno);
	assert_return_code(chown(".", 0, 0), errno);
	assert_return_code(chmod(".", 0755), errno);
	assert_int_equal(inside("f"), SAFE_FILE_SHARED);
}

static void
links(void **state)
{
	static const struct {
		const char *target;
		int expected;
	} rows[] = {
		{"f", 0},
		{"./.vscode/../f", 0},
		{"deep/up", 0},
		{"folder/s", 0},
		{"chain", 0},
		{"none", ENOENT},
		{"../root/f", SAFE_FILE_OUTSIDE},
		{"../outside/f", SAFE_FILE_OUTSIDE},
		{"out/f", SAFE_FILE_OUTSIDE},
		{"/etc/passwd", SAFE_FILE_OUTSIDE},
		{"/dev/zero", SAFE_FILE_OUTSIDE},
		{"l", ELOOP},
	};
	char *absolute = realpath("f", NULL);

	(void)state;
	folder_make("deep");
	assert_return_code(symlink("../f", "deep/up"), errno);
	assert_return_code(symlink(".vscode", "folder"), errno);
	assert_return_code(symlink("deep/up", "chain"), errno);
	assert_return_code(symlink("../outside", "out"), errno);
	for (size_t i = 0; i < ROWS(rows); i++) {
		print_message("%s\n", rows[i].target);
		assert_return_code(symlink(rows[i].target, "l"), errno);
		assert_int_equal(inside("l"), rows[i].expected);
		assert_int_equal(above("l"), SAFE_FILE_LINK);
		assert_return_code(unlink("l"), errno);
	}
	assert_return_code(symlink(absolute, "l"), errno);
	assert_int_equal(inside("l"), 0);
	assert_int_equal(inside("folder/s"), 0);
	assert_int_equal(above("folder/s"), SAFE_FILE_LINK);
	assert_int_equal(inside("out/f"), SAFE_FILE_OUTSIDE);
	assert_int_equal(at_home("out/f"), 0);
	/* The folder itself may be a link only where the user named it. */
	assert_int_equal(error_of("folder", "s", SAFE_FILE_INSIDE), 0);
	assert_int_not_equal(error_of("folder", "s", SAFE_FILE_ABOVE), 0);
	free(absolute);
}

/* The folder that a link leads to is judged, too. */
static void
links_through_folders_of_others(void **state)
{
	(void)state;
	folder_write("deep/shared/s", "text");
	assert_return_code(symlink("deep/shared/s", "l"), errno);
	assert_int_equal(inside("l"), 0);
	assert_return_code(chmod("deep/shared", 0777), errno);
	assert_int_equal(inside("l"), SAFE_FILE_SHARED_FOLDER);
}

static void
special_files(void **state)
{
	(void)state;
	assert_return_code(mkfifo("fifo", 0600), errno);
	assert_return_code(symlink("/dev/zero", "zero"), errno);
	assert_int_equal(inside("fifo"), SAFE_FILE_SPECIAL);
	assert_int_equal(above("fifo"), SAFE_FILE_SPECIAL);
	assert_int_equal(at_home("fifo"), SAFE_FILE_SPECIAL);
	assert_int_equal(at_home("zero"), SAFE_FILE_SPECIAL);
}

static void
sentences(void **state)
{
	const struct safe_file deep = {"site", ".vscode/settings.json", SAFE_FILE_INSIDE};
	const struct safe_file flat = {".", ".liveserve.json", SAFE_FILE_INSIDE};
	const struct safe_file in_tmp = {"/tmp", ".vscode/settings.json", SAFE_FILE_ABOVE};
	const struct safe_file evil = {"$(x)'", "s", SAFE_FILE_INSIDE};
	char *text;

	(void)state;
	for (int error = SAFE_FILE_FOREIGN; error <= SAFE_FILE_SPECIAL; error++) {
		assert_true(safe_file_is_refused(error));
		text = safe_file_refusal(&deep, error);
		assert_memory_equal(text, "site/.vscode/settings.json is not used: ", 40);
		free(text);
	}
	assert_false(safe_file_is_refused(ENOENT));
	text = safe_file_refusal(&deep, SAFE_FILE_SHARED_FOLDER);
	assert_non_null(strstr(text, "chmod go-w 'site' 'site/.vscode'"));
	free(text);
	text = safe_file_refusal(&flat, SAFE_FILE_SHARED_FOLDER);
	assert_non_null(strstr(text, "chmod go-w '.'"));
	free(text);
	text = safe_file_refusal(&in_tmp, SAFE_FILE_SHARED_FOLDER);
	assert_null(strstr(text, "chmod"));
	assert_non_null(strstr(text, "move it to a folder in which only you can write"));
	free(text);
	text = safe_file_refusal(&evil, SAFE_FILE_SHARED);
	assert_non_null(strstr(text, "chmod go-w '$(x)'\\''/s'"));
	free(text);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(own_files),
		TEST(rights_of_others),
		TEST(files_of_others),
		TEST(private_groups),
		TEST(links),
		TEST(links_through_folders_of_others),
		TEST(special_files),
		TEST(sentences),
	};

	return cmocka_run_group_tests_name("safe_file", tests, NULL, NULL);
}
