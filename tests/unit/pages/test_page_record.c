/*
 * A page in words and as JSON.
 */
#include "support/test.h"

#include "pages/page_record.h"

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
		"\"device\":\"Linux\",\"local\":false,\"protocol\":\"liveserve\",\"version\":41,"
		"\"state\":\"up to date\",\"error\":{\"text\":\"no\",\"source\":\"/app.js:1:2\"}");
	buf_finish(&json);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(states),
		cmocka_unit_test(members),
	};

	return cmocka_run_group_tests_name("page_record", tests, NULL, NULL);
}
