/*
 * Requests written by hand against a real folder.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "site/static_files.h"
#include "http/date.h"
#include "http/range.h"
#include "base/log.h"
#include "base/mem.h"
#include "support/ask.h"
#include "support/capture.h"
#include "support/clock.h"
#include "support/folder.h"

#define PAGE "<!DOCTYPE html><html><head><title>x</title></head><body>old</body></html>\n"
#define PAGE_START "<!DOCTYPE html><html><head>"

enum { LARGE = 300 * 1000 };

static struct {
	struct loop *loop;
	struct root *root;
	struct mounts *mounts;
	struct journal *journal;
	struct static_files *static_files;
	struct response response;
	size_t batches;
} here;

static void
changed(void *context, const struct changes *changes)
{
	(void)context;
	(void)changes;
	here.batches++;
}

static void
lost(void *context)
{
	(void)context;
}

static void
create(const struct static_files_options *options)
{
	const struct watch_listener listener = {.changed = changed, .lost = lost};
	const struct watch_options watch_options = {0};

	here.loop = loop_create();
	here.root = root_create(".");
	here.mounts = mounts_create(here.loop, here.root, &watch_options, &listener);
	here.journal = journal_create();
	here.static_files = static_files_create(here.mounts, here.journal, options);
	response_init(&here.response);
}

static void
destroy(void)
{
	response_finish(&here.response);
	static_files_destroy(here.static_files);
	journal_destroy(here.journal);
	mounts_destroy(here.mounts);
	root_destroy(here.root);
	loop_destroy(here.loop);
	memset(&here, 0, sizeof(here));
}

static void
link_here(const char *to, const char *name)
{
	assert_return_code(symlink(to, name), errno);
}

static int
enter(void **state)
{
	const struct static_files_options options = {.injects = true};

	(void)state;
	folder_enter();
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
	create(&options);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	destroy();
	folder_leave();
	return 0;
}

static void
get(const char *request)
{
	response_clear(&here.response);
	static_files_respond(here.static_files, ask(request), &here.response);
}

static const char *
value(const char *name)
{
	const char *text = answer_value(&here.response, name);

	return text ? text : "";
}

static void
assert_body(const char *expected)
{
	struct slice body = answer_body(&here.response);

	assert_int_equal(body.length, strlen(expected));
	assert_memory_equal(body.at, expected, body.length);
}

/* The tag as it is now; the caller frees. */
static char *
tag(const char *before, const char *after)
{
	return mem_format("%s<script src=\"/__liveserve/client.js\" data-version=\"%s.%ju\">"
			  "</script>%s",
		before, journal_epoch(here.journal), (uintmax_t)journal_number(here.journal),
		after);
}

static void
assert_tagged(const char *before, const char *after)
{
	char *expected = tag(before, after);

	assert_body(expected);
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

/* As if there were no such file; also for what pages say they use. */
static void
hidden_names(void **state)
{
	static const char *const names[] = {"/.env", "/%2eenv", "/./.env", "/.git/config", "/.git",
		"/.git/", "/a.key", "/a.PEM", "/a.html~", "/%23a.html%23", "/.nothing"};
	const char *said;
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
		assert_true(static_files_state(here.static_files, slice_of(names[i]), &found));
		assert_int_equal(found, 0);
	}
	get("GET /.well-known/x");
	assert_body("shown\n");
	log_set_level(LOG_VERBOSE);
	capture_begin(2);
	get("GET /.env");
	said = capture_end();
	log_set_level(LOG_NORMAL);
	assert_string_equal(
		said, "liveserve: .env is not served, for a dot in front; --dotfiles serves it\n");
}

static void
hidden_names_when_wanted(void **state)
{
	const struct static_files_options options = {.serves_hidden = true};

	(void)state;
	folder_write(".env", "mine\n");
	destroy();
	create(&options);
	get("GET /.env");
	assert_body("mine\n");
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

/* Documents, and nothing that a document is made of. */
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
	destroy();
	create(&options);
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

/* ---- the tag ---- */

static void
tag_goes_into_documents_only(void **state)
{
	static const struct {
		const char *request;
		bool is_document;
	} rows[] = {
		{"GET /index.html", true},
		{"GET /index.html\nSec-Fetch-Dest: document", true},
		{"GET /index.html\nSec-Fetch-Dest: iframe", true},
		{"GET /index.html\nSec-Fetch-Dest: frame", true},
		{"GET /index.html\nSec-Fetch-Dest: embed", true},
		{"GET /index.html\nSec-Fetch-Dest: object", true},
		{"GET /index.html\nSec-Fetch-Dest: empty", false},
		{"GET /index.html\nSec-Fetch-Dest: image", false},
		{"GET /index.html\nSec-Fetch-Dest: Document", false},
		{"GET /index.html\nSec-Fetch-Dest:", false},
		{"GET /page.svg", false},
		{"GET /page.svg\nAccept: text/html,image/svg+xml", true},
		{"GET /page.svg\nSec-Fetch-Dest: document", true},
		{"GET /page.svg\nSec-Fetch-Dest: image\nAccept: text/html", false},
		{"GET /page.xhtml\nSec-Fetch-Dest: document", true},
		{"GET /style.css\nSec-Fetch-Dest: document", false},
		{"GET /a%20b.txt\nSec-Fetch-Dest: document", false},
	};

	(void)state;
	folder_write("page.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>");
	folder_write("page.xhtml", "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head/></html>");
	for (size_t i = 0; i < ROWS(rows); i++) {
		bool varies = !strstr(rows[i].request, ".css") && !strstr(rows[i].request, ".txt");

		get(rows[i].request);
		assert_int_equal(here.response.status, 200);
		assert_string_equal(value("Vary"), varies ? "Sec-Fetch-Dest, Sec-Fetch-Mode" : "");
		if (!strstr(answer_body(&here.response).at, "client.js") == rows[i].is_document)
			fail_msg("%s", rows[i].request);
	}
}

static void
tag_goes_after_head(void **state)
{
	(void)state;
	get("GET /index.html");
	assert_tagged(PAGE_START, &PAGE[strlen(PAGE_START)]);
	get("GET /index.html\nSec-Fetch-Dest: empty");
	assert_body(PAGE);
	folder_write("empty.html", "");
	get("GET /empty.html");
	assert_tagged("", "");
}

static void
tag_of_a_utf16_document(void **state)
{
	static const char page[] = "\xff\xfe<\0h\0e\0a\0d\0>\0x\0";
	struct slice body;

	(void)state;
	folder_write_bytes("wide.html", page, sizeof(page) - 1);
	get("GET /wide.html");
	body = answer_body(&here.response);
	assert_true(body.length > sizeof(page));
	assert_int_equal(body.length % 2, 0);
	assert_memory_equal(body.at, page, 14);
	assert_memory_equal(body.at + 14, "<\0s\0c\0r\0", 8);
	assert_memory_equal(body.at + body.length - 2, "x", 2);
}

/* A page larger than what is read at once: its head from memory, the rest from the file. */
static void
tag_of_a_large_document(void **state)
{
	char *page = mem_zero(LARGE + 1);
	char *start = tag(PAGE_START, "");
	struct slice body;

	(void)state;
	memset(page, 'x', LARGE);
	memcpy(page, PAGE_START, strlen(PAGE_START));
	folder_write("large.html", page);
	get("GET /large.html");
	body = answer_body(&here.response);
	assert_int_equal(body.length, LARGE + strlen(start) - strlen(PAGE_START));
	assert_memory_equal(body.at, start, strlen(start));
	assert_memory_equal(
		body.at + strlen(start), page + strlen(PAGE_START), LARGE - strlen(PAGE_START));
	free(page);
	free(start);
}

/* ... and one whose head comes late, or so late that it is served as it is. */
static void
tag_behind_a_long_comment(void **state)
{
	static const size_t comments[] = {100 * 1000, 250 * 1000, 270 * 1000, 280 * 1000};
	char *page = mem_zero(LARGE + 1);

	(void)state;
	for (size_t i = 0; i < ROWS(comments); i++) {
		bool is_tagged;

		memset(page, 'x', LARGE);
		memcpy(page, "<!--", 4);
		memcpy(page + comments[i], "--><head>", 9);
		folder_write("large.html", page);
		get("GET /large.html");
		is_tagged = strstr(answer_body(&here.response).at, "client.js");
		assert_int_equal(is_tagged, comments[i] < 256 * 1024);
	}
	free(page);
}

/* ---- fields ---- */

static void
types(void **state)
{
	struct media_type_rule rules[2];
	static const struct {
		const char *name;
		const char *bytes;
		const char *type;
	} rows[] = {
		{"x.html", "<p>x", "text/html; charset=utf-8"},
		{"x.html", "<meta charset=gbk>\xc4\xe3", "text/html; charset=gbk"},
		{"x.html", "<p>\xc4", "text/html"},
		{"x.js", "1", "text/javascript; charset=utf-8"},
		{"x.png", "\x89PNG", "image/png"},
		{"x", "text", "text/plain; charset=utf-8"},
		{"x.unknown", "x", "application/octet-stream"},
		{"x.vtx", "x", "text/x-vertex; charset=utf-8"},
		{"x.css", "x", "text/plain; charset=utf-8"},
	};
	const struct static_files_options options = {
		.injects = true, .media_types = rules, .media_type_count = ROWS(rules)};

	(void)state;
	assert_true(media_type_read(&rules[0], "vtx=text/x-vertex"));
	assert_true(media_type_read(&rules[1], "css=text/plain"));
	destroy();
	create(&options);
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *request = mem_format("GET /%s", rows[i].name);

		folder_write(rows[i].name, rows[i].bytes);
		get(request);
		assert_string_equal(value("Content-Type"), rows[i].type);
		free(request);
	}
}

static void
fields_of_a_file(void **state)
{
	(void)state;
	get("GET /style.css");
	assert_int_equal(here.response.status, 200);
	assert_true(here.response.has_content);
	assert_string_equal(value("Cache-Control"), "no-cache");
	assert_string_equal(value("Accept-Ranges"), "bytes");
	assert_true(value("ETag")[0] == '"');
	assert_int_equal(strlen(value("Last-Modified")), strlen("Sun, 06 Nov 1994 08:49:37 GMT"));
	assert_body("body { color: red }\n");
}

static void
dates(void **state)
{
	struct timespec times[2] = {{.tv_sec = 784111777}, {.tv_sec = 784111777}};
	time_t read, now = time(NULL);

	(void)state;
	assert_return_code(utimensat(AT_FDCWD, "style.css", times, 0), errno);
	get("GET /style.css");
	assert_string_equal(value("Last-Modified"), "Sun, 06 Nov 1994 08:49:37 GMT");
	times[1].tv_sec = now + 100 * 1000;
	assert_return_code(utimensat(AT_FDCWD, "style.css", times, 0), errno);
	get("GET /style.css");
	assert_true(date_read(slice_of(value("Last-Modified")), &read));
	assert_in_range(read, now, time(NULL));
}

/* ---- preconditions ---- */

static char *
request_with(const char *line, const char *field, const char *text)
{
	return mem_format("%s\n%s: %s", line, field, text);
}

static int
status_with(const char *line, const char *field, const char *text)
{
	char *request = request_with(line, field, text);

	get(request);
	free(request);
	return here.response.status;
}

static void
entity_tags(void **state)
{
	char *etag;

	(void)state;
	get("GET /style.css");
	etag = mem_text(value("ETag"));
	assert_int_equal(status_with("GET /style.css", "If-None-Match", etag), 304);
	assert_false(here.response.has_content);
	assert_int_equal(here.response.body.length, 0);
	assert_string_equal(value("ETag"), etag);
	assert_string_equal(value("Cache-Control"), "no-cache");
	assert_int_equal(status_with("GET /style.css", "If-None-Match", "\"other\""), 200);
	assert_int_equal(status_with("GET /style.css", "If-Match", etag), 200);
	assert_int_equal(status_with("GET /style.css", "If-Match", "\"other\""), 412);
	assert_null(answer_value(&here.response, "ETag"));
	assert_true(here.response.has_content);
	folder_write("style.css", "body { color: reD }\n"); /* as long, perhaps at the same time */
	assert_int_equal(status_with("GET /style.css", "If-None-Match", etag), 200);
	folder_write("style.css", "body { color: red }\n");
	assert_int_equal(status_with("GET /style.css", "If-None-Match", etag), 304);
	free(etag);
}

/* A document holds the journal's number, so it is another one after every change. */
static void
entity_tags_of_documents(void **state)
{
	struct changes changes = {0};
	char *etag, *plain;

	(void)state;
	get("GET /index.html\nSec-Fetch-Dest: empty");
	plain = mem_text(value("ETag"));
	get("GET /index.html");
	etag = mem_text(value("ETag"));
	assert_string_not_equal(etag, plain);
	assert_int_equal(status_with("GET /index.html", "If-None-Match", etag), 304);
	assert_int_equal(status_with("GET /index.html", "If-None-Match", plain), 200);
	changes_add(&changes, SLICE_LITERAL("x"), CHANGE_MODIFIED);
	journal_add(here.journal, &changes);
	changes_finish(&changes);
	assert_int_equal(status_with("GET /index.html", "If-None-Match", etag), 200);
	assert_int_equal(
		status_with("GET /index.html\nSec-Fetch-Dest: empty", "If-None-Match", plain), 304);
	free(plain);
	free(etag);
}

/* A large file just written may be written again without its times moving. */
static void
entity_tags_of_large_files(void **state)
{
	struct timespec times[2] = {{.tv_sec = 784111777}, {.tv_sec = 784111777}};
	char *bytes = mem_zero(LARGE), *etag;

	(void)state;
	folder_write_bytes("large.bin", bytes, LARGE);
	get("GET /large.bin");
	etag = mem_text(value("ETag"));
	bytes[LARGE - 1] = 1;
	folder_write_bytes("large.bin", bytes, LARGE);
	assert_int_equal(status_with("GET /large.bin", "If-None-Match", etag), 200);
	assert_return_code(utimensat(AT_FDCWD, "large.bin", times, 0), errno);
	assert_int_equal(status_with("GET /large.bin", "If-None-Match", etag), 200);
	free(etag);
	free(bytes);
}

static void
dates_as_preconditions(void **state)
{
	struct timespec times[2] = {{.tv_sec = 784111777}, {.tv_sec = 784111777}};
	static const char then[] = "Sun, 06 Nov 1994 08:49:37 GMT";
	static const char before[] = "Sun, 06 Nov 1994 08:49:36 GMT";

	(void)state;
	assert_return_code(utimensat(AT_FDCWD, "style.css", times, 0), errno);
	assert_int_equal(status_with("GET /style.css", "If-Modified-Since", then), 304);
	assert_int_equal(status_with("GET /style.css", "If-Modified-Since", before), 200);
	assert_int_equal(status_with("GET /style.css", "If-Unmodified-Since", then), 200);
	assert_int_equal(status_with("GET /style.css", "If-Unmodified-Since", before), 412);
}

/* ---- the clock ---- */

/* How far the clock of the program is from that of files. */
static time_t clock_offset;

time_t __real_time(time_t *when);
time_t __wrap_time(time_t *when);
int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

time_t
__wrap_time(time_t *when)
{
	time_t now = __real_time(NULL) + clock_offset;

	if (when)
		*when = now;
	return now;
}

int
__wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	int result = __real_clock_gettime(clock, now);

	if (clock == CLOCK_REALTIME)
		now->tv_sec += clock_offset;
	return result;
}

/* What was true of a file is so still, and what is new is seen. */
static void
check_after_the_clock(const char *request, const char *name, const char *etag)
{
	time_t modified;

	get(request);
	assert_int_equal(here.response.status, 200);
	assert_true(date_read(slice_of(value("Last-Modified")), &modified));
	assert_true(modified <= time(NULL));
	folder_write(name, "other bytes\n");
	assert_int_equal(status_with(request, "If-None-Match", etag), 200);
	assert_body("other bytes\n");
}

static void
clock_set_back(void **state)
{
	char *bytes = mem_zero(LARGE), *small, *large;

	(void)state;
	folder_write_bytes("large.bin", bytes, LARGE);
	get("GET /style.css");
	small = mem_text(value("ETag"));
	get("GET /large.bin");
	large = mem_text(value("ETag"));
	clock_offset = -24 * 60 * 60;
	assert_int_equal(status_with("GET /style.css", "If-None-Match", small), 304);
	check_after_the_clock("GET /style.css", "style.css", small);
	check_after_the_clock("GET /large.bin", "large.bin", large);
	clock_offset = 0;
	free(small);
	free(large);
	free(bytes);
}

/* ---- ranges ---- */

/* Every range of a document with a tag in it is that part of the whole document. */
static void
check_ranges(const char *path, uint64_t step)
{
	char *whole, *line = mem_format("GET %s", path);
	uint64_t length;

	get(line);
	length = here.response.body.length;
	whole = mem_copy(answer_body(&here.response).at, length);
	for (uint64_t first = 0; first < length; first += step) {
		for (uint64_t last = first; last < length; last += step) {
			char *range = mem_format(
				"bytes=%ju-%ju", (uintmax_t)first, (uintmax_t)last);
			char *content = mem_format("bytes %ju-%ju/%ju", (uintmax_t)first,
				(uintmax_t)last, (uintmax_t)length);

			assert_int_equal(status_with(line, "Range", range), 206);
			assert_string_equal(value("Content-Range"), content);
			assert_int_equal(here.response.body.length, last - first + 1);
			assert_memory_equal(answer_body(&here.response).at, whole + first,
				(size_t)(last - first + 1));
			free(range);
			free(content);
		}
	}
	free(whole);
	free(line);
}

static void
ranges_of_a_document(void **state)
{
	(void)state;
	folder_write("small.html", "<head></head>x");
	check_ranges("/small.html", 1);
}

static void
ranges_of_a_large_document(void **state)
{
	char *page = mem_zero(LARGE + 1);

	(void)state;
	for (size_t i = 0; i < LARGE; i++)
		page[i] = (char)('a' + i % 23);
	memcpy(page, "<head>", 6);
	folder_write("large.html", page);
	free(page);
	check_ranges("/large.html", 29989);
}

static void
ranges_that_cannot_be(void **state)
{
	static const struct {
		const char *range;
		int status;
		const char *content_range;
	} rows[] = {
		{"bytes=0-", 206, "bytes 0-19/20"},
		{"bytes=-5", 206, "bytes 15-19/20"},
		{"bytes=-500", 206, "bytes 0-19/20"},
		{"bytes=19-100", 206, "bytes 19-19/20"},
		{"bytes=20-", 416, "bytes */20"},
		{"bytes=-0", 416, "bytes */20"},
		{"bytes=2-1", 200, ""},
		{"lines=0-1", 200, ""},
		{"bytes=x", 200, ""},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		int status = status_with("GET /style.css", "Range", rows[i].range);

		if (status != rows[i].status)
			fail_msg("%s: %d", rows[i].range, status);
		assert_string_equal(value("Content-Range"), rows[i].content_range);
		if (status == 416)
			assert_string_equal(value("Content-Type"), "text/html; charset=utf-8");
	}
}

static void
several_ranges(void **state)
{
	char *boundary, *expected;

	(void)state;
	assert_int_equal(status_with("GET /style.css", "Range", "bytes=0-3, -2"), 206);
	assert_null(answer_value(&here.response, "Content-Range"));
	assert_memory_equal(value("Content-Type"), "multipart/byteranges; boundary=", 31);
	boundary = mem_text(value("Content-Type") + 31);
	expected = mem_format("\r\n--%s\r\nContent-Type: text/css; charset=utf-8\r\n"
			      "Content-Range: bytes 0-3/20\r\n\r\nbody"
			      "\r\n--%s\r\nContent-Type: text/css; charset=utf-8\r\n"
			      "Content-Range: bytes 18-19/20\r\n\r\n}\n\r\n--%s--\r\n",
		boundary, boundary, boundary);
	assert_body(expected);
	free(boundary);
	free(expected);
}

/* As many as there may be: they fit, also when the tag parts one of them. */
static void
many_ranges(void **state)
{
	struct buf range = {0};
	char *page = mem_zero(LARGE + 1);

	(void)state;
	memset(page, 'x', LARGE);
	memcpy(page, "<head>", 6);
	folder_write("large.html", page);
	free(page);
	buf_add_text(&range, "bytes=0-999");
	for (int i = 1; i < RANGE_COUNT_MAX; i++)
		buf_addf(&range, ",%d-%d", i * 1000, i * 1000 + 1);
	assert_int_equal(status_with("GET /large.html", "Range", range.bytes), 206);
	buf_clear(&range);
	buf_add_slice(&range, answer_body(&here.response));
	assert_true(slice_ends(buf_slice(&range), "--\r\n"));
	assert_non_null(strstr(range.bytes, "Content-Range: bytes 15000-15001/"));
	buf_finish(&range);
}

static void
if_range(void **state)
{
	char *etag, *request;

	(void)state;
	get("GET /style.css");
	etag = mem_text(value("ETag"));
	request = mem_format("GET /style.css\nRange: bytes=0-1\nIf-Range: %s", etag);
	get(request);
	assert_int_equal(here.response.status, 206);
	folder_write("style.css", "body { color: reD }\n");
	get(request);
	assert_int_equal(here.response.status, 200);
	free(request);
	free(etag);
}

/* ---- what it does to the watch, and without descriptors ---- */

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
	assert_body("new\n");
}

static uint64_t
state_of(const char *url)
{
	uint64_t state;

	assert_true(static_files_state(here.static_files, slice_of(url), &state));
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
	/* Another run of the program says the same. */
	destroy();
	create(&(struct static_files_options){.injects = true});
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_true(state_of(rows[i].url) == before[i]);
	(void)state;
}

static bool
is_told(void *context)
{
	uint64_t state;

	return static_files_state(here.static_files, slice_of(context), &state);
}

/* What a folder shows may become another file. */
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

static void
file_that_shrinks_meanwhile(void **state)
{
	char *bytes = mem_zero(LARGE);
	char piece[1000];

	(void)state;
	folder_write_bytes("large.bin", bytes, LARGE);
	get("GET /large.bin");
	assert_int_equal(body_read(&here.response.body, piece, sizeof(piece)), sizeof(piece));
	assert_return_code(truncate("large.bin", 500), errno);
	assert_int_equal(body_read(&here.response.body, piece, sizeof(piece)), -1);
	free(bytes);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

/* What was found in a large file is remembered; never for another state of it, however quick. */
static void
large_page_written_again(void **state)
{
	char *page = mem_zero(LARGE + 1);

	(void)state;
	memset(page, 'x', LARGE);
	for (int i = 0; i < 40; i++) {
		const char *start = i % 2 ? "<meta charset=gbk> <p>" : "<head><meta charset=hz>";
		struct slice body;

		memcpy(page, start, strlen(start));
		folder_write("large.html", page);
		for (int again = 0; again < 2; again++) {
			get("GET /large.html");
			assert_string_equal(value("Content-Type"),
				i % 2 ? "text/html; charset=gbk" : "text/html; charset=hz");
			body = answer_body(&here.response);
			assert_memory_equal(body.at + (i % 2 ? 0 : 6), "<script ", 8);
		}
	}
	free(page);
}

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
		TEST(large_page_written_again),
		TEST(tag_goes_into_documents_only),
		TEST(tag_goes_after_head),
		TEST(tag_of_a_utf16_document),
		TEST(tag_of_a_large_document),
		TEST(tag_behind_a_long_comment),
		TEST(types),
		TEST(fields_of_a_file),
		TEST(dates),
		TEST(entity_tags),
		TEST(entity_tags_of_documents),
		TEST(entity_tags_of_large_files),
		TEST(dates_as_preconditions),
		TEST(clock_set_back),
		TEST(ranges_of_a_document),
		TEST(ranges_of_a_large_document),
		TEST(ranges_that_cannot_be),
		TEST(several_ranges),
		TEST(many_ranges),
		TEST(if_range),
		TEST(files_that_were_served_are_watched),
		TEST(states),
		TEST(state_of_a_folder),
		TEST(out_of_descriptors),
		TEST(file_that_shrinks_meanwhile),
	};

	return cmocka_run_group_tests_name("static_files", tests, NULL, NULL);
}
