#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "live/importers.h"
#include "support/ask.h"

static struct importers *importers;

static int
create(void **state)
{
	(void)state;
	importers = importers_create();
	return 0;
}

static int
destroy(void **state)
{
	(void)state;
	importers_destroy(importers);
	return 0;
}

/* A script at referer requests name. */
static void
note(const char *name, const char *referer)
{
	char *request = mem_format("GET /%s\nReferer: %s", name, referer);

	importers_note(importers, name, ask(request));
	free(request);
}

/* A page at referer requests name for such a use. */
static void
note_for(const char *dest, const char *name, const char *referer)
{
	char *request = mem_format("GET /%s\nReferer: %s\nSec-Fetch-Dest: %s", name, referer, dest);

	importers_note(importers, name, ask(request));
	free(request);
}

/* The names that count as changed when those in list, separated by spaces, have changed. */
static char *
changed_with(const char *list)
{
	static char text[256];
	struct changes changes = {0};
	struct slice rest = slice_of(list), name;
	int length = 0;

	while (slice_split(&rest, ' ', &name))
		changes_add(&changes, name, CHANGE_DELETED);
	importers_add(importers, &changes);
	text[0] = '\0';
	for (size_t i = 0; i < changes.count; i++)
		length += snprintf(text + length, sizeof(text) - (size_t)length, "%s%s%s",
			i ? " " : "", changes.items[i].path,
			changes.items[i].kind == CHANGE_MODIFIED ? "*" : "");
	changes_finish(&changes);
	return text;
}

static void
scripts_count(void **state)
{
	(void)state;
	assert_string_equal(changed_with("part.js"), "part.js");
	note("part.js", "http://localhost:9000/worker.js");
	note("part.js", "http://localhost:9000/worker.js");
	note("part.js", "http://localhost:9000/other/w%20x.mjs?v=1");
	note("data.json", "http://localhost:9000/part.js");
	assert_string_equal(changed_with("part.js"), "part.js worker.js* other/w x.mjs*");
	assert_string_equal(changed_with("a data.json worker.js"),
		"a data.json worker.js part.js* other/w x.mjs*");
	assert_string_equal(changed_with("worker.js"), "worker.js");
}

static void
only_scripts_count(void **state)
{
	static const char *const referers[] = {
		"http://localhost:9000/",
		"http://localhost:9000/page.html",
		"http://localhost:9000/style.css",
		"http://localhost:9000",
		"http://localhost:9001/worker.js",
		"http://elsewhere.example/worker.js",
		"http://localhost:9000/%00.js",
		"http://localhost:9000/%zz.js",
		"http://localhost:9000/../../x.js",
		"http://localhost:9000/part.js",
		"/worker.js",
		"worker.js",
		"",
		"//",
		"about:blank",
	};

	(void)state;
	for (size_t i = 0; i < ROWS(referers); i++) {
		note("part.js", referers[i]);
		assert_string_equal(changed_with("part.js"), "part.js");
	}
}

/* Scripts that request each other in a circle cause no endless loop. */
static void
circles_end(void **state)
{
	(void)state;
	note("a.js", "http://localhost:9000/b.js");
	note("b.js", "http://localhost:9000/a.js");
	assert_string_equal(changed_with("a.js"), "a.js b.js*");
}

static void
numbers_are_limited(void **state)
{
	char name[32], referer[64];

	(void)state;
	for (int i = 0; i < IMPORTERS_MAX + 10; i++) {
		snprintf(referer, sizeof(referer), "http://localhost:9000/%d.js", i);
		note("part.js", referer);
	}
	for (int i = 0; i < IMPORTERS_FILES_MAX + 10; i++) {
		snprintf(name, sizeof(name), "%d", i);
		note(name, "http://localhost:9000/worker.js");
	}
	assert_string_equal(changed_with("1"), "1 worker.js*");
	snprintf(name, sizeof(name), "%d", IMPORTERS_FILES_MAX + 5);
	assert_string_equal(changed_with(name), name);
}

static void
pages_with_shared_workers_count(void **state)
{
	(void)state;
	note_for("sharedworker", "shared.js", "http://localhost:9000/");
	note_for("audioworklet", "sound.js", "http://localhost:9000/a/page.html");
	note_for("sharedworker", "other.js", "http://localhost:9000/a/");
	note_for("script", "plain.js", "http://localhost:9000/");
	assert_string_equal(changed_with("shared.js"), "shared.js index.html*");
	assert_string_equal(changed_with("sound.js"), "sound.js a/page.html*");
	assert_string_equal(changed_with("other.js"), "other.js a/index.html*");
	assert_string_equal(changed_with("plain.js"), "plain.js");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(scripts_count, create, destroy),
		cmocka_unit_test_setup_teardown(only_scripts_count, create, destroy),
		cmocka_unit_test_setup_teardown(pages_with_shared_workers_count, create, destroy),
		cmocka_unit_test_setup_teardown(circles_end, create, destroy),
		cmocka_unit_test_setup_teardown(numbers_are_limited, create, destroy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
