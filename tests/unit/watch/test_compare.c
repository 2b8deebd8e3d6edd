/*
 * Looking at files on the disk, without a watch: the test makes the debounce entries itself.
 */
#include "support/test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "support/folder.h"
#include "watch/compare.h"

static struct {
	struct root *root;
	struct watch_table table;
	struct watch_history *history;
	struct compare *compare;
	size_t reads;
	size_t slices; /* after which a first look had to go on */
} here;

static void
read_done(void *context, const struct watch_table_file *file)
{
	assert_ptr_equal(context, &here);
	assert_non_null(file->path);
	here.reads++;
}

static void
create(bool is_thorough)
{
	struct compare_options options = {
		.root = here.root,
		.table = &here.table,
		.history = here.history,
		.is_thorough = is_thorough,
		.read_done = read_done,
		.context = &here,
	};

	compare_destroy(here.compare);
	here.compare = compare_create(&options);
}

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	memset(&here, 0, sizeof(here));
	here.root = root_create(".");
	here.history = watch_history_create();
	create(false);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	compare_destroy(here.compare);
	watch_table_finish(&here.table);
	watch_history_destroy(here.history);
	root_destroy(here.root);
	folder_leave();
	return 0;
}

static bool
serve_as(const char *name, bool is_pending)
{
	int file = open(name, O_RDONLY | O_CLOEXEC);
	struct stat state;
	bool differs;

	assert_true(file >= 0 && fstat(file, &state) == 0);
	differs = compare_opened(here.compare, name, file, &state, is_pending);
	close(file);
	return differs;
}

/* As if a page had requested name. Returns the result of compare_opened(). */
static bool
serve(const char *name)
{
	return serve_as(name, false);
}

/* The same while an event of name waits; it must be the first request. */
static void
serve_pending(const char *name)
{
	assert_false(serve_as(name, true));
}

/* Looks at an entry of path, and frees the entry. Returns the result of compare_look(). */
static bool
look_at(const char *path, struct debounce_entry entry)
{
	bool is_done;

	entry.path = mem_text(path);
	is_done = compare_look(here.compare, &entry);
	if (!is_done)
		assert_int_equal(entry.state, DEBOUNCE_GONE);
	free(entry.path);
	return is_done;
}

/* The changes found since the last time: "modified a, ". */
static void
assert_found(const char *expected)
{
	struct changes *found = compare_found(here.compare);
	struct buf text = {0};

	buf_add_text(&text, "");
	for (size_t i = 0; i < found->count; i++)
		buf_addf(&text, "%s %s%s, ", change_kind_name(found->items[i].kind),
			found->items[i].path, found->items[i].is_empty ? " (empty)" : "");
	if (found->left_out[LEFT_OUT_SAME].count)
		buf_addf(&text, "same %s, ", found->left_out[LEFT_OUT_SAME].first);
	if (found->left_out[LEFT_OUT_TOUCHED].count)
		buf_addf(&text, "touched %s, ", found->left_out[LEFT_OUT_TOUCHED].first);
	assert_string_equal(text.bytes, expected);
	buf_finish(&text);
	changes_finish(found);
}

#define COMPLETE ((struct debounce_entry){.state = DEBOUNCE_COMPLETE})
#define NEW ((struct debounce_entry){.state = DEBOUNCE_COMPLETE, .is_new = true})
#define TOUCHED ((struct debounce_entry){.state = DEBOUNCE_WRITING, .is_touched = true})
#define WRITTEN ((struct debounce_entry){.state = DEBOUNCE_COMPLETE, .is_written = true})
#define GONE ((struct debounce_entry){.state = DEBOUNCE_GONE})

static void
files_in_use(void **state)
{
	(void)state;
	folder_write("a", "one");
	assert_false(serve("a"));
	assert_int_equal(here.reads, 1);
	assert_true(look_at("a", COMPLETE));
	assert_found("");
	folder_write("a", "two");
	assert_true(look_at("a", COMPLETE));
	assert_found("modified a, ");
	folder_write("a", "");
	assert_true(look_at("a", COMPLETE));
	assert_found("modified a (empty), ");
	folder_write("a", "two");
	assert_true(look_at("a", COMPLETE));
	assert_found("modified a, ");
	folder_remove("a");
	folder_write("a", "two");
	assert_true(look_at("a", COMPLETE));
	assert_found("same a, ");
	assert_int_equal(chmod("a", 0600), 0);
	assert_true(look_at("a", TOUCHED));
	assert_found("touched a, ");
	assert_int_equal(watch_history_find(here.history, "a")->outcome, WATCH_HISTORY_TOUCHED);
}

static void
files_not_in_use(void **state)
{
	(void)state;
	folder_write("a", "one");
	assert_true(look_at("a", COMPLETE));
	assert_found("modified a, ");
	assert_true(look_at("a", NEW));
	assert_found("created a, ");
	assert_null(watch_table_file(&here.table, slice_of("a")));
	assert_int_equal(here.reads, 0);
}

static void
thorough(void **state)
{
	struct stat now;

	(void)state;
	create(true);
	folder_write("a", "one");
	assert_true(look_at("a", NEW));
	assert_found("created a, ");
	assert_non_null(watch_table_file(&here.table, slice_of("a")));
	assert_true(look_at("a", COMPLETE));
	assert_found("");
	folder_write("b", "one");
	assert_int_equal(stat("b", &now), 0);
	compare_add_unread(here.compare, "b", &now);
	compare_add_unread(here.compare, "c", NULL);
	assert_true(look_at("b", COMPLETE));
	assert_found("");
	/* written just before its record was made, and the event comes after it */
	assert_true(look_at("b", WRITTEN));
	assert_found("modified b, ");
	assert_true(look_at("b", WRITTEN));
	assert_found("");
	folder_write("c", "one");
	assert_true(look_at("c", COMPLETE));
	assert_found("created c, ");
}

static void
gone_and_back(void **state)
{
	(void)state;
	folder_write("a", "one");
	serve("a");
	folder_remove("a");
	assert_false(look_at("a", COMPLETE)); /* only now found missing */
	assert_found("");
	assert_true(look_at("a", GONE));
	assert_found("deleted a, ");
	assert_true(look_at("a", GONE));
	assert_found("");
	folder_write("a", "one");
	assert_true(look_at("a", COMPLETE));
	assert_found("created a, ");
	/* what came and went was never there */
	assert_true(look_at("b", (struct debounce_entry){.state = DEBOUNCE_GONE, .is_new = true}));
	assert_found("");
}

/* It is opened before its creation is reported, and is gone before that, too: the page has to be told. */
static void
opened_early_and_gone(void **state)
{
	uint64_t served;

	(void)state;
	folder_write("a", "one");
	serve("a");
	folder_remove("a");
	assert_true(look_at("a", GONE));
	assert_found("deleted a, ");
	folder_write("a", "two");
	assert_true(serve("a"));
	assert_false(compare_served_state(here.compare, "a", &served));
	folder_remove("a");
	assert_true(look_at("a", GONE));
	assert_found("deleted a, ");
	assert_true(look_at("a", GONE));
	assert_found("");
	assert_true(compare_served_state(here.compare, "a", &served));
	/* the first request for it */
	folder_write("b", "one");
	serve_pending("b");
	folder_remove("b");
	assert_true(look_at("b", (struct debounce_entry){.state = DEBOUNCE_GONE, .is_new = true}));
	assert_found("deleted b, ");
	/* it stays: that is one change */
	folder_write("a", "two");
	assert_true(serve("a"));
	assert_true(look_at("a", NEW));
	assert_found("created a, ");
	assert_true(compare_served_state(here.compare, "a", &served));
	folder_write("c", "two");
	serve_pending("c");
	assert_true(look_at("c", NEW));
	assert_found("created c, ");
}

static void
folders(void **state)
{
	(void)state;
	folder_make("d");
	assert_true(look_at("d/", NEW));
	assert_found("created d/, ");
	assert_int_equal(symlink("d", "link"), 0);
	assert_true(look_at("link", NEW));
	assert_found("created link/, ");
	/* a folder where a file was */
	folder_write("a", "one");
	serve("a");
	folder_remove("a");
	folder_make("a");
	assert_false(look_at("a", COMPLETE));
	assert_true(look_at("a", GONE));
	assert_found("deleted a, ");
}

static void
pages_with_other_bytes(void **state)
{
	(void)state;
	folder_write("a", "one");
	serve("a");
	folder_write("a", "second");
	assert_true(serve("a")); /* one page has the new bytes, one the old ones */
	folder_write("a", "one");
	assert_true(look_at("a", COMPLETE));
	assert_found("modified a, ");
	/* a page could not have it: the same bytes are a change to that page */
	assert_true(compare_open_failed(here.compare, "a"));
	assert_true(look_at("a", COMPLETE));
	assert_found("modified a, ");
	assert_false(compare_open_failed(here.compare, "nothing"));
}

/* A look at one name of a file finds what changed under its other names, too. */
static void
hard_links(void **state)
{
	int file;

	(void)state;
	folder_write("a", "one");
	assert_int_equal(link("a", "b"), 0);
	serve("b");
	file = open("a", O_WRONLY | O_TRUNC | O_CLOEXEC);
	assert_int_equal(write(file, "two", 3), 3);
	close(file);
	assert_true(look_at("a", COMPLETE));
	assert_found("modified b, modified a, ");
}

static uint64_t
first_look(const char *name)
{
	uint64_t state;

	while (!compare_first_look(here.compare, name, &state))
		here.slices++;
	return state;
}

/* A file of size bytes, all of which are c. */
static void
write_large(const char *name, size_t size, char c)
{
	char *bytes = mem_array(size + 1, 1);

	memset(bytes, c, size);
	folder_write(name, bytes);
	free(bytes);
}

/* It is read in slices. The result is that of reading it at once, as a page's request does. */
static void
large_files(void **state)
{
	enum { SIZE = 8 * 1024 * 1024 };
	uint64_t before, after;

	(void)state;
	write_large("large", SIZE, 'x');
	before = first_look("large");
	assert_true(here.slices > 0);
	write_large("same", SIZE, 'x');
	assert_false(serve("same"));
	assert_true(compare_served_state(here.compare, "same", &after));
	assert_true(after == before);
	assert_true(look_at("large", COMPLETE));
	assert_found("");
	write_large("large", SIZE, 'y');
	assert_true(look_at("large", COMPLETE));
	assert_found("modified large, ");
}

/* It is not read without an end, and whatever its bytes become, that is a change. */
static void
a_large_file_that_changes_meanwhile(void **state)
{
	uint64_t served;

	(void)state;
	write_large("large", 8 * 1024 * 1024, 'x');
	assert_false(compare_first_look(here.compare, "large", &served));
	assert_false(compare_served_state(here.compare, "large", &served));
	write_large("large", 7 * 1024 * 1024, 'y');
	assert_true(compare_first_look(here.compare, "large", &served));
	assert_true(served != 0);
	write_large("large", 8 * 1024 * 1024, 'x');
	assert_true(look_at("large", COMPLETE));
	assert_found("modified large, ");
}

/* One after the other, and in turns: each ends, because the one that was begun last is finished. */
static void
two_large_files(void **state)
{
	uint64_t one, other;

	(void)state;
	write_large("a", 4 * 1024 * 1024, 'x');
	write_large("b", 4 * 1024 * 1024, 'x');
	compare_first_look(here.compare, "a", &one);
	other = first_look("b");
	one = first_look("a");
	assert_true(one == other && one != 0);
}

static void
states(void **state)
{
	uint64_t before, after;

	(void)state;
	assert_false(compare_served_state(here.compare, "a", &before));
	assert_int_equal(before, 0);
	assert_true(first_look("a") == 0);
	folder_write("a", "one");
	before = first_look("a");
	assert_true(before != 0);
	assert_true(compare_served_state(here.compare, "a", &after));
	assert_true(after == before);
	/* the same bytes have the same state, whatever the times */
	folder_write("b", "one");
	assert_true(first_look("b") == before);
	folder_write("a", "two");
	assert_true(look_at("a", COMPLETE));
	assert_true(compare_served_state(here.compare, "a", &after));
	assert_true(after != before);
	folder_make("d");
	before = first_look("d/");
	assert_true(before != 0);
	assert_false(compare_served_state(here.compare, "d/", &after));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(files_in_use),
		TEST(files_not_in_use),
		TEST(thorough),
		TEST(gone_and_back),
		TEST(opened_early_and_gone),
		TEST(folders),
		TEST(pages_with_other_bytes),
		TEST(hard_links),
		TEST(states),
		TEST(large_files),
		TEST(a_large_file_that_changes_meanwhile),
		TEST(two_large_files),
	};

	return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
