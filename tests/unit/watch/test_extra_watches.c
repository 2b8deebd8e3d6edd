/*
 * Several paths that are watched as one.
 */
#include "support/test.h"

#include <errno.h>

#include "support/clock.h"
#include "support/folder.h"
#include "watch/extra_watches.h"

static struct {
	struct loop *loop;
	struct root *root;
	struct extra_watches *extra_watches;
	size_t changed;
} here;

static void
count_changes(void *context, const struct changes *changes)
{
	(void)context;
	here.changed += changes->count;
}

static void
ignore_loss(void *context)
{
	(void)context;
}

static bool
has_two(void *context)
{
	(void)context;
	return here.changed >= 2;
}

static void
paths_are_watched_as_one(void **state)
{
	const struct watch_listener listener = {.changed = count_changes, .lost = ignore_loss};

	(void)state;
	folder_enter();
	folder_write("../outside/templates/a.html", "a\n");
	folder_write("../outside/data.json", "{}\n");
	folder_write("parts/b.html", "b\n");
	here.loop = loop_create();
	here.root = root_create(".");
	here.extra_watches = extra_watches_create(
		here.loop, here.root, &(struct watch_options){0}, &listener);
	assert_int_equal(extra_watches_count(here.extra_watches), 0);
	assert_false(extra_watches_cover(here.extra_watches, "parts/b.html"));

	assert_true(extra_watches_add(here.extra_watches, "../outside/templates", NULL));
	assert_true(extra_watches_add(here.extra_watches, "../outside/data.json", NULL));
	assert_true(extra_watches_add(here.extra_watches, "parts", NULL));
	errno = 0;
	assert_false(extra_watches_add(here.extra_watches, "../outside/missing", NULL));
	assert_int_equal(errno, ENOENT);
	assert_false(extra_watches_add(
		here.extra_watches, "../outside/templates", root_path(here.root)));
	assert_int_equal(errno, EXDEV);
	assert_int_equal(extra_watches_count(here.extra_watches), 3);
	assert_non_null(extra_watches_root(here.extra_watches, 2));
	assert_true(extra_watches_cover(here.extra_watches, "parts/b.html"));
	assert_false(extra_watches_cover(here.extra_watches, "index.html"));

	clock_drain(here.loop);
	folder_write("../outside/templates/a.html", "another a\n");
	folder_write("../outside/data.json", "{\"a\": 1}\n");
	clock_wait(here.loop, has_two, NULL);

	extra_watches_reconfigure(here.extra_watches, &(struct watch_options){.wait_ms = 1});
	here.changed = 0;
	folder_write("../outside/templates/a.html", "a third a\n");
	folder_write("../outside/data.json", "{\"a\": 2}\n");
	clock_wait(here.loop, has_two, NULL);

	extra_watches_destroy(here.extra_watches);
	extra_watches_destroy(NULL);
	root_destroy(here.root);
	loop_destroy(here.loop);
	folder_leave();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_are_watched_as_one),
	};

	return cmocka_run_group_tests_name("extra_watches", tests, NULL, NULL);
}
