/*
 * Which names are ignored. The verdicts on .gitignore files are compared with those of the real
 * git, for every row and every path of one tree.
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

#include "base/buf.h"
#include "base/mem.h"
#include "support/folder.h"
#include "watch/ignore.h"

static struct {
	struct root *root;
	struct ignore *ignore;
} here;

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	here.root = root_create(".");
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	ignore_destroy(here.ignore);
	root_destroy(here.root);
	memset(&here, 0, sizeof(here));
	folder_leave();
	return 0;
}

static void
by_globs(void **state)
{
	static const char *const globs[] = {"*.log", "drafts/", "!keep.log", "!.vscode", NULL};
	static const struct {
		const char *path, *by, *by_thorough;
	} rows[] = {
		{"a.html", NULL, NULL}, {"a/b.log", "*.log", "*.log"}, {"keep.log", NULL, NULL},
		{"drafts/a", "drafts/", "drafts/"}, {"a.scss", "*.scss", NULL},
		{"a/b.ts", "*.ts", NULL}, {"c.sass", "*.sass", NULL}, {".vscode/x", NULL, NULL},
		{"node_modules/a", "node_modules", "node_modules"}, {"a~", "*~", "*~"},
		{"tmp", NULL, NULL}, /* in a .gitignore that is not read */
	};
	const struct ignore_options options = {.globs = globs}, thorough = {
									.globs = globs,
									.keeps_sources = true,
								};

	(void)state;
	folder_write(".gitignore", "tmp\n");
	for (size_t i = 0; i < 2 * ROWS(rows); i++) {
		const char *expected = i % 2 ? rows[i / 2].by_thorough : rows[i / 2].by, *by;

		here.ignore = ignore_create(here.root, i % 2 ? &thorough : &options);
		by = ignore_by(here.ignore, rows[i / 2].path, false);
		assert_string_equal(by ? by : "-", expected ? expected : "-");
		assert_int_equal(by && ignore_is_temporary(by), by && strcmp(by, "*~") == 0);
		assert_false(ignore_is_gitignore(here.ignore, ".gitignore"));
		ignore_destroy(here.ignore);
		here.ignore = NULL;
	}
}

/* ---- compared with the real git ---- */

/* Folders end in '/'. */
static const char *const tree[] = {
	"a",
	"b.log",
	"c.txt",
	"x y",
	"#hash",
	"!bang",
	"tail ",
	"back\\slash",
	"[",
	"[x",
	"{a,b}",
	"*",
	"**",
	"q?",
	"dist/",
	"dist/a.js",
	"dist/sub/",
	"dist/sub/b.js",
	"sub/",
	"sub/a",
	"sub/b.log",
	"sub/keep.log",
	"sub/dist/",
	"sub/dist/a.js",
	"sub/deep/",
	"sub/deep/a",
	"sub/deep/b.log",
	"sub/deep/dist/",
	"sub/deep/dist/c",
	"foo/",
	"foo/bar",
	"foo/bar.d/",
	"foo/bar.d/baz",
	"foobar",
	"foo.d/",
	"foo.d/foo",
	"A",
	"sub/A",
	"\xc3\xa4.txt",
	".hidden",
	"sub/.hidden",
};

static const struct {
	const char *text;       /* of .gitignore */
	const char *sub, *deep; /* of sub/.gitignore and sub/deep/.gitignore; or NULL */
} files[] = {
	{"", NULL, NULL},
	{"a", NULL, NULL},
	{"/a", NULL, NULL},
	{"a/", NULL, NULL},
	{"dist", NULL, NULL},
	{"dist/", NULL, NULL},
	{"/dist/", NULL, NULL},
	{"/dist", NULL, NULL},
	{"sub/dist", NULL, NULL},
	{"/sub/dist/", NULL, NULL},
	{"deep/dist", NULL, NULL},
	{"*.log", NULL, NULL},
	{"*.log\n!keep.log", NULL, NULL},
	{"!keep.log\n*.log", NULL, NULL},
	{"*.log\n!sub/keep.log\n", NULL, NULL},
	{"*.log\n!/keep.log\n", NULL, NULL},
	{"sub/\n!sub/a", NULL, NULL},
	{"sub/*\n!sub/a", NULL, NULL},
	{"sub/*\n!sub/deep\nsub/deep/*\n!sub/deep/a", NULL, NULL},
	{"a\n!sub", NULL, NULL},
	{"*\n!sub/", NULL, NULL},
	{"*\n!*/\n!*.log", NULL, NULL},
	{"/*\n!/sub", NULL, NULL},
	{"*/", NULL, NULL},
	{"**", NULL, NULL},
	{"**/a", NULL, NULL},
	{"**/dist/", NULL, NULL},
	{"**/deep/a", NULL, NULL},
	{"sub/**", NULL, NULL},
	{"sub/**/", NULL, NULL},
	{"sub/**\n!sub/a", NULL, NULL},
	{"sub/**/a", NULL, NULL},
	{"sub/**/dist", NULL, NULL},
	{"s**a", NULL, NULL},
	/* Not "s**" + "/a": what git 2.39 says to that depends on where its memory lies. */
	{"***/a", NULL, NULL},
	{"sub/***/a", NULL, NULL},
	{"**foo", NULL, NULL},
	{"foo**", NULL, NULL},
	{"foo*", NULL, NULL},
	{"foo?", NULL, NULL},
	{"foo/bar", NULL, NULL},
	{"foo/*", NULL, NULL},
	{"foo/ba?", NULL, NULL},
	{"foo?bar", NULL, NULL},
	{"foo[/]bar", NULL, NULL},
	{"*/bar", NULL, NULL},
	{"[ab]", NULL, NULL},
	{"[!a]", NULL, NULL},
	{"[^a]", NULL, NULL},
	{"[a-c].*", NULL, NULL},
	{"[", NULL, NULL},
	{"[x", NULL, NULL},
	{"\\[", NULL, NULL},
	{"\\[x", NULL, NULL},
	{"[[]", NULL, NULL},
	{"[]]", NULL, NULL},
	{"{a,b}", NULL, NULL},
	{"\\*", NULL, NULL},
	{"\\**", NULL, NULL},
	{"q\\?", NULL, NULL},
	{"#hash", NULL, NULL},
	{"\\#hash", NULL, NULL},
	{" #hash", NULL, NULL},
	{"!bang", NULL, NULL},
	{"\\!bang", NULL, NULL},
	{"!!bang", NULL, NULL},
	{"a   ", NULL, NULL},
	{"tail\\ ", NULL, NULL},
	{"tail\\  ", NULL, NULL},
	{"tail ", NULL, NULL},
	{"x y", NULL, NULL},
	{"x\\ y", NULL, NULL},
	{"a\t", NULL, NULL},
	{" a", NULL, NULL},
	{"back\\\\slash", NULL, NULL},
	{"back\\slash", NULL, NULL},
	{"a\\", NULL, NULL},
	{"\\a", NULL, NULL},
	{"a\r\nb.log\r\n", NULL, NULL},
	{"\n\n \n\na\n\n", NULL, NULL},
	{"\xef\xbb\xbf"
	 "a\nb.log",
		NULL, NULL},
	{"/", NULL, NULL},
	{"//", NULL, NULL},
	{"!", NULL, NULL},
	{"!/", NULL, NULL},
	{".", NULL, NULL},
	{"./a", NULL, NULL},
	{"a//", NULL, NULL},
	{"dist//", NULL, NULL},
	{"sub//a", NULL, NULL},
	{".*", NULL, NULL},
	{"\xc3\xa4.txt", NULL, NULL},
	{"?.txt", NULL, NULL},
	{"*.txt", NULL, NULL},
	{"a\n!a\na\n!a", NULL, NULL},
	{"A", NULL, NULL},
	{"", "a", NULL},
	{"", "/a", NULL},
	{"", "dist/", NULL},
	{"", "deep/a", NULL},
	{"", "/deep/", NULL},
	{"", "sub/a", NULL},
	{"*.log", "!*.log", NULL},
	{"*.log", "!*.log", "*.log"},
	{"!*.log", "*.log", "!b.log"},
	{"*.log", "!keep.log", NULL},
	{"sub/", "!a", NULL},
	{"sub/deep", "!deep", "!a"},
	{"sub/deep/", "", "!a"},
	{"", "*\n!deep\n", "!*\ndist"},
	{"a", "", "!a"},
};

static void
write_files(size_t row)
{
	folder_remove("sub/.gitignore");
	folder_remove("sub/deep/.gitignore");
	folder_write(".gitignore", files[row].text);
	if (files[row].sub)
		folder_write("sub/.gitignore", files[row].sub);
	if (files[row].deep)
		folder_write("sub/deep/.gitignore", files[row].deep);
}

static struct slice
without_slash(const char *path)
{
	struct slice slice = slice_of(path);

	slice.length -= slice_ends(slice, "/");
	return slice;
}

/* The paths that git ignores, each with a line feed. */
static char *
ask_git(void)
{
	FILE *git = popen(
		"git -c core.quotePath=false check-ignore --no-index -z --stdin <../outside/paths",
		"re");
	struct buf text = {0};
	char piece[4096];
	size_t got;

	assert_non_null(git);
	while ((got = fread(piece, 1, sizeof(piece), git)) > 0)
		buf_add(&text, piece, got);
	for (size_t i = 0; i < text.length; i++)
		if (text.bytes[i] == '\0')
			text.bytes[i] = '\n';
	assert_true(pclose(git) >= 0);
	buf_add_text(&text, "");
	return buf_take(&text);
}

static char *
ask_ourselves(void)
{
	struct buf text = {0};

	buf_reserve(&text, 1);
	text.bytes[0] = '\0';
	for (size_t i = 0; i < ROWS(tree); i++) {
		struct slice path = without_slash(tree[i]);
		char *name = mem_copy(path.at, path.length);

		if (ignore_by(here.ignore, name, slice_ends(slice_of(tree[i]), "/")))
			buf_addf(&text, "%s\n", name);
		free(name);
	}
	return buf_take(&text);
}

static void
make_tree(void)
{
	struct buf paths = {0};

	for (size_t i = 0; i < ROWS(tree); i++) {
		if (slice_ends(slice_of(tree[i]), "/"))
			folder_make(tree[i]);
		else
			folder_write(tree[i], "");
		/* Without the slash: git looks by itself whether it is a folder. */
		buf_add_slice(&paths, without_slash(tree[i]));
		buf_add(&paths, "", 1);
	}
	folder_write_bytes("../outside/paths", paths.bytes, paths.length);
	buf_finish(&paths);
}

static void
same_verdicts_as_git(void **state)
{
	const struct ignore_options options = {.uses_gitignore = true};
	size_t failed = 0;

	(void)state;
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	make_tree();
	if (system("git init -q . >/dev/null 2>&1") != 0)
		skip();
	here.ignore = ignore_create(here.root, &options);
	for (size_t i = 0; i < ROWS(files); i++) {
		char *expected, *actual;

		write_files(i);
		ignore_forget(here.ignore, slice_of(""));
		expected = ask_git();
		actual = ask_ourselves();
		if (strcmp(actual, expected) != 0) {
			print_error("<%s> <%s> <%s>\nours:\n%sgit's:\n%s", files[i].text,
				files[i].sub ? files[i].sub : "",
				files[i].deep ? files[i].deep : "", actual, expected);
			failed++;
		}
		free(expected);
		free(actual);
	}
	assert_int_equal(failed, 0);
}

/* ---- .gitignore files as files ---- */

static void
assert_by(const char *name, const char *expected)
{
	const char *by = ignore_by(here.ignore, name, false);

	assert_string_equal(by ? by : "-", expected ? expected : "-");
}

static void
files_are_remembered(void **state)
{
	static const char *const globs[] = {"!taken.log", "!/back", NULL};
	const struct ignore_options options = {.uses_gitignore = true, .globs = globs};

	(void)state;
	folder_write(".gitignore", "*.log\nback\nnode_modules\n");
	folder_write("sub/.gitignore", "*.txt\n");
	here.ignore = ignore_create(here.root, &options);
	assert_true(ignore_is_gitignore(here.ignore, ".gitignore"));
	assert_true(ignore_is_gitignore(here.ignore, "sub/.gitignore"));
	assert_false(ignore_is_gitignore(here.ignore, "sub/a.gitignore"));
	assert_by("a.log", ".gitignore: *.log");
	assert_by("sub/a.log", ".gitignore: *.log");
	assert_by("sub/a.txt", "sub/.gitignore: *.txt");
	assert_by("node_modules/a", "node_modules");
	assert_by("taken.log", NULL);
	assert_by("back/a", NULL);
	assert_by("sub/back/a", ".gitignore: back");
	folder_write(".gitignore", "*.txt\n");
	folder_write("sub/.gitignore", "");
	assert_by("a.log", ".gitignore: *.log");
	ignore_forget(here.ignore, slice_of("sub"));
	assert_by("a.log", ".gitignore: *.log");
	assert_by("sub/a.txt", NULL);
	ignore_forget(here.ignore, slice_of(""));
	assert_by("a.log", NULL);
	assert_by("sub/a.txt", ".gitignore: *.txt");
}

/* A .gitignore that is a folder, a link out of the root, or unreadable has no rules. */
static void
unreadable_gitignore_files(void **state)
{
	const struct ignore_options options = {.uses_gitignore = true};

	(void)state;
	folder_make(".gitignore");
	folder_write("../outside/patterns", "*\n");
	folder_make("sub");
	assert_return_code(symlink("../../outside/patterns", "sub/.gitignore"), errno);
	folder_write_bytes("binary/.gitignore", "*.log\0*.txt\n\0\n*.css\n", 20);
	folder_write("patterns", "*\n");
	folder_make("inside");
	assert_return_code(
		symlink("../patterns", "inside/.gitignore"), errno); /* git does not follow it */
	folder_make("fifo");
	assert_return_code(mkfifo("fifo/.gitignore", 0600), errno);
	here.ignore = ignore_create(here.root, &options);
	assert_by("a", NULL);
	assert_by("sub/a", NULL);
	assert_by("inside/a", NULL);
	assert_by("fifo/a", NULL);
	assert_by("no/such/folder/a", NULL);
	assert_by("binary/a.log", "binary/.gitignore: *.log");
	assert_by("binary/a.txt", NULL);
	assert_by("binary/a.css", "binary/.gitignore: *.css");
	assert_by("", NULL);
}

static void
all_but_one_name(void **state)
{
	static const struct {
		const char *path, *by;
	} rows[] = {
		{"a*.scss", NULL},
		{"ab.scss", "/*"},
		{"b.html", "/*"},
		{"b/c", "/*"},
	};
	const struct ignore_options options = {.only = "a*.scss"};

	(void)state;
	here.ignore = ignore_create(here.root, &options);
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *by = ignore_by(here.ignore, rows[i].path, false);

		assert_string_equal(by ? by : "-", rows[i].by ? rows[i].by : "-");
	}
}

/* All folders of a path share one limit of work, however many there are. */
static void
slow_gitignore_files(void **state)
{
	const struct ignore_options options = {.uses_gitignore = true};
	struct buf text = {0}, path = {0};

	(void)state;
	buf_add_text(&text, "k*e*p\n");
	for (int i = 0; i < 60; i++)
		buf_add_text(&text, "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b\n");
	folder_write(".gitignore", text.bytes);
	for (int i = 0; i < 10; i++)
		buf_add_text(&path, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/");
	buf_add_text(&path, "keep");
	here.ignore = ignore_create(here.root, &options);
	assert_string_equal(ignore_by(here.ignore, "keep", false), ".gitignore: k*e*p");
	assert_null(ignore_by(here.ignore, path.bytes, false));
	buf_finish(&text);
	buf_finish(&path);
}

static void
a_file_that_standard_output_is(void **state)
{
	const struct ignore_options options = {0};
	int saved = dup(STDOUT_FILENO), file;

	(void)state;
	folder_make("logs");
	file = open("logs/[1].out", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(saved >= 0 && file >= 0);
	assert_int_equal(dup2(file, STDOUT_FILENO), STDOUT_FILENO);
	here.ignore = ignore_create(here.root, &options);
	assert_int_equal(dup2(saved, STDOUT_FILENO), STDOUT_FILENO);
	close(saved);
	close(file);
	assert_non_null(ignore_by(here.ignore, "logs/[1].out", false));
	assert_null(ignore_by(here.ignore, "logs/1.out", false));
	assert_null(ignore_by(here.ignore, "[1].out", false));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(by_globs),
		TEST(all_but_one_name),
		TEST(same_verdicts_as_git),
		TEST(files_are_remembered),
		TEST(unreadable_gitignore_files),
		TEST(slow_gitignore_files),
		TEST(a_file_that_standard_output_is),
	};

	return cmocka_run_group_tests_name("ignore", tests, NULL, NULL);
}
