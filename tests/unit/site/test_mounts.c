/*
 * In which place a name is found, and with which names changes are reported, in real folders.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "fs/path.h"
#include "site/mounts.h"
#include "support/clock.h"
#include "support/folder.h"

static struct {
	struct loop *loop;
	struct root *root;
	struct mounts *mounts;
	struct buf seen; /* "created lib/a, " of all that was told */
} here;

static void
changed(void *context, const struct changes *changes)
{
	(void)context;
	assert_true(changes->count > 0);
	for (size_t i = 0; i < changes->count; i++)
		buf_addf(&here.seen, "%s %s, ", change_kind_name(changes->items[i].kind),
			changes->items[i].path);
}

static void
unchanged(void *context, const struct changes *changes)
{
	(void)context;
	assert_int_equal(changes->count, 0);
	buf_addf(&here.seen, "same %s, ", changes->left_out[LEFT_OUT_SAME].first);
}

static void
lost(void *context)
{
	(void)context;
	fail_msg("nothing was lost");
}

static bool
has_seen(void *context)
{
	return here.seen.length && strstr(here.seen.bytes, context);
}

/* All changes that were reported, up to the expected last one. */
static void
expect(const char *text)
{
	clock_wait(here.loop, has_seen, (void *)(uintptr_t)text);
	assert_string_equal(here.seen.bytes, text);
	buf_clear(&here.seen);
}

static int
enter(void **state)
{
	const struct watch_listener listener = {
		.changed = changed,
		.unchanged = unchanged,
		.lost = lost,
	};
	const struct watch_options options = {0};

	(void)state;
	folder_enter();
	folder_write("index.html", "old\n");
	folder_write("lib/both.js", "old\n");
	folder_write("lib/own.js", "old\n");
	folder_write("../outside/a.js", "old\n");
	folder_write("../outside/both.js", "old\n");
	folder_write("../outside/deep/x.js", "old\n");
	here.loop = loop_create();
	here.root = root_create(".");
	here.mounts = mounts_create(here.loop, here.root, &options, &listener);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	mounts_destroy(here.mounts);
	root_destroy(here.root);
	loop_destroy(here.loop);
	buf_finish(&here.seen);
	memset(&here, 0, sizeof(here));
	folder_leave();
	return 0;
}

static void
mount(char *route, const char *path)
{
	if (!mounts_add(here.mounts, &(struct mounts_rule){.route = route, .path = path}))
		fail_msg("%s: %s", path, strerror(errno));
}

/* A page requests it. */
static void
use(const char *name)
{
	struct mounts_place place = {0};
	struct stat state;

	while (mounts_find(here.mounts, name, &place)) {
		int file;

		watch_before_open(place.watch, place.name);
		file = root_open(place.root, place.name);
		if (file < 0)
			continue;
		assert_return_code(fstat(file, &state), errno);
		watch_opened(place.watch, place.name, file, &state);
		close(file);
		return;
	}
}

/* The places of name: "outside:a.js root:lib/a.js ". The caller frees. */
static char *
places_of(const char *name)
{
	struct mounts_place place = {0};
	struct buf text = {0};

	buf_add_text(&text, "");
	while (mounts_find(here.mounts, name, &place))
		buf_addf(&text, "%s:%s%s ", strrchr(root_path(place.root), '/') + 1, place.name,
			place.is_file ? "!" : "");
	return buf_take(&text);
}

static void
places(void **state)
{
	static const struct {
		const char *name, *places;
	} rows[] = {
		{"a.js", "root:a.js "},
		{"lib", "outside: root:lib "},
		{"lib/", "outside: root:lib/ "},
		{"lib/a.js", "outside:a.js root:lib/a.js "},
		{"library/a.js", "root:library/a.js "},
		{"lib/deep/x.js", "deep:x.js outside:deep/x.js root:lib/deep/x.js "},
		{"one.js", "outside:a.js! root:one.js "},
		{"one.js/", "root:one.js/ "},
		{"one.js/x", "root:one.js/x "},
		{"none", "root:none "},
	};

	(void)state;
	mount("lib", "../outside");
	mount("lib/deep", "../outside/deep/");
	mount("one.js", "../outside/a.js");
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *found = places_of(rows[i].name);

		assert_string_equal(found, rows[i].places);
		free(found);
	}
}

static void
of_equal_routes_the_first_given_and_the_served_folder_last(void **state)
{
	char *found;

	(void)state;
	folder_make("../outside/second");
	mount("", "../outside/deep");
	mount("", "../outside/second");
	found = places_of("x.js");
	assert_string_equal(found, "deep:x.js second:x.js root:x.js ");
	free(found);
}

static void
changes_have_the_sites_names(void **state)
{
	(void)state;
	mount("lib", "../outside");
	mount("one.js", "../outside/a.js");
	folder_write("index.html", "new\n");
	expect("modified index.html, ");
	folder_write("../outside/new.js", "new\n");
	expect("created lib/new.js, ");
	assert_return_code(unlink("../outside/new.js"), errno);
	expect("deleted lib/new.js, ");
	use("lib/both.js");
	folder_write("../outside/both.js", "old\n");
	expect("same lib/both.js, ");
}

static void
a_file_is_reported_and_its_neighbours_are_not(void **state)
{
	(void)state;
	mount("one.js", "../outside/a.js");
	folder_write("../outside/new.js", "new\n");
	folder_write("../outside/both.js", "new\n");
	folder_write("../outside/a.js", "new\n");
	expect("modified one.js, ");
}

static void
hidden_changes_are_not_reported(void **state)
{
	(void)state;
	mount("lib", "../outside");
	use("lib/both.js");
	use("lib/own.js");
	folder_write("lib/both.js", "new\n");
	folder_write("lib/own.js", "new\n");
	expect("modified lib/own.js, ");
}

static void
deletion_over_a_later_place_is_a_modification(void **state)
{
	(void)state;
	mount("lib", "../outside");
	use("lib/both.js");
	use("lib/own.js");
	folder_write("../outside/own.js", "over\n");
	expect("modified lib/own.js, ");
	assert_return_code(unlink("../outside/both.js"), errno);
	expect("modified lib/both.js, ");
	folder_make("lib/deep");
	folder_remove("../outside/deep");
	expect("created lib/deep/, ");
}

/* Whether it is in a mounted place; the served folder does not count. */
static void
covered_names(void **state)
{
	(void)state;
	folder_write("../outside/covered/x.js", "x\n");
	mount("lib", "../outside/covered");
	assert_true(mounts_cover(here.mounts, "lib/x.js"));
	assert_true(mounts_cover(here.mounts, "lib/"));
	assert_false(mounts_cover(here.mounts, "lib/missing.js"));
	assert_false(mounts_cover(here.mounts, "index.html"));
	assert_false(mounts_cover(here.mounts, ""));
}

static void
what_is_not_there(void **state)
{
	static const char *const paths[] = {
		"../outside/no-such", "index.html/", "index.html/x", ""};

	(void)state;
	for (size_t i = 0; i < ROWS(paths); i++)
		assert_false(mounts_add(
			here.mounts, &(struct mounts_rule){.route = "lib", .path = paths[i]}));
}

static void
what_is_out_of_bounds(void **state)
{
	static const char *const paths[] = {"../outside", ".hidden", "link"};
	struct mounts_rule rule = {.route = "bounded", .bounds = root_path(here.root)};

	(void)state;
	folder_make(".hidden");
	folder_make("inside");
	assert_int_equal(symlink("../outside", "link"), 0);
	for (size_t i = 0; i < ROWS(paths); i++) {
		rule.path = paths[i];
		errno = 0;
		assert_false(mounts_add(here.mounts, &rule));
		assert_int_equal(errno, EXDEV);
	}
	rule.path = "inside";
	assert_true(mounts_add(here.mounts, &rule));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

/* The names in the site of the file at path below folder: "outside:a.js=lib/a.js ". The caller frees. */
static char *
names_of(const char *folder, const char *path)
{
	char *file = path_join(folder, path), *name;
	struct mounts_place place = {0};
	struct buf text = {0};

	buf_add_text(&text, "");
	while ((name = mounts_find_file(here.mounts, file, &place))) {
		buf_addf(&text, "%s:%s=%s ", strrchr(root_path(place.root), '/') + 1, place.name,
			name);
		free(name);
	}
	free(file);
	return buf_take(&text);
}

static void
files(void **state)
{
	static const struct {
		bool is_outside;
		const char *path, *names;
	} rows[] = {
		{false, "index.html", "root:index.html=index.html "},
		{false, "none.html", "root:none.html=none.html "},
		/* The mounted folder has that name. */
		{false, "lib/both.js", ""},
		{false, "lib/own.js", "root:lib/own.js=lib/own.js "},
		{true, "both.js", "outside:both.js=lib/both.js "},
		{true, "deep/x.js", "outside:deep/x.js=lib/deep/x.js deep:x.js=x "},
		{true, "deep/y.js", "outside:deep/y.js=lib/deep/y.js "},
		{true, "", ""},
	};
	char *outside;

	(void)state;
	mount("lib", "../outside");
	mount("x", "../outside/deep/x.js");
	outside = realpath("../outside", NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *names = names_of(
			rows[i].is_outside ? outside : root_path(here.root), rows[i].path);

		assert_string_equal(names, rows[i].names);
		free(names);
	}
	free(outside);
}

/* Of which file a name is, with a text over one that is not there. */
static void
paths(void **state)
{
	static const struct {
		const char *name, *path;
		bool is_draft;
	} rows[] = {
		{"index.html", "root/index.html", false},
		{"lib/a.js", "outside/a.js", false},
		{"lib/both.js", "outside/both.js", false},
		{"lib/own.js", "outside/own.js", true},
		{"none", NULL, false},
	};
	struct overlays *overlays = overlays_create();
	char *outside, *own;
	uint64_t number = 0;

	(void)state;
	mount("lib", "../outside");
	outside = realpath("../outside", NULL);
	own = path_join(outside, "own.js");
	mounts_set_overlays(here.mounts, overlays);
	assert_int_equal(
		overlays_lay(overlays, here.mounts, own, SLICE_LITERAL("typed"), 1), OVERLAYS_LAID);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool is_draft = true;
		char *path = mounts_path_of(here.mounts, rows[i].name, &is_draft);

		assert_int_equal(path != NULL, rows[i].path != NULL);
		assert_true(!path || slice_ends(slice_of(path), rows[i].path));
		assert_int_equal(is_draft, rows[i].is_draft);
		free(path);
	}
	assert_int_equal(mounts_state(here.mounts, "lib/own.js", &number), WATCH_KNOWN);
	assert_true(number == hash_bytes(SLICE_LITERAL("typed")));
	mounts_set_overlays(here.mounts, NULL);
	overlays_destroy(overlays);
	free(own);
	free(outside);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(places),
		TEST(of_equal_routes_the_first_given_and_the_served_folder_last),
		TEST(changes_have_the_sites_names),
		TEST(a_file_is_reported_and_its_neighbours_are_not),
		TEST(hidden_changes_are_not_reported),
		TEST(deletion_over_a_later_place_is_a_modification),
		TEST(covered_names),
		TEST(what_is_not_there),
		TEST(what_is_out_of_bounds),
		TEST(files),
		TEST(paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
