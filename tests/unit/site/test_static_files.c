/*
 * Which file is found for a request, in a real folder. test_file_response.c tests the responses.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "site/static_files.h"
#include "support/ask.h"
#include "support/capture.h"
#include "support/clock.h"
#include "support/folder.h"
#include "support/served.h"

#define PAGE "<!DOCTYPE html><html><head><title>x</title></head><body>old</body></html>\n"

static const struct upstream servers[] = {{.route = ""}, {.suffix = ".php"}};
static const struct static_files_options with_scripts = {.injects = true, .scripts = {servers, 2}};
static struct served here;

static void
link_here(const char *to, const char *name)
{
	assert_return_code(symlink(to, name), errno);
}

/* On a busy machine the time slice may be over at once. */
static enum watch_verdict
ask_for_state(const char *url, uint64_t *state)
{
	enum watch_verdict verdict;

	do
		verdict = static_files_state(here.static_files, slice_of(url), state);
	while (verdict == WATCH_BUSY);
	return verdict;
}

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	folder_write("blog/index.php", "<?php\n");
	link_here("index.php", "blog/link.txt");
	folder_write("index.html", PAGE);
	folder_write("style.css", "body { color: red }\n");
	folder_write("a b.txt", "text\n");
	folder_write("old/index.htm", "<p>old\n");
	folder_write("picture.png", "\x89PNG\r\n\x1a\n");
	folder_write("node_modules/x.js", "old\n");
	folder_write("../outside/secret.txt", "secret\n");
	link_here("../outside/secret.txt", "out.txt");
	link_here("style.css", "in.css");
	assert_return_code(mkfifo("pipe.html", 0644), errno);
	served_create(&here, &with_scripts, NULL);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	served_destroy(&here);
	folder_leave();
	return 0;
}

static void
get(const char *request)
{
	response_clear(&here.response);
	static_files_begin(here.static_files);
	static_files_respond(here.static_files, ask(request), &here.response);
}

static const char *
value(const char *name)
{
	const char *text = answer_value(&here.response, name);

	return text ? text : "";
}

/* The body of a page in a folder has the tag between before and after. */
static void
assert_tagged(const char *before, const char *after)
{
	char *expected = answer_with_tag(here.journal, 1, before, after);

	assert_answer_body(&here.response, expected);
	free(expected);
}

/* ---- names ---- */

static void
statuses(void **state)
{
	static const struct {
		const char *request;
		int status;
	} rows[] = {
		{"GET /", 200},
		{"GET /index.html", 200},
		{"HEAD /index.html", 200},
		{"GET /index.html?x=1", 200},
		{"GET /./old/../index.html", 200},
		{"GET //index.html", 200},
		{"GET /in.css", 200},
		{"GET /a%20b.txt", 200},
		{"GET /old/", 200},
		{"GET /old", 302},
		{"GET /index.html/", 404},
		{"GET /Index.html", 404},
		{"GET /missing.html", 404},
		{"GET /missing/", 404},
		{"GET /missing/at/all", 404},
		{"GET /pipe.html", 404},
		{"GET /old%2findex.htm", 404},
		{"GET /blog/index.php", 404},
		{"HEAD /blog/index.php", 404},
		{"GET /blog/link.txt", 404},
		{"GET /%2e%2e/outside/secret.txt", 400},
		{"GET /old/../../outside/secret.txt", 400},
		{"GET /%00", 400},
		{"GET /%zz", 400},
		{"GET /out.txt", 403},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		get(rows[i].request);
		if (here.response.status != rows[i].status)
			fail_msg("%s: %d", rows[i].request, here.response.status);
		assert_true(here.response.has_content);
	}
}

static void
redirects(void **state)
{
	static const struct {
		const char *folder;
		const char *request;
		const char *location;
	} rows[] = {
		{"a", "GET /a", "/a/"},
		{"a/b", "GET /a/b?x=1&y", "/a/b/?x=1&y"},
		{"a/b", "GET //a//b", "/a/b/"},
		{"c d", "GET /c%20d", "/c%20d/"},
		{"\xc3\xa4", "GET /\xc3\xa4", "/%C3%A4/"},
		{"a?b#c", "GET /a%3Fb%23c", "/a%3Fb%23c/"},
		{"evil.example", "GET //evil.example", "/evil.example/"},
		{"x\ny", "GET /x%0Ay", "/x%0Ay/"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		folder_make(rows[i].folder);
		get(rows[i].request);
		assert_int_equal(here.response.status, 302);
		assert_string_equal(value("Location"), rows[i].location);
		assert_string_equal(value("Cache-Control"), "no-cache");
	}
}

static void
index_of_a_folder(void **state)
{
	(void)state;
	get("GET /old/");
	assert_tagged("", "<p>old\n");
	folder_write("old/index.html", "<p>new\n");
	get("GET /old/");
	assert_tagged("", "<p>new\n");
}

static void
index_that_is_no_file(void **state)
{
	size_t before;

	(void)state;
	assert_return_code(mkfifo("old/index.html", 0644), errno);
	before = folder_open_descriptors();
	for (int i = 0; i < 3; i++) {
		get("GET /old/");
		assert_int_equal(here.response.status, 200);
		assert_tagged("", "<p>old\n");
		get("GET /pipe.html");
		get("GET /old");
		response_clear(&here.response);
		assert_int_equal(folder_open_descriptors(), before);
	}
}

/* Hidden names are treated as missing, also for the states that pages ask for. */
static void
hidden_names(void **state)
{
	static const char *const names[] = {"/.env", "/%2eenv", "/./.env", "/.git/config", "/.git",
		"/.git/", "/a.key", "/a.PEM", "/a.html~", "/%23a.html%23", "/.nothing"};
	const char *output;
	uint64_t found;

	(void)state;
	folder_write(".env", "SECRET\n");
	folder_write(".git/config", "SECRET\n");
	folder_write("a.key", "SECRET\n");
	folder_write("a.PEM", "SECRET\n");
	folder_write("a.html~", "SECRET\n");
	folder_write("#a.html#", "SECRET\n");
	folder_write(".well-known/x", "shown\n");
	for (size_t i = 0; i < ROWS(names); i++) {
		char *request = mem_format("GET %s", names[i]);

		get(request);
		free(request);
		print_message("%s\n", names[i]);
		assert_int_equal(here.response.status, 404);
		assert_null(strstr(answer_body(&here.response).at, "SECRET"));
		assert_int_equal(ask_for_state(names[i], &found), WATCH_KNOWN);
		assert_int_equal(found, 0);
	}
	get("GET /.well-known/x");
	assert_answer_body(&here.response, "shown\n");
	log_set_level(LOG_VERBOSE);
	capture_begin(2);
	get("GET /.env");
	output = capture_end();
	log_set_level(LOG_NORMAL);
	assert_string_equal(output,
		"liveserve: .env is not served, for a dot in front; --dotfiles serves it\n");
}

static void
hidden_names_when_wanted(void **state)
{
	const struct static_files_options options = {.serves_hidden = true};

	(void)state;
	folder_write(".env", "mine\n");
	served_destroy(&here);
	served_create(&here, &options, NULL);
	get("GET /.env");
	assert_answer_body(&here.response, "mine\n");
}

static void
missing(void **state)
{
	(void)state;
	get("GET /%3Cscript%3Ealert(1)%3C/script%3E");
	assert_int_equal(here.response.status, 404);
	assert_string_equal(value("Content-Type"), "text/html; charset=utf-8");
	assert_string_equal(value("Cache-Control"), "no-store");
	assert_null(answer_value(&here.response, "ETag"));
	assert_null(strstr(answer_body(&here.response).at, "<script>alert"));
	get("GET /missing.html");
	assert_non_null(strstr(answer_body(&here.response).at, "client.js"));
}

static void
missing_with_a_page_of_the_site(void **state)
{
	(void)state;
	folder_write("404.html", "<head></head>lost\n");
	get("GET /a/missing.html");
	assert_int_equal(here.response.status, 404);
	assert_string_equal(value("Content-Type"), "text/html; charset=utf-8");
	assert_string_equal(value("Cache-Control"), "no-store");
	assert_non_null(strstr(answer_body(&here.response).at, "data-file=\"/404.html\">"));
	get("GET /404.html");
	assert_int_equal(here.response.status, 200);
}

/* For documents, and not for the resources of a document. */
static void
missing_with_a_fallback(void **state)
{
	static const struct {
		const char *request;
		int status;
	} rows[] = {
		{"GET /users/5\nSec-Fetch-Dest: document", 200},
		{"HEAD /users/5\nSec-Fetch-Dest: document", 200},
		{"GET /users/5/\nSec-Fetch-Dest: iframe", 200},
		{"GET /users/5\nAccept: text/html,*/*;q=0.8", 200},
		{"GET /users/5.js\nSec-Fetch-Dest: document", 200},
		{"GET /users/5", 404},
		{"GET /users/5\nAccept: */*", 404},
		{"GET /app.js\nSec-Fetch-Dest: script\nAccept: text/html", 404},
		{"GET /users/5\nSec-Fetch-Dest: empty\nAccept: text/html, */*", 200},
		{"GET /api/users\nSec-Fetch-Dest: empty\nAccept: */*", 404},
		{"GET /picture.jpg\nSec-Fetch-Dest: image", 404},
		{"GET /out.txt\nSec-Fetch-Dest: document", 403},
		{"GET /%zz\nSec-Fetch-Dest: document", 400},
		{"GET /style.css\nSec-Fetch-Dest: document", 200},
	};
	const struct static_files_options options = {
		.injects = true, .fallback = "sub dir/app.html"};

	(void)state;
	served_destroy(&here);
	served_create(&here, &options, NULL);
	get("GET /users/5\nSec-Fetch-Dest: document");
	assert_int_equal(here.response.status, 404);
	folder_write("404.html", "lost\n");
	folder_write("sub dir/app.html", "<head></head>app\n");
	for (size_t i = 0; i < ROWS(rows); i++) {
		get(rows[i].request);
		if (here.response.status != rows[i].status)
			fail_msg("%s: %d", rows[i].request, here.response.status);
	}
	get("GET /users/5\nSec-Fetch-Dest: document");
	assert_non_null(
		strstr(answer_body(&here.response).at, "data-file=\"/sub%20dir/app.html\""));
	assert_string_equal(value("Content-Type"), "text/html; charset=utf-8");
	assert_string_equal(value("Cache-Control"), "no-cache");
	get("GET /sub%20dir/app.html");
	assert_null(strstr(answer_body(&here.response).at, "data-file"));
}

/* ---- the watch, and a lack of descriptors ---- */

static bool
has_heard(void *context)
{
	(void)context;
	return here.batches > 0;
}

static void
files_that_were_served_are_watched(void **state)
{
	(void)state;
	get("GET /node_modules/x.js");
	assert_int_equal(here.response.status, 200);
	folder_write("node_modules/x.js", "new\n");
	clock_wait(here.loop, has_heard, NULL);
	get("GET /node_modules/x.js");
	assert_answer_body(&here.response, "new\n");
}

static uint64_t
state_of(const char *url)
{
	uint64_t state;

	assert_int_equal(ask_for_state(url, &state), WATCH_KNOWN);
	return state;
}

static void
states(void **state)
{
	static const struct {
		const char *url;
		const char *same_as; /* NULL: of nothing */
	} rows[] = {
		{"/", "/index.html"},
		{"/old/", "/old/index.htm"},
		{"/blog/", "/blog/index.php"},
		{"/style.css", "/in.css"},
		{"/a%20b.txt", "/a%20b.txt"},
		{"/node_modules/x.js", "/node_modules/x.js"},
		{"/old", "/old"},
		{"/missing.html", NULL},
		{"/style.css/", NULL},
		{"/missing/", NULL},
		{"/out.txt", NULL},
		{"/../outside/secret.txt", NULL},
		{"/pipe.html", NULL},
		{"/%zz", NULL},
		{"/a%2Fb", NULL},
		{"/__liveserve/client.js", NULL},
		{"", "/"},
	};
	uint64_t before[ROWS(rows)];

	for (size_t i = 0; i < ROWS(rows); i++) {
		print_message("  %s\n", rows[i].url);
		before[i] = state_of(rows[i].url);
		if (rows[i].same_as)
			assert_true(before[i] == state_of(rows[i].same_as));
		assert_int_equal(before[i] != 0, rows[i].same_as != NULL);
	}
	assert_true(before[0] != before[1] && before[1] != before[2] && before[0] != before[2]);
	/* Another run of the program finds the same state. */
	served_destroy(&here);
	served_create(&here, &with_scripts, NULL);
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_true(state_of(rows[i].url) == before[i]);
	(void)state;
}

static bool
is_told(void *context)
{
	uint64_t state;

	return ask_for_state(context, &state) == WATCH_KNOWN;
}

/* The index of a folder may become another file. */
static void
state_of_a_folder(void **state)
{
	uint64_t listing, htm;

	folder_write("docs/a.txt", "a\n");
	clock_wait(here.loop, is_told, "/docs/");
	listing = state_of("/docs/");
	assert_true(listing != 0);
	folder_write("docs/index.htm", "<p>htm\n");
	assert_false(is_told("/docs/"));
	clock_wait(here.loop, is_told, "/docs/");
	htm = state_of("/docs/");
	assert_true(htm == state_of("/docs/index.htm"));
	assert_true(htm != listing);
	folder_write("docs/index.html", "<p>html\n");
	assert_false(is_told("/docs/"));
	clock_wait(here.loop, is_told, "/docs/");
	assert_true(state_of("/docs/") == state_of("/docs/index.html"));
	assert_true(state_of("/docs/") != htm);
	(void)state;
}

static void
out_of_descriptors(void **state)
{
	struct rlimit limit, none;

	(void)state;
	assert_return_code(getrlimit(RLIMIT_NOFILE, &limit), errno);
	none = limit;
	none.rlim_cur = 3;
	assert_return_code(setrlimit(RLIMIT_NOFILE, &none), errno);
	get("GET /style.css");
	setrlimit(RLIMIT_NOFILE, &limit);
	assert_int_equal(here.response.status, 503);
	assert_string_equal(value("Retry-After"), "1");
	get("GET /style.css");
	assert_int_equal(here.response.status, 200);
}

static bool
is_told_to_be_gone(void *context)
{
	uint64_t hash;

	return ask_for_state(context, &hash) == WATCH_KNOWN && hash == 0;
}

/* An index that is gone is no list for our own script, until its end is reported. */
static void
index_that_vanishes(void **state)
{
	static const char script[] = "HEAD /\nAccept: text/html\nSec-Fetch-Dest: empty\n"
				     "Sec-Fetch-Mode: cors";

	(void)state;
	get("GET /\nSec-Fetch-Dest: document");
	assert_int_equal(here.response.status, 200);
	assert_return_code(rename("index.html", "away.html"), errno);
	get(script);
	assert_int_equal(here.response.status, 404);
	get("GET /\nSec-Fetch-Dest: document");
	assert_int_equal(here.response.status, 200);
	get("GET /");
	assert_int_equal(here.response.status, 200);
	clock_wait(here.loop, is_told_to_be_gone, "/index.html");
	get(script);
	assert_int_equal(here.response.status, 200);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(statuses),
		TEST(redirects),
		TEST(index_of_a_folder),
		TEST(index_that_is_no_file),
		TEST(hidden_names),
		TEST(hidden_names_when_wanted),
		TEST(missing),
		TEST(missing_with_a_page_of_the_site),
		TEST(missing_with_a_fallback),
		TEST(files_that_were_served_are_watched),
		TEST(states),
		TEST(state_of_a_folder),
		TEST(out_of_descriptors),
		TEST(index_that_vanishes),
	};

	return cmocka_run_group_tests_name("static_files", tests, NULL, NULL);
}
