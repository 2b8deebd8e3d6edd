#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "live/protocol.h"

/* Reads a copy of exactly these bytes, so that the sanitizer sees one byte read too many. */
static struct protocol_message
read_copy(const char *text, size_t length)
{
	char *copy = mem_resize(NULL, length);
	struct protocol_message message;

	memcpy(copy, text, length);
	message = protocol_read(copy, length);
	free(copy);
	return message;
}

static void
test_hello(void **state)
{
	static const struct {
		const char *label, *text, *epoch;
		uint64_t version;
	} rows[] = {
		{"as pages send it",
			"{\"type\":\"hello\",\"page\":\"/\",\"epoch\":\"k3f9\",\"version\":41}",
			"k3f9", 41},
		{"another order", "{\"version\":0,\"epoch\":\"A\",\"type\":\"hello\"}", "A", 0},
		{"blanks", " \t\r\n{ \"type\" : \"hello\" , \"epoch\":\"a\",\"version\": 1 }\n ",
			"a", 1},
		{"the longest epoch", "{\"type\":\"hello\",\"epoch\":\"abcXYZ09\",\"version\":1}",
			"abcXYZ09", 1},
		{"no epoch known", "{\"type\":\"hello\",\"epoch\":\"\",\"version\":0}", "", 0},
		{"the largest version",
			"{\"type\":\"hello\",\"epoch\":\"a\",\"version\":9007199254740991}", "a",
			9007199254740991},
		{"members nobody knows",
			"{\"x\":null,\"type\":\"hello\",\"epoch\":\"a\",\"version\":2,\"y\":[1,2]}",
			"a", 2},
		{"a whole number with an exponent",
			"{\"type\":\"hello\",\"epoch\":\"a\",\"version\":1.5e1}", "a", 15},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct protocol_message message;

		print_message("  %s\n", rows[i].label);
		message = read_copy(rows[i].text, strlen(rows[i].text));
		assert_int_equal(message.type, PROTOCOL_HELLO);
		assert_string_equal(message.epoch, rows[i].epoch);
		assert_true(message.version == rows[i].version);
		assert_int_equal(message.page.length, strstr(rows[i].text, "page") ? 1 : 0);
		protocol_message_finish(&message);
	}
}

#define HELLO "{\"type\":\"hello\",\"epoch\":\"a\",\"version\":1"
#define USES "{\"type\":\"uses\""

/* The addresses with a blank behind each. */
static void
test_urls(void **state)
{
	static const struct {
		const char *label, *text, *urls;
		uint64_t stamp;
		enum protocol_message_type type;
		bool has_urls, has_stamp;
	} rows[] = {
		{"hello without", HELLO "}", "", 0, PROTOCOL_HELLO, false, false},
		{"hello with no address", HELLO ",\"urls\":[]}", "", 0, PROTOCOL_HELLO, true,
			false},
		{"hello with some", HELLO ",\"urls\":[\"/\",\"/a%20b.css\"]}", "/ /a%20b.css ", 0,
			PROTOCOL_HELLO, true, false},
		{"hello with a stamp",
			HELLO ",\"stamp\":\"0123456789abcdef\",\"urls\":[\"/a\",\"/a\"]}", "/a /a ",
			0x0123456789abcdef, PROTOCOL_HELLO, true, true},
		{"the largest stamp", HELLO ",\"urls\":[],\"stamp\":\"ffffffffffffffff\"}", "",
			UINT64_MAX, PROTOCOL_HELLO, true, true},
		{"a stamp of nothing is none", HELLO ",\"stamp\":\"0123456789abcdef\"}", "",
			0x0123456789abcdef, PROTOCOL_HELLO, false, false},
		{"uses", USES ",\"urls\":[\"/\",\"/b\"]}", "/ /b ", 0, PROTOCOL_USES, true, false},
		{"uses nothing", USES ",\"urls\":[]}", "", 0, PROTOCOL_USES, true, false},
		{"uses it knows not what", USES "}", "", 0, PROTOCOL_USES, false, false},
		{"uses with members nobody knows",
			USES ",\"epoch\":1,\"stamp\":1,\"urls\":[\"/\"]}", "/ ", 0, PROTOCOL_USES,
			true, false},
		{"what an escape hides", USES ",\"urls\":[\"\\u002fa\\u0000b\"]}", "/a ", 0,
			PROTOCOL_USES, true, false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct protocol_message message;

		print_message("  %s\n", rows[i].label);
		message = read_copy(rows[i].text, strlen(rows[i].text));
		assert_int_equal(message.type, rows[i].type);
		assert_int_equal(message.has_urls, rows[i].has_urls);
		assert_int_equal(message.has_stamp, rows[i].has_stamp);
		assert_true(message.stamp == rows[i].stamp);
		assert_int_equal(message.urls.length, strlen(rows[i].urls));
		for (size_t at = 0; at < message.urls.length; at++)
			assert_int_equal(message.urls.bytes[at],
				rows[i].urls[at] == ' ' ? '\0' : rows[i].urls[at]);
		protocol_message_finish(&message);
	}
}

#define LOG "{\"type\":\"log\",\"level\":"
#define SHOW "{\"type\":\"show\",\"url\":"

static void
test_log(void **state)
{
	static const struct {
		const char *text, *level, *expected, *source;
	} rows[] = {
		{LOG "\"error\",\"text\":\"a\\nb\",\"source\":\"/a.js:1:2\"}", "error", "a\nb",
			"/a.js:1:2"},
		{LOG "\"warn\",\"text\":\"\"}", "warn", "", ""},
		{LOG "\"info\",\"text\":\"x\"}", "info", "x", ""},
		{LOG "\"log\",\"text\":\"x\",\"more\":1}", "log", "x", ""},
		{LOG "\"debug\",\"text\":\"\xc3\xa4\"}", "debug", "\xc3\xa4", ""},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct protocol_message message = read_copy(rows[i].text, strlen(rows[i].text));

		assert_int_equal(message.type, PROTOCOL_LOG);
		assert_string_equal(message.level, rows[i].level);
		assert_true(slice_is(buf_slice(&message.text), rows[i].expected));
		assert_true(slice_is(buf_slice(&message.source), rows[i].source));
		protocol_message_finish(&message);
	}
}

/* The largest allowed number of addresses, and one more. */
static void
test_many_urls(void **state)
{
	(void)state;
	for (int more = 0; more < 2; more++) {
		struct buf text = {0};
		struct protocol_message message;

		buf_add_text(&text, USES ",\"urls\":[\"/\"");
		for (int i = 1; i < PROTOCOL_URLS_MAX + more; i++)
			buf_add_text(&text, ",\"/\"");
		buf_add_text(&text, "]}");
		message = protocol_read(text.bytes, text.length);
		assert_int_equal(message.type, more ? PROTOCOL_INVALID : PROTOCOL_USES);
		assert_int_equal(message.urls.length, more ? 0 : 2 * PROTOCOL_URLS_MAX);
		protocol_message_finish(&message);
		buf_finish(&text);
	}
}

#define SETTLED "{\"type\":\"settled\",\"round\":3,"

static void
test_answers(void **state)
{
	struct protocol_message message = protocol_read("{\"type\":\"leaving\"}", 18);
	static const char settled[] = SETTLED
		"\"errors\":[{\"text\":\"x\",\"source\":\"/a.js:1:2\"},"
		"{\"text\":\"y\"}],\"failed\":[\"/a.png\",\"\"]}";

	(void)state;
	assert_int_equal(message.type, PROTOCOL_LEAVING);
	protocol_message_finish(&message);
	message = protocol_read(settled, strlen(settled));
	assert_int_equal(message.type, PROTOCOL_SETTLED);
	assert_int_equal(message.round, 3);
	assert_int_equal(message.errors.length, sizeof("x\0/a.js:1:2\0y\0"));
	assert_memory_equal(message.errors.bytes, "x\0/a.js:1:2\0y\0", message.errors.length);
	assert_int_equal(message.failed.length, sizeof("/a.png\0"));
	assert_memory_equal(message.failed.bytes, "/a.png\0", message.failed.length);
	protocol_message_finish(&message);
}

/* Enough to say what is wrong, and no more to keep. */
static void
test_too_many_faults(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct buf text = {0};
		struct protocol_message message;

		buf_add_text(&text, SETTLED "\"errors\":[],\"failed\":[\"/\"");
		for (int k = 1; k < PROTOCOL_FAULTS_MAX + i; k++)
			buf_add_text(&text, ",\"/\"");
		buf_add_text(&text, "]}");
		message = protocol_read(text.bytes, text.length);
		assert_int_equal(message.type, i ? PROTOCOL_INVALID : PROTOCOL_SETTLED);
		protocol_message_finish(&message);
		buf_finish(&text);
	}
}

static void
test_invalid(void **state)
{
	static const struct {
		const char *label, *text;
	} rows[] = {
		{"a page that is no text",
			"{\"type\":\"hello\",\"page\":1,\"epoch\":\"a\",\"version\":1}"},
		{"settled without a round", "{\"type\":\"settled\",\"errors\":[],\"failed\":[]}"},
		{"settled with a text as round",
			"{\"type\":\"settled\",\"round\":\"1\",\"errors\":[],\"failed\":[]}"},
		{"settled without errors", SETTLED "\"failed\":[]}"},
		{"settled without failed", SETTLED "\"errors\":[]}"},
		{"errors that are none", SETTLED "\"errors\":{},\"failed\":[]}"},
		{"an error that is a text", SETTLED "\"errors\":[\"a\"],\"failed\":[]}"},
		{"an error without a text", SETTLED "\"errors\":[{}],\"failed\":[]}"},
		{"an error with a number",
			SETTLED "\"errors\":[{\"text\":\"a\",\"source\":1}],\"failed\":[]}"},
		{"failed that are none", SETTLED "\"errors\":[],\"failed\":\"/\"}"},
		{"a number among the failed", SETTLED "\"errors\":[],\"failed\":[1]}"},
		{"a log without a level", "{\"type\":\"log\",\"text\":\"a\"}"},
		{"a level that is no text", LOG "1,\"text\":\"a\"}"},
		{"a level nobody knows", LOG "\"fatal\",\"text\":\"a\"}"},
		{"a log without a text", LOG "\"error\"}"},
		{"a text that is none", LOG "\"error\",\"text\":{}}"},
		{"a source that is no text", LOG "\"error\",\"text\":\"a\",\"source\":null}"},
		{"nothing", ""},
		{"a blank", " "},
		{"a word", "hello"},
		{"an array", "[\"hello\"]"},
		{"a string", "\"hello\""},
		{"null", "null"},
		{"an empty object", "{}"},
		{"no type", "{\"epoch\":\"a\",\"version\":1}"},
		{"an unknown type", "{\"type\":\"hallo\",\"epoch\":\"a\",\"version\":1}"},
		{"a type in capitals", "{\"type\":\"HELLO\",\"epoch\":\"a\",\"version\":1}"},
		{"a member in capitals", "{\"TYPE\":\"hello\",\"epoch\":\"a\",\"version\":1}"},
		{"a number as type", "{\"type\":1,\"epoch\":\"a\",\"version\":1}"},
		{"no epoch", "{\"type\":\"hello\",\"version\":1}"},
		{"a number as epoch", "{\"type\":\"hello\",\"epoch\":7,\"version\":1}"},
		{"too long an epoch", "{\"type\":\"hello\",\"epoch\":\"abcdefghi\",\"version\":1}"},
		{"a dot in the epoch", "{\"type\":\"hello\",\"epoch\":\"a.b\",\"version\":1}"},
		{"a letter of another script",
			"{\"type\":\"hello\",\"epoch\":\"\xc3\xa4\",\"version\":1}"},
		{"an at sign", "{\"type\":\"hello\",\"epoch\":\"@\",\"version\":1}"},
		{"no version", "{\"type\":\"hello\",\"epoch\":\"a\"}"},
		{"a string as version", "{\"type\":\"hello\",\"epoch\":\"a\",\"version\":\"1\"}"},
		{"true as version", "{\"type\":\"hello\",\"epoch\":\"a\",\"version\":true}"},
		{"a negative version", "{\"type\":\"hello\",\"epoch\":\"a\",\"version\":-1}"},
		{"a fraction", "{\"type\":\"hello\",\"epoch\":\"a\",\"version\":1.5}"},
		{"too large a version",
			"{\"type\":\"hello\",\"epoch\":\"a\",\"version\":9007199254740992}"},
		{"infinite", "{\"type\":\"hello\",\"epoch\":\"a\",\"version\":1e999}"},
		{"cut off", "{\"type\":\"hello\",\"epoch\":\"a\",\"version\":1"},
		{"more behind", "{\"type\":\"hello\",\"epoch\":\"a\",\"version\":1}x"},
		{"two objects", "{\"type\":\"hello\",\"epoch\":\"a\",\"version\":1}{}"},
		{"two versions, the first counts",
			"{\"type\":\"hello\",\"epoch\":\"a\",\"version\":-1,\"version\":1}"},
		{"bytes", "\xff\xfe\x01"},
		{"a text as urls", HELLO ",\"urls\":\"/\"}"},
		{"an object as urls", HELLO ",\"urls\":{\"a\":\"/\"}}"},
		{"null as urls", HELLO ",\"urls\":null}"},
		{"a number among the urls", HELLO ",\"urls\":[\"/\",1]}"},
		{"null among the urls", HELLO ",\"urls\":[null,\"/\"]}"},
		{"an array among the urls", HELLO ",\"urls\":[[\"/\"]]}"},
		{"an empty url", HELLO ",\"urls\":[\"\"]}"},
		{"a url of another server", HELLO ",\"urls\":[\"http://x/\"]}"},
		{"a stamp too short", HELLO ",\"urls\":[],\"stamp\":\"0123456789abcde\"}"},
		{"a stamp too long", HELLO ",\"urls\":[],\"stamp\":\"0123456789abcdef0\"}"},
		{"an empty stamp", HELLO ",\"urls\":[],\"stamp\":\"\"}"},
		{"a stamp in capitals", HELLO ",\"urls\":[],\"stamp\":\"0123456789ABCDEF\"}"},
		{"a stamp with a sign", HELLO ",\"urls\":[],\"stamp\":\"-123456789abcdef\"}"},
		{"a stamp with a blank", HELLO ",\"urls\":[],\"stamp\":\" 123456789abcdef\"}"},
		{"a prefixed stamp", HELLO ",\"urls\":[],\"stamp\":\"0x23456789abcdef\"}"},
		{"a number as stamp", HELLO ",\"urls\":[],\"stamp\":1234567890123456}"},
		{"null as stamp", HELLO ",\"urls\":[],\"stamp\":null}"},
		{"a bad stamp of nothing", HELLO ",\"stamp\":\"x\"}"},
		{"uses of a text", "{\"type\":\"uses\",\"urls\":\"/\"}"},
		{"uses of a number", "{\"type\":\"uses\",\"urls\":[1]}"},
		{"uses of null", "{\"type\":\"uses\",\"urls\":null}"},
		{"uses of no path", "{\"type\":\"uses\",\"urls\":[\"a.css\"]}"},
		{"uses twice, the first counts", "{\"type\":\"uses\",\"urls\":1,\"urls\":[\"/\"]}"},
		{"a type that begins like uses", "{\"type\":\"uses \",\"urls\":[]}"},
		{"a show of nothing", "{\"type\":\"show\",\"line\":1,\"column\":1}"},
		{"a show of no path", SHOW "\"a.html\",\"line\":1,\"column\":1}"},
		{"a show of a number", SHOW "1,\"line\":1,\"column\":1}"},
		{"a show without a line", SHOW "\"/a\",\"column\":1}"},
		{"a show without a column", SHOW "\"/a\",\"line\":1}"},
		{"line 0", SHOW "\"/a\",\"line\":0,\"column\":1}"},
		{"a negative column", SHOW "\"/a\",\"line\":1,\"column\":-1}"},
		{"half a line", SHOW "\"/a\",\"line\":1.5,\"column\":1}"},
		{"too large a line", SHOW "\"/a\",\"line\":2147483648,\"column\":1}"},
		{"a text as line", SHOW "\"/a\",\"line\":\"1\",\"column\":1}"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct protocol_message message;

		print_message("  %s\n", rows[i].label);
		message = read_copy(rows[i].text, strlen(rows[i].text));
		assert_int_equal(message.type, PROTOCOL_INVALID);
		assert_string_equal(message.epoch, "");
		assert_true(message.version == 0);
		assert_false(message.has_urls || message.has_stamp);
		assert_null(message.urls.bytes);
	}
}

static void
test_a_show_is_read(void **state)
{
	static const char text[] = SHOW "\"/a%20b.html\",\"line\":12,\"column\":2147483647}";
	struct protocol_message message = read_copy(text, strlen(text));

	(void)state;
	assert_int_equal(message.type, PROTOCOL_SHOW);
	assert_string_equal(message.source.bytes, "/a%20b.html");
	assert_int_equal(message.line, 12);
	assert_int_equal(message.column, 2147483647);
	protocol_message_finish(&message);
}

static const char hello[] =
	"{\"type\":\"hello\",\"page\":\"/\\u00e4\",\"epoch\":\"k3f9\",\"version\":41,"
	"\"urls\":[\"/\",\"/a\"],\"stamp\":\"0123456789abcdef\"}";

static void
test_every_prefix_is_invalid(void **state)
{
	struct protocol_message message;

	(void)state;
	for (size_t length = 0; length < sizeof(hello) - 1; length++)
		assert_int_equal(read_copy(hello, length).type, PROTOCOL_INVALID);
	message = read_copy(hello, sizeof(hello) - 1);
	assert_int_equal(message.type, PROTOCOL_HELLO);
	protocol_message_finish(&message);
	assert_int_equal(read_copy(hello, sizeof(hello)).type, PROTOCOL_INVALID);
}

static void
test_every_byte_everywhere(void **state)
{
	char text[sizeof(hello)];

	(void)state;
	for (size_t at = 0; at < sizeof(hello) - 1; at++) {
		for (int c = 0; c < 256; c++) {
			struct protocol_message message;

			memcpy(text, hello, sizeof(hello));
			text[at] = (char)c;
			message = read_copy(text, sizeof(hello) - 1);
			protocol_message_finish(&message);
		}
	}
}

static void
test_deep_nesting(void **state)
{
	struct buf text = {0};

	(void)state;
	buf_add_text(&text, "{\"type\":\"hello\",\"epoch\":\"a\",\"version\":1,\"page\":");
	for (int i = 0; i < 100000; i++)
		buf_add_char(&text, '[');
	assert_int_equal(protocol_read(text.bytes, text.length).type, PROTOCOL_INVALID);
	buf_finish(&text);
}

static void
test_write(void **state)
{
	static const char *const page[] = {"/", "/index.html"};
	static const char *const odd[] = {"/\"\\\n\x01"};
	static const struct protocol_change changes[] = {
		{.urls = page, .url_count = 2, .kind = CHANGE_MODIFIED},
		{.urls = odd,
			.url_count = 1,
			.kind = CHANGE_DELETED,
			.problem = "a\"b:1: \xc3\xa4 {"},
		{.kind = CHANGE_CREATED},
	};
	static const struct protocol_change drafts[] = {
		{.kind = CHANGE_MODIFIED, .draft = "new"},
		{.kind = CHANGE_DELETED, .draft = "gone", .since = 41},
	};
	static const struct protocol_change unsure = {
		.urls = page, .url_count = 1, .kind = CHANGE_MODIFIED, .is_unsure = true};
	struct buf text = {0};

	(void)state;
	protocol_write_hello(&text, "k3f9", 43, false, 0);
	assert_string_equal(text.bytes, "{\"type\":\"hello\",\"epoch\":\"k3f9\",\"version\":43}");
	buf_clear(&text);
	protocol_write_hello(&text, "k3f9", 43, true, 0);
	assert_string_equal(text.bytes,
		"{\"type\":\"hello\",\"epoch\":\"k3f9\",\"version\":43,\"reloads\":true}");
	buf_clear(&text);
	protocol_write_hello(&text, "k3f9", 43, false, 7);
	assert_string_equal(
		text.bytes, "{\"type\":\"hello\",\"epoch\":\"k3f9\",\"version\":43,\"settle\":7}");
	buf_clear(&text);
	protocol_write_reload(&text, UINT64_MAX);
	assert_string_equal(text.bytes, "{\"type\":\"reload\",\"version\":18446744073709551615}");
	buf_clear(&text);
	protocol_write_state(&text, 0xabc);
	assert_string_equal(text.bytes, "{\"type\":\"state\",\"stamp\":\"0000000000000abc\"}");
	buf_clear(&text);
	protocol_write_changes(&text, 44, changes, 1);
	assert_string_equal(text.bytes,
		"{\"type\":\"change\",\"version\":44,\"changes\":["
		"{\"urls\":[\"/\",\"/index.html\"],\"kind\":\"modified\"}]}");
	buf_clear(&text);
	protocol_write_changes(&text, 45, changes + 1, 2);
	assert_string_equal(text.bytes,
		"{\"type\":\"change\",\"version\":45,\"changes\":["
		"{\"urls\":[\"/\\\"\\\\\\u000a\\u0001\"],\"kind\":\"deleted\","
		"\"problem\":\"a\\\"b:1: \xc3\xa4 {\"},"
		"{\"urls\":[],\"kind\":\"created\"}]}");
	buf_clear(&text);
	protocol_write_changes(&text, 46, &unsure, 1);
	assert_string_equal(text.bytes,
		"{\"type\":\"change\",\"version\":46,\"changes\":["
		"{\"urls\":[\"/\"],\"kind\":\"modified\",\"unsure\":true}]}");
	buf_clear(&text);
	protocol_write_changes(&text, 46, NULL, 0);
	assert_string_equal(text.bytes, "{\"type\":\"change\",\"version\":46,\"changes\":[]}");
	buf_clear(&text);
	protocol_write_changes(&text, 47, drafts, 2);
	assert_string_equal(text.bytes,
		"{\"type\":\"change\",\"version\":47,\"changes\":["
		"{\"urls\":[],\"kind\":\"modified\",\"draft\":\"new\"},"
		"{\"urls\":[],\"kind\":\"deleted\",\"draft\":\"gone\",\"since\":41}]}");
	buf_finish(&text);
}

static void
test_livereload(void **state)
{
#define SEVEN "\"http://livereload.com/protocols/official-7\""
#define CHECK "\"http://livereload.com/protocols/connection-check-1\""
	static const struct {
		const char *text;
		enum protocol_message_type type;
	} rows[] = {
		{"{\"command\":\"hello\",\"protocols\":[" CHECK "]}", PROTOCOL_CHECK},
		{"{\"command\":\"hello\",\"protocols\":[" CHECK "," SEVEN "]}", PROTOCOL_HELLO},
		{"{\"command\":\"hello\",\"protocols\":" CHECK "}", PROTOCOL_INVALID},
		{"{\"command\":\"hello\",\"protocols\":[" SEVEN "],\"ver\":\"4.0.2\"}",
			PROTOCOL_HELLO},
		{"{\"command\":\"hello\",\"protocols\":[\"x\",1," SEVEN "]}", PROTOCOL_HELLO},
		{"{\"command\":\"hello\",\"protocols\":[\"x\"]}", PROTOCOL_INVALID},
		{"{\"command\":\"hello\",\"protocols\":" SEVEN "}", PROTOCOL_INVALID},
		{"{\"command\":\"hello\"}", PROTOCOL_INVALID},
		{"{\"command\":\"info\",\"plugins\":{},\"url\":\"http://x/\"}", PROTOCOL_USES},
		{"{\"command\":\"\"}", PROTOCOL_USES},
		{"{\"command\":1}", PROTOCOL_INVALID},
		{"{}", PROTOCOL_INVALID},
		{"[]", PROTOCOL_INVALID},
		{"", PROTOCOL_INVALID},
		{"hello", PROTOCOL_INVALID},
	};
	struct buf text = {0};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_int_equal(
			protocol_read_livereload(rows[i].text, strlen(rows[i].text)), rows[i].type);
	protocol_write_livereload_hello(&text, false);
	assert_string_equal(text.bytes,
		"{\"command\":\"hello\",\"protocols\":[" SEVEN "],\"serverName\":\"liveserve\"}");
	buf_clear(&text);
	protocol_write_livereload_hello(&text, true);
	assert_string_equal(text.bytes, "{\"command\":\"hello\",\"protocols\":[" SEVEN "," CHECK
					"],\"serverName\":\"liveserve\"}");
	buf_clear(&text);
	protocol_write_livereload_reload(&text, "/a%20b.css");
	assert_string_equal(text.bytes, "{\"command\":\"reload\",\"path\":\"/a%20b.css\","
					"\"liveCSS\":true,\"liveImg\":true}");
	buf_finish(&text);
}

/* The changes that are sent, one after the other. */
static void
test_livereload_pick(void **state)
{
	static const struct {
		const char *paths[4];
		const char *sent;
	} rows[] = {
		{{"a.css"}, "a.css "},
		{{"a.html"}, "a.html "},
		{{"a.css", "b.PNG", "c.svg"}, "a.css b.PNG c.svg "},
		{{"a.css", "b.html", "c.js"}, "b.html "},
		{{"a.css", "css/"}, "css/ "},
		{{"a.webp", "b.css"}, "a.webp "},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct changes changes = {0};
		struct buf sent = {0};
		bool is_last = false;

		for (size_t k = 0; k < 4 && rows[i].paths[k]; k++)
			changes_add(&changes, slice_of(rows[i].paths[k]), CHANGE_MODIFIED);
		for (size_t count = 0; !is_last; count++)
			buf_addf(&sent, "%s ",
				protocol_livereload_pick(&changes, count, &is_last)->path);
		assert_string_equal(sent.bytes, rows[i].sent);
		buf_finish(&sent);
		changes_finish(&changes);
	}
}

static void
test_live_server_text(void **state)
{
	static const struct {
		const char *label, *paths, *word;
	} rows[] = {
		{"a stylesheet", "a/site.css", "refreshcss"},
		{"two stylesheets", "a.css b.CSS", "refreshcss"},
		{"a page", "index.html", "reload"},
		{"a stylesheet and a page", "a.css index.html", "reload"},
		{"a source of a stylesheet", "a.scss", "reload"},
		{"a source map", "a.css.map", "reload"},
		{"a file called css", "css", "reload"},
		{"a folder", "a.css/", "reload"},
		{"nothing", NULL, "reload"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct slice rest = rows[i].paths ? slice_of(rows[i].paths) : (struct slice){0};
		struct changes changes = {0};
		struct slice path;

		print_message("  %s\n", rows[i].label);
		while (slice_split(&rest, ' ', &path))
			changes_add(&changes, path, CHANGE_MODIFIED);
		assert_string_equal(protocol_live_server_text(&changes), rows[i].word);
		changes_finish(&changes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hello),
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_log),
		cmocka_unit_test(test_many_urls),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_too_many_faults),
		cmocka_unit_test(test_invalid),
		cmocka_unit_test(test_a_show_is_read),
		cmocka_unit_test(test_every_prefix_is_invalid),
		cmocka_unit_test(test_every_byte_everywhere),
		cmocka_unit_test(test_deep_nesting),
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_livereload),
		cmocka_unit_test(test_livereload_pick),
		cmocka_unit_test(test_live_server_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
