#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* A page or script at referer requests name for such a use. */
static void
note_for(const char *dest, const char *name, const char *referer)
{
	char *request = mem_format("GET /%s\nReferer: %s\nSec-Fetch-Dest: %s", name, referer, dest);
	const char *script = importers_script(importers, name, ask(request));

	if (script)
		importers_note(importers, name, script);
	free(request);
}

/* A script at referer requests name. */
static void
note(const char *name, const char *referer)
{
	note_for("script", name, referer);
}

/* The names that count as changed when those in list, separated by spaces, have changed. */
static char *
changed_with(const char *list)
{
	static char text[4096];
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
	static const char *const others[] = {
		"http://localhost:9000/",
		"http://localhost:9000/page.html",
		"http://localhost:9000/style.css",
	};
	static const char *const referers[] = {
		"http://localhost:9000/%00/",
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
	for (size_t i = 0; i < ROWS(others); i++) {
		note_for("image", "a.png", others[i]);
		note_for("empty", "a.png", others[i]);
		assert_string_equal(changed_with("a.png"), "a.png");
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

/* A proxy in front of the server may have put another Host into the request. */
static void
same_origin_is_this_server(void **state)
{
	(void)state;
	assert_null(importers_script(
		importers, "part.js", ask("GET /part.js\nReferer: https://example.com/worker.js")));
	assert_null(importers_script(importers, "part.js",
		ask("GET /part.js\nReferer: https://example.com/worker.js\n"
		    "Sec-Fetch-Site: cross-site")));
	assert_string_equal(importers_script(importers, "part.js",
				    ask("GET /part.js\nReferer: https://example.com/worker.js\n"
					"Sec-Fetch-Site: same-origin")),
		"worker.js");
}

/* A script that is already noted is not looked for again. */
static void
known_scripts_are_not_returned(void **state)
{
	const struct request *request = ask(
		"GET /part.js\nReferer: http://localhost:9000/worker.js");

	(void)state;
	assert_string_equal(importers_script(importers, "part.js", request), "worker.js");
	importers_note(importers, "part.js", "worker.js");
	assert_null(importers_script(importers, "part.js", request));
	assert_string_equal(importers_script(importers, "other.js", request), "worker.js");
}

/* Of the scripts of one file, the last IMPORTERS_MAX stay. */
static void
scripts_are_limited(void **state)
{
	char referer[64];

	(void)state;
	for (int i = 0; i < IMPORTERS_MAX + 1; i++) {
		snprintf(referer, sizeof(referer), "http://localhost:9000/a%d.js", i);
		note("part.js", referer);
		note(i % 2 ? "odd" : "even", referer);
	}
	assert_null(strstr(changed_with("part.js"), " a0.js*"));
	assert_non_null(strstr(changed_with("part.js"), " a1.js*"));
	assert_non_null(strstr(changed_with("even"), " a0.js*"));
}

/* The bytes are limited, too: what was not requested for the longest time is forgotten. */
static void
bytes_are_limited(void **state)
{
	char name[900], referer[1100];

	(void)state;
	memset(name, 'x', sizeof(name));
	for (int i = 0; i < 4000; i++) {
		snprintf(name, sizeof(name), "%d", i);
		name[strlen(name)] = 'x';
		name[sizeof(name) - 1] = '\0';
		snprintf(referer, sizeof(referer), "http://localhost:9000/%s.js", name);
		note(i % 2 ? "odd" : name, referer);
		note("used.js", "http://localhost:9000/worker.js");
		assert_true(importers_size(importers) <= IMPORTERS_BYTES_MAX);
	}
	note("last", "http://localhost:9000/worker.js");
	assert_true(importers_size(importers) > IMPORTERS_BYTES_MAX / 2);
	assert_string_equal(changed_with("last"), "last worker.js*");
	assert_string_equal(changed_with("used.js"), "used.js worker.js*");
}

static void
names_are_limited(void **state)
{
	char name[IMPORTERS_NAME_MAX + 2], referer[sizeof(name) + 64];

	(void)state;
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	snprintf(referer, sizeof(referer), "http://localhost:9000/%s.js", name);
	note("part.js", referer);
	note(name, "http://localhost:9000/worker.js");
	assert_int_equal(importers_size(importers), 0);
}

static void
pages_with_shared_workers_count(void **state)
{
	(void)state;
	note_for("sharedworker", "shared.js", "http://localhost:9000/");
	note_for("audioworklet", "sound.js", "http://localhost:9000/a/page.html");
	note_for("sharedworker", "other.js", "http://localhost:9000/a/");
	note_for("script", "plain.js", "http://localhost:9000/");
	assert_string_equal(changed_with("shared.js"), "shared.js *");
	assert_string_equal(changed_with("sound.js"), "sound.js a/page.html*");
	assert_string_equal(changed_with("other.js"), "other.js a/*");
	assert_string_equal(changed_with("plain.js"), "plain.js *");
}

/* Who has sent request, with these fields. */
static const char *
script_of(const char *fields)
{
	char *request = mem_format("GET /part.js\n%s", fields);
	const char *script = importers_script(importers, "part.js", ask(request));

	free(request);
	return script;
}

/* A worker that was made of a blob sends no Referer. Our own requests have another Accept. */
static void
scripts_without_an_address_count(void **state)
{
	static const char *const others[] = {
		"Sec-Fetch-Site: same-origin\nSec-Fetch-Dest: script\nAccept: text/css,*/*;q=0.1",
		"Sec-Fetch-Site: same-origin\nSec-Fetch-Dest: style\nAccept: */*",
		"Sec-Fetch-Site: cross-site\nSec-Fetch-Dest: script\nAccept: */*",
		"Sec-Fetch-Dest: script\nAccept: */*",
		"Sec-Fetch-Site: same-origin\nSec-Fetch-Dest: script\nSec-Fetch-Mode: cors\n"
		"Accept: */*",
		"Accept: */*",
		"Referer: http://elsewhere.example/\nSec-Fetch-Site: same-origin\n"
		"Sec-Fetch-Dest: script\nAccept: */*",
	};
	const char *script = script_of(
		"Sec-Fetch-Site: same-origin\nSec-Fetch-Dest: script\nAccept: */*");
	struct changes changes = {0};

	(void)state;
	assert_string_equal(script, IMPORTERS_UNKNOWN);
	for (size_t i = 0; i < ROWS(others); i++)
		assert_null(script_of(others[i]));
	importers_note(importers, "part.js", IMPORTERS_UNKNOWN);
	assert_true(importers_knows(importers, "part.js", IMPORTERS_UNKNOWN));
	changes_add(&changes, SLICE_LITERAL("part.js"), CHANGE_MODIFIED);
	importers_add(importers, &changes);
	assert_int_equal(changes.count, 1);
	assert_int_equal(changes.further_count, 1);
	changes_finish(&changes);
}

/* In Firefox the worker of a blob sends the origin. */
static void
workers_that_send_the_origin_count(void **state)
{
	static const struct {
		const char *fields, *script;
	} rows[] = {
		{"Referer: http://localhost:9000/\nSec-Fetch-Dest: script\nPriority: u=4",
			IMPORTERS_UNKNOWN},
		{"Referer: http://localhost:9000/\nSec-Fetch-Dest: script\nPriority: u=2", ""},
		{"Referer: http://localhost:9000/\nSec-Fetch-Dest: script", ""},
		{"Referer: http://localhost:9000/a/\nSec-Fetch-Dest: script\nPriority: u=4", "a/"},
		{"Referer: http://localhost:9000/w.js\nSec-Fetch-Dest: script\nPriority: u=4",
			"w.js"},
		{"Referer: http://elsewhere.example/\nSec-Fetch-Dest: script\nPriority: u=4", NULL},
		{"Referer: http://localhost:9000/\nSec-Fetch-Dest: empty\nPriority: u=4", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *script = script_of(rows[i].fields);

		if (rows[i].script)
			assert_string_equal(script, rows[i].script);
		else
			assert_null(script);
	}
}

/* What is created or deleted changes the listing of its folder; what is modified does not. */
static void
listings_change_with_their_files(void **state)
{
	struct changes changes = {0};

	(void)state;
	importers_note(importers, "d/", "d/");
	importers_note(importers, "", "");
	assert_string_equal(changed_with("d/a.txt"), "d/a.txt d/*");
	assert_string_equal(changed_with("d/e/"), "d/e/ d/*");
	assert_string_equal(changed_with("d/e/a.txt"), "d/e/a.txt");
	assert_string_equal(changed_with("a.txt"), "a.txt *");
	changes_add(&changes, SLICE_LITERAL("d/a.txt"), CHANGE_MODIFIED);
	importers_add(importers, &changes);
	assert_int_equal(changes.count, 1);
	changes_finish(&changes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(scripts_count, create, destroy),
		cmocka_unit_test_setup_teardown(only_scripts_count, create, destroy),
		cmocka_unit_test_setup_teardown(pages_with_shared_workers_count, create, destroy),
		cmocka_unit_test_setup_teardown(scripts_without_an_address_count, create, destroy),
		cmocka_unit_test_setup_teardown(
			workers_that_send_the_origin_count, create, destroy),
		cmocka_unit_test_setup_teardown(listings_change_with_their_files, create, destroy),
		cmocka_unit_test_setup_teardown(circles_end, create, destroy),
		cmocka_unit_test_setup_teardown(known_scripts_are_not_returned, create, destroy),
		cmocka_unit_test_setup_teardown(same_origin_is_this_server, create, destroy),
		cmocka_unit_test_setup_teardown(scripts_are_limited, create, destroy),
		cmocka_unit_test_setup_teardown(bytes_are_limited, create, destroy),
		cmocka_unit_test_setup_teardown(names_are_limited, create, destroy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
