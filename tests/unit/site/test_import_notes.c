/*
 * What a visitor can make importers remember, with a real folder.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "site/import_notes.h"
#include "support/ask.h"
#include "support/folder.h"

static struct {
	struct loop *loop;
	struct root *root;
	struct mounts *mounts;
	struct importers *importers;
	struct import_notes_site site;
} here;

static const struct shown_names_rules rules, exact = {.clean = SHOWN_NAMES_EXACT};

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

static int
enter(void **state)
{
	const struct watch_listener listener = {.changed = ignore_changes, .lost = ignore_loss};

	(void)state;
	folder_enter();
	folder_write("worker.js", "import './part.js'\n");
	folder_write("part.js", "\n");
	folder_write("app.html", "\n");
	folder_make("d");
	here.loop = loop_create();
	here.root = root_create(".");
	here.mounts = mounts_create(here.loop, here.root, &(struct watch_options){0}, &listener);
	here.importers = importers_create();
	here.site = (struct import_notes_site){here.mounts, NULL, &rules};
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	importers_destroy(here.importers);
	mounts_destroy(here.mounts);
	root_destroy(here.root);
	loop_destroy(here.loop);
	folder_leave();
	return 0;
}

static void
answered(const char *name, const char *script, int status)
{
	char *request = mem_format("GET /%s\nReferer: http://localhost:9000/%s", name, script);

	import_notes_add(here.importers, &here.site, name, ask(request), status);
	free(request);
}

/* The page at path requests name for such a use. */
static void
answered_page(const char *dest, const char *name, const char *path)
{
	char *request = mem_format(
		"GET /%s\nReferer: http://localhost:9000/%s\nSec-Fetch-Dest: %s", name, path, dest);

	import_notes_add(here.importers, &here.site, name, ask(request), 200);
	free(request);
}

/* The number of scripts that count as changed together with name. */
static size_t
scripts_of(const char *name)
{
	struct changes changes = {0};
	size_t count;

	changes_add(&changes, slice_of(name), CHANGE_MODIFIED);
	importers_add(here.importers, &changes);
	count = changes.count - 1;
	changes_finish(&changes);
	return count;
}

static void
files_of_the_site_are_noted(void **state)
{
	static const int statuses[] = {200, 206, 304};

	(void)state;
	for (size_t i = 0; i < ROWS(statuses); i++) {
		assert_int_equal(scripts_of("part.js"), 0);
		answered("part.js", "worker.js", statuses[i]);
		assert_int_equal(scripts_of("part.js"), 1);
		importers_destroy(here.importers);
		here.importers = importers_create();
	}
}

/* The worker asks again for nothing when its module is created, but the page can reload. */
static void
a_missing_module_is_noted(void **state)
{
	(void)state;
	answered("missing.js", "worker.js", 404);
	assert_int_equal(scripts_of("missing.js"), 1);
}

/* A proxy in front of the server has taken the beginning off the path of the request. */
static void
a_path_in_front_is_left_out(void **state)
{
	(void)state;
	answered("part.js", "proxy/9000/worker.js", 200);
	assert_true(importers_knows(here.importers, "part.js", "worker.js"));
	assert_int_equal(scripts_of("part.js"), 1);
	answered_page("script", "part.js", "proxy/9000/d/");
	assert_true(importers_knows(here.importers, "part.js", "d/"));
	here.site.fallback = "app.html";
	answered_page("script", "part.js", "proxy/9000/app.html");
	answered_page("script", "part.js", "proxy/9000/users/7");
	assert_int_equal(scripts_of("part.js"), 3);
}

static void
other_names_are_not(void **state)
{
	(void)state;
	answered("part.js", "no-such.js", 200);
	answered("part.js", "no-such.js", 404);
	answered("part.js", "worker.js", 403);
	answered("part.js", "worker.js", 503);
	answered("fallback-was-sent", "worker.js", 200);
	assert_int_equal(importers_size(here.importers), 0);
}

/* The address of a folder's page has the name of the folder, whichever its index is. */
static void
pages_are_noted_by_their_address(void **state)
{
	(void)state;
	answered_page("script", "part.js", "d/");
	assert_true(importers_knows(here.importers, "part.js", "d/"));
	answered_page("script", "part.js", "");
	assert_true(importers_knows(here.importers, "part.js", ""));
	answered_page("script", "part.js", "e/");
	answered_page("script", "part.js", "users/7");
	assert_int_equal(scripts_of("part.js"), 2);
	here.site.fallback = "app.html";
	answered_page("script", "part.js", "users/7");
	answered_page("script", "part.js", "users/8");
	assert_true(importers_knows(here.importers, "part.js", "app.html"));
	assert_int_equal(scripts_of("part.js"), 3);
}

static void
listings_that_scripts_read_are_noted(void **state)
{
	(void)state;
	answered_page("document", "d/", "app.html");
	answered_page("empty", "part.js", "app.html");
	assert_int_equal(importers_size(here.importers), 0);
	answered_page("empty", "d/", "app.html");
	answered_page("empty", "", "app.html");
	assert_true(importers_knows(here.importers, "d/", "d/"));
	assert_true(importers_knows(here.importers, "", ""));
}

/* The page of a clean URL counts by its file, which the changes name. */
static void
clean_urls_are_noted_by_their_file(void **state)
{
	(void)state;
	answered_page("script", "part.js", "app");
	assert_true(importers_knows(here.importers, "part.js", "app.html"));
	answered_page("script", "part.js", "proxy/9000/app");
	assert_int_equal(scripts_of("part.js"), 1);
	here.site.names = &exact;
	answered_page("script", "worker.js", "app");
	assert_int_equal(scripts_of("worker.js"), 0);
}

/* However many missing files are requested, what was noted stays. */
static void
missing_files_displace_nothing(void **state)
{
	char name[500];

	(void)state;
	answered("part.js", "worker.js", 200);
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	for (int i = 0; i < 2000; i++) {
		snprintf(name, sizeof(name), "%d", i);
		name[strlen(name)] = 'x';
		answered(name, "worker.js", 404);
	}
	assert_true(importers_size(here.importers) < IMPORTERS_BYTES_MAX * 3 / 4);
	assert_int_equal(scripts_of("part.js"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(files_of_the_site_are_noted, enter, leave),
		cmocka_unit_test_setup_teardown(a_missing_module_is_noted, enter, leave),
		cmocka_unit_test_setup_teardown(pages_are_noted_by_their_address, enter, leave),
		cmocka_unit_test_setup_teardown(listings_that_scripts_read_are_noted, enter, leave),
		cmocka_unit_test_setup_teardown(clean_urls_are_noted_by_their_file, enter, leave),
		cmocka_unit_test_setup_teardown(a_path_in_front_is_left_out, enter, leave),
		cmocka_unit_test_setup_teardown(other_names_are_not, enter, leave),
		cmocka_unit_test_setup_teardown(missing_files_displace_nothing, enter, leave),
	};

	return cmocka_run_group_tests_name("import_notes", tests, NULL, NULL);
}
