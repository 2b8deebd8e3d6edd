/*
 * The object of every event. Each is parsed again, to see that it is JSON.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "ui/event_json.h"

static const struct timespec then = {.tv_sec = 1000000000, .tv_nsec = 7999999};

/* text is what follows the member "time". */
static void
assert_object(struct buf *line, const char *text)
{
	static const char time[] = "{\"time\":\"2001-09-09T01:46:40.007Z\",";
	const char *end;
	cJSON *object = cJSON_ParseWithOpts(line->bytes, &end, false);

	assert_true(cJSON_IsObject(object));
	assert_string_equal(end, "\n");
	assert_memory_equal(line->bytes, time, strlen(time));
	line->bytes[line->length - 1] = '\0';
	assert_string_equal(line->bytes + strlen(time), text);
	cJSON_Delete(object);
	buf_finish(line);
}

static void
all_events(void **state)
{
	const struct syntax_problem problem = {12, 3, "a { is never closed"};
	const struct page_message message = {
		.level = "error",
		.page = SLICE_LITERAL("/"),
		.browser = "Firefox",
		.text = SLICE_LITERAL("x"),
		.source = SLICE_LITERAL("/a.js:1"),
	};
	struct changes changes = {0};
	struct {
		struct event event;
		const char *text;
	} rows[] = {
		{{.kind = EVENT_CHANGED, .changes = &changes, .pages_told = 1, .pages_open = 2},
			"\"event\":\"change\",\"changes\":["
			"{\"path\":\"a\\\"\\u000a.html\",\"kind\":\"modified\"},"
			"{\"path\":\"b/\",\"kind\":\"deleted\"}],"
			"\"same\":0,\"touched\":0,\"ignored\":2,"
			"\"told\":1,\"open\":2,\"later\":false}"},
		{{.kind = EVENT_CHANGED_ELSEWHERE,
			 .changes = &changes,
			 .pages_told = 2,
			 .pages_open = 2,
			 .is_deferred = true},
			"\"event\":\"watched\",\"changes\":["
			"{\"path\":\"a\\\"\\u000a.html\",\"kind\":\"modified\"},"
			"{\"path\":\"b/\",\"kind\":\"deleted\"}],"
			"\"same\":0,\"touched\":0,\"ignored\":2,"
			"\"told\":2,\"open\":2,\"later\":true}"},
		{{.kind = EVENT_CHANGES_LOST, .pages_told = 2, .pages_open = 2},
			"\"event\":\"lost\",\"told\":2,\"open\":2,\"later\":false}"},
		{{.kind = EVENT_RELOAD_REQUESTED,
			 .path = slice_of("a.html"),
			 .pages_told = 0,
			 .pages_open = 1},
			"\"event\":\"asked\",\"path\":\"a.html\",\"told\":0,\"open\":1,"
			"\"later\":false}"},
		{{.kind = EVENT_RELOAD_REQUESTED,
			 .path = slice_of(""),
			 .pages_told = 1,
			 .pages_open = 1},
			"\"event\":\"asked\",\"path\":\"\",\"told\":1,\"open\":1,"
			"\"later\":false}"},
		{{.kind = EVENT_PROBLEM_GONE, .path = slice_of("a.css"), .file = "/s/a.css"},
			"\"event\":\"fixed\",\"path\":\"a.css\",\"file\":\"/s/a.css\"}"},
		{{.kind = EVENT_ERRORS_OUTDATED, .path = slice_of("a.js")},
			"\"event\":\"outdated\",\"path\":\"a.js\"}"},
		{{.kind = EVENT_PROBLEM, .path = slice_of("a.css"), .problem = &problem},
			"\"event\":\"problem\",\"path\":\"a.css\",\"line\":12,\"column\":3,"
			"\"text\":\"a { is never closed\"}"},
		{{.kind = EVENT_PAGE_MESSAGE, .page_message = &message},
			"\"event\":\"said\",\"level\":\"error\",\"page\":\"/\","
			"\"browser\":\"Firefox\",\"text\":\"x\",\"source\":\"/a.js:1\"}"},
		{{.kind = EVENT_SETTINGS_CHANGED, .text = "a: new"},
			"\"event\":\"settings\",\"text\":\"a: new\"}"},
		{{.kind = EVENT_PAUSED}, "\"event\":\"paused\"}"},
		{{.kind = EVENT_RESUMED}, "\"event\":\"resumed\"}"},
	};

	(void)state;
	changes_add(&changes, slice_of("a\"\n.html"), CHANGE_MODIFIED);
	changes_add(&changes, slice_of("b/"), CHANGE_DELETED);
	for (int i = 0; i < 2; i++)
		changes_leave_out(&changes, slice_of("c"), LEFT_OUT_IGNORED);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf line = {0};

		event_json_write(&line, &rows[i].event, &then);
		assert_object(&line, rows[i].text);
	}
	changes_finish(&changes);
}

/* A page can send 256 KiB, but not print them. */
static void
long_page_messages(void **state)
{
	static char text[256 * 1024];
	struct page_message one = {.level = "error"};
	const struct event event = {.kind = EVENT_PAGE_MESSAGE, .page_message = &one};
	struct buf line = {0};

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	one.page = one.text = one.source = slice_of(text);
	event_json_write(&line, &event, &then);
	assert_in_range(line.length, 4096 + 2 * 1024, 4096 + 2 * 1024 + 200);
	assert_non_null(strstr(line.bytes, "x\u2026\",\"source\""));
	buf_finish(&line);
}

static void
places(void **state)
{
	struct error_place place = {.line = 5, .column = 7};
	const struct page_message one = {.level = "error", .text = SLICE_LITERAL("x")};
	const struct syntax_problem problem = {1, 2, "y"};
	struct event event = {.kind = EVENT_PAGE_MESSAGE, .page_message = &one, .place = &place};
	struct buf line = {0};

	(void)state;
	buf_add_text(&place.file, "src/a.ts");
	event_json_write(&line, &event, &then);
	assert_object(&line, "\"event\":\"said\",\"level\":\"error\",\"page\":\"\","
			     "\"text\":\"x\",\"source\":\"\","
			     "\"file\":\"src/a.ts\",\"line\":5,\"column\":7}");
	place.column = 0;
	assert_true(code_frame_cut(&place.frame, slice_of("a\n"), 1, 0));
	event_json_write(&line, &event, &then);
	assert_object(&line, "\"event\":\"said\",\"level\":\"error\",\"page\":\"\","
			     "\"text\":\"x\",\"source\":\"\","
			     "\"file\":\"src/a.ts\",\"line\":5,"
			     "\"code\":[{\"line\":1,\"text\":\"a\"}]}");
	event = (struct event){.kind = EVENT_PROBLEM,
		.path = SLICE_LITERAL("a.css"),
		.problem = &problem,
		.place = &place};
	event_json_write(&line, &event, &then);
	assert_object(&line,
		"\"event\":\"problem\",\"path\":\"a.css\",\"line\":1,\"column\":2,\"text\":\"y\","
		"\"code\":[{\"line\":1,\"text\":\"a\"}]}");
	error_place_finish(&place);
}

static void
missing(void **state)
{
	struct buf line = {0};

	(void)state;
	event_json_write_missing(&line, 1234, &then);
	assert_object(&line, "\"event\":\"missing\",\"lines\":1234}");
}

static void
unchanged(void **state)
{
	struct changes changes = {0};
	struct event event = {.kind = EVENT_UNCHANGED, .changes = &changes};
	struct buf line = {0};

	(void)state;
	changes_leave_out(&changes, slice_of("a.html"), LEFT_OUT_SAME);
	event_json_write(&line, &event, &then);
	assert_object(&line, "\"event\":\"unchanged\",\"changes\":[],"
			     "\"same\":1,\"touched\":0,\"ignored\":0}");
	changes_finish(&changes);
}

/* A batch lists only so many changes; the rest is counted. */
static void
changes_that_are_not_listed(void **state)
{
	struct changes changes = {.further_count = 12};
	struct event event = {.kind = EVENT_UNCHANGED, .changes = &changes};
	struct buf line = {0};

	(void)state;
	event_json_write(&line, &event, &then);
	assert_object(&line, "\"event\":\"unchanged\",\"changes\":[],\"further\":12,"
			     "\"same\":0,\"touched\":0,\"ignored\":0}");
}

static void
others(void **state)
{
	const struct event_start start = {.version = "1.2.3",
		.root = "/s",
		.url = "http://localhost:9000/",
		.is_polling = true};
	static const char *const sentences[] = {
		[LOG_QUIET] = "\"event\":\"error\",\"text\":\"a \\\"b\\\"\"}",
		[LOG_NORMAL] = "\"event\":\"notice\",\"text\":\"a \\\"b\\\"\"}",
		[LOG_VERBOSE] = "\"event\":\"verbose\",\"text\":\"a \\\"b\\\"\"}",
	};
	struct buf line = {0};

	(void)state;
	event_json_write_start(&line, &start, &then);
	assert_object(&line, "\"event\":\"start\",\"version\":\"1.2.3\",\"root\":\"/s\","
			     "\"url\":\"http://localhost:9000/\",\"mode\":\"polling\"}");
	event_json_write_pages(&line, 3, true, &then);
	assert_object(&line, "\"event\":\"pages\",\"open\":3,\"paused\":true}");
	event_json_write_stop(&line, &then);
	assert_object(&line, "\"event\":\"stop\"}");
	for (size_t i = 0; i < ROWS(sentences); i++) {
		event_json_write_log(&line, (enum log_level)i, "a \"b\"", &then);
		assert_object(&line, sentences[i]);
	}
}

static void
an_event_of_a_site(void **state)
{
	const struct event event = {.kind = EVENT_REMARK, .text = "x", .site = "a.localhost"};
	struct buf line = {0};

	(void)state;
	event_json_write(&line, &event, &then);
	assert_object(&line, "\"event\":\"remark\",\"site\":\"a.localhost\",\"text\":\"x\"}");
}

static void
a_request(void **state)
{
	struct event_request request = {
		.when = then,
		.address = SLICE_LITERAL("::1"),
		.method = SLICE_LITERAL("GET"),
		.url = SLICE_LITERAL("/\"\xff"),
		.protocol = SLICE_LITERAL("HTTP/2.0"),
		.status = 206,
		.bytes = 12345678901,
	};
	struct buf line = {0};

	(void)state;
	event_json_write_request(&line, &request);
	assert_object(&line,
		"\"event\":\"request\",\"address\":\"::1\",\"method\":\"GET\","
		"\"url\":\"/\\\"\xef\xbf\xbd\",\"protocol\":\"HTTP/2.0\",\"status\":206,"
		"\"bytes\":12345678901}");
	request.user = SLICE_LITERAL("ada");
	request.host = SLICE_LITERAL("a:1");
	request.referer = SLICE_LITERAL("");
	request.agent = SLICE_LITERAL("Firefox");
	event_json_write_request(&line, &request);
	assert_object(&line,
		"\"event\":\"request\",\"address\":\"::1\",\"user\":\"ada\",\"host\":\"a:1\","
		"\"method\":\"GET\","
		"\"url\":\"/\\\"\xef\xbf\xbd\",\"protocol\":\"HTTP/2.0\",\"status\":206,"
		"\"bytes\":12345678901,\"referer\":\"\",\"agent\":\"Firefox\"}");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_events),
		cmocka_unit_test(long_page_messages),
		cmocka_unit_test(places),
		cmocka_unit_test(missing),
		cmocka_unit_test(unchanged),
		cmocka_unit_test(changes_that_are_not_listed),
		cmocka_unit_test(others),
		cmocka_unit_test(an_event_of_a_site),
		cmocka_unit_test(a_request),
	};

	return cmocka_run_group_tests_name("event_json", tests, NULL, NULL);
}
