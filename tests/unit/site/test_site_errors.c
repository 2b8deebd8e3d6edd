/*
 * The answers for what cannot be shown, in a real folder: which page of the site is used, and what the
 * user learns.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "fs/served_file.h"
#include "site/representation.h"
#include "site/static_files.h"
#include "support/ask.h"
#include "support/capture.h"
#include "support/folder.h"
#include "support/served.h"

static struct served here;
/* Files of this size cannot be read, and files of this name cannot be opened. */
static off_t unreadable;
static const char *forbidden;

bool __real_representation_load(struct representation *representation, int file,
	const struct stat *state, const struct media_type *type);
bool __wrap_representation_load(struct representation *representation, int file,
	const struct stat *state, const struct media_type *type);

bool
__wrap_representation_load(struct representation *representation, int file,
	const struct stat *state, const struct media_type *type)
{
	if (unreadable && state->st_size == unreadable) {
		errno = EIO;
		return false;
	}
	return __real_representation_load(representation, file, state, type);
}

int __real_served_file_open(
	const struct root *root, const char *name, bool with_hidden, bool *is_linked);
int __wrap_served_file_open(
	const struct root *root, const char *name, bool with_hidden, bool *is_linked);

int
__wrap_served_file_open(
	const struct root *root, const char *name, bool with_hidden, bool *is_linked)
{
	if (forbidden && strcmp(name, forbidden) == 0) {
		errno = EACCES;
		return -1;
	}
	return __real_served_file_open(root, name, with_hidden, is_linked);
}

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	folder_write("a/b/x.txt", "text\n");
	folder_write(".git/404.html", "SECRET\n");
	folder_write("../outside/secret.txt", "secret\n");
	assert_return_code(symlink("../../outside/secret.txt", "a/out.txt"), errno);
	served_create(&here, &(struct static_files_options){0}, NULL);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	unreadable = 0;
	forbidden = NULL;
	served_destroy(&here);
	folder_leave();
	return 0;
}

static void
restart(const struct static_files_options *options)
{
	served_destroy(&here);
	served_create(&here, options, NULL);
}

/* Returns what is logged. */
static const char *
get(const char *request)
{
	capture_begin(2);
	response_clear(&here.response);
	static_files_begin(here.static_files);
	static_files_respond(here.static_files, ask(request), &here.response);
	return capture_end();
}

static void
assert_response(int status, const char *text)
{
	assert_int_equal(here.response.status, status);
	assert_answer_body(&here.response, text);
	assert_string_equal(answer_value(&here.response, "Cache-Control"), "no-store");
}

static void
assert_our_page(int status, const char *word)
{
	assert_int_equal(here.response.status, status);
	if (!strstr(answer_body(&here.response).at, word))
		fail_msg("%s", answer_body(&here.response).at);
}

/* ---- which page ---- */

static void
the_nearest_page(void **state)
{
	static const struct {
		const char *request, *shown;
	} rows[] = {
		{"GET /a/b/none", "404 of a/b\n"},
		{"GET /a/b/", "404 of a/b\n"},
		{"GET /a/b/c/d/none.js", "404 of a/b\n"},
		{"GET /a/none", "404 of /\n"},
		{"GET /none", "404 of /\n"},
		{"GET /none/at/all/", "404 of /\n"},
		{"GET /a%2fb/none", "404 of /\n"},
		{"GET /.git/none", "404 of /\n"},
		{"GET /.git/404.html", "404 of /\n"},
	};

	(void)state;
	folder_write("404.html", "404 of /\n");
	folder_write("a/b/404.html", "404 of a/b\n");
	for (size_t i = 0; i < ROWS(rows); i++) {
		print_message("%s\n", rows[i].request);
		assert_string_equal(get(rows[i].request), "");
		if (strcmp(rows[i].request, "GET /a/b/") == 0)
			assert_our_page(200, "x.txt"); /* it has no index, but a list */
		else
			assert_response(404, rows[i].shown);
	}
	folder_write("a/404.html", "404 of a\n");
	get("GET /a/none");
	assert_response(404, "404 of a\n");
}

/* However deep the name is, 32 folders are looked into. */
static void
a_deep_name(void **state)
{
	char request[4096] = "GET ", folder[256] = "";

	(void)state;
	for (int i = 0; i < 33; i++)
		strcat(folder, i ? "/d" : "d");
	for (int i = 0; i < 1000; i++)
		strcat(request, "/d");
	folder_write("d/404.html", "404 of d\n");
	folder_make(folder);
	strcat(folder, "/404.html");
	folder_write(folder, "too deep\n");
	get(request);
	assert_response(404, "404 of d\n");
}

static void
hidden_pages_when_wanted(void **state)
{
	(void)state;
	restart(&(struct static_files_options){.serves_hidden = true});
	get("GET /.git/none");
	assert_response(404, "SECRET\n");
}

/* ---- 403 ---- */

static void
a_link_that_leads_out(void **state)
{
	(void)state;
	assert_non_null(strstr(get("GET /a/out.txt"), "--follow-symlinks serves what it leads to"));
	assert_our_page(403, "--follow-symlinks");
	folder_write("403.html", "403 of /\n");
	get("GET /a/out.txt");
	assert_response(403, "403 of /\n");
}

static void
a_file_that_may_not_be_read(void **state)
{
	(void)state;
	forbidden = "a/b/x.txt";
	assert_string_equal(get("GET /a/b/x.txt"), "");
	assert_our_page(403, "not allowed to read this file");
	folder_write("a/403.html", "403 of a\n");
	assert_string_equal(get("GET /a/b/x.txt"),
		"liveserve: 403 for a/b/x.txt: liveserve is not allowed to read it\n");
	assert_response(403, "403 of a\n");
}

static void
a_folder_that_is_not_listed(void **state)
{
	struct static_files_options options = {.refuses_listings = true};

	(void)state;
	restart(&options);
	get("GET /a/b/");
	assert_our_page(403, "--no-listing");
	get("GET /a/b/\nAccept: application/json");
	assert_int_equal(here.response.status, 403);
	get("GET /a/b");
	assert_int_equal(here.response.status, 302);
	get("GET /none/");
	assert_int_equal(here.response.status, 404);
	get("GET /.git/");
	assert_int_equal(here.response.status, 404);
	folder_write("403.html", "403 of /\n");
	assert_string_equal(get("GET /a/b/"),
		"liveserve: 403 for a/b/: the folder has no index, and --no-listing does not list "
		"it\n");
	assert_response(403, "403 of /\n");
	folder_write("a/b/index.html", "index\n");
	get("GET /a/b/");
	assert_int_equal(here.response.status, 200);
	options.refuses_listings = false;
	static_files_reconfigure(here.static_files, &options);
	get("GET /a/");
	assert_our_page(200, "b/");
}

/* A page whose script handles every address handles that of a folder, too. */
static void
a_folder_that_is_not_listed_with_a_fallback(void **state)
{
	(void)state;
	folder_write("app.html", "app\n");
	folder_write("403.html", "403 of /\n");
	restart(&(struct static_files_options){.refuses_listings = true, .fallback = "app.html"});
	assert_string_equal(get("GET /a/b/\nAccept: text/html"), "");
	assert_int_equal(here.response.status, 200);
	assert_answer_body(&here.response, "app\n");
	get("GET /a/b/");
	assert_response(403, "403 of /\n");
}

/* ---- 500 ---- */

static void
a_file_that_cannot_be_read(void **state)
{
	(void)state;
	folder_write("a/broken.txt", "1234567");
	unreadable = 7;
	assert_string_equal(get("GET /a/broken.txt"), "");
	assert_our_page(500, "reading it failed");
	assert_null(answer_value(&here.response, "ETag"));
	folder_write("500.html", "500 of /\n");
	assert_string_equal(get("GET /a/broken.txt"),
		"liveserve: 500 for a/broken.txt: the file is there, but reading it failed\n");
	assert_response(500, "500 of /\n");
}

/* Where the page of the error cannot be read either, ours is shown. */
static void
a_page_that_cannot_be_read(void **state)
{
	(void)state;
	folder_write("a/broken.txt", "1234567");
	folder_write("500.html", "7654321");
	folder_write("404.html", "7654321");
	unreadable = 7;
	get("GET /a/broken.txt");
	assert_our_page(500, "reading it failed");
	get("GET /none");
	assert_our_page(404, "404 Not Found");
	get("GET /500.html");
	assert_our_page(500, "reading it failed");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(the_nearest_page),
		TEST(a_deep_name),
		TEST(hidden_pages_when_wanted),
		TEST(a_link_that_leads_out),
		TEST(a_file_that_may_not_be_read),
		TEST(a_folder_that_is_not_listed),
		TEST(a_folder_that_is_not_listed_with_a_fallback),
		TEST(a_file_that_cannot_be_read),
		TEST(a_page_that_cannot_be_read),
	};

	return cmocka_run_group_tests_name("site_errors", tests, NULL, NULL);
}
