/*
 * A folder or a file in addition to the pages. Every case runs with events and with polling.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "support/clock.h"
#include "support/folder.h"
#include "watch/extra_watch.h"

static struct {
	struct loop *loop;
	struct root *root;
	struct extra_watch *extra_watch;
	struct buf seen; /* "created ../outside/a, " of all that was told since forget() */
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
	(void)state;
	folder_enter();
	folder_write("index.html", "<p>hello\n");
	folder_write("templates/base.html", "old\n");
	folder_write("../outside/base.html", "old\n");
	folder_write("../outside/part/style.scss", "old\n");
	folder_write("../outside/other.html", "old\n");
	here.loop = loop_create();
	here.root = root_create(".");
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	extra_watch_destroy(here.extra_watch);
	root_destroy(here.root);
	loop_destroy(here.loop);
	buf_finish(&here.seen);
	memset(&here, 0, sizeof(here));
	folder_leave();
	return 0;
}

static const char *const globs[] = {"*.log", NULL};
static const struct watch_options with_events = {.ignore = globs},
				  polled = {.ignore = globs,
					  .poll = {.is_for_all = true, .interval_ms = 10}};

static struct extra_watch *
create(const char *path, const struct watch_options *options)
{
	const struct watch_listener listener = {.changed = changed, .lost = lost};

	return extra_watch_create(here.loop, path, here.root, options, &listener);
}

/* Also waits until the existing files have records: an earlier change of a polled file is none. */
static void
start(const char *path, const struct watch_options *options, const char *probe)
{
	here.extra_watch = create(path, options);
	assert_non_null(here.extra_watch);
	for (int i = 0; !here.seen.length; i++) {
		uint64_t end = loop_now() + 50 * 1000;
		char text[16];

		assert_true(i < 100);
		snprintf(text, sizeof(text), "%d\n", i);
		folder_write(probe, text);
		while (loop_now() < end && !here.seen.length)
			clock_drain(here.loop);
	}
	buf_clear(&here.seen);
}

static void
play_folder(const struct watch_options *options)
{
	start("../outside/", options, "../outside/part/probe.html");
	folder_write("../outside/base.html", "new\n");
	expect("modified ../outside/base.html, ");
	folder_write("../outside/a.log", "ignored\n");
	folder_write("../outside/base.html~", "ignored\n");
	folder_write("index.html", "elsewhere\n");
	folder_write("../outside/part/style.scss", "new\n");
	expect("modified ../outside/part/style.scss, ");
	folder_write("../outside/new.html", "new\n");
	expect("created ../outside/new.html, ");
	folder_write("../outside/new.html", "newer\n");
	expect("modified ../outside/new.html, ");
	folder_write("../outside/base.html", "new\n"); /* the same bytes */
	assert_return_code(unlink("../outside/new.html"), errno);
	expect("deleted ../outside/new.html, ");
	assert_false(extra_watch_covers(here.extra_watch, "index.html"));
	assert_false(extra_watch_covers(here.extra_watch, ""));
}

static void
folder_with_events(void **state)
{
	(void)state;
	play_folder(&with_events);
}

static void
folder_polled(void **state)
{
	(void)state;
	play_folder(&polled);
}

static void
play_file(const struct watch_options *options)
{
	folder_write("../outside/a*[b", "old\n");
	start("../outside/a*[b", options, "../outside/a*[b");
	folder_write("../outside/base.html", "new\n");
	folder_write("../outside/part/style.scss", "new\n");
	folder_write("../outside/axx[b", "new\n");
	folder_write("../outside/a*[b", "new\n");
	expect("modified ../outside/a*[b, ");
	assert_return_code(unlink("../outside/a*[b"), errno);
	expect("deleted ../outside/a*[b, ");
	folder_write("../outside/a*[b", "back\n");
	expect("created ../outside/a*[b, ");
}

static void
file_with_events(void **state)
{
	(void)state;
	play_file(&with_events);
}

static void
file_polled(void **state)
{
	(void)state;
	play_file(&polled);
}

/* They are watched from the start: the test need not wait. */
static void
play_names(const char *folder, const struct watch_options *options)
{
	static const char *const names[] = {"one.json", ".deep/two.json", ".other/no.json", NULL};
	const struct watch_listener listener = {.changed = changed, .lost = lost};

	folder_write("../outside/one.json", "old\n");
	here.extra_watch = extra_watch_create_files(
		here.loop, folder, names, here.root, options, &listener);
	assert_non_null(here.extra_watch);
	folder_write("../outside/one.json", "changed\n");
	expect("modified ../outside/one.json, ");
	folder_write("../outside/base.html", "new\n");
	folder_write("../outside/part/one.json", "new\n");
	folder_write("../outside/.deep/three.json", "new\n");
	folder_write("../outside/.deep/two.json", "new\n");
	clock_wait(here.loop, has_seen, "created ../outside/.deep/two.json, ");
	assert_null(strstr(here.seen.bytes, "three"));
	assert_null(strstr(here.seen.bytes, "base"));
	buf_clear(&here.seen);
	folder_write("../outside/.deep/two.json", "newer\n");
	expect("modified ../outside/.deep/two.json, ");
	assert_return_code(unlink("../outside/one.json"), errno);
	expect("deleted ../outside/one.json, ");
}

static void
names_with_events(void **state)
{
	(void)state;
	play_names("../outside", &with_events);
	assert_false(extra_watch_covers(here.extra_watch, "one.json"));
}

static void
names_polled(void **state)
{
	(void)state;
	play_names("../outside/", &polled);
}

static void
names_inside_of_the_root(void **state)
{
	static const char *const names[] = {"one.json", ".deep/two.json", NULL};
	const struct watch_listener listener = {.changed = changed, .lost = lost};

	(void)state;
	here.extra_watch = extra_watch_create_files(
		here.loop, ".", names, here.root, &with_events, &listener);
	assert_true(extra_watch_covers(here.extra_watch, "one.json"));
	assert_true(extra_watch_covers(here.extra_watch, ".deep/two.json"));
	assert_false(extra_watch_covers(here.extra_watch, "two.json"));
	assert_false(extra_watch_covers(here.extra_watch, "index.html"));
	folder_write("index.html", "new\n");
	folder_write("one.json", "new\n");
	expect("created one.json, ");
	assert_null(extra_watch_create_files(
		here.loop, "none", names, here.root, &with_events, &listener));
	assert_int_equal(errno, ENOENT);
}

static void
other_options(void **state)
{
	static const char *const others[] = {"*.txt", NULL};
	const struct watch_options now = {.ignore = others};

	(void)state;
	start("../outside/", &with_events, "../outside/part/probe.html");
	extra_watch_reconfigure(here.extra_watch, &now);
	folder_write("../outside/a.txt", "new\n");
	folder_write("../outside/a.log", "new\n");
	expect("created ../outside/a.log, ");
}

static void
inside_of_the_root(void **state)
{
	(void)state;
	start("templates", &with_events, "templates/base.html");
	folder_write("templates/base.html", "new\n");
	expect("modified templates/base.html, ");
	assert_true(extra_watch_covers(here.extra_watch, "templates/base.html"));
	assert_true(extra_watch_covers(here.extra_watch, "templates/"));
	assert_false(extra_watch_covers(here.extra_watch, "templates.html"));
	assert_false(extra_watch_covers(here.extra_watch, "index.html"));
}

static void
file_inside_of_the_root(void **state)
{
	(void)state;
	start("index.html", &with_events, "index.html");
	folder_write("templates/base.html", "new\n");
	folder_write("index.html", "new\n");
	expect("modified index.html, ");
	assert_true(extra_watch_covers(here.extra_watch, "index.html"));
	assert_false(extra_watch_covers(here.extra_watch, "templates/base.html"));
}

/* Files that pages use are reported by the watch of the pages. */
static void
folder_around_the_root(void **state)
{
	(void)state;
	start("..", &with_events, "../outside/base.html");
	folder_write("index.html", "new\n");
	folder_write("templates/base.html", "new\n");
	folder_write("../outside/base.html", "new\n");
	expect("modified ../outside/base.html, ");
	assert_false(extra_watch_covers(here.extra_watch, "index.html"));
}

static void
root_itself(void **state)
{
	(void)state;
	start(".", &with_events, "index.html");
	folder_write("index.html", "new\n");
	expect("modified index.html, ");
	assert_true(extra_watch_covers(here.extra_watch, "index.html"));
}

static void
bad_paths(void **state)
{
	static const struct {
		const char *path;
		int error;
	} rows[] = {
		{"none", ENOENT},
		{"none/none", ENOENT},
		{"index.html/", ENOTDIR},
		{"index.html/x", ENOTDIR},
		{"", ENOENT},
	};
	size_t descriptors = folder_open_descriptors();

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_null(create(rows[i].path, &with_events));
		assert_int_equal(errno, rows[i].error);
	}
	assert_int_equal(folder_open_descriptors(), descriptors);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(folder_with_events),
		TEST(folder_polled),
		TEST(file_with_events),
		TEST(file_polled),
		TEST(names_with_events),
		TEST(names_polled),
		TEST(names_inside_of_the_root),
		TEST(other_options),
		TEST(inside_of_the_root),
		TEST(file_inside_of_the_root),
		TEST(folder_around_the_root),
		TEST(root_itself),
		TEST(bad_paths),
	};

	return cmocka_run_group_tests_name("extra_watch", tests, NULL, NULL);
}
