/*
 * What texts that are not saved do, with real mounts, publisher and journal. The test itself plays the watch: it says which
 * file has changed on the disk.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "drafts.h"
#include "fs/path.h"
#include "support/capture.h"
#include "support/clock.h"
#include "support/folder.h"

struct test {
	struct loop *loop;
	struct root *root;
	struct mounts *mounts;
	struct journal *journal;
	struct hub *hub;
	struct importers *importers;
	struct problems *problems;
	struct terminal *terminal;
	struct document_hold *document_hold;
	struct publisher *publisher;
	struct drafts *drafts;
	uint64_t known;   /* the number of the journal that told() has seen */
	struct buf taken; /* "former owner path|" */
};

/* Two editors. */
static const char ada[] = "ada", ben[] = "ben";

static void
ignore_changes(void *context, const struct changes *changes)
{
	(void)context;
	(void)changes;
}

static void
ignore_loss(void *context)
{
	(void)context;
}

static bool
use_all(void *context, const char *path)
{
	(void)context;
	(void)path;
	return true;
}

static bool
cover_none(void *context, const char *path)
{
	(void)context;
	(void)path;
	return false;
}

static void
ignore_published(void *context, const struct changes *changes, size_t pages)
{
	(void)context;
	(void)changes;
	(void)pages;
}

static void
note_taken(void *context, const void *former, const void *owner, const char *path)
{
	struct test *test = context;

	buf_addf(&test->taken, "%s %s %s|", (const char *)former, (const char *)owner,
		path_below(path, root_path(test->root)));
}

static void
create_drafts(struct test *test, bool reloads)
{
	drafts_destroy(test->drafts);
	test->drafts = drafts_create(&(struct drafts_options){
		.loop = test->loop,
		.mounts = test->mounts,
		.journal = test->journal,
		.publisher = test->publisher,
		.problems = test->problems,
		.taken = note_taken,
		.context = test,
		.reloads = reloads,
	});
}

static void
create_parts(struct test *test)
{
	static const struct terminal_options json = {.format = TERMINAL_JSON};
	static const struct static_files_options files = {0};
	const struct watch_listener listener = {
		.changed = ignore_changes, .unchanged = ignore_changes, .lost = ignore_loss};

	test->loop = loop_create();
	test->root = root_create(".");
	test->mounts = mounts_create(test->loop, test->root, &(struct watch_options){0}, &listener);
	test->journal = journal_create();
	test->hub = hub_create(&(struct hub_options){.journal = test->journal});
	test->importers = importers_create();
	test->problems = problems_create(test->root, use_all, NULL);
	test->document_hold = document_hold_create(test->loop);
	capture_begin(1); /* a terminal that is made for a file can be captured again later */
	test->terminal = terminal_create(&json);
	capture_end();
	test->publisher = publisher_create(&(struct publisher_options){
		.journal = test->journal,
		.hub = test->hub,
		.importers = test->importers,
		.problems = test->problems,
		.terminal = test->terminal,
		.document_hold = test->document_hold,
		.is_covered = cover_none,
		.published = ignore_published,
		.files = &files,
	});
}

static int
set_up(void **state)
{
	struct test *test = calloc(1, sizeof(*test));

	assert_non_null(test);
	*state = test;
	folder_enter();
	folder_write("a.css", "disk");
	folder_make("css");
	folder_write("../outside/x.css", "x");
	assert_int_equal(symlink("../outside/x.css", "out.css"), 0);
	create_parts(test);
	create_drafts(test, false);
	test->known = journal_number(test->journal);
	return 0;
}

static int
tear_down(void **state)
{
	struct test *test = *state;

	drafts_destroy(test->drafts);
	publisher_destroy(test->publisher);
	capture_begin(1);
	terminal_destroy(test->terminal);
	capture_end();
	document_hold_destroy(test->document_hold);
	problems_destroy(test->problems);
	importers_destroy(test->importers);
	hub_destroy(test->hub);
	journal_destroy(test->journal);
	mounts_destroy(test->mounts);
	root_destroy(test->root);
	loop_destroy(test->loop);
	buf_finish(&test->taken);
	free(test);
	folder_leave();
	return 0;
}

/* ---- what is done; paths are relative to the served folder ---- */

/* The absolute path, valid until the next call. */
static const char *
absolute(const struct test *test, const char *path)
{
	static char text[4096];

	snprintf(text, sizeof(text), "%s/%s", root_path(test->root), path);
	return text;
}

static const char *
lay(struct test *test, const char *owner, const char *path, const char *text)
{
	return drafts_lay(test->drafts, owner, absolute(test, path), slice_of(text));
}

static void
note_saved(struct test *test, const char *path)
{
	drafts_note_saved(test->drafts, absolute(test, path));
}

static void
give_up(struct test *test, const char *owner, const char *path)
{
	drafts_give_up(test->drafts, owner, absolute(test, path));
}

static void
assert_laid(struct test *test, const char *owner, const char *path, const char *text)
{
	const char *sentence = lay(test, owner, path, text);

	if (sentence)
		fail_msg("%s", sentence);
}

static void
assert_refused(struct test *test, const char *path, const char *text, const char *part)
{
	const char *sentence = lay(test, ada, path, text);

	print_message("  %s\n", sentence ? sentence : path);
	if (!sentence || !strstr(sentence, part))
		fail_msg("expected: %s", part);
}

/* The watch reports that the file has changed. */
static void
report(struct test *test, const char *path)
{
	const struct watch_listener listener = publisher_site_listener(test->publisher);
	struct changes changes = {0};

	changes_add(&changes, slice_of(path), CHANGE_MODIFIED);
	capture_begin(1);
	listener.changed(listener.context, &changes);
	capture_end();
	changes_finish(&changes);
}

/* ---- what comes of it ---- */

/*
 * What pages are told since the last call, those that see drafts or the others: "a.css modified 2|", with the bits of enum
 * change_draft in hexadecimal digits. Valid until the next call.
 */
static const char *
told(struct test *test, bool sees_drafts)
{
	static char text[400];
	struct changes changes = {0};
	struct buf line = {0};
	enum journal_verdict verdict = journal_since_for(
		test->journal, journal_epoch(test->journal), test->known, sees_drafts, &changes);

	assert_true(verdict != JOURNAL_UNKNOWN);
	for (size_t i = 0; i < changes.count; i++)
		buf_addf(&line, "%s %s %x|", changes.items[i].path,
			change_kind_name(changes.items[i].kind), changes.items[i].draft);
	changes_finish(&changes);
	assert_true(line.length < sizeof(text));
	strcpy(text, buf_slice(&line).at);
	buf_finish(&line);
	return text;
}

/* Pages that see drafts and the others were told this since the last call. */
static void
assert_told(struct test *test, const char *these, const char *others)
{
	assert_string_equal(told(test, true), these);
	assert_string_equal(told(test, false), others);
	test->known = journal_number(test->journal);
}

/* NULL: nothing lies over the file. */
static void
assert_text(const struct test *test, const char *path, const char *expected)
{
	int file = overlays_open(mounts_overlays(test->mounts), absolute(test, path));
	struct buf text = {0};

	if (!expected) {
		assert_int_equal(file, -1);
		return;
	}
	assert_true(file >= 0);
	assert_true(file_read(file, 1000, &text));
	assert_string_equal(text.bytes, expected);
	buf_finish(&text);
	close(file);
}

/* ---- tests ---- */

static void
test_laying(void **state)
{
	struct test *test = *state;

	assert_laid(test, ada, "a.css", "disk"); /* what pages have already */
	assert_text(test, "a.css", NULL);
	assert_told(test, "", "");
	assert_laid(test, ada, "a.css", "one");
	assert_text(test, "a.css", "one");
	assert_told(test, "a.css modified 2|", "");
	assert_laid(test, ada, "a.css", "one");
	assert_told(test, "", "");
	assert_laid(test, ada, "a.css", "two");
	assert_text(test, "a.css", "two");
	assert_told(test, "a.css modified 2|", "");
	assert_laid(test, ada, "css/new.css", "");
	assert_text(test, "css/new.css", "");
	assert_told(test, "css/new.css created 2|", "");
	/* Taken back by hand. */
	assert_laid(test, ada, "a.css", "disk");
	assert_text(test, "a.css", NULL);
	assert_told(test, "a.css modified 8|", "");
	assert_string_equal(buf_slice(&test->taken).at, "");
}

/* Pages with scripts reload for a draft, if it is asked for. */
static void
test_reloads(void **state)
{
	struct test *test = *state;

	create_drafts(test, true);
	assert_laid(test, ada, "a.css", "one");
	assert_told(test, "a.css modified 10|", "");
}

static void
test_refused(void **state)
{
	struct test *test = *state;
	struct buf large = {0};

	assert_refused(test, "css", "x", "that is no file");
	assert_int_equal(mkfifo("pipe.css", 0600), 0);
	assert_refused(test, "pipe.css", "x", "that is no file");
	assert_refused(test, "out.css", "x", "it is a link that leads out of the served folder");
	while (large.length <= OVERLAYS_TEXT_MAX)
		buf_add_text(&large, "0123456789abcdef");
	assert_refused(test, "a.css", large.bytes, "it is larger than 8 MiB");
	assert_told(test, "", "");
	/* An earlier text is not taken for the refused one. */
	assert_laid(test, ada, "a.css", "one");
	assert_told(test, "a.css modified 2|", "");
	assert_refused(test, "a.css", large.bytes, "it is larger than 8 MiB");
	assert_text(test, "a.css", NULL);
	assert_told(test, "a.css modified 8|", "");
	buf_finish(&large);
}

/* A file that is in no folder of the site is for another one. */
static void
test_holding(void **state)
{
	struct test *test = *state;

	assert_true(drafts_hold(test->drafts, absolute(test, "a.css")));
	assert_true(drafts_hold(test->drafts, absolute(test, "css/new.css")));
	assert_true(drafts_hold(test->drafts, absolute(test, ".env")));
	assert_false(drafts_hold(test->drafts, root_path(test->root)));
	assert_false(drafts_hold(test->drafts, "/etc/passwd"));
	assert_null(drafts_lay(test->drafts, ada, "/etc/passwd", slice_of("x")));
	assert_told(test, "", "");
}

static void
test_too_many(void **state)
{
	struct test *test = *state;

	for (int i = 0; i < OVERLAYS_MAX; i++) {
		char name[32];

		snprintf(name, sizeof(name), "%d.css", i);
		assert_laid(test, ada, name, "x");
	}
	assert_refused(test, "a.css", "x", "there is too much that is not saved; save some of it");
	assert_laid(test, ada, "0.css", "y");
	give_up(test, ada, "0.css");
	assert_laid(test, ada, "a.css", "x");
}

/* Names that are not served are left out without a word. */
static void
test_hidden(void **state)
{
	static const char *const names[] = {".env", ".git/config", "css/.a.css.swp"};
	struct test *test = *state;

	for (size_t i = 0; i < ROWS(names); i++) {
		assert_laid(test, ada, names[i], "x");
		assert_text(test, names[i], NULL);
		assert_told(test, "", "");
	}
}

/* The text stays until the watch has seen the save; pages that show it are told that it is on the disk. */
static void
test_save(void **state)
{
	struct test *test = *state;

	assert_laid(test, ada, "a.css", "one");
	assert_told(test, "a.css modified 2|", "");
	folder_write("a.css", "one");
	note_saved(test, "a.css");
	assert_text(test, "a.css", "one");
	assert_told(test, "", "");
	report(test, "a.css");
	assert_text(test, "a.css", NULL);
	assert_told(test, "a.css modified 24|", "a.css modified 24|");
	note_saved(test, "a.css");
	assert_told(test, "", "");
}

/* The watch was faster than the editor. */
static void
test_save_seen_first(void **state)
{
	struct test *test = *state;

	assert_laid(test, ada, "a.css", "one");
	folder_write("a.css", "one");
	report(test, "a.css");
	assert_text(test, "a.css", NULL);
	assert_told(test, "a.css modified 26|", "a.css modified 24|");
	note_saved(test, "a.css");
	assert_told(test, "", "");
}

/* An editor that saves something else than what it has shown. */
static void
test_save_of_another_text(void **state)
{
	struct test *test = *state;

	assert_laid(test, ada, "a.css", "one");
	test->known = journal_number(test->journal);
	note_saved(test, "a.css");
	folder_write("a.css", "formatted");
	report(test, "a.css");
	assert_text(test, "a.css", NULL);
	assert_told(test, "a.css modified 0|", "a.css modified 0|");
}

static bool
is_bare(void *context)
{
	return overlays_are_empty(mounts_overlays(((const struct test *)context)->mounts));
}

/* The watch never reports the save: the disk is looked at without that. */
static void
test_save_that_nobody_sees(void **state)
{
	struct test *test = *state;

	assert_laid(test, ada, "a.css", "one");
	assert_laid(test, ada, "css/b.css", "two");
	test->known = journal_number(test->journal);
	folder_write("a.css", "one");
	note_saved(test, "a.css");
	note_saved(test, "css/b.css"); /* whose write has failed */
	clock_wait(test->loop, is_bare, test);
	assert_told(test, "css/b.css deleted 10|a.css modified 4|", "");
}

/* Another program writes the file: the draft stays, and other pages get the disk. */
static void
test_other_program(void **state)
{
	struct test *test = *state;

	assert_laid(test, ada, "a.css", "one");
	test->known = journal_number(test->journal);
	folder_write("a.css", "by a program");
	report(test, "a.css");
	assert_text(test, "a.css", "one");
	assert_told(test, "", "a.css modified 20|");
	/* A save over it counts at once, because the watch has reported the file before. */
	note_saved(test, "a.css");
	assert_text(test, "a.css", NULL);
	assert_told(test, "a.css modified 10|", "");
}

static void
test_giving_up(void **state)
{
	struct test *test = *state;

	assert_laid(test, ada, "a.css", "one");
	assert_laid(test, ada, "css/new.css", "one");
	test->known = journal_number(test->journal);
	give_up(test, ben, "a.css");
	give_up(test, ada, "other.css");
	assert_told(test, "", "");
	give_up(test, ada, "a.css");
	assert_text(test, "a.css", NULL);
	assert_told(test, "a.css modified 8|", "");
	give_up(test, ada, "css/new.css");
	assert_told(test, "css/new.css deleted 8|", "");
	give_up(test, ada, "a.css");
	assert_told(test, "", "");
}

/* A page that was built before the draft need not be told that it is gone. */
static void
test_since(void **state)
{
	struct test *test = *state;
	uint64_t before = journal_number(test->journal);
	struct changes changes = {0};

	assert_laid(test, ada, "a.css", "one");
	assert_laid(test, ada, "a.css", "two");
	test->known = journal_number(test->journal);
	give_up(test, ada, "a.css");
	journal_since(test->journal, journal_epoch(test->journal), test->known, &changes);
	assert_int_equal(changes.count, 1);
	assert_int_equal(changes.items[0].since, before);
	changes_finish(&changes);
}

/* The editor says that the file is closed before the watch has seen the save. */
static void
test_closed_after_save(void **state)
{
	struct test *test = *state;

	assert_laid(test, ada, "a.css", "one");
	test->known = journal_number(test->journal);
	folder_write("a.css", "one");
	note_saved(test, "a.css");
	give_up(test, ada, "a.css");
	drafts_leave(test->drafts, ada);
	assert_text(test, "a.css", "one");
	assert_told(test, "", "");
	report(test, "a.css");
	assert_told(test, "a.css modified 24|", "a.css modified 24|");
}

/* The later text counts, whose editor it is; after it, the earlier one. */
static void
test_two_editors(void **state)
{
	struct test *test = *state;

	assert_laid(test, ada, "a.css", "one");
	assert_laid(test, ben, "a.css", "two");
	assert_string_equal(buf_slice(&test->taken).at, "ada ben a.css|");
	assert_laid(test, ben, "a.css", "three");
	assert_string_equal(test->taken.bytes, "ada ben a.css|");
	test->known = journal_number(test->journal);
	give_up(test, ben, "a.css");
	assert_text(test, "a.css", "one");
	assert_told(test, "a.css modified 2|", "");
	/* The text of the disk is a text as well while somebody else has another one. */
	assert_laid(test, ben, "a.css", "disk");
	assert_text(test, "a.css", "disk");
	assert_told(test, "a.css modified 2|", "");
	assert_laid(test, ada, "a.css", "disk");
	assert_string_equal(test->taken.bytes, "ada ben a.css|ada ben a.css|ben ada a.css|");
	assert_told(test, "", "");
	give_up(test, ada, "a.css");
	assert_told(test, "", "");
	give_up(test, ben, "a.css");
	assert_text(test, "a.css", NULL);
	/* A save is one for both. */
	assert_laid(test, ada, "a.css", "one");
	assert_laid(test, ben, "a.css", "two");
	folder_write("a.css", "two");
	note_saved(test, "a.css");
	report(test, "a.css");
	assert_text(test, "a.css", NULL);
}

/* All that an editor had, as one batch; what others have stays. */
static void
test_leaving(void **state)
{
	struct test *test = *state;

	assert_laid(test, ada, "a.css", "one");
	assert_laid(test, ada, "b.css", "one");
	assert_laid(test, ada, "c.css", "one");
	assert_laid(test, ben, "b.css", "two");
	test->known = journal_number(test->journal);
	drafts_leave(test->drafts, ada);
	assert_int_equal(journal_number(test->journal), test->known + 1);
	assert_text(test, "b.css", "two");
	assert_string_equal(told(test, false), "");
	assert_non_null(strstr(told(test, true), "a.css modified 8|"));
	assert_non_null(strstr(told(test, true), "c.css deleted 8|"));
	assert_null(strstr(told(test, true), "b.css"));
	drafts_leave(test->drafts, ada);
	assert_int_equal(journal_number(test->journal), test->known + 1);
}

/* Texts are checked in place of files. */
static void
test_problems(void **state)
{
	struct test *test = *state;

	assert_laid(test, ada, "a.css", "p { color: red;\n");
	assert_non_null(problems_find(test->problems, "a.css"));
	assert_laid(test, ada, "a.css", "p { color: red }\n");
	assert_null(problems_find(test->problems, "a.css"));
	assert_laid(test, ada, "a.css", "p {\n");
	drafts_leave(test->drafts, ada);
	assert_null(problems_find(test->problems, "a.css"));
}

/* At the end nothing lies over the disk, and nobody is asked any more. */
static void
test_end(void **state)
{
	struct test *test = *state;

	assert_laid(test, ada, "a.css", "p {\n");
	folder_write("a.css", "p {}");
	note_saved(test, "a.css"); /* its timer is set */
	test->known = journal_number(test->journal);
	drafts_destroy(test->drafts);
	test->drafts = NULL;
	drafts_destroy(NULL);
	assert_null(mounts_overlays(test->mounts));
	report(test, "a.css");
	assert_told(test, "a.css modified 0|", "a.css modified 0|");
	assert_null(problems_find(test->problems, "a.css"));
}

int
main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ROW(test_laying),
		ROW(test_reloads),
		ROW(test_refused),
		ROW(test_holding),
		ROW(test_too_many),
		ROW(test_hidden),
		ROW(test_save),
		ROW(test_save_seen_first),
		ROW(test_save_of_another_text),
		ROW(test_save_that_nobody_sees),
		ROW(test_other_program),
		ROW(test_giving_up),
		ROW(test_since),
		ROW(test_closed_after_save),
		ROW(test_two_editors),
		ROW(test_leaving),
		ROW(test_problems),
		ROW(test_end),
	};
#undef ROW

	return cmocka_run_group_tests(tests, NULL, NULL);
}
