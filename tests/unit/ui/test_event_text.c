/*
 * The wording of every line. Scripts rely on it.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/event_text.h"

static const time_t noon = 12 * 60 * 60;

static struct buf line;

/* The line of event, without "12:00:00  " in front and the line feed at its end. */
static const char *
line_of(const struct event *event)
{
	buf_clear(&line);
	event_text_write(&line, event, noon, false);
	assert_memory_equal(line.bytes, "12:00:00  ", 10);
	assert_ptr_equal(strchr(line.bytes, '\n'), line.bytes + line.length - 1);
	line.bytes[line.length - 1] = '\0';
	return line.bytes + 10;
}

static int
enter(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	buf_finish(&line);
	return 0;
}

struct row {
	size_t count;
	enum change_kind kind;
	size_t told, open;
	size_t left_out[LEFT_OUT_COUNT];
	const char *text;
};

static const struct row all_lines[] = {
	{1, CHANGE_MODIFIED, 1, 1, {0}, "changed index.html, told 1 page"},
	{1, CHANGE_CREATED, 2, 2, {0}, "created index.html, told 2 pages"},
	{1, CHANGE_DELETED, 1, 3, {0}, "deleted index.html, told 1 of 3 pages"},
	{3, CHANGE_MODIFIED, 1, 1, {0}, "changed index.html and 2 more, told 1 page"},
	{1, CHANGE_MODIFIED, 0, 0, {0}, "changed index.html, no page is open"},
	{1, CHANGE_MODIFIED, 0, 1, {0}, "changed index.html, no page uses it"},
	{2, CHANGE_MODIFIED, 0, 1, {0}, "changed index.html and 1 more, no page uses them"},
	{3, CHANGE_MODIFIED, 1, 1, {3},
		"changed index.html and 2 more, told 1 page (3 with the same bytes)"},
	{1, CHANGE_MODIFIED, 1, 1, {1, 2, 3},
		"changed index.html, told 1 page (1 with the same bytes, 2 only touched, "
		"3 ignored)"},
	{1, CHANGE_MODIFIED, 0, 0, {0, 0, 1}, "changed index.html, no page is open (1 ignored)"},
	{0, 0, 0, 0, {1}, "saved b.css with the same bytes, nothing to tell"},
	{0, 0, 0, 0, {3}, "saved b.css and 2 more with the same bytes, nothing to tell"},
	{0, 0, 0, 0, {1, 1, 2},
		"saved b.css with the same bytes, nothing to tell (1 only touched, 2 ignored)"},
	{0, 0, 0, 0, {0, 1}, "touched b.css, nothing to tell"},
	{0, 0, 0, 0, {0, 2, 1}, "touched b.css and 1 more, nothing to tell (1 ignored)"},
};

static void
lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(all_lines); i++) {
		const struct row *row = &all_lines[i];
		struct changes changes = {0};
		struct event event = {
			.kind = row->count ? EVENT_CHANGED : EVENT_UNCHANGED,
			.changes = &changes,
			.pages_told = row->told,
			.pages_open = row->open,
		};

		for (size_t k = 0; k < row->count; k++)
			changes_add(&changes, slice_of(k ? "other" : "index.html"), row->kind);
		for (int why = 0; why < LEFT_OUT_COUNT; why++)
			for (size_t k = 0; k < row->left_out[why]; k++)
				changes_leave_out(&changes, slice_of(k ? "c.css" : "b.css"),
					(enum left_out)why);
		assert_string_equal(line_of(&event), row->text);
		changes_finish(&changes);
	}
}

static void
other_lines(void **state)
{
	static const struct {
		enum event_kind kind;
		size_t changes;
		const char *path;
		size_t told, open;
		bool is_deferred;
		const char *text;
	} rows[] = {
		{EVENT_CHANGED_ELSEWHERE, 1, "", 1, 1, false,
			"changed ../a.html, told 1 page to reload"},
		{EVENT_CHANGED_ELSEWHERE, 3, "", 2, 2, false,
			"changed ../a.html and 2 more, told 2 pages to reload"},
		{EVENT_CHANGED_ELSEWHERE, 1, "", 0, 0, false, "changed ../a.html, no page is open"},
		{EVENT_CHANGED_ELSEWHERE, 1, "", 2, 2, true,
			"changed ../a.html, 2 pages will be told to reload after the pause"},
		{EVENT_CHANGED, 1, "", 1, 2, true,
			"changed ../a.html, 1 of 2 pages will be told after the pause"},
		{EVENT_CHANGES_LOST, 0, "", 2, 2, false,
			"too many changes to track, told 2 pages to reload"},
		{EVENT_CHANGES_LOST, 0, "", 0, 0, false,
			"too many changes to track, no page is open"},
		{EVENT_RELOAD_REQUESTED, 0, "", 2, 2, false, "asked to reload, told 2 pages"},
		{EVENT_RELOAD_REQUESTED, 0, "", 0, 0, false, "asked to reload, no page is open"},
		{EVENT_RELOAD_REQUESTED, 0, "a\x1b.html", 1, 2, false,
			"asked to reload a\\x1b.html, told 1 of 2 pages"},
		{EVENT_RELOAD_REQUESTED, 0, "a.html", 0, 2, false,
			"asked to reload a.html, no page uses it"},
		{EVENT_PAUSED, 0, "", 0, 0, false, "paused: pages are told nothing"},
		{EVENT_RESUMED, 0, "", 0, 0, false, "resumed: pages are told what they missed"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct changes changes = {0};
		struct event event = {
			.kind = rows[i].kind,
			.changes = rows[i].changes ? &changes : NULL,
			.path = slice_of(rows[i].path),
			.pages_told = rows[i].told,
			.pages_open = rows[i].open,
			.is_deferred = rows[i].is_deferred,
		};

		for (size_t k = 0; k < rows[i].changes; k++)
			changes_add(&changes, slice_of("../a.html"), CHANGE_MODIFIED);
		assert_string_equal(line_of(&event), rows[i].text);
		changes_finish(&changes);
	}
}

/* Control sequences in a name are shown, not executed. */
static void
names_do_not_control_the_terminal(void **state)
{
	struct changes changes = {0};
	struct event event = {.changes = &changes, .pages_told = 1, .pages_open = 1};

	(void)state;
	changes_add(&changes, slice_of("a\x1b[31m\nb"), CHANGE_MODIFIED);
	changes_leave_out(&changes, slice_of("c\x1b[31m\nd"), LEFT_OUT_SAME);
	assert_string_equal(
		line_of(&event), "changed a\\x1b[31m\\x0ab, told 1 page (1 with the same bytes)");
	event.kind = EVENT_UNCHANGED;
	assert_string_equal(
		line_of(&event), "saved c\\x1b[31m\\x0ad with the same bytes, nothing to tell");
	changes_finish(&changes);
}

static void
problems(void **state)
{
	const struct syntax_problem problem = {12, 3, "a { is never closed"};
	struct event event = {
		.kind = EVENT_PROBLEM, .path = slice_of("a\033.css"), .problem = &problem};

	(void)state;
	assert_string_equal(line_of(&event), "a\\x1b.css:12  a { is never closed");
	event.kind = EVENT_PROBLEM_GONE;
	event.problem = NULL;
	assert_string_equal(line_of(&event), "a\\x1b.css  has no error any more");
	event.kind = EVENT_ERRORS_OUTDATED;
	assert_string_equal(line_of(&event), "a\\x1b.css  is new, so its errors are outdated");
}

static void
page_messages(void **state)
{
	struct page_message one = {
		.level = "error",
		.page = SLICE_LITERAL("/a.html"),
		.browser = "Firefox",
		.text = SLICE_LITERAL("x is not defined"),
		.source = SLICE_LITERAL("/app.js:12:3"),
	};
	const struct event event = {.kind = EVENT_PAGE_MESSAGE, .page_message = &one};

	(void)state;
	assert_string_equal(
		line_of(&event), "error on /a.html (Firefox): x is not defined  app.js:12:3");
	one.browser = NULL;
	one.source = one.page = (struct slice){0};
	one.text = slice_of("a\033]0;b\007\n");
	assert_string_equal(line_of(&event), "error on a page: a\\x1b]0;b\\x07\\x0a");
}

/* A file of the site is named by its path in the served folder. Anything else stays as it is. */
static void
places_of_page_messages(void **state)
{
	static const struct {
		const char *source, *shown;
	} rows[] = {
		{"/js/app.js:12:3", "js/app.js:12:3"},
		{"/app.js:12", "app.js:12"},
		{"/app.js", "app.js"},
		{"/app.js?v=1:2:12:3", "app.js:12:3"},
		{"/:4:1", "index.html:4:1"},
		{"/docs/:4:1", "docs/index.html:4:1"},
		{"/a:1:2:3", "a:1:2:3"},
		{"http://other.test/x.js:1:2", "http://other.test/x.js:1:2"},
		{"//other.test/x.js:1:2", "//other.test/x.js:1:2"},
		{"app.js:1:2", "app.js:1:2"},
		{":1:2", ":1:2"},
		{"/a\033.js:1:2", "a\\x1b.js:1:2"},
	};
	struct page_message one = {.level = "error", .text = SLICE_LITERAL("x")};
	const struct event event = {.kind = EVENT_PAGE_MESSAGE, .page_message = &one};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *expected = mem_format("error on a page: x  %s", rows[i].shown);

		one.source = slice_of(rows[i].source);
		assert_string_equal(line_of(&event), expected);
		free(expected);
	}
}

/* What a script was made from takes the place of the script. The code comes below. */
static void
code_of_page_messages(void **state)
{
	struct error_place place = {.line = 5, .column = 7};
	const struct page_message one = {.level = "error",
		.text = SLICE_LITERAL("x"),
		.source = SLICE_LITERAL("/app.js:1:200")};
	struct event event = {.kind = EVENT_PAGE_MESSAGE, .page_message = &one, .place = &place};

	(void)state;
	buf_add_text(&place.file, "src/a.ts\033");
	assert_string_equal(line_of(&event), "error on a page: x  src/a.ts\\x1b:5:7");
	place.column = 0;
	assert_string_equal(line_of(&event), "error on a page: x  src/a.ts\\x1b:5");
	assert_true(code_frame_cut(&place.frame, slice_of("a\n"), 1, 0));
	buf_clear(&line);
	event_text_write(&line, &event, 0, false);
	assert_true(slice_ends(buf_slice(&line), ":5\n          > 1 | a\n"));
	error_place_finish(&place);
}

static void
long_page_messages(void **state)
{
	static char text[2000];
	struct page_message one = {.level = "log"};
	const struct event event = {.kind = EVENT_PAGE_MESSAGE, .page_message = &one};

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	one.page = one.text = one.source = slice_of(text);
	assert_int_equal(strlen(line_of(&event)),
		strlen("log on ") + 203 + strlen(": ") + 1003 + strlen("  ") + 203);
}

static void
missing(void **state)
{
	(void)state;
	event_text_write_missing(&line, 1);
	event_text_write_missing(&line, 1234);
	assert_string_equal(line.bytes,
		"liveserve: 1 line is missing here: the output was not read\n"
		"liveserve: 1234 lines are missing here: the output was not read\n");
}

static void
settings(void **state)
{
	const struct event event = {.kind = EVENT_SETTINGS_CHANGED, .text = "a.json: new\x1b"};

	(void)state;
	assert_string_equal(line_of(&event), "a.json: new\\x1b");
}

static void
starts(void **state)
{
	struct event_start start = {
		.version = "1.2.3",
		.root = "/home/me/site",
		.url = "http://localhost:9000/",
		.url_note = "port 9000 is taken",
	};

	(void)state;
	event_text_write_start(&line, &start, false, false);
	assert_string_equal(line.bytes, "liveserve 1.2.3\n"
					"  Serving   /home/me/site\n"
					"  Open      http://localhost:9000/  (port 9000 is taken)\n"
					"  Watching  every folder in it\n"
					"  Stop      Ctrl-C\n");
	start.network_url = "http://10.0.0.1:9000/";
	start.qr_code = "##\n";
	buf_clear(&line);
	event_text_write_start(&line, &start, true, false);
	assert_string_equal(line.bytes, "liveserve 1.2.3\n"
					"  Open      http://localhost:9000/  (port 9000 is taken)\n"
					"  Network   http://10.0.0.1:9000/  (everybody in this "
					"network can read the site)\n");
	buf_clear(&line);
	event_text_write_urls(&line, &start, false);
	assert_string_equal(line.bytes, "  Open      http://localhost:9000/  (port 9000 is taken)\n"
					"  Network   http://10.0.0.1:9000/  (everybody in this "
					"network can read the site)\n"
					"##\n");
	start.network_url = start.qr_code = NULL;
	start.url_note = NULL;
	start.root = "/a\033[31m";
	start.is_polling = true;
	buf_clear(&line);
	event_text_write_start(&line, &start, false, false);
	assert_string_equal(line.bytes, "liveserve 1.2.3\n"
					"  Serving   /a\\x1b[31m\n"
					"  Open      http://localhost:9000/\n"
					"  Watching  the files that pages use\n"
					"  Stop      Ctrl-C\n");
	buf_clear(&line);
	event_text_write_start(&line, &start, true, false);
	assert_string_equal(line.bytes, "liveserve 1.2.3\n"
					"  Open      http://localhost:9000/\n");
}

static void
other_servers(void **state)
{
	static const struct event_url proxies[] = {
		{"http://localhost:3000", "for /api"}, {"unix:/a\033[31m", NULL}};
	const struct event_start start = {
		.version = "1.2.3",
		.root = "/home/me/site",
		.url = "http://localhost:9000/",
		.proxies = proxies,
		.proxy_count = ROWS(proxies),
	};

	(void)state;
	event_text_write_start(&line, &start, false, false);
	assert_string_equal(line.bytes, "liveserve 1.2.3\n"
					"  Serving   /home/me/site\n"
					"  Proxy     http://localhost:3000  (for /api)\n"
					"            unix:/a\\x1b[31m\n"
					"  Open      http://localhost:9000/\n"
					"  Watching  every folder in it\n"
					"  Stop      Ctrl-C\n");
	buf_clear(&line);
	event_text_write_start(&line, &start, true, false);
	assert_string_equal(line.bytes, "liveserve 1.2.3\n"
					"  Open      http://localhost:9000/\n");
}

/* As phones show it, to be compared by eye. */
static void
certificates_for_phones(void **state)
{
	const struct event_start start = {
		.url = "https://localhost:9000/",
		.network_url = "https://10.0.0.1:9000/",
		.phone_url = "http://10.0.0.1:9000/__liveserve/phone",
		.fingerprint = "00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef",
	};

	(void)state;
	event_text_write_urls(&line, &start, false);
	assert_string_equal(line.bytes,
		"  Open      https://localhost:9000/\n"
		"  Network   https://10.0.0.1:9000/  (everybody in this network can read the "
		"site)\n"
		"  Phone     http://10.0.0.1:9000/__liveserve/phone  (once, for the certificate; "
		"compare "
		"it)\n"
		"            SHA-256 00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff\n"
		"                    01 23 45 67 89 ab cd ef 01 23 45 67 89 ab cd ef\n");
}

/* What does not fit behind a URL is shortened, or has a line of its own. */
static void
narrow_starts(void **state)
{
	static const struct event_url more = {(char *)"http://172.17.0.1:9000/", (char *)"docker0"};
	static const struct {
		size_t columns;
		const char *lines;
	} rows[] = {
		{0, "  Open      http://localhost:9001/  (port 9000 is taken by a liveserve)\n"
		    "  Network   http://192.168.178.123:9000/  (everybody in this network can read "
		    "the site)\n"
		    "            http://172.17.0.1:9000/  (docker0)\n"},
		{87, "  Open      http://localhost:9001/  (port 9000 is taken by a liveserve)\n"
		     "  Network   http://192.168.178.123:9000/  (everybody in this network can "
		     "read "
		     "the site)\n"
		     "            http://172.17.0.1:9000/  (docker0)\n"},
		{80, "  Open      http://localhost:9001/  (port 9000 is taken by a liveserve)\n"
		     "  Network   http://192.168.178.123:9000/  (all in this network can read it)\n"
		     "            http://172.17.0.1:9000/  (docker0)\n"},
		{50, "  Open      http://localhost:9001/\n"
		     "            (port 9000 is taken by a liveserve)\n"
		     "  Network   http://192.168.178.123:9000/\n"
		     "            (all in this network can read it)\n"
		     "            http://172.17.0.1:9000/  (docker0)\n"},
	};
	struct event_start start = {
		.url = "http://localhost:9001/",
		.url_note = "port 9000 is taken by a liveserve",
		.network_url = "http://192.168.178.123:9000/",
		.more_urls = &more,
		.more_count = 1,
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		start.columns = rows[i].columns;
		buf_clear(&line);
		event_text_write_urls(&line, &start, false);
		assert_string_equal(line.bytes, rows[i].lines);
	}
}

static void
colours(void **state)
{
	struct event event = {.kind = EVENT_RELOAD_REQUESTED,
		.path = slice_of("a"),
		.pages_told = 1,
		.pages_open = 1};

	(void)state;
	event_text_write(&line, &event, noon, true);
	assert_string_equal(line.bytes, "\033[2m12:00:00\033[0m  asked to reload "
					"\033[1ma\033[0m, told 1 page\n");
	buf_clear(&line);
	event_text_write_field(&line, "Open", "http://x/", true);
	assert_string_equal(line.bytes, "  \033[2mOpen      \033[0m\033[0mhttp://x/\033[0m\n");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(lines),
		TEST(other_lines),
		TEST(names_do_not_control_the_terminal),
		TEST(problems),
		TEST(page_messages),
		TEST(places_of_page_messages),
		TEST(code_of_page_messages),
		TEST(long_page_messages),
		TEST(missing),
		TEST(settings),
		TEST(starts),
		TEST(narrow_starts),
		TEST(other_servers),
		TEST(certificates_for_phones),
		TEST(colours),
	};

	return cmocka_run_group_tests_name("event_text", tests, NULL, NULL);
}
