/*
 * The system calls that editors, builds and people make on files, and the changes that have to be
 * reported. Each sequence runs twice: first all steps at once, before the watch reads any event;
 * then step by step, with the watch running in between. If the steps took too long on a busy
 * machine, the sequence is repeated, because a writer that pauses is another sequence.
 *
 * To show that no other change is reported, a sentinel is deleted last. Its report takes longer
 * than all others, so it must be the next one, and alone.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "support/capture.h"
#include "support/clock.h"
#include "support/folder.h"
#include "watch/watch.h"

#define SENTINEL "sentinel.html"

static struct {
	struct loop *loop;
	struct root *root;
	struct watch *watch;
	bool runs_between_steps;
	bool may_be_delayed; /* a step was made that is looked at only after some time */
	bool hides_folders;
	struct changes seen; /* of all batches since forget() */
	size_t batches;
	size_t lost;
	uint64_t heard_us;   /* when the last batch came */
	struct buf left_out; /* "2 same f.html, 1 ignored a.log; ": of all batches since forget() */
} here;

/* ---- system calls that fail ---- */

int __real_inotify_init1(int flags);
int __wrap_inotify_init1(int flags);
int __real_inotify_add_watch(int fd, const char *path, uint32_t mask);
int __wrap_inotify_add_watch(int fd, const char *path, uint32_t mask);

int __real_inotify_rm_watch(int fd, int watch);
int __wrap_inotify_rm_watch(int fd, int watch);

static bool has_no_instance;
static bool is_silent;        /* watches can be added, but no events come */
static int watches_left = -1; /* -1: as many as the kernel allows */

int
__wrap_inotify_init1(int flags)
{
	if (!has_no_instance)
		return __real_inotify_init1(flags);
	errno = EMFILE;
	return -1;
}

int
__wrap_inotify_add_watch(int fd, const char *path, uint32_t mask)
{
	if (watches_left == 0) {
		errno = ENOSPC;
		return -1;
	}
	if (watches_left > 0)
		watches_left--;
	if (is_silent)
		mask = IN_UNMOUNT;
	return __real_inotify_add_watch(fd, path, mask);
}

int
__wrap_inotify_rm_watch(int fd, int watch)
{
	if (watches_left >= 0)
		watches_left++;
	return __real_inotify_rm_watch(fd, watch);
}

/* ---- the watch under test ---- */

static const char *given_root = ".";

static void
note_left_out(const struct changes *changes)
{
	static const char *const words[] = {
		[LEFT_OUT_SAME] = "same",
		[LEFT_OUT_TOUCHED] = "touched",
		[LEFT_OUT_IGNORED] = "ignored",
	};

	for (size_t i = 0; i < LEFT_OUT_COUNT; i++)
		if (changes->left_out[i].count)
			buf_addf(&here.left_out, "%zu %s %s; ", changes->left_out[i].count,
				words[i], changes->left_out[i].first);
}

static void
unchanged(void *context, const struct changes *changes)
{
	(void)context;
	assert_int_equal(changes->count, 0);
	note_left_out(changes);
}

static void
changed(void *context, const struct changes *changes)
{
	size_t before = here.seen.count;

	(void)context;
	note_left_out(changes);
	assert_true(changes->count > 0);
	for (size_t i = 0; i < changes->count; i++) {
		struct slice path = slice_of(changes->items[i].path);

		if (!here.hides_folders || !slice_ends(path, "/"))
			changes_add(&here.seen, path, changes->items[i].kind);
	}
	if (here.seen.count == before)
		return;
	here.batches++;
	here.heard_us = loop_now();
}

static void
lost(void *context)
{
	(void)context;
	here.lost++;
}

static void
forget(void)
{
	changes_finish(&here.seen);
	buf_clear(&here.left_out);
	here.batches = 0;
}

static bool
has_walked(void *context)
{
	(void)context;
	return !watch_is_walking(here.watch);
}

static void
create(const struct watch_options *options)
{
	const struct watch_listener listener = {
		.changed = changed,
		.unchanged = unchanged,
		.lost = lost,
	};

	here.loop = loop_create();
	here.root = root_create(given_root);
	assert_non_null(here.loop);
	assert_non_null(here.root);
	here.watch = watch_create(here.loop, here.root, options, &listener);
	assert_non_null(here.watch);
}

static void
start(const struct watch_options *options)
{
	create(options);
	clock_wait(here.loop, has_walked, NULL);
}

static void
stop(void)
{
	watch_destroy(here.watch);
	root_destroy(here.root);
	loop_destroy(here.loop);
	forget();
	buf_finish(&here.left_out);
	memset(&here, 0, sizeof(here));
}

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	folder_write(SENTINEL, "here\n");
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	stop();
	folder_leave();
	has_no_instance = is_silent = false;
	watches_left = -1;
	given_root = ".";
	return 0;
}

/* Does what the server does when a page requests the file. */
static void
use(const char *name)
{
	struct stat state;
	int file;

	watch_before_open(here.watch, name);
	file = root_open(here.root, name);
	if (file < 0) {
		watch_open_failed(here.watch, name);
		return;
	}
	assert_return_code(fstat(file, &state), errno);
	watch_opened(here.watch, name, file, &state);
	close(file);
}

/* ---- the reported changes ---- */

static int
compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "created b.html, modified a.html", sorted; valid until the next call. */
static const char *
seen_text(void)
{
	static struct buf text;
	char **lines = mem_array(here.seen.count, sizeof(*lines));

	buf_clear(&text);
	for (size_t i = 0; i < here.seen.count; i++)
		lines[i] = mem_format("%s %s", change_kind_name(here.seen.items[i].kind),
			here.seen.items[i].path);
	qsort(lines, here.seen.count, sizeof(*lines), compare_lines);
	for (size_t i = 0; i < here.seen.count; i++) {
		buf_addf(&text, "%s%s", i ? ", " : "", lines[i]);
		free(lines[i]);
	}
	free(lines);
	return buf_slice(&text).at;
}

static void
assert_seen(const char *expected)
{
	assert_string_equal(seen_text(), expected);
}

static bool
has_seen_as_many(void *context)
{
	const size_t *count = context;

	return here.seen.count >= *count;
}

static bool
has_heard(void *context)
{
	(void)context;
	return here.batches > 0;
}

static bool
names(void *context)
{
	const char *path = context;

	for (size_t i = 0; i < here.seen.count; i++)
		if (strcmp(here.seen.items[i].path, path) == 0)
			return true;
	return false;
}

static bool
has_heard_or_lost(void *context)
{
	(void)context;
	return here.batches > 0 || here.lost > 0;
}

static size_t
count_items(const char *expected)
{
	size_t count = *expected ? 1 : 0;

	for (; (expected = strchr(expected, ',')); expected++)
		count++;
	return count;
}

/* Waits for the expected changes, until the failure clock ends. */
static void
expect(const char *expected)
{
	size_t count = count_items(expected);

	clock_wait(here.loop, has_seen_as_many, &count);
	assert_seen(expected);
}

/* No other change may be pending: that of the sentinel takes longest, and comes alone. */
static void
expect_no_more(void)
{
	forget();
	assert_return_code(unlink(SENTINEL), errno);
	clock_wait(here.loop, names, (void *)(uintptr_t)SENTINEL);
	assert_seen("deleted " SENTINEL);
	assert_int_equal(here.batches, 1);
}

/* The same without waiting, for changes that are reported without delay. */
static void
expect_no_more_now(void)
{
	forget();
	folder_write(SENTINEL, "still here\n");
	clock_wait(here.loop, names, (void *)(uintptr_t)SENTINEL);
	assert_seen("modified " SENTINEL);
	assert_int_equal(here.batches, 1);
}

/* ---- steps ---- */

static void
step(void)
{
	if (here.runs_between_steps)
		clock_drain(here.loop);
}

static int
begin(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0644);

	assert_return_code(fd, errno);
	step();
	return fd;
}

static void
more(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	step();
}

static void
end(int fd)
{
	assert_return_code(close(fd), errno);
	step();
}

/* As most programs save: from the start, in place. */
static void
save(const char *path, const char *text)
{
	int fd = begin(path, O_WRONLY | O_CREAT | O_TRUNC);

	more(fd, text);
	end(fd);
}

static void
move(const char *from, const char *to)
{
	here.may_be_delayed = true;
	assert_return_code(rename(from, to), errno);
	step();
}

static void
erase(const char *path)
{
	here.may_be_delayed = true;
	assert_return_code(unlink(path), errno);
	step();
}

static void
make_folder(const char *path)
{
	assert_return_code(mkdir(path, 0755), errno);
	step();
}

static void
erase_folder(const char *path)
{
	here.may_be_delayed = true;
	assert_return_code(rmdir(path), errno);
	step();
}

static void
make_link(const char *to, const char *path)
{
	here.may_be_delayed = true;
	assert_return_code(symlink(to, path), errno);
	step();
}

/* ---- sequences ---- */

static void
one_page(void)
{
	folder_write("f.html", "old\n");
}

static void
plain(void)
{
	save("f.html", "new\n");
}

static void
append(void)
{
	int fd = begin("f.html", O_WRONLY | O_APPEND);

	more(fd, "more\n");
	end(fd);
}

static void
empty(void)
{
	end(begin("f.html", O_WRONLY | O_TRUNC));
}

static void
pieces(void)
{
	int fd = begin("f.html", O_WRONLY | O_CREAT | O_TRUNC);

	for (int i = 0; i < 8; i++)
		more(fd, "a piece\n");
	end(fd);
}

static void
twice(void)
{
	save("f.html", "new\n");
	save("f.html", "newer\n");
}

/* Vim, 'backup' by renaming: can it write here? then f to f~, f anew, f~ away. */
static void
vim(void)
{
	end(begin("4913", O_WRONLY | O_CREAT | O_EXCL));
	erase("4913");
	move("f.html", "f.html~");
	save("f.html", "new\n");
	assert_return_code(chmod("f.html", 0644), errno);
	step();
	erase("f.html~");
}

/* Vim with 'backupcopy': a copy is made, then the file is written in place; a swap file beside. */
static void
vim_in_place(void)
{
	int swap = begin(".f.html.swp", O_RDWR | O_CREAT | O_EXCL);

	save("f.html~", "old\n");
	save("f.html", "new\n");
	erase("f.html~");
	more(swap, "b0VIM");
	end(swap);
	erase(".f.html.swp");
}

/* Emacs: a link as lock, an autosave file, the first save of a session keeps the old file. */
static void
emacs(void)
{
	make_link("me@here.4711:1700000000", ".#f.html");
	save("#f.html#", "new\n");
	move("f.html", "f.html~");
	save("f.html", "new\n");
	erase("#f.html#");
	erase(".#f.html");
}

static void
jetbrains(void)
{
	save("f.html___jb_tmp___", "new\n");
	move("f.html", "f.html___jb_old___");
	move("f.html___jb_tmp___", "f.html");
	erase("f.html___jb_old___");
}

static void
sed(void)
{
	save("sedA1b2C3", "new\n");
	move("sedA1b2C3", "f.html");
}

static void
gedit(void)
{
	save(".goutputstream-X1Y2Z3", "new\n");
	move("f.html", "f.html~");
	move(".goutputstream-X1Y2Z3", "f.html");
}

/* Any other careful program: a temporary file with an unknown name is renamed over the file. */
static void
rename_over(void)
{
	save("f.html.tmp.1234", "new\n");
	move("f.html.tmp.1234", "f.html");
}

static void
before_mv_over(void)
{
	one_page();
	folder_write("other.html", "new\n");
}

static void
mv_over(void)
{
	move("other.html", "f.html");
}

static void
mv(void)
{
	move("f.html", "g.html");
}

static void
hard_link(void)
{
	assert_return_code(link("f.html", "g.html"), errno);
	step();
}

static void
link_to_file(void)
{
	make_link("f.html", "g.html");
}

static void
link_to_nothing(void)
{
	make_link("nothing", "g.html");
}

static void
pipe_made(void)
{
	here.may_be_delayed = true;
	assert_return_code(mkfifo("pipe.html", 0644), errno);
	step();
}

static void
come_and_gone(void)
{
	save("g.html", "new\n");
	erase("g.html");
}

static void
deleted(void)
{
	erase("f.html");
}

static void
deleted_and_made_anew(void)
{
	erase("f.html");
	save("f.html", "new\n");
}

static void
deleted_and_made_the_same(void)
{
	erase("f.html");
	save("f.html", "old\n");
}

static void
same_bytes(void)
{
	save("f.html", "old\n");
}

static void
touch(void)
{
	here.may_be_delayed = true;
	assert_return_code(utimensat(AT_FDCWD, "f.html", NULL, 0), errno);
	step();
}

static void
permit(void)
{
	here.may_be_delayed = true;
	assert_return_code(chmod("f.html", 0600), errno);
	step();
	assert_return_code(chmod("f.html", 0644), errno);
	step();
}

static void
opened_to_write_only(void)
{
	end(begin("f.html", O_RDWR));
}

static void
mapped(void)
{
	int fd = begin("f.html", O_RDWR);
	char *bytes = mmap(NULL, 4, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	assert_ptr_not_equal(bytes, MAP_FAILED);
	memcpy(bytes, "new\n", 4);
	munmap(bytes, 4);
	end(fd);
}

/* The second write through a memory mapping does not change the times of the file. */
static void
mapped_while_served(void)
{
	int fd = begin("f.html", O_RDWR);
	char *bytes = mmap(NULL, 4, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	assert_ptr_not_equal(bytes, MAP_FAILED);
	bytes[0] = 'O';
	use("f.html");
	bytes[1] = 'L';
	munmap(bytes, 4);
	end(fd);
}

static void
folders_with_file(void)
{
	make_folder("a");
	make_folder("a/b");
	make_folder("a/b/c");
	save("a/b/c/f.html", "new\n");
}

static void
folder_a(void)
{
	folder_write("a/f.html", "old\n");
	folder_write("a/b/g.html", "old\n");
}

static void
folder_renamed_and_edited(void)
{
	move("a", "z");
	save("z/f.html", "new\n");
}

static void
folder_out_and_in(void)
{
	move("a", "../outside/a");
	move("../outside/a", "a");
	save("a/f.html", "new\n");
}

static void
folder_out(void)
{
	move("a", "../outside/a");
}

static void
before_folder_in(void)
{
	folder_write("../outside/a/b/g.html", "new\n");
}

static void
folder_in(void)
{
	move("../outside/a", "a");
}

static void
folder_erased(void)
{
	erase("a/b/g.html");
	erase_folder("a/b");
	erase("a/f.html");
	erase_folder("a");
}

static void
folder_made_the_same(void)
{
	folder_erased();
	make_folder("a");
	save("a/f.html", "old\n");
	make_folder("a/b");
	save("a/b/g.html", "old\n");
}

static void
folder_made_the_same_and_edited(void)
{
	folder_made_the_same();
	here.runs_between_steps = true;
	step();
	save("a/b/g.html", "new\n");
}

static void
file_becomes_folder(void)
{
	erase("f.html");
	make_folder("f.html");
}

static void
one_folder(void)
{
	folder_make("f.html");
}

static void
link_to_folder(void)
{
	make_link("f.html", "g");
}

static void
folder_becomes_file(void)
{
	erase_folder("f.html");
	save("f.html", "new\n");
}

static void
before_ignored(void)
{
	folder_write(".git/index", "old\n");
	folder_write("node_modules/lib/x.js", "old\n");
	folder_write("a/node_modules/y.js", "old\n");
}

static void
ignored(void)
{
	save(".git/index", "new\n");
	save("node_modules/lib/x.js", "new\n");
	save("node_modules/lib/other.js", "new\n");
	save("a/node_modules/y.js", "new\n");
	save("a/f.html~", "new\n");
	save("a/#f.html#", "new\n");
	save("a/.f.html.swp", "new\n");
	save(".DS_Store", "new\n");
	make_folder("__pycache__");
	save("__pycache__/x.pyc", "new\n");
	make_link("me@here.1", "a/.#f.html");
}

static void
before_ignored_by_globs(void)
{
	folder_write("drafts/old/f.html", "old\n");
	folder_write("src/build/f.html", "old\n");
	folder_write("build/f.html", "old\n");
}

static void
ignored_by_globs(void)
{
	save("a.log", "new\n");
	save("src/b.log", "new\n");
	save("drafts/old/f.html", "new\n");
	save("drafts/g.html", "new\n");
	save("build/f.html", "new\n");
	save("src/build/f.html", "new\n");
}

static void
ignored_remade(void)
{
	erase("node_modules/lib/x.js");
	erase_folder("node_modules/lib");
	erase_folder("node_modules");
	make_folder("node_modules");
	make_folder("node_modules/lib");
	save("node_modules/lib/x.js", "old\n");
	here.runs_between_steps = true;
	step();
	save("node_modules/lib/x.js", "new\n");
}

static void
five_files(void)
{
	save("a.html", "new\n");
	save("b.css", "new\n");
	save("c.js", "new\n");
	save("d.html", "new\n");
	save("e.css", "new\n");
}

static void
html_then_css(void)
{
	save("a.html", "new\n");
	save("b.css", "new\n");
}

static void
odd_names(void)
{
	save("a b.html", "new\n");
	save("\xc3\xa4\xff.html", "new\n");
	save("new\nline", "new\n");
	save("-rf", "new\n");
}

static void
two_ways(void)
{
	folder_write("a/f.html", "old\n");
	assert_return_code(symlink("a", "b"), errno);
}

static void
save_in_a(void)
{
	save("a/f.html", "new\n");
}

/* A link to a parent folder: its record is removed while the event of the folder is handled. */
static void
before_link_up(void)
{
	folder_make("a/b");
	assert_return_code(symlink("../../a", "a/b/up"), errno);
	folder_write("a/f.html", "old\n");
}

static void
before_hard_link(void)
{
	one_page();
	folder_make("a");
	assert_return_code(link("f.html", "a/g.html"), errno);
}

static void
save_other_name(void)
{
	save("a/g.html", "new\n");
}

static void
save_other_name_and_erase_it(void)
{
	save("a/g.html", "new\n");
	erase("a/g.html");
}

static void
before_linked_file(void)
{
	folder_write("a/real.html", "old\n");
	assert_return_code(symlink("a/real.html", "f.html"), errno);
}

static void
save_real_file(void)
{
	save("a/real.html", "new\n");
}

static void
before_linked_release(void)
{
	folder_write("one/f.html", "old\n");
	folder_write("two/f.html", "new\n");
	assert_return_code(symlink("one", "current"), errno);
}

static void
exchange_link(void)
{
	assert_return_code(symlink("two", "next~"), errno);
	step();
	assert_return_code(rename("next~", "current"), errno);
	step();
}

static void
exchange_link_and_save(void)
{
	exchange_link();
	save("two/f.html", "newer\n");
}

/* A link leads to a second link, which is replaced. The first one does not contain its name. */
static void
before_links_in_a_row(void)
{
	before_linked_release();
	assert_return_code(symlink("current", "latest"), errno);
	folder_write("a/old.html", "old\n");
	folder_write("a/new.html", "new\n");
	assert_return_code(symlink("old.html", "a/link.html"), errno);
	assert_return_code(symlink("a/link.html", "f.html"), errno);
}

static void
exchange_link_to_file(void)
{
	assert_return_code(symlink("new.html", "a/next~"), errno);
	step();
	assert_return_code(rename("a/next~", "a/link.html"), errno);
	step();
}

static void
erase_link(void)
{
	erase("current");
}

static void
link_up_erased(void)
{
	erase("a/b/up");
	erase_folder("a/b");
}

static const char *const globs[] = {"*.log", "drafts/**", "/build", "*/build", NULL};

enum {
	SOME_BATCHES = 1, /* it does not matter how many; otherwise all is one batch */
	QUICK = 2,        /* counts as one sequence only within 4 ms; otherwise 50 */
	FILES_ONLY = 4,   /* which of the folders are announced, too, is left open */
	WITH_GLOBS = 8,
};

struct sequence {
	const char *name;
	void (*before)(void);
	const char *used; /* asked for by a page, parted by spaces */
	void (*steps)(void);
	const char *expected; /* sorted by kind, then path */
	unsigned flags;
};

/* clang-format off */
static const struct sequence sequences[] = {
	{"plain save", one_page, "f.html", plain, "modified f.html", 0},
	{"plain save, not in use", one_page, "", plain, "modified f.html", 0},
	{"plain save of a new file", NULL, "", plain, "created f.html", 0},
	{"appended", one_page, "f.html", append, "modified f.html", 0},
	{"emptied", one_page, "f.html", empty, "modified f.html", 0},
	{"in several pieces", one_page, "f.html", pieces, "modified f.html", 0},
	{"saved twice at once", one_page, "f.html", twice, "modified f.html", QUICK},
	{"vim", one_page, "f.html", vim, "modified f.html", 0},
	{"vim, not in use", one_page, "", vim, "modified f.html", 0},
	{"vim in place", one_page, "f.html", vim_in_place, "modified f.html", 0},
	{"emacs", one_page, "f.html", emacs, "modified f.html", 0},
	{"JetBrains", one_page, "f.html", jetbrains, "modified f.html", 0},
	{"sed -i", one_page, "f.html", sed, "modified f.html", 0},
	{"gedit", one_page, "f.html", gedit, "modified f.html", 0},
	{"renamed over", one_page, "f.html", rename_over, "modified f.html", 0},
	{"mv over", before_mv_over, "f.html other.html", mv_over,
		"deleted other.html, modified f.html", SOME_BATCHES},
	{"mv", one_page, "f.html", mv, "created g.html, deleted f.html", SOME_BATCHES},
	{"hard link", one_page, "f.html", hard_link, "created g.html", 0},
	{"link to a file", one_page, "", link_to_file, "created g.html", 0},
	{"link to nothing", one_page, "", link_to_nothing, "", 0},
	{"link to a folder", one_folder, "", link_to_folder, "created g/", 0},
	{"FIFO", NULL, "", pipe_made, "", 0},
	{"come and gone", NULL, "", come_and_gone, "", QUICK},
	{"deleted", one_page, "f.html", deleted, "deleted f.html", 0},
	{"deleted, not in use", one_page, "", deleted, "deleted f.html", 0},
	{"deleted, made anew", one_page, "f.html", deleted_and_made_anew, "modified f.html", 0},
	{"deleted, made the same", one_page, "f.html", deleted_and_made_the_same, "", 0},
	{"the same bytes", one_page, "f.html", same_bytes, "", 0},
	{"touched", one_page, "f.html", touch, "", 0},
	{"touched, not in use", one_page, "", touch, "", 0},
	{"permissions", one_page, "f.html", permit, "", 0},
	{"opened to write only", one_page, "f.html", opened_to_write_only, "", 0},
	{"mapped", one_page, "f.html", mapped, "modified f.html", 0},
	{"mapped, not in use", one_page, "", mapped, "modified f.html", 0},
	{"mapped while served", one_page, "", mapped_while_served, "modified f.html", 0},
	{"folders with a file at once", NULL, "", folders_with_file,
		"created a/b/c/f.html", FILES_ONLY},
	{"folder renamed, edited inside", folder_a, "", folder_renamed_and_edited,
		"created z/b/g.html, created z/f.html", SOME_BATCHES | QUICK | FILES_ONLY},
	{"folder in use renamed", folder_a, "a/f.html", folder_renamed_and_edited,
		"created z/b/g.html, created z/f.html, deleted a/f.html",
		SOME_BATCHES | QUICK | FILES_ONLY},
	{"folder out and in", folder_a, "a/f.html a/b/g.html", folder_out_and_in,
		"modified a/f.html", FILES_ONLY},
	{"folder out", folder_a, "a/b/g.html", folder_out,
		"deleted a/, deleted a/b/g.html", SOME_BATCHES},
	{"folder in", before_folder_in, "", folder_in, "created a/b/g.html", FILES_ONLY},
	{"folder erased", folder_a, "a/f.html", folder_erased,
		"deleted a/, deleted a/b/, deleted a/b/g.html, deleted a/f.html", SOME_BATCHES},
	{"folder made the same", folder_a, "a/f.html a/b/g.html", folder_made_the_same,
		"", FILES_ONLY},
	{"folder made the same, edited", folder_a, "a/f.html a/b/g.html",
		folder_made_the_same_and_edited, "modified a/b/g.html", FILES_ONLY},
	{"file becomes folder", one_page, "f.html", file_becomes_folder,
		"created f.html/, deleted f.html", SOME_BATCHES},
	{"folder becomes file", one_folder, "", folder_becomes_file,
		"created f.html, deleted f.html/", SOME_BATCHES},
	{"ignored names", before_ignored, "", ignored, "", 0},
	{"ignored folder, file in use", before_ignored, "node_modules/lib/x.js", ignored,
		"modified node_modules/lib/x.js", 0},
	{"ignored folder remade", before_ignored, "node_modules/lib/x.js", ignored_remade,
		"modified node_modules/lib/x.js", 0},
	{"ignored by globs", before_ignored_by_globs, "", ignored_by_globs, "", WITH_GLOBS},
	{"ignored by globs, file in use", before_ignored_by_globs, "build/f.html",
		ignored_by_globs, "modified build/f.html", WITH_GLOBS},
	{"five files", NULL, "", five_files,
		"created a.html, created b.css, created c.js, created d.html, created e.css",
		QUICK},
	{"HTML then CSS", NULL, "", html_then_css, "created a.html, created b.css", QUICK},
	{"odd names", NULL, "", odd_names,
		"created -rf, created a b.html, created new\nline, created \xc3\xa4\xff.html",
		QUICK},
	{"two ways to a folder", two_ways, "a/f.html b/f.html", save_in_a,
		"modified a/f.html, modified b/f.html", 0},
	{"hard link to a file in use", before_hard_link, "f.html", save_other_name,
		"modified a/g.html, modified f.html", 0},
	{"hard link saved and erased", before_hard_link, "f.html", save_other_name_and_erase_it,
		"deleted a/g.html, modified f.html", SOME_BATCHES},
	{"linked file", before_linked_file, "f.html", save_real_file,
		"modified a/real.html, modified f.html", 0},
	{"linked file saved by its link", before_linked_file, "f.html", plain,
		"modified a/real.html, modified f.html", 0},
	{"linked folder exchanged", before_linked_release, "current/f.html", exchange_link,
		"modified current/f.html", FILES_ONLY},
	{"linked folder exchanged, then saved in", before_linked_release, "current/f.html",
		exchange_link_and_save, "modified current/f.html, modified two/f.html", FILES_ONLY},
	{"second link to a folder exchanged", before_links_in_a_row, "latest/f.html",
		exchange_link, "modified latest/f.html", FILES_ONLY},
	{"second link to a folder erased", before_links_in_a_row, "latest/f.html", erase_link,
		"deleted current, deleted latest/f.html", FILES_ONLY | SOME_BATCHES},
	{"second link to a file exchanged", before_links_in_a_row, "f.html",
		exchange_link_to_file, "created a/link.html, modified f.html", 0},
	{"link up erased", before_link_up, "a/b/up/f.html", link_up_erased,
		"deleted a/b/up/f.html", SOME_BATCHES | FILES_ONLY},
};
/* clang-format on */

static void
use_all(const char *names_used)
{
	struct slice rest = slice_of(names_used), name;

	while (slice_split(&rest, ' ', &name)) {
		char *text = mem_copy(name.at, name.length);

		if (*text)
			use(text);
		free(text);
	}
}

static void
start_sequence(const struct sequence *sequence, bool runs_between_steps)
{
	const struct watch_options options = {
		.ignore = sequence->flags & WITH_GLOBS ? globs : NULL};

	if (sequence->before)
		sequence->before();
	create(&options);
	use_all(sequence->used); /* before the walk gets there */
	clock_wait(here.loop, has_walked, NULL);
	assert_int_equal(here.batches, 0);
	here.hides_folders = sequence->flags & FILES_ONLY;
	here.runs_between_steps = runs_between_steps;
}

/* Runs the steps. Returns false when the machine was too busy for them to be one sequence. */
static bool
play(const struct sequence *sequence)
{
	uint64_t budget_us = sequence->flags & QUICK ? 4000 : 50 * 1000;
	uint64_t begun_us = loop_now();

	sequence->steps();
	return !here.runs_between_steps || loop_now() - begun_us <= budget_us;
}

static void
play_in_time(const struct sequence *sequence, bool runs_between_steps)
{
	uint64_t give_up_us = loop_now() + clock_slowness() * 5 * 1000 * 1000;

	start_sequence(sequence, runs_between_steps);
	while (!play(sequence)) {
		if (loop_now() > give_up_us)
			fail_msg("this machine is too busy for five seconds");
		leave(NULL);
		enter(NULL);
		start_sequence(sequence, runs_between_steps);
	}
}

static void
check(const struct sequence *sequence)
{
	expect(sequence->expected);
	if (!(sequence->flags & SOME_BATCHES) && *sequence->expected)
		assert_int_equal(here.batches, 1);
}

static void
play_at_once(void **state)
{
	const struct sequence *sequence = *state;

	enter(NULL);
	play_in_time(sequence, false);
	check(sequence);
	expect_no_more_now();
}

static void
play_step_by_step(void **state)
{
	const struct sequence *sequence = *state;

	enter(NULL);
	play_in_time(sequence, true);
	check(sequence);
	if (here.may_be_delayed)
		expect_no_more();
	else
		expect_no_more_now();
}

/* ---- time ---- */

static const struct watch_options by_default = {0};

/* A deletion is reported after the grace time, a save at the same time long before. */
static void
saves_do_not_wait_for_deletions(void **state)
{
	uint64_t begun_us;

	(void)state;
	one_page();
	folder_write("g.html", "old\n");
	start(&by_default);
	use("f.html");
	begun_us = loop_now();
	erase("g.html");
	clock_drain(here.loop);
	rename_over();
	clock_wait(here.loop, has_heard, NULL);
	if (here.heard_us - begun_us >= 250 * 1000) {
		print_message("the machine is so busy that the deletion is due, too\n");
		return;
	}
	assert_seen("modified f.html");
	expect("deleted g.html, modified f.html");
	assert_int_equal(here.batches, 2);
}

static void
deletions_have_grace(void **state)
{
	uint64_t begun_us;

	(void)state;
	one_page();
	start(&by_default);
	begun_us = loop_now();
	deleted();
	expect("deleted f.html");
	assert_true(here.heard_us - begun_us >= 250 * 1000);
	expect_no_more();
}

static void
unclosed_files_are_announced(void **state)
{
	uint64_t begun_us;
	int fd;

	(void)state;
	one_page();
	start(&by_default);
	use("f.html");
	begun_us = loop_now();
	fd = begin("f.html", O_WRONLY | O_APPEND);
	more(fd, "more\n");
	expect("modified f.html");
	assert_true(here.heard_us - begun_us >= 100 * 1000);
	forget();
	more(fd, "and more\n");
	expect("modified f.html");
	end(fd); /* is no change: the bytes were reported already */
	expect_no_more();
}

/* The time from a save to its batch. */
static uint64_t
wait_after_save(const char *path)
{
	uint64_t begun_us;

	forget();
	begun_us = loop_now();
	save(path, "new\n");
	clock_wait(here.loop, has_heard, NULL);
	return here.heard_us - begun_us;
}

/* A busy machine is late most of the time, but not always; no machine is early. */
static void
lone_css_goes_at_once(void **state)
{
	uint64_t give_up_us = loop_now() + clock_slowness() * 5 * 1000 * 1000;

	(void)state;
	folder_write("a.css", "old\n");
	folder_write("a.html", "old\n");
	start(&by_default);
	while (wait_after_save("a.css") >= 5 * 1000)
		assert_true(loop_now() < give_up_us);
	for (int i = 0; i < 20; i++)
		assert_true(wait_after_save("a.html") >= 5 * 1000);
}

static void
wait_option(void **state)
{
	const struct watch_options options = {.wait_ms = 300};
	uint64_t begun_us, between_us;

	(void)state;
	one_page();
	start(&options);
	do {
		forget();
		begun_us = loop_now();
		save("a.css", "new\n");
		clock_drain(here.loop);
		save("f.html", "new\n");
		clock_drain(here.loop);
		between_us = loop_now() - begun_us;
		clock_wait(here.loop, names, clock_text("f.html"));
	} while (between_us >= 300 * 1000); /* on a busy machine */
	assert_int_equal(here.seen.count, 2);
	assert_true(names(clock_text("a.css")));
	assert_int_equal(here.batches, 1);
	assert_true(here.heard_us - begun_us >= 300 * 1000);
}

static void
burst_is_few_batches(void **state)
{
	(void)state;
	start(&by_default);
	for (int i = 0; i < 500; i++) {
		char path[32];

		snprintf(path, sizeof(path), "file-%03d.html", i);
		save(path, "new\n");
		if (i % 10 == 9)
			clock_drain(here.loop);
	}
	clock_wait(here.loop, names, clock_text("file-499.html"));
	assert_true(here.batches <= 25);
	assert_int_equal(here.seen.count, 500);
	for (int i = 0; i < 500; i++) {
		char path[32];

		snprintf(path, sizeof(path), "file-%03d.html", i);
		assert_true(names(path));
	}
	expect_no_more();
}

/* Writes to one file after the other, every two milliseconds, until end_us and at least one batch. */
struct writer {
	struct loop_timer timer;
	uint64_t end_us;
	unsigned files;
	unsigned count;
	uint64_t last_us;
	unsigned pauses; /* of more than 100 ms: the machine is busy */
	size_t batches_meanwhile;
	bool is_done;
};

static void
write_on(void *context)
{
	struct writer *writer = context;
	char *path = mem_format("file-%u.html", writer->count % writer->files);
	char *text = mem_format("%u\n", writer->count++);

	writer->pauses += writer->last_us && loop_now() - writer->last_us > 100 * 1000;
	folder_write(path, text);
	writer->last_us = loop_now();
	free(path);
	free(text);
	writer->batches_meanwhile = here.batches;
	writer->is_done = loop_now() >= writer->end_us && here.batches > 0;
	if (!writer->is_done)
		loop_timer_set(here.loop, &writer->timer, 2000, write_on, writer);
}

static bool
writer_is_done(void *context)
{
	const struct writer *writer = context;

	return writer->is_done;
}

/* With so long a quiet, only the ceiling can end the delay of a batch. */
static void
steady_writing_meets_the_ceiling(void **state)
{
	const struct watch_options options = {.wait_ms = 200};
	static const unsigned files[] = {1, 10};

	(void)state;
	start(&options);
	for (size_t i = 0; i < ROWS(files); i++) {
		struct writer writer = {
			.files = files[i],
			.end_us = loop_now() + 1000 * 1000,
		};

		forget();
		write_on(&writer);
		clock_wait(here.loop, writer_is_done, &writer);
		assert_in_range(writer.batches_meanwhile, 1, 2 + writer.pauses);
		forget();
		clock_wait(here.loop, has_heard, NULL);
	}
	expect_no_more();
}

static void
steady_writing_gives_batches(void **state)
{
	struct writer writer = {.files = 10};
	char *last;

	(void)state;
	start(&by_default);
	writer.end_us = loop_now() + 1500 * 1000;
	write_on(&writer);
	clock_wait(here.loop, writer_is_done, &writer);
	assert_true(writer.batches_meanwhile >= 1);
	forget();
	last = mem_format("file-%u.html", (writer.count - 1) % writer.files);
	clock_wait(here.loop, names, last);
	free(last);
	expect_no_more();
}

/* ---- use ---- */

static void
file_used_before_its_folder_is_there(void **state)
{
	(void)state;
	start(&by_default);
	use("a/b/f.html");
	here.hides_folders = true;
	folder_write("a/b/f.html", "new\n");
	expect("created a/b/f.html");
	expect_no_more();
}

static void
only_folders_in_use_of_an_ignored_tree(void **state)
{
	(void)state;
	before_ignored();
	start(&by_default);
	assert_int_equal(watch_folder_count(here.watch), 2); /* the root and a */
	use("node_modules/lib/x.js");                        /* and the folder that leads to it */
	assert_int_equal(watch_folder_count(here.watch), 4);
	use("node_modules/lib/x.js");
	assert_int_equal(watch_folder_count(here.watch), 4);
	save("node_modules/lib/x.js", "new\n");
	expect("modified node_modules/lib/x.js");
	expect_no_more();
}

/* One page got bytes that are newer than those of the other pages, before the event was read. */
static void
newer_bytes_are_reported_to_others(void **state)
{
	(void)state;
	one_page();
	start(&by_default);
	use("f.html");
	save("f.html", "new\n");
	use("f.html");
	expect("modified f.html");
	assert_int_equal(here.batches, 1);
	expect_no_more();
}

static void
file_can_come_back(void **state)
{
	(void)state;
	one_page();
	start(&by_default);
	use("f.html");
	erase("f.html");
	expect("deleted f.html");
	forget();
	save("f.html", "old\n");
	expect("created f.html");
	use("f.html");
	expect_no_more();
}

static void
large_files_are_compared_by_state(void **state)
{
	const size_t size = 9 * 1024 * 1024;
	char *bytes = mem_zero(size);

	(void)state;
	folder_write_bytes("f.mp4", bytes, size);
	start(&by_default);
	use("f.mp4");
	end(begin("f.mp4", O_RDWR));
	expect_no_more_now();
	bytes[size - 1] = 1;
	forget();
	folder_write_bytes("f.mp4", bytes, size);
	free(bytes);
	expect("modified f.mp4");
	expect_no_more();
}

/* ---- states ---- */

static void
start_again(void)
{
	stop();
	start(&(struct watch_options){0});
}

/* On a busy machine the time slice may be over at once. */
static enum watch_verdict
ask_for_state(const char *name, uint64_t *state)
{
	enum watch_verdict verdict;

	while ((verdict = watch_state(here.watch, name, state)) == WATCH_BUSY)
		;
	return verdict;
}

static uint64_t
state_of(const char *name)
{
	uint64_t state;

	assert_int_equal(ask_for_state(name, &state), WATCH_KNOWN);
	return state;
}

static void
assert_not_told_yet(const char *name)
{
	uint64_t state;

	assert_int_equal(ask_for_state(name, &state), WATCH_UNKNOWN);
}

static void
state_is_that_of_the_last_report(void **state)
{
	uint64_t one, two;

	(void)state;
	folder_write("a.html", "one\n");
	folder_write("same.html", "one\n");
	start(&(struct watch_options){0});
	assert_true(state_of("missing.html") == 0);
	assert_true(state_of("no/such/folder/") == 0);
	one = state_of("a.html");
	assert_true(one != 0);
	assert_true(state_of("same.html") == one);

	folder_write("a.html", "two\n");
	assert_true(state_of("a.html") == one);
	expect("modified a.html");
	two = state_of("a.html");
	assert_true(two != one);

	start_again();
	assert_true(state_of("a.html") == two);
	folder_write("a.html", "one\n");
	expect("modified a.html");
	assert_true(state_of("a.html") == one);

	forget();
	assert_return_code(unlink("a.html"), errno);
	clock_drain(here.loop);
	assert_true(state_of("a.html") == one);
	expect("deleted a.html");
	assert_true(state_of("a.html") == 0);
	forget();
	folder_write("a.html", "one\n");
	assert_true(state_of("a.html") == 0);
	expect("created a.html");
	assert_true(state_of("a.html") == one);
}

/* A page requested it in vain. If a record were made now, its creation would not be reported. */
static void
state_of_a_name_not_reported_yet(void **state)
{
	(void)state;
	start(&(struct watch_options){0});
	use("late.html");
	assert_true(state_of("late.html") == 0);
	folder_write("late.html", "here\n");
	assert_not_told_yet("late.html");
	assert_not_told_yet("late.html");
	expect("created late.html");
	assert_true(state_of("late.html") != 0);

	forget();
	folder_write("other.html", "here\n");
	assert_return_code(unlink("other.html"), errno);
	assert_not_told_yet("other.html");
	expect_no_more();
	assert_true(state_of("other.html") == 0);
}

static void
state_of_a_folder(void **state)
{
	uint64_t before, after;

	(void)state;
	folder_write("docs/a.txt", "a\n");
	folder_write("docs/sub/b.txt", "b\n");
	start(&(struct watch_options){0});
	before = state_of("docs/");
	assert_true(before != 0);
	assert_true(state_of("") != 0);
	assert_true(state_of("") != before);
	start_again();
	assert_true(state_of("docs/") == before);
	folder_write("docs/a.txt", "other\n");
	expect("modified docs/a.txt");
	assert_true(state_of("docs/") == before);

	forget();
	folder_write("docs/c.txt", "c\n");
	assert_not_told_yet("docs/");
	assert_true(state_of("docs/sub/") != 0);
	expect("created docs/c.txt");
	after = state_of("docs/");
	assert_true(after != before);

	forget();
	assert_return_code(unlink("docs/c.txt"), errno);
	assert_not_told_yet("docs/");
	expect("deleted docs/c.txt");
	assert_true(state_of("docs/") != after);
}

/* As if it had been served: it is watched, and saving the same bytes is no change. */
static void
state_makes_used(void **state)
{
	(void)state;
	folder_write("node_modules/x.js", "one\n");
	folder_write("a.html", "one\n");
	start(&(struct watch_options){0});
	folder_write("node_modules/x.js", "two\n");
	expect_no_more_now();
	forget();
	assert_true(state_of("node_modules/x.js") != 0);
	assert_true(state_of("a.html") != 0);
	folder_write("a.html", "one\n");
	expect_no_more_now();
	forget();
	folder_write("node_modules/x.js", "three\n");
	expect("modified node_modules/x.js");
}

static void
state_of_large_files(void **state)
{
	uint64_t before;

	(void)state;
	folder_write("large.bin", "one\n");
	assert_return_code(truncate("large.bin", 9 * 1024 * 1024), errno);
	start(&(struct watch_options){0});
	before = state_of("large.bin");
	assert_true(before != 0);
	start_again();
	assert_true(state_of("large.bin") == before);
	folder_write("large.bin", "two\n");
	assert_return_code(truncate("large.bin", 9 * 1024 * 1024), errno);
	expect("modified large.bin");
	assert_true(state_of("large.bin") != before);
}

static bool
is_ignored(const char *name)
{
	struct watch_description account;

	watch_describe(here.watch, name, false, &account);
	return account.ignored_by;
}

static void
ignores(void **state)
{
	static const struct {
		const char *path;
		bool is_ignored;
	} rows[] = {
		{"f.html", false},
		{".git", true},
		{".git/HEAD", true},
		{".gitignore", false},
		{"a/node_modules/b/c.js", true},
		{"node_modules.html", false},
		{"a/f.html~", true},
		{"#f#", true},
		{".f.swp", true},
		{".f.swo", true},
		{".f.css.kate-swp", true},
		{"f.kate-swp.css", false},
		{".well-known/x", false},
		{"4913", true},
		{"a/4913", true},
		{"49130", false},
		{"f.js___jb_tmp___", true},
		{"sedA1b2C3", false}, /* may be anybody's; it is gone before it is looked at */
		{"a.log", true},
		{"drafts/a", true},
		{"a/drafts/a", false},
		{"build/x", true},
		{"a/build", true},
		{"a/b/build", false},
		{".vscode/settings.json", true},
		{"a/style.scss", true},
		{"style.sass", true},
		{"main.ts", true},
		{"main.tsx", false},
		{"kept.ts", false},
		{"a/venv/x", true},
		{"venv/x", false},
	};
	static const char *const more_globs[] = {
		"*.log", "drafts/**", "/build", "*/build", "!kept.ts", "!/venv", NULL};
	const struct watch_options options = {.ignore = more_globs};

	(void)state;
	start(&options);
	for (size_t i = 0; i < ROWS(rows); i++)
		if (is_ignored(rows[i].path) != rows[i].is_ignored)
			fail_msg("%s", rows[i].path);
}

static void
sources_can_be_seen(void **state)
{
	const struct watch_options options = {.keeps_sources = true};

	(void)state;
	start(&options);
	assert_false(is_ignored("a/style.scss"));
	assert_false(is_ignored(".vscode/x"));
	assert_true(is_ignored("node_modules/x"));
	assert_true(is_ignored("a.swp"));
}

/* ---- ignored paths ---- */

static bool
has_left_out(void *context)
{
	const char *text = context;

	return here.left_out.length && strstr(here.left_out.bytes, text);
}

static void
expect_left_out(const char *text)
{
	clock_wait(here.loop, has_left_out, (void *)(uintptr_t)text);
	assert_string_equal(here.left_out.bytes, text);
	assert_seen("");
	forget();
}

static void
same_bytes_are_reported_as_unchanged(void **state)
{
	(void)state;
	one_page();
	folder_write("g.html", "old\n");
	start(&by_default);
	use("f.html");
	use("g.html");
	save("f.html", "old\n");
	expect_left_out("1 same f.html; ");
	save("f.tmp", "old\n");
	expect("created f.tmp");
	forget();
	move("f.tmp", "f.html");
	expect_left_out("1 same f.html; ");
	expect("deleted f.tmp");
	forget();
	save("f.html", "old\n");
	save("g.html", "new\n");
	expect("modified g.html");
	assert_string_equal(here.left_out.bytes, "1 same f.html; ");
	expect_no_more();
}

static void
touching_is_reported_as_unchanged(void **state)
{
	(void)state;
	one_page();
	start(&by_default);
	use("f.html");
	assert_return_code(chmod("f.html", 0600), errno);
	expect_left_out("1 touched f.html; ");
	end(begin("f.html", O_WRONLY | O_APPEND));
	assert_return_code(utimensat(AT_FDCWD, "f.html", NULL, 0), errno);
	expect_left_out("1 touched f.html; ");
	/* Nothing happened to it: closed, and of the same state. */
	end(begin("f.html", O_WRONLY | O_APPEND));
	expect_no_more();
	assert_string_equal(here.left_out.bytes, "");
}

static void
ignored_files_cause_no_report(void **state)
{
	const struct watch_options options = {.ignore = globs};

	(void)state;
	one_page();
	start(&options);
	save("a.log", "new\n");
	save("b.log", "new\n");
	save("b.log", "new\n");
	save(".f.html.swp", "new\n"); /* what editors leave behind is never counted */
	save("f.html", "new\n");
	expect("modified f.html");
	assert_true(has_left_out(clock_text("2 ignored ")));
	forget();
	save("f.html", "newer\n");
	expect("modified f.html");
	assert_int_equal(here.left_out.length, 0);
	save("a.log", "newer\n");
	expect_no_more();
}

/* A page that has requested it uses it, whenever it is created. */
static void
requested_although_ignored(void **state)
{
	(void)state;
	start(&by_default);
	use("main.ts");
	use("node_modules/lib/x.js");
	save("main.ts", "new\n");
	save("other.ts", "new\n");
	expect("created main.ts");
	forget();
	folder_write("node_modules/lib/x.js", "new\n");
	folder_write("node_modules/lib/other.js", "new\n");
	expect("created node_modules/lib/x.js");
	forget();
	use("node_modules/lib/x.js");
	erase("node_modules/lib/x.js");
	expect("deleted node_modules/lib/x.js");
	forget();
	save("node_modules/lib/x.js", "new\n");
	expect("created node_modules/lib/x.js");
	expect_no_more();
}

static void
walk_reports_no_changes(void **state)
{
	(void)state;
	folder_write("a/b/c/d/e/f.html", "old\n");
	folder_write("b/f.html", "old\n");
	start(&by_default);
	assert_int_equal(watch_folder_count(here.watch), 7);
	expect_no_more();
}

/* ---- limits ---- */

static size_t
queue_size(void)
{
	FILE *file = fopen("/proc/sys/fs/inotify/max_queued_events", "re");
	size_t size = 0;

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%zu", &size), 1);
	fclose(file);
	return size;
}

/* Two files in turn, because the kernel merges equal events. */
static void
overflow(void)
{
	int one = begin("one", O_WRONLY | O_CREAT), two = begin("two", O_WRONLY | O_CREAT);

	for (size_t i = queue_size() / 2 + 16; i--;) {
		more(one, "1");
		more(two, "2");
	}
	close(one);
	close(two);
}

/* A full queue takes its time on a busy machine; what it writes of meanwhile shows that it moves.
 */
static void
wait_until_lost(void)
{
	while (!here.lost) {
		forget();
		clock_wait(here.loop, has_heard_or_lost, NULL);
	}
}

static void
overflow_loses_nothing_in_use(void **state)
{
	(void)state;
	if (queue_size() > 200 * 1000)
		skip();
	folder_a();
	before_ignored();
	start(&by_default);
	use("a/f.html");
	use("a/b/g.html");
	use("node_modules/lib/x.js");
	overflow();
	save("a/f.html", "new\n"); /* these hints are lost */
	folder_remove("a/b");
	folder_write("a/b/g.html", "old\n");
	folder_remove("node_modules");
	folder_write("node_modules/lib/x.js", "old\n");
	wait_until_lost(); /* all pages reload, whatever else is reported */
	clock_wait(here.loop, has_walked, NULL);
	forget();
	save("a/b/g.html", "new\n"); /* in folders that are others now */
	clock_wait(here.loop, names, clock_text("a/b/g.html"));
	save("node_modules/lib/x.js", "new\n");
	clock_wait(here.loop, names, clock_text("node_modules/lib/x.js"));
	assert_int_equal(here.lost, 1);
}

/* A hundred folders, one of them created late. The events of most changes are lost. */
static void
a_hundred_thousand_files_at_once(void **state)
{
	enum { FOLDERS = 100, FILES = 1000 };
	char path[32];

	(void)state;
	if (queue_size() > 100 * 1000)
		skip();
	one_page();
	for (int i = 0; i < FOLDERS - 1; i++) {
		snprintf(path, sizeof(path), "d%02d", i);
		folder_make(path);
	}
	start(&by_default);
	use("f.html");
	folder_make("d99");
	for (int i = 0; i < FOLDERS * FILES; i++) {
		int fd;

		snprintf(path, sizeof(path), "d%02d/%d", i % FOLDERS, i / FOLDERS);
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
		if (fd < 0 || close(fd) < 0)
			fail_msg("%s", path);
	}
	save("f.html", "new\n");
	wait_until_lost();
	clock_wait(here.loop, has_walked, NULL);
	assert_int_equal(watch_folder_count(here.watch), 1 + FOLDERS);
	forget();
	save("d99/999", "new\n");
	clock_wait(here.loop, names, clock_text("d99/999"));
	save("f.html", "newer\n");
	clock_wait(here.loop, names, clock_text("f.html"));
	assert_int_equal(here.lost, 1);
}

static size_t
count_lines(const char *text)
{
	size_t count = 0;

	for (; (text = strchr(text, '\n')); text++)
		count++;
	return count;
}

static void
watch_limit_is_logged_once(void **state)
{
	const char *output;

	(void)state;
	folder_write("a/b/f.html", "old\n");
	folder_write("c/f.html", "old\n");
	watches_left = 1;
	capture_begin(2);
	start(&by_default);
	use("c/f.html");
	output = capture_end();
	assert_int_equal(count_lines(output), 1);
	assert_non_null(strstr(output, "fs.inotify.max_user_watches"));
	assert_false(watch_is_polling(here.watch));
	assert_int_equal(watch_folder_count(here.watch), 1);
	save("g.html", "new\n");
	expect("created g.html");
	watches_left = -1;
	use("c/f.html"); /* there is room again */
	forget();
	save("c/f.html", "new\n");
	expect("modified c/f.html");
}

static void
missing_instance_is_logged(void **state)
{
	const char *output;

	(void)state;
	one_page();
	has_no_instance = true;
	capture_begin(2);
	start(&by_default);
	output = capture_end();
	assert_int_equal(count_lines(output), 1);
	assert_non_null(strstr(output, "fs.inotify.max_user_instances"));
	assert_true(watch_is_polling(here.watch));
	assert_int_equal(watch_folder_count(here.watch), 0);
	use("f.html");
	use("nothing/at/all.html");
	watch_before_open(here.watch, "");
}

static void
missing_files_in_use_are_awaited(void **state)
{
	(void)state;
	before_ignored();
	start(&by_default);
	here.hides_folders = true;
	use("node_modules/lib/x.js");
	folder_remove("node_modules");
	clock_wait(here.loop, names, clock_text("node_modules/lib/x.js"));
	assert_string_equal(seen_text(), "deleted node_modules/lib/x.js");
	forget();
	folder_write("node_modules/lib/x.js", "old\n");
	expect("created node_modules/lib/x.js");
	forget();
	save("node_modules/lib/x.js", "new\n");
	expect("modified node_modules/lib/x.js");
}

/* A page got the new bytes before they were reported, and then the old bytes came back. */
static void
bytes_that_were_served_meanwhile(void **state)
{
	(void)state;
	one_page();
	start(&by_default);
	use("f.html");
	save("f.html", "new\n");
	use("f.html");
	save("f.html", "old\n");
	expect("modified f.html");
}

/*
 * A page requested it while it was missing. That page has no bytes, the others have those that came
 * back.
 */
static void
the_same_bytes_after_a_miss(void **state)
{
	(void)state;
	one_page();
	start(&by_default);
	use("f.html");
	erase("f.html");
	use("f.html");
	save("f.html", "old\n");
	expect("modified f.html");
	forget();
	move("f.html", "../outside/f.html");
	clock_drain(here.loop);
	use("f.html");
	move("../outside/f.html", "f.html");
	clock_drain(here.loop);
	use("f.html");
	expect("modified f.html");
	expect_no_more();
}

/* If it stays missing, its deletion is reported once, as usual. */
static void
a_miss_before_the_hint(void **state)
{
	(void)state;
	one_page();
	start(&by_default);
	use("f.html");
	erase("f.html");
	use("f.html");
	expect("deleted f.html");
	forget();
	use("f.html");
	expect_no_more();
}

/* One page requested it in vain; another one got it before its creation was reported. */
static void
a_file_served_before_it_is_announced(void **state)
{
	(void)state;
	start(&by_default);
	use("late.html");
	save("late.html", "here\n");
	clock_drain(here.loop);
	use("late.html");
	expect("created late.html");
}

static void
unused_watch_is_removed(void **state)
{
	(void)state;
	folder_write("a/f.html", "old\n");
	folder_write("c/f.html", "old\n");
	folder_write("node_modules/f.html", "old\n");
	watches_left = 4; /* the root, the folder that holds it, a and c */
	start(&by_default);
	use("node_modules/f.html");
	assert_int_equal(watches_left, 0);
	assert_int_equal(watch_folder_count(here.watch), 3);
	save("node_modules/f.html", "new\n");
	expect("modified node_modules/f.html");
}

static const struct watch_options by_polling = {.poll = {.is_for_all = true, .interval_ms = 10}};

static void
polling_sees_what_is_used(void **state)
{
	(void)state;
	folder_a();
	start(&by_polling);
	assert_true(watch_is_polling(here.watch));
	assert_int_equal(watch_folder_count(here.watch), 0);
	use("a/f.html");
	use("a/not-yet.css");
	save("a/f.html", "new\n");
	expect("modified a/f.html");
	forget();
	folder_write("a/next.html", "newer\n");
	assert_return_code(rename("a/next.html", "a/f.html"), errno);
	clock_wait(here.loop, names, clock_text("a/f.html"));
	forget();
	save("a/not-yet.css", "p {}\n");
	clock_wait(here.loop, names, clock_text("a/not-yet.css"));
	use("a/not-yet.css");
	forget();
	erase("a/f.html");
	clock_wait(here.loop, names, clock_text("a/f.html"));
	assert_seen("deleted a/f.html");
}

/* There are no events there. The folder of the link is not polled for that. */
static void
link_that_leads_out(void **state)
{
	const struct watch_options options = {.poll = {.interval_ms = 10}};

	(void)state;
	folder_write("../outside/f.css", "old\n");
	folder_write("../outside/folder/f.html", "old\n");
	assert_return_code(symlink("../outside/f.css", "out.css"), errno);
	assert_return_code(symlink("../outside/folder", "out"), errno);
	start(&options);
	root_follow_links(here.root);
	use("out.css");
	use("out/f.html");
	folder_write("../outside/f.css", "new\n");
	clock_wait(here.loop, names, clock_text("out.css"));
	assert_seen("modified out.css");
	forget();
	folder_write("../outside/folder/f.html", "new\n");
	clock_wait(here.loop, names, clock_text("out/f.html"));
	assert_seen("modified out/f.html");
	assert_false(watch_is_polling(here.watch));
}

static void
missing_instance_starts_polling(void **state)
{
	(void)state;
	one_page();
	has_no_instance = true;
	capture_begin(2);
	start(&by_default);
	capture_end();
	use("f.html");
	save("f.html", "new\n");
	expect("modified f.html");
}

static bool
is_polling(void *context)
{
	(void)context;
	return watch_is_polling(here.watch);
}

/* Another page gets bytes for which there was no event. */
static void
missing_event_starts_polling(void **state)
{
	const char *output;

	(void)state;
	one_page();
	is_silent = true;
	start(&by_default);
	use("f.html");
	save("f.html", "new\n");
	use("f.html");
	capture_begin(2);
	clock_wait(here.loop, is_polling, NULL);
	output = capture_end();
	assert_int_equal(count_lines(output), 1);
	assert_non_null(strstr(output, "the kernel sent no event"));
	forget();
	save("f.html", "newer\n");
	expect("modified f.html");
}

static void
another_folder_in_its_place(void)
{
	move("a", "../outside/old");
	move("../outside/other", "a");
}

static void
another_target_of_its_link(void)
{
	make_link("newest", "next~");
	move("next~", "current");
}

/* Two grace times are longer than the time in which an event must arrive. */
static void
outlast_the_doubt(void)
{
	for (int i = 0; i < 2; i++) {
		forget();
		erase(SENTINEL);
		clock_wait(here.loop, names, (void *)(uintptr_t)SENTINEL);
		forget();
		save(SENTINEL, "here again\n");
		clock_wait(here.loop, names, (void *)(uintptr_t)SENTINEL);
	}
}

/* A page gets changed bytes before the event of the change, of any kind, was read. */
static void
late_event_is_not_missing(void **state)
{
	static const struct {
		const char *used;
		void (*steps)(void);
	} rows[] = {
		{"f.html", plain},
		{"a/f.html", another_folder_in_its_place},
		{"current/f.html", another_target_of_its_link},
	};

	(void)state;
	one_page();
	folder_a();
	folder_write("../outside/other/f.html", "newer\n");
	folder_write("newest/f.html", "newest\n");
	make_link("a", "current");
	start(&by_default);
	for (size_t i = 0; i < ROWS(rows); i++) {
		use(rows[i].used);
		forget();
		rows[i].steps();
		use(rows[i].used);
		clock_wait(here.loop, names, (void *)(uintptr_t)rows[i].used);
		outlast_the_doubt();
		assert_false(watch_is_polling(here.watch));
	}
}

static void
root_made_again_is_followed(void **state)
{
	(void)state;
	folder_a();
	start(&by_default);
	use("a/f.html");
	folder_remove("../root");
	folder_write("../root/a/f.html", "new\n");
	clock_wait(here.loop, names, clock_text("a/f.html"));
	clock_wait(here.loop, has_walked, NULL);
	use("a/f.html");
	forget();
	save("../root/a/f.html", "newer\n");
	clock_wait(here.loop, names, clock_text("a/f.html"));
	assert_int_equal(here.lost, 0);
}

static void
same_root_made_again_is_no_change(void **state)
{
	(void)state;
	folder_write("f.html", "old\n");
	start(&by_default);
	use("f.html");
	assert_return_code(rename("../root", "../away"), errno);
	folder_write("../root/f.html", "old\n");
	folder_write("../root/" SENTINEL, "here\n");
	clock_drain(here.loop);
	folder_write("../root/g.html", "new\n");
	clock_wait(here.loop, names, clock_text("g.html"));
	assert_false(names(clock_text("f.html")));
	folder_remove("../away");
}

static void
root_behind_a_link_is_followed(void **state)
{
	(void)state;
	folder_write("../outside/one/f.html", "old\n");
	folder_write("../outside/two/f.html", "new\n");
	assert_return_code(symlink("one", "../outside/current"), errno);
	given_root = "../outside/current";
	start(&by_default);
	use("f.html");
	assert_return_code(symlink("two", "../outside/next"), errno);
	assert_return_code(rename("../outside/next", "../outside/current"), errno);
	expect("modified f.html");
	forget();
	save("../outside/two/f.html", "newer\n");
	expect("modified f.html");
}

/* Nothing comes any more. (On a busy machine something may have come before.) */
static void
destroyed_with_everything_pending(void **state)
{
	size_t batches;

	(void)state;
	folder_a();
	start(&by_default);
	use("a/f.html");
	here.runs_between_steps = true;
	erase("a/f.html");
	save("g.html", "new\n");
	make_folder("new");
	batches = here.batches;
	watch_destroy(here.watch);
	here.watch = NULL;
	clock_drain(here.loop);
	assert_int_equal(here.batches, batches);
}

/* ---- all of them ---- */

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

static const struct CMUnitTest tests[] = {
	TEST(saves_do_not_wait_for_deletions),
	TEST(deletions_have_grace),
	TEST(unclosed_files_are_announced),
	TEST(lone_css_goes_at_once),
	TEST(wait_option),
	TEST(burst_is_few_batches),
	TEST(steady_writing_meets_the_ceiling),
	TEST(steady_writing_gives_batches),
	TEST(file_used_before_its_folder_is_there),
	TEST(only_folders_in_use_of_an_ignored_tree),
	TEST(newer_bytes_are_reported_to_others),
	TEST(file_can_come_back),
	TEST(large_files_are_compared_by_state),
	TEST(state_is_that_of_the_last_report),
	TEST(state_of_a_name_not_reported_yet),
	TEST(state_of_a_folder),
	TEST(state_makes_used),
	TEST(state_of_large_files),
	TEST(ignores),
	TEST(sources_can_be_seen),
	TEST(same_bytes_are_reported_as_unchanged),
	TEST(touching_is_reported_as_unchanged),
	TEST(ignored_files_cause_no_report),
	TEST(requested_although_ignored),
	TEST(walk_reports_no_changes),
	TEST(overflow_loses_nothing_in_use),
	TEST(a_hundred_thousand_files_at_once),
	TEST(watch_limit_is_logged_once),
	TEST(missing_instance_is_logged),
	TEST(missing_files_in_use_are_awaited),
	TEST(bytes_that_were_served_meanwhile),
	TEST(a_file_served_before_it_is_announced),
	TEST(the_same_bytes_after_a_miss),
	TEST(a_miss_before_the_hint),
	TEST(unused_watch_is_removed),
	TEST(polling_sees_what_is_used),
	TEST(link_that_leads_out),
	TEST(missing_instance_starts_polling),
	TEST(missing_event_starts_polling),
	TEST(late_event_is_not_missing),
	TEST(root_made_again_is_followed),
	TEST(same_root_made_again_is_no_change),
	TEST(root_behind_a_link_is_followed),
	TEST(destroyed_with_everything_pending),
};

static int
run_sequences(const char *group, CMUnitTestFunction play_one)
{
	struct CMUnitTest rows[ROWS(sequences)];

	for (size_t i = 0; i < ROWS(sequences); i++)
		rows[i] = (struct CMUnitTest){
			.name = sequences[i].name,
			.test_func = play_one,
			.teardown_func = leave,
			.initial_state = (void *)(uintptr_t)&sequences[i],
		};
	return _cmocka_run_group_tests(group, rows, ROWS(rows), NULL, NULL);
}

static int
run_at_once(void)
{
	return run_sequences("watch: at once", play_at_once);
}

static int
run_step_by_step(void)
{
	return run_sequences("watch: step by step", play_step_by_step);
}

static int
run_others(void)
{
	return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}

/* Nearly all of the time is grace time, so several sequences wait for it together. */
int
main(void)
{
	int (*const groups[])(void) = {run_at_once, run_step_by_step, run_others};
	pid_t children[ROWS(groups)];
	int failed = 0;

	for (size_t i = 0; i < ROWS(groups); i++) {
		children[i] = fork();
		if (children[i] == 0)
			exit(groups[i]());
	}
	for (size_t i = 0; i < ROWS(groups); i++) {
		int status = 0;

		failed += waitpid(children[i], &status, 0) != children[i] || status != 0;
	}
	return failed;
}
