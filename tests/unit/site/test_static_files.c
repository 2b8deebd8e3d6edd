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

struct hosted {
	const char *request, *shown, *location; /* one of them, or neither for a 404 */
};

/* The site of slorber's trailing-slash-guide, which shows what hosts make of it, and some more. */
static void
assert_hosted(enum shown_names_clean clean, const struct hosted *rows, size_t count)
{
	const struct static_files_options options = {.names.clean = clean};

	folder_write("file.html", "<p>file\n");
	folder_write("folder/index.html", "<p>folder\n");
	folder_write("folder/index.htm", "<p>not first\n");
	folder_write("both.html", "<p>both.html\n");
	folder_write("both/index.html", "<p>both/\n");
	folder_write("v1", "plain\n");
	folder_write("v1.html", "<p>v1.html\n");
	served_destroy(&here);
	served_create(&here, &options, NULL);
	/* Later in the second round files are kept. */
	for (size_t i = 0; i < 2 * count; i++) {
		const struct hosted *row = &rows[i % count];

		print_message("%s\n", row->request);
		get(row->request);
		assert_int_equal(here.response.status, row->shown      ? 200
						       : row->location ? 302
								       : 404);
		if (row->shown)
			assert_answer_body(&here.response, row->shown);
		if (row->location)
			assert_string_equal(value("Location"), row->location);
	}
}

/* As on GitHub Pages. */
static void
clean_urls(void **state)
{
	static const struct hosted rows[] = {
		{"GET /file", "<p>file\n", NULL},
		{"GET /file?x=1", "<p>file\n", NULL},
		{"GET /file/", NULL, NULL},
		{"GET /file.html", "<p>file\n", NULL},
		{"GET /folder", NULL, "/folder/"},
		{"GET /folder/", "<p>folder\n", NULL},
		{"GET /folder/index", "<p>folder\n", NULL},
		{"GET /folder/index.html", "<p>folder\n", NULL},
		{"GET /both", "<p>both.html\n", NULL},
		{"GET /both/", "<p>both/\n", NULL},
		{"GET /both.html", "<p>both.html\n", NULL},
		{"GET /both/index.html", "<p>both/\n", NULL},
		{"GET /v1", "plain\n", NULL},
		{"GET /v1.html", "<p>v1.html\n", NULL},
		{"GET /style", NULL, NULL},
		{"GET /pipe", NULL, NULL},
		{"GET /file.html.html", NULL, NULL},
	};

	(void)state;
	assert_hosted(SHOWN_NAMES_CLEAN, rows, ROWS(rows));
}

/* As on Cloudflare Pages. */
static void
clean_urls_that_redirect(void **state)
{
	static const struct hosted rows[] = {
		{"GET /file", "<p>file\n", NULL},
		{"GET /file/", NULL, "/file"},
		{"GET /file.html", NULL, "/file"},
		{"GET /file.html?x=1\nAccept: text/html", NULL, "file?x=1"},
		{"GET /file/\nAccept: text/html", NULL, "../file"},
		{"GET /folder", NULL, "/folder/"},
		{"GET /folder/", "<p>folder\n", NULL},
		{"GET /folder/index.html", NULL, "/folder/"},
		{"GET /folder/index.html\nAccept: text/html", NULL, "./"},
		{"GET /folder/index.htm", "<p>not first\n", NULL},
		{"GET /index.html", NULL, "/"},
		{"GET /both", "<p>both.html\n", NULL},
		{"GET /both/", "<p>both/\n", NULL},
		{"GET /both.html", NULL, "/both"},
		{"GET /both/index.html", NULL, "/both/"},
		{"GET /v1.html", "<p>v1.html\n", NULL},
		{"GET /missing.html", NULL, NULL},
		{"GET /missing/", NULL, NULL},
		{"GET /style.css", "body { color: red }\n", NULL},
	};

	(void)state;
	assert_hosted(SHOWN_NAMES_REDIRECT, rows, ROWS(rows));
}

static void
exact_names_only(void **state)
{
	static const struct hosted rows[] = {
		{"GET /file", NULL, NULL},
		{"GET /file.html", "<p>file\n", NULL},
		{"GET /both", NULL, "/both/"},
		{"GET /folder/index.html", "<p>folder\n", NULL},
	};

	(void)state;
	assert_hosted(SHOWN_NAMES_EXACT, rows, ROWS(rows));
}

/* The script in the page is told of which file it is made. */
static void
a_clean_page_names_its_file(void **state)
{
	const char *body;
	uint64_t clean, file, missing;

	(void)state;
	folder_write("d/a b.html", "<p>text\n");
	get("GET /d/a%20b\nAccept: text/html");
	body = answer_body(&here.response).at;
	assert_non_null(strstr(body, "data-file=\"/d/a%20b.html\""));
	get("GET /d/a%20b.html\nAccept: text/html");
	assert_null(strstr(answer_body(&here.response).at, "data-file"));
	assert_int_equal(ask_for_state("/d/a%20b", &clean), WATCH_KNOWN);
	assert_int_equal(ask_for_state("/d/a%20b.html", &file), WATCH_KNOWN);
	assert_int_equal(ask_for_state("/d/c", &missing), WATCH_KNOWN);
	assert_true(clean == file && clean != 0 && missing == 0);
}

/* A file of the requested name comes first, also when it comes later. */
static void
a_clean_page_is_not_kept(void **state)
{
	(void)state;
	folder_write("late.html", "<p>page\n");
	for (int i = 0; i < 4; i++) {
		get("GET /late");
		assert_non_null(strstr(answer_body(&here.response).at, "<p>page\n"));
	}
	folder_write("late", "file\n");
	get("GET /late");
	assert_answer_body(&here.response, "file\n");
}

static void
other_index_names(void **state)
{
	static const char *const names[] = {"main.html", "default.htm"};
	const struct static_files_options options = {.names.index = {names, 2}};
	uint64_t shown, file;

	(void)state;
	folder_write("d/default.htm", "<p>default\n");
	served_destroy(&here);
	served_create(&here, &options, NULL);
	get("GET /d/");
	assert_answer_body(&here.response, "<p>default\n");
	folder_write("d/main.html", "<p>main\n");
	for (int i = 0; i < 3; i++) {
		get("GET /d/");
		assert_answer_body(&here.response, "<p>main\n");
	}
	assert_int_equal(ask_for_state("/d/", &shown), WATCH_KNOWN);
	assert_int_equal(ask_for_state("/d/main.html", &file), WATCH_KNOWN);
	assert_true(shown == file && shown);
	get("GET /");
	assert_non_null(strstr(answer_body(&here.response).at, "index.html</a>"));
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
		TEST(clean_urls),
		TEST(clean_urls_that_redirect),
		TEST(exact_names_only),
		TEST(a_clean_page_names_its_file),
		TEST(a_clean_page_is_not_kept),
		TEST(other_index_names),
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
