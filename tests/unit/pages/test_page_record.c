/*
 * A page in words and as JSON.
 */
#include "support/test.h"

#include "pages/page_record.h"

/* A hub_wake_fn. */
static void
wake(void *socket)
{
	(void)socket;
}

static void
names(void **state)
{
	static const struct {
		struct hub_page_state page;
		const char *name;
	} rows[] = {
		{{.device = "Android", .browser = "Chrome", .version = 156}, "Android, Chrome 156"},
		{{.browser = "Firefox", .version = 140}, "Firefox 140"},
		{{.browser = "Firefox"}, "Firefox"},
		{{.device = "iPhone"}, "iPhone, unknown browser"},
		{{.version = 3}, "unknown browser"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf text = {0};

		page_record_add_name(&text, &rows[i].page);
		assert_string_equal(text.bytes, rows[i].name);
		buf_finish(&text);
	}
}

static void
states(void **state)
{
	static const struct {
		struct hub_page_state page;
		const char *words;
	} rows[] = {
		{{0}, "connecting"},
		{{.is_greeted = true, .must_reload = true, .behind = 2},
			"comes from an earlier run, is compared"},
		{{.is_greeted = true, .behind = 1}, "1 change behind"},
		{{.is_greeted = true, .behind = 2}, "2 changes behind"},
		{{.is_greeted = true}, "up to date"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf text = {0};

		page_record_add_state(&text, &rows[i].page);
		assert_string_equal(text.bytes, rows[i].words);
		buf_finish(&text);
	}
}

static void
members(void **state)
{
	const struct hub_page_state page = {
		.address = SLICE_LITERAL("/a\"b\x1b"),
		.browser = "Chrome",
		.version = 156,
		.device = "Linux",
		.protocol = PROTOCOL_LIVESERVE,
		.is_greeted = true,
		.has_events = true,
		.number = 41,
		.last_error = SLICE_LITERAL("no\0/app.js:1:2"),
	};
	struct buf json = {0};

	(void)state;
	buf_add_char(&json, '{');
	page_record_add_members(&json, &page, NULL);
	assert_string_equal(json.bytes,
		"{\"page\":\"/a\\\"b\\u001b\",\"name\":\"Linux, Chrome "
		"156\",\"browser\":\"Chrome\","
		"\"device\":\"Linux\",\"local\":false,\"protocol\":\"liveserve\",\"by\":\"events\","
		"\"version\":41,"
		"\"state\":\"up to date\",\"error\":{\"text\":\"no\",\"source\":\"/app.js:1:2\"}");
	buf_finish(&json);
}

/* How many pages are connected, and by what. */
static void
counts(void **state)
{
	static const struct {
		size_t sockets, streams;
		const char *words;
	} rows[] = {
		{0, 0, "0 open"},
		{1, 0, "1 open, by WebSocket"},
		{2, 0, "2 open, by WebSocket"},
		{0, 1, "1 open, by Server-Sent Events"},
		{2, 1, "3 open, 2 by WebSocket, 1 by Server-Sent Events"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct journal *journal = journal_create();
		struct hub *hub = hub_create(
			&(struct hub_options){.journal = journal, .wake = wake});
		struct hub_page *pages[4] = {0};
		size_t count = rows[i].sockets + rows[i].streams;
		struct buf text = {0};

		/* One that has not said hello yet does not count. */
		pages[count] = hub_join(hub, PROTOCOL_LIVESERVE, NULL, NULL);
		hub_set_visitor(pages[count], &(struct hub_visitor){.has_events = true});
		for (size_t k = 0; k < count; k++) {
			pages[k] = hub_join(hub, PROTOCOL_LIVE_SERVER, NULL, NULL);
			hub_set_visitor(pages[k],
				&(struct hub_visitor){.has_events = k >= rows[i].sockets});
		}
		page_record_add_count(&text, hub);
		assert_string_equal(text.bytes, rows[i].words);
		buf_finish(&text);
		for (size_t k = 0; k <= count; k++)
			hub_leave(hub, pages[k]);
		hub_destroy(hub);
		journal_destroy(journal);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(states),
		cmocka_unit_test(members),
		cmocka_unit_test(counts),
	};

	return cmocka_run_group_tests_name("page_record", tests, NULL, NULL);
}
