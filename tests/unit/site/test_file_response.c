/*
 * The responses to requests for files of a real folder, which the test opens.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "html/navigation.h"
#include "http/date.h"
#include "http/range.h"
#include "http/url.h"
#include "site/file_response.h"
#include "support/ask.h"
#include "support/folder.h"

#define PAGE "<!DOCTYPE html><html><head><title>x</title></head><body>old</body></html>\n"
#define PAGE_START "<!DOCTYPE html><html><head>"

enum { LARGE = 300 * 1000 };

static struct {
	struct journal *journal;
	struct script_tag script_tag;
	struct file_response_options options;
	struct representation representation;
	struct response response;
	struct buf name;
	struct stat state;
} here;

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	folder_enter();
	folder_write("index.html", PAGE);
	folder_write("style.css", "body { color: red }\n");
	folder_write("a b.txt", "text\n");
	here.journal = journal_create();
	here.script_tag.journal = here.journal;
	here.options = (struct file_response_options){
		.script_tag = &here.script_tag,
		.injects = true,
	};
	response_init(&here.response);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	response_finish(&here.response);
	representation_finish(&here.representation);
	journal_destroy(here.journal);
	buf_finish(&here.name);
	folder_leave();
	return 0;
}

/* The response that is to be made for the file at the request's path, which is opened. */
static struct file_response
open_file(const struct request *request)
{
	int file;

	response_clear(&here.response);
	buf_clear(&here.name);
	assert_int_equal(url_to_path(request->path, &here.name), URL_OK);
	file = open(here.name.bytes, O_RDONLY | O_CLOEXEC);
	assert_return_code(file, errno);
	assert_return_code(fstat(file, &here.state), errno);
	body_set_file(&here.response.body, file);
	return (struct file_response){
		.options = &here.options,
		.request = request,
		.response = &here.response,
		.name = here.name.bytes,
		.state = &here.state,
		.representation = &here.representation,
	};
}

static void
get(const char *text)
{
	struct file_response file = open_file(ask(text));

	assert_true(file_response_make(&file));
}

static const char *
value(const char *name)
{
	const char *text = answer_value(&here.response, name);

	return text ? text : "";
}

static void
assert_tagged(const char *before, const char *after)
{
	char *expected = answer_with_tag(here.journal, 0, before, after);

	assert_answer_body(&here.response, expected);
	free(expected);
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
		assert_string_equal(value("Vary"), varies ? NAVIGATION_VARY : "");
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
	assert_answer_body(&here.response, PAGE);
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
	char *start = answer_with_tag(here.journal, 0, PAGE_START, "");
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

/* A page whose head comes late, or so late that the tag is not inserted. */
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

	(void)state;
	assert_true(media_type_read(&rules[0], "vtx=text/x-vertex"));
	assert_true(media_type_read(&rules[1], "css=text/plain"));
	here.options.media_types = rules;
	here.options.media_type_count = ROWS(rules);
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
	assert_answer_body(&here.response, "body { color: red }\n");
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
	assert_string_equal(value("Content-Type"), "");
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

/* A document contains the journal's number, so its entity tag differs after every change. */
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

/* A large file that was just written may be written again without a change of its times. */
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

/* The difference between the clock of the program and that of files. */
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

/* An unchanged file stays valid, and a changed one is detected. */
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
	assert_answer_body(&here.response, "other bytes\n");
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
	assert_answer_body(&here.response, expected);
	free(boundary);
	free(expected);
}

/* The largest number of ranges: they fit, even if the tag divides one of them. */
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

/* What was found in a large file is cached, but never used for another state of the file. */
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

/* ---- for another request ---- */

static void
whole_file(void **state)
{
	struct file_response file = open_file(
		ask("GET /index.html\nRange: bytes=0-1\nIf-Match: \"x\""));

	(void)state;
	file.substitute = "404.html";
	assert_true(file_response_make_whole(&file, 404));
	assert_int_equal(here.response.status, 404);
	assert_true(here.response.has_content);
	assert_string_equal(value("Cache-Control"), "no-store");
	assert_string_equal(value("Content-Type"), "text/html; charset=utf-8");
	assert_null(answer_value(&here.response, "ETag"));
	assert_non_null(strstr(answer_body(&here.response).at, " data-file=\"/404.html\">"));
}

/* Reading the descriptor of a directory fails. */
static void
file_that_cannot_be_read(void **state)
{
	struct file_response file;

	(void)state;
	folder_make("folder.html");
	file = open_file(ask("GET /folder.html"));
	assert_false(file_response_make_whole(&file, 404));
	assert_int_equal(here.response.status, 0);
	assert_int_equal(here.response.fields.count, 0);
	assert_false(file_response_make(&file));
	assert_int_equal(here.response.status, 0);
	assert_int_equal(here.response.fields.count, 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
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
		TEST(large_page_written_again),
		TEST(file_that_shrinks_meanwhile),
		TEST(whole_file),
		TEST(file_that_cannot_be_read),
	};

	return cmocka_run_group_tests_name("file_response", tests, NULL, NULL);
}
