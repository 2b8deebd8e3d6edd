/*
 * Which requests are for a script, in a real folder.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "script_files.h"
#include "support/ask.h"
#include "support/folder.h"
#include "support/served.h"

static struct {
	struct served served;
	struct upstream upstreams[3]; /* .php, .phtml, and one that is no FastCGI server */
	struct script_files files;
	char *folder;
	struct cgi_script script;
} here;

static int
enter(void **state)
{
	static const char *const files[] = {"index.php", "blog/index.php", "both/index.html",
		"both/index.php", "old/index.htm", "old/index.php", "other/index.phtml", "a b.php",
		"UPPER.PHP", "copy.php.bak", "text.txt", ".secret.php", ".git/hook.php",
		"folder.php/file.txt", "folder.php/inner.php", "../outside/out.php"};
	const struct static_files_options options = {0};

	(void)state;
	memset(&here, 0, sizeof(here));
	folder_enter();
	for (size_t i = 0; i < ROWS(files); i++)
		folder_write(files[i], "<?php");
	assert_int_equal(symlink("index.php", "link.php"), 0);
	assert_int_equal(symlink("index.php", "link.txt"), 0);
	assert_int_equal(symlink("text.txt", "text.php"), 0);
	assert_int_equal(symlink("../outside/out.php", "out.php"), 0);
	assert_int_equal(symlink(".secret.php", "shown.php"), 0);
	assert_true(upstream_read_fastcgi(&here.upstreams[0], ".php=127.0.0.1:9000"));
	assert_true(upstream_read_fastcgi(&here.upstreams[1], ".phtml=127.0.0.1:9001"));
	assert_int_equal(
		upstream_read(&here.upstreams[2], "/api=http://127.0.0.1:9002"), UPSTREAM_OK);
	served_create(&here.served, &options, NULL);
	here.files = (struct script_files){
		.mounts = here.served.mounts, .upstreams = here.upstreams, .count = 3};
	here.folder = get_current_dir_name();
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	cgi_script_finish(&here.script);
	served_destroy(&here.served);
	for (size_t i = 0; i < ROWS(here.upstreams); i++)
		upstream_finish(&here.upstreams[i]);
	free(here.folder);
	folder_leave();
	return 0;
}

/* The number of the server for a request, or -1; here.script is filled in then. */
static int
find(const char *text)
{
	const struct request *request = ask(text);
	const struct upstream *found;
	bool is_empty;

	cgi_script_finish(&here.script);
	here.script = (struct cgi_script){0};
	found = script_files_find(&here.files, request, &here.script);
	is_empty = here.script.file.length == 0 && here.script.name.length == 0;
	assert_true(found ? !is_empty : is_empty);
	/* Who does not want to know more gets the same. */
	assert_ptr_equal(script_files_find(&here.files, request, NULL), found);
	return found ? (int)(found - here.upstreams) : -1;
}

static void
scripts_are_found(void **state)
{
	static const struct {
		const char *request;
		int server;
		const char *file, *name, *path_info;
	} rows[] = {
		{"GET /index.php", 0, "index.php", "/index.php", ""},
		{"GET /index.php?a=/b.php", 0, "index.php", "/index.php", ""},
		{"POST /index.php", 0, "index.php", "/index.php", ""},
		{"GET /index.php/", 0, "index.php", "/index.php", "/"},
		{"GET /index.php/a/b", 0, "index.php", "/index.php", "/a/b"},
		{"GET /index.php/blog/index.php", 0, "index.php", "/index.php", "/blog/index.php"},
		{"GET /index.php/a%20b", 0, "index.php", "/index.php", "/a b"},
		{"GET /UPPER.PHP", 0, "UPPER.PHP", "/UPPER.PHP", ""},
		{"GET /a%20b.php", 0, "a b.php", "/a b.php", ""},
		{"GET /link.php", 0, "index.php", "/link.php", ""},
		{"GET /folder.php/inner.php/x", 0, "folder.php/inner.php", "/folder.php/inner.php",
			"/x"},
		{"GET /", 0, "index.php", "/index.php", ""},
		{"GET /?a", 0, "index.php", "/index.php", ""},
		{"GET /blog/", 0, "blog/index.php", "/blog/index.php", ""},
		{"GET /other/", 1, "other/index.phtml", "/other/index.phtml", ""},
		{"GET /other/index.phtml/x", 1, "other/index.phtml", "/other/index.phtml", "/x"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *file = mem_format("%s/%s", here.folder, rows[i].file);

		if (find(rows[i].request) != rows[i].server)
			fail_msg("%s is for no script, or another one", rows[i].request);
		assert_string_equal(here.script.file.bytes, file);
		assert_string_equal(here.script.root.bytes, here.folder);
		assert_string_equal(here.script.name.bytes, rows[i].name);
		assert_string_equal(buf_slice(&here.script.path_info).at, rows[i].path_info);
		free(file);
	}
}

static void
other_requests_are_for_no_script(void **state)
{
	static const char *const rows[] = {
		"GET /missing.php",
		"GET /missing.php/a",
		"GET /text.txt",
		"GET /link.txt", /* its own name counts */
		"GET /copy.php.bak",
		"GET /index.php%00",
		"GET /index.php%2fa",
		"GET /blog",  /* is redirected to the folder */
		"GET /both/", /* has an index of its own */
		"GET /old/",
		"GET /nothing/",
		"GET /folder.php",
		"GET /folder.php/",
		"GET /folder.php/file.txt",
		"GET /.secret.php",
		"GET /%2esecret.php",
		"GET /.git/hook.php",
		"GET /shown.php", /* leads to what is hidden */
		"GET /out.php",   /* leads out of the folder */
		"GET /%2e%2e/outside/out.php",
		"GET /__liveserve/index.php",
		"OPTIONS *",
		("GET /index.php\nConnection: Upgrade\nUpgrade: websocket\n"
		 "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\nSec-WebSocket-Version: 13"),
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		if (find(rows[i]) != -1)
			fail_msg("%s is for %s", rows[i], here.script.file.bytes);
}

static void
hidden_scripts_are_found_where_hidden_files_are_served(void **state)
{
	(void)state;
	here.files.serves_hidden = true;
	assert_int_equal(find("GET /.secret.php"), 0);
	assert_int_equal(find("GET /.git/hook.php"), 0);
	assert_int_equal(find("GET /shown.php"), 0);
	assert_int_equal(find("GET /out.php"), -1);
}

static void
links_may_lead_out_where_that_is_allowed(void **state)
{
	char *file = mem_format("%s/out.php", here.folder);

	(void)state;
	mounts_follow_links(here.served.mounts);
	assert_int_equal(find("GET /out.php"), 0);
	assert_string_equal(here.script.file.bytes, file);
	free(file);
}

static void
a_mounted_folder_has_scripts_too(void **state)
{
	char *outside = mem_format("%s/../outside", here.folder);
	char route[] = "shop";
	const struct mounts_rule rule = {.route = route, .path = outside};

	(void)state;
	assert_true(mounts_add(here.served.mounts, &rule));
	assert_int_equal(find("GET /shop/out.php/a"), 0);
	assert_string_equal(here.script.name.bytes, "/shop/out.php");
	assert_string_equal(here.script.path_info.bytes, "/a");
	assert_string_equal(here.script.root.bytes, here.folder);
	assert_true(strstr(here.script.file.bytes, "outside/out.php") != NULL);
	assert_int_equal(find("GET /out.php"), -1);
	free(outside);
}

static void
without_servers_there_are_no_scripts(void **state)
{
	(void)state;
	here.files.upstreams = &here.upstreams[2];
	here.files.count = 1;
	assert_int_equal(find("GET /index.php"), -1);
	assert_int_equal(find("GET /"), -1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(scripts_are_found),
		TEST(other_requests_are_for_no_script),
		TEST(hidden_scripts_are_found_where_hidden_files_are_served),
		TEST(links_may_lead_out_where_that_is_allowed),
		TEST(a_mounted_folder_has_scripts_too),
		TEST(without_servers_there_are_no_scripts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
