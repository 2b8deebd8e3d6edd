/*
 * The text of "why" for files and folders in every state, and the other endpoints.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "control/control_api.h"
#include "live/journal.h"
#include "support/ask.h"
#include "support/clock.h"
#include "support/folder.h"

static struct {
	struct loop *loop;
	struct root *root;
	struct watch *watch;
	struct journal *journal;
	struct hub *hub;
	struct control_api *control_api;
	struct response response;
	size_t batches;
	char *reloaded; /* the path of the last reload */
	int stops;
} here;

static void
changed(void *context, const struct changes *changes)
{
	(void)context;
	watch_note_pages(here.watch, changes, changes->count ? 1 : 0);
	here.batches++;
}

static void
lost(void *context)
{
	(void)context;
}

static void
wake(void *socket)
{
	(void)socket;
}

static bool
has_walked(void *context)
{
	(void)context;
	return !watch_is_walking(here.watch);
}

static bool
has_batch(void *context)
{
	(void)context;
	return here.batches > 0;
}

static size_t
reload(void *context, struct slice path)
{
	(void)context;
	free(here.reloaded);
	here.reloaded = mem_copy(path.at, path.length);
	return 1;
}

static void
stop(void *context)
{
	(void)context;
	here.stops++;
}

/* Creates it in place of the one before. */
static void
create_control_api(const struct control_site *sites, size_t count)
{
	const struct control_api_options options = {
		.root = here.root,
		.watch = here.watch,
		.hub = here.hub,
		.journal = here.journal,
		.version = "1.2.3",
		.url = "http://localhost:9000/",
		.reload = reload,
		.stop = stop,
		.sites = sites,
		.site_count = count,
	};

	control_api_destroy(here.control_api);
	here.control_api = control_api_create(&options);
}

static void
start(const struct watch_options *options)
{
	const struct watch_listener listener = {
		.changed = changed,
		.unchanged = changed,
		.lost = lost,
	};

	folder_write("index.html", "<p>hello\n");
	folder_write("css/style.css", "p {}\n");
	folder_write("css/style.scss", "p {}\n");
	folder_write("node_modules/lib/x.js", "1\n");
	here.loop = loop_create();
	here.root = root_create(".");
	here.watch = watch_create(here.loop, here.root, options, &listener);
	here.journal = journal_create();
	here.hub = hub_create(&(struct hub_options){.journal = here.journal, .wake = wake});
	create_control_api(NULL, 0);
	response_init(&here.response);
	clock_wait(here.loop, has_walked, NULL);
}

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	response_finish(&here.response);
	free(here.reloaded);
	control_api_destroy(here.control_api);
	hub_destroy(here.hub);
	journal_destroy(here.journal);
	watch_destroy(here.watch);
	root_destroy(here.root);
	loop_destroy(here.loop);
	memset(&here, 0, sizeof(here));
	folder_leave();
	return 0;
}

static void
use(const char *name)
{
	int file;
	struct stat state;

	watch_before_open(here.watch, name);
	file = root_open(here.root, name);
	if (file < 0)
		return;
	assert_return_code(fstat(file, &state), errno);
	watch_opened(here.watch, name, file, &state);
	close(file);
}

static const char *
why(const char *url)
{
	char *text = mem_format("GET " CONTROL_API_WHY "%s", url);
	const char *response;

	response_clear(&here.response);
	control_api_respond(here.control_api, ask(text), &here.response);
	free(text);
	assert_int_equal(here.response.status, 200);
	assert_string_equal(
		answer_value(&here.response, "Content-Type"), "text/plain; charset=utf-8");
	response = answer_body(&here.response).at;
	return response;
}

/* "HH:MM:SS" is left out of what is expected. */
static void
assert_why(const char *url, const char *expected)
{
	char *text = mem_text(why(url));
	char *time = strstr(text, "Last seen ");

	if (time && time[12] == ':')
		memmove(time + 10, time + 19, strlen(time + 19) + 1);
	assert_string_equal(text, expected);
	free(text);
}

static void
wait_for_batch(void)
{
	clock_wait(here.loop, has_batch, NULL);
	here.batches = 0;
}

static void
files(void **state)
{
	const struct watch_options options = {0};

	(void)state;
	start(&options);
	assert_why("/index.html", "index.html\n"
				  "  Is        a file of 9 bytes\n"
				  "  Watched   by inotify\n"
				  "  Ignored   no\n"
				  "  Used      no page has asked for it\n"
				  "  Last seen no change, as far as liveserve remembers\n"
				  "  A change  would be announced\n");
	use("index.html");
	hub_leave(here.hub, hub_join(here.hub, PROTOCOL_LIVE_SERVER, NULL, NULL));
	assert_non_null(strstr(why("/index.html"), "but no page is open that uses it\n"));
	folder_write("index.html", "<p>new\n");
	wait_for_batch();
	assert_why("/index.html", "index.html\n"
				  "  Is        a file of 7 bytes\n"
				  "  Watched   by inotify\n"
				  "  Ignored   no\n"
				  "  Used      it was asked for, but no page is open that uses it\n"
				  "  Last seen changed, told 1 page\n"
				  "  A change  would be announced\n");
	folder_write("index.html", "<p>new\n");
	wait_for_batch();
	assert_non_null(strstr(why("/index.html"), "saved with the same bytes, nothing to tell\n"));
	assert_non_null(strstr(why("/css/none.css"), "  Is        not there\n"));
	assert_non_null(strstr(why("/none/none.css"), "  Watched   no\n"));
}

static void
ignored_files(void **state)
{
	static const char *const globs[] = {"!/css/style.scss", NULL};
	const struct watch_options options = {0}, with_globs = {.ignore = globs};

	(void)state;
	start(&options);
	folder_write("css/style.scss", "p { }\n");
	clock_drain(here.loop);
	assert_why("/css/style.scss",
		"css/style.scss\n"
		"  Is        a file of 6 bytes\n"
		"  Watched   by inotify\n"
		"  Ignored   by \"*.scss\"\n"
		"  Used      no page has asked for it\n"
		"  Last seen changed, but ignored\n"
		"  A change  would not be announced, until a page asks for it\n");
	assert_why("/node_modules/lib/x.js",
		"node_modules/lib/x.js\n"
		"  Is        a file of 2 bytes\n"
		"  Watched   no\n"
		"  Ignored   by \"node_modules\"\n"
		"  Used      no page has asked for it\n"
		"  Last seen no change, as far as liveserve remembers\n"
		"  A change  would not be announced, until a page asks for it\n");
	use("node_modules/lib/x.js");
	assert_non_null(strstr(why("/node_modules/lib/x.js"), "  Watched   by inotify\n"));
	assert_non_null(strstr(why("/node_modules/lib/x.js"), "  A change  would be announced\n"));
	watch_destroy(here.watch);
	here.watch = watch_create(here.loop, here.root, &with_globs,
		&(struct watch_listener){.changed = changed, .lost = lost});
	create_control_api(NULL, 0);
	assert_non_null(strstr(why("/css/style.scss"), "  Ignored   no\n"));
	assert_non_null(strstr(why("/css/style.scss"), "its folder is not scanned yet\n"));
	clock_wait(here.loop, has_walked, NULL);
	assert_non_null(strstr(why("/css/style.scss"), "  A change  would be announced\n"));
}

static void
polled_files(void **state)
{
	const struct watch_options options = {.poll = {.is_for_all = true, .interval_ms = 10}};

	(void)state;
	start(&options);
	assert_non_null(strstr(why("/index.html"), "by polling\n"));
	assert_non_null(strstr(why("/index.html"), "announced only if its name is new"));
	use("index.html");
	assert_non_null(strstr(why("/index.html"), "  A change  would be announced\n"));
	assert_non_null(strstr(why("/css/style.css"), "  Watched   no\n"));
}

static void
folders(void **state)
{
	const struct watch_options options = {0};

	(void)state;
	start(&options);
	assert_why("/css/", "css\n"
			    "  Is        a folder\n"
			    "  Watched   by inotify\n"
			    "  Ignored   no\n"
			    "  Last seen no change, as far as liveserve remembers\n"
			    "  A change  would be announced\n");
	assert_non_null(strstr(why("/"), ".\n  Is        a folder\n  Watched   by inotify\n"));
	assert_non_null(strstr(why("/node_modules"), "  Watched   no\n"));
	folder_make("new");
	wait_for_batch();
	assert_non_null(strstr(why("/new"), " created, told 1 page\n"));
}

static void
names_and_links(void **state)
{
	const struct watch_options options = {0};

	(void)state;
	folder_write("a b\n\x1b.html", "odd\n");
	assert_return_code(symlink("css/style.css", "link.css"), errno);
	start(&options);
	assert_memory_equal(why("/a%20b%0A%1B.html"), "a b\\x0a\\x1b.html\n  Is        a file", 30);
	use("link.css");
	assert_non_null(strstr(why("/link.css"), "bytes, really css/style.css\n"));
}

/* The text of the response. Its status has to be the expected one. */
static const char *
text_of(const char *request, int status)
{
	response_clear(&here.response);
	control_api_respond(here.control_api, ask(request), &here.response);
	assert_int_equal(here.response.status, status);
	return answer_body(&here.response).at;
}

static void
reloading(void **state)
{
	static const struct {
		const char *url, *path, *text;
	} rows[] = {
		{"/index.html", "index.html", "told 1 of 2 pages\n"},
		{"/css/../css/style.css", "css/style.css", "told 1 of 2 pages\n"},
		{"/a%20b%0A%1B.html", "a b\n\x1b.html", "told 1 of 2 pages\n"},
		{"/", "", "told 1 of 2 pages\n"},
		{"/no%1B.html", NULL, "There is no file no\\x1b.html.\n"},
		{"/css", NULL, "css is not a file; without a path every page reloads.\n"},
		{"/css/", NULL, "css is not a file; without a path every page reloads.\n"},
		{"/outside", NULL, "There is no file outside.\n"},
	};
	const struct watch_options options = {0};
	struct hub_page *pages[2];

	(void)state;
	folder_write("a b\n\x1b.html", "odd\n");
	assert_return_code(symlink("/etc/passwd", "outside"), errno);
	start(&options);
	for (size_t i = 0; i < ROWS(pages); i++)
		pages[i] = hub_join(here.hub, PROTOCOL_LIVE_SERVER, NULL, NULL);
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *request = mem_format("POST " CONTROL_API_RELOAD "%s", rows[i].url);

		free(here.reloaded);
		here.reloaded = NULL;
		assert_string_equal(text_of(request, rows[i].path ? 200 : 404), rows[i].text);
		if (rows[i].path)
			assert_string_equal(here.reloaded, rows[i].path);
		else
			assert_null(here.reloaded);
		free(request);
	}
	for (size_t i = 0; i < ROWS(pages); i++)
		hub_leave(here.hub, pages[i]);
}

/* Only a POST ends the server, and only one to that path. */
static void
stopping(void **state)
{
	static const char *const others[] = {"GET " CONTROL_API_STOP, "HEAD " CONTROL_API_STOP,
		"POST " CONTROL_API_STOP "/", "POST " CONTROL_API_STOP "ping"};
	const struct watch_options options = {0};

	(void)state;
	start(&options);
	for (size_t i = 0; i < ROWS(others); i++) {
		response_clear(&here.response);
		control_api_respond(here.control_api, ask(others[i]), &here.response);
		assert_int_equal(here.response.status, 404);
	}
	assert_int_equal(here.stops, 0);
	assert_string_equal(text_of("POST " CONTROL_API_STOP, 200), "");
	assert_int_equal(here.stops, 1);
}

static void
status(void **state)
{
	const struct watch_options options = {0};
	struct hub_page *page;
	char *expected;

	(void)state;
	start(&options);
	page = hub_join(here.hub, PROTOCOL_LIVE_SERVER, NULL, NULL);
	expected = mem_format("liveserve 1.2.3\n"
			      "  Serving   %s\n"
			      "  Open      http://localhost:9000/\n"
			      "  Pages     1 open, by WebSocket\n"
			      "  Watching  2 folders, by inotify\n",
		root_path(here.root));
	assert_string_equal(text_of("GET " CONTROL_API_STATUS, 200), expected);
	free(expected);
	expected = mem_format(
		"{\"version\":\"1.2.3\",\"pid\":%d,\"root\":\"%s\","
		"\"url\":\"http://localhost:9000/\",\"pages\":1,\"paused\":false,"
		"\"mode\":\"inotify\",\"watches\":2,\"walking\":false,"
		"\"newest\":1,\"open\":[{\"name\":\"unknown browser\",\"local\":false,"
		"\"protocol\":\"live-server\",\"by\":\"websocket\",\"version\":1,\"state\":\"up to "
		"date\"}]}\n",
		(int)getpid(), root_path(here.root));
	assert_string_equal(text_of("GET " CONTROL_API_STATUS_JSON, 200), expected);
	assert_string_equal(answer_value(&here.response, "Content-Type"), "application/json");
	free(expected);
	hub_pause(here.hub);
	assert_non_null(strstr(text_of("GET " CONTROL_API_STATUS, 200),
		"  1 open, by WebSocket, paused: they are told"));
	assert_non_null(strstr(text_of("GET " CONTROL_API_STATUS_JSON, 200), "\"paused\":true"));
	hub_leave(here.hub, page);
}

static size_t
reload_site(void *context, struct slice path)
{
	(void)path;
	*(int *)context += 1;
	return 1;
}

/* What is asked with the name of a site is about its parts, and nothing else is. */
static void
sites(void **state)
{
	const struct watch_options options = {0};
	struct root *root;
	int reloads = 0;
	char *expected;

	(void)state;
	start(&options);
	folder_write("css/index.html", "x");
	root = root_create("css");
	const struct control_site site = {
		.name = "shop.localhost",
		.url = "http://shop.localhost:9000/",
		.root = root,
		.watch = here.watch,
		.hub = here.hub,
		.journal = here.journal,
		.reload = reload_site,
		.context = &reloads,
	};
	create_control_api(&site, 1);

	expected = mem_format("\n  Site      http://shop.localhost:9000/\n  Serving   %s\n"
			      "  Pages     0 open\n  Watching  2 folders, by inotify\n",
		root_path(root));
	assert_non_null(strstr(text_of("GET " CONTROL_API_STATUS, 200), expected));
	free(expected);
	expected = mem_format("\"sites\":[{\"name\":\"shop.localhost\",\"root\":\"%s\","
			      "\"url\":\"http://shop.localhost:9000/\",\"pages\":0,",
		root_path(root));
	assert_non_null(strstr(text_of("GET " CONTROL_API_STATUS_JSON, 200), expected));
	free(expected);

	expected = mem_format("  Serving   %s\n  Open      http://shop", root_path(root));
	assert_non_null(
		strstr(text_of("GET " CONTROL_API_STATUS "\nHost: SHOP.localhost", 200), expected));
	free(expected);
	assert_null(strstr(
		text_of("GET " CONTROL_API_STATUS_JSON "\nHost: shop.localhost", 200), "sites"));
	assert_string_equal(
		text_of("POST " CONTROL_API_RELOAD "/style.css\nHost: shop.localhost", 200),
		"told 1 of 0 pages\n");
	assert_int_equal(reloads, 1);
	assert_null(here.reloaded);
	text_of("POST " CONTROL_API_RELOAD "/style.css", 404);
	text_of("POST " CONTROL_API_RELOAD "/index.html", 200);
	assert_int_equal(reloads, 1);
	root_destroy(root);
}

static void
status_when_polling(void **state)
{
	const struct watch_options options = {.poll = {.is_for_all = true, .interval_ms = 10}};

	(void)state;
	start(&options);
	assert_non_null(strstr(
		text_of("GET " CONTROL_API_STATUS, 200), "the files that pages use, by polling\n"));
	assert_non_null(strstr(text_of("GET " CONTROL_API_STATUS_JSON, 200),
		"\"mode\":\"polling\",\"watches\":0"));
}

static void
unknown_endpoints(void **state)
{
	static const char *const requests[] = {
		"GET /",
		"GET /__liveserve/client.js",
		"GET /__liveserve/why",
		"GET /__liveserve/whynot/a",
		"GET /__liveserve/why/%00",
		"GET /__liveserve/why/../..",
		"GET /__liveserve/why/%",
		"HEAD /__liveserve/why/index.html",
		"POST /__liveserve/why/index.html",
		"GET /__liveserve/reload/index.html",
		"POST /__liveserve/reload",
		"POST /__liveserve/reload/%00",
		"POST /__liveserve/status",
		"GET /__liveserve/status/",
		"GET /__liveserve/status.jsonx",
	};
	const struct watch_options options = {0};

	(void)state;
	start(&options);
	for (size_t i = 0; i < ROWS(requests); i++) {
		response_clear(&here.response);
		control_api_respond(here.control_api, ask(requests[i]), &here.response);
		print_message("  %s\n", requests[i]);
		assert_int_equal(here.response.status, 404);
		assert_true(answer_body(&here.response).length > 0);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(files),
		TEST(ignored_files),
		TEST(polled_files),
		TEST(folders),
		TEST(names_and_links),
		TEST(reloading),
		TEST(stopping),
		TEST(status),
		TEST(sites),
		TEST(status_when_polling),
		TEST(unknown_endpoints),
	};

	return cmocka_run_group_tests_name("control_api", tests, NULL, NULL);
}
