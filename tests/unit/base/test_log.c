#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "support/capture.h"

static int
leave(void **state)
{
	(void)state;
	log_set_level(LOG_NORMAL);
	return 0;
}

static void
printable(void **state)
{
	const struct {
		struct slice text;
		const char *shown;
	} rows[] = {
		{SLICE_LITERAL(""), ""},
		{SLICE_LITERAL("index.html"), "index.html"},
		{SLICE_LITERAL(" ~\\\"'<&%s"), " ~\\\"'<&%s"},
		{SLICE_LITERAL("a\0b"), "a\\x00b"},
		{SLICE_LITERAL("\t\n\r"), "\\x09\\x0a\\x0d"},
		{SLICE_LITERAL("\033[31m"), "\\x1b[31m"},
		{SLICE_LITERAL("\x1f\x7f"), "\\x1f\\x7f"},
		/* UTF-8 as it is, from the first to the last of each length */
		{SLICE_LITERAL("\xc2\xa0\xdf\xbf"), "\xc2\xa0\xdf\xbf"},
		{SLICE_LITERAL("\xe0\xa0\x80\xef\xbf\xbd"), "\xe0\xa0\x80\xef\xbf\xbd"},
		{SLICE_LITERAL("\xed\x9f\xbf\xee\x80\x80"), "\xed\x9f\xbf\xee\x80\x80"},
		{SLICE_LITERAL("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"),
			"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"},
		/* C1 controls: CSI is one of them */
		{SLICE_LITERAL("\xc2\x80\xc2\x9b\xc2\x9f"), "\\xc2\\x80\\xc2\\x9b\\xc2\\x9f"},
		{SLICE_LITERAL("\x9b"), "\\x9b"},
		/* not UTF-8: too long, surrogates, too large, cut off, alone */
		{SLICE_LITERAL("\xc0\xaf"), "\\xc0\\xaf"},
		{SLICE_LITERAL("\xc1\xbf"), "\\xc1\\xbf"},
		{SLICE_LITERAL("\xe0\x9f\xbf"), "\\xe0\\x9f\\xbf"},
		{SLICE_LITERAL("\xf0\x8f\xbf\xbf"), "\\xf0\\x8f\\xbf\\xbf"},
		{SLICE_LITERAL("\xed\xa0\x80"), "\\xed\\xa0\\x80"},
		{SLICE_LITERAL("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80"},
		{SLICE_LITERAL("\xf5\x80\x80\x80"), "\\xf5\\x80\\x80\\x80"},
		{SLICE_LITERAL("\xff"), "\\xff"},
		{SLICE_LITERAL("\xc3"), "\\xc3"},
		{SLICE_LITERAL("\xe2\x82"), "\\xe2\\x82"},
		{SLICE_LITERAL("\xe2\x82x"), "\\xe2\\x82x"},
		{SLICE_LITERAL("\xf0\x9f\x98"), "\\xf0\\x9f\\x98"},
		{SLICE_LITERAL("\x80\xbf"), "\\x80\\xbf"},
		{SLICE_LITERAL("\xc3\xc3\xa4"), "\\xc3\xc3\xa4"},
		/* what deceives a reader: overrides, zero width, separators, tags */
		{SLICE_LITERAL("a\u202egpj.exe"), "a\\u202egpj.exe"},
		{SLICE_LITERAL("\u200b\u2028\u2069\ufeff"), "\\u200b\\u2028\\u2069\\ufeff"},
		{SLICE_LITERAL("\u00ad\u061c\u180e"), "\\u00ad\\u061c\\u180e"},
		{SLICE_LITERAL("\U000e0041\U000e007f"), "\\u{e0041}\\u{e007f}"},
		/* U+200D only inside of an emoji */
		{SLICE_LITERAL("\U0001f468\u200d\U0001f469"), "\U0001f468\u200d\U0001f469"},
		{SLICE_LITERAL("\u2764\ufe0f\u200d\U0001f525"), "\u2764\ufe0f\u200d\U0001f525"},
		{SLICE_LITERAL("\U0001f468\u200d"), "\U0001f468\\u200d"},
		{SLICE_LITERAL("\U0001f468\u200da"), "\U0001f468\\u200da"},
		{SLICE_LITERAL("\u200d\U0001f468"), "\\u200d\U0001f468"},
		{SLICE_LITERAL("a\ufe0f\u200d\U0001f468"), "a\ufe0f\\u200d\U0001f468"},
		{SLICE_LITERAL("\U0001f468\u200d\u200d\U0001f468"),
			"\U0001f468\\u200d\\u200d\U0001f468"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf line = {0};
		/* from the heap, so that the sanitizer reports a read behind the end */
		char *text = mem_resize(NULL, rows[i].text.length);

		memcpy(text, rows[i].text.at, rows[i].text.length);
		buf_add_text(&line, "<");
		log_add_printable(&line, (struct slice){text, rows[i].text.length});
		assert_string_equal(line.bytes + 1, rows[i].shown);
		buf_finish(&line);
		free(text);
	}
}

static void
cut_short(void **state)
{
	static const struct {
		const char *text;
		size_t most;
		const char *shown;
	} rows[] = {
		{"", 0, ""},
		{"abc", 3, "abc"},
		{"abcd", 3, "abc\u2026"},
		{"abcd", 0, "\u2026"},
		/* no character is cut, nor a byte that is no character dropped */
		{"\u00e4\u20ac", 5, "\u00e4\u20ac"},
		{"\u00e4\u20ac", 4, "\u00e4\u2026"},
		{"\u00e4\u20ac", 3, "\u00e4\u2026"},
		{"\u00e4\u20ac", 2, "\u00e4\u2026"},
		{"\u00e4\u20ac", 1, "\u2026"},
		{"\x1b\x1b\x1b", 2, "\\x1b\\x1b\u2026"},
		{"\x80\x80\x80", 2, "\u2026"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf line = {0};

		buf_add_text(&line, "<");
		log_add_short(&line, slice_of(rows[i].text), rows[i].most);
		assert_string_equal(line.bytes + 1, rows[i].shown);
		buf_finish(&line);
	}
}

static void
levels(void **state)
{
	static const char *const printed[] = {
		[LOG_QUIET] = "liveserve: error 1\n",
		[LOG_NORMAL] = "liveserve: error 1\nliveserve: notice 2\n",
		[LOG_VERBOSE] = "liveserve: error 1\nliveserve: notice 2\nliveserve: verbose 3\n",
	};

	(void)state;
	for (size_t level = 0; level < ROWS(printed); level++) {
		capture_begin(2);
		log_set_level((enum log_level)level);
		log_error("error %d", 1);
		log_notice("notice %d", 2);
		log_verbose("verbose %d", 3);
		assert_string_equal(capture_end(), printed[level]);
	}
}

static void
normal_by_default(void **state)
{
	(void)state;
	capture_begin(2);
	log_verbose("verbose");
	log_notice("notice");
	assert_string_equal(capture_end(), "liveserve: notice\n");
}

/* ---- lines that visitors can cause ---- */

static void
once(void **state)
{
	struct log_limit limit = {0};

	(void)state;
	capture_begin(2);
	for (int i = 0; i < 3; i++)
		log_notice_limited(&limit, 1, "refused %s", "a\x1b");
	log_notice_limited(&limit, 1, "refused %s", "b");
	log_notice_limited(&limit, 1, "refused %s", "a\x1b");
	log_limit_finish(&limit);
	assert_string_equal(capture_end(),
		"liveserve: refused a\\x1b\nliveserve: refused b\nliveserve: refused a\\x1b\n");
}

static size_t
count_lines(const char *printed, const char *word)
{
	size_t count = 0;

	for (const char *at = printed; (at = strstr(at, word)); at++)
		count++;
	return count;
}

/* The number of the lines that were not printed, by the only line that says it. */
static size_t
dropped(const char *printed)
{
	const char *more = strstr(printed, "liveserve: \u2026 and ");

	assert_non_null(more);
	assert_int_equal(count_lines(printed, " more like this: refused "), 1);
	return strtoul(more + strlen("liveserve: \u2026 and "), NULL, 10);
}

/* Changing names get no more lines. When they stop, one line tells how many there were. */
static void
limited(void **state)
{
	struct log_limit limit = {0};
	const char *printed;

	(void)state;
	capture_begin(2);
	for (int i = 0; i < 100000; i++)
		log_notice_limited(&limit, 1, "refused %d", i);
	assert_true(log_has_dropped());
	log_tell_dropped(); /* the last one was only just now */
	assert_true(log_has_dropped());
	log_tell_dropped();
	assert_false(log_has_dropped());
	log_tell_dropped();
	printed = capture_end();
	assert_in_range(count_lines(printed, "liveserve: refused "), 1, 50);
	assert_int_equal(count_lines(printed, "liveserve: refused ") + dropped(printed), 100000);
	log_limit_finish(&limit);
}

/* A noisy source leaves lines for others, a noisy kind lines for other kinds. */
static void
limited_apart(void **state)
{
	struct log_limit hosts = {0}, origins = {0};
	const char *printed;

	(void)state;
	capture_begin(2);
	for (int i = 0; i < 1000; i++)
		log_notice_limited(&hosts, 1, "host %d", i);
	log_notice_limited(&hosts, 2, "another host");
	for (int i = 0; i < 1000; i++)
		log_notice_limited(&hosts, (uint64_t)i, "host %d", i);
	log_notice_limited(&origins, 1, "an origin");
	log_limit_finish(&hosts);
	log_limit_finish(&origins);
	assert_false(log_has_dropped());
	printed = capture_end();
	assert_non_null(strstr(printed, "another host\n"));
	assert_non_null(strstr(printed, "an origin\n"));
	assert_in_range(count_lines(printed, "liveserve: host "), 1, 50);
	assert_non_null(strstr(printed, "more like this: host "));
	assert_null(strstr(printed, "more like this: an origin"));
}

/* The number comes also when it never stops, but seldom. */
static void
limited_without_end(void **state)
{
	struct log_limit limit = {0};
	size_t lines;

	(void)state;
	capture_begin(2);
	for (int second = 0; second < 600; second++) {
		for (int i = 0; i < 100; i++)
			log_notice_limited(&limit, 1, "refused %d", i);
		log_tell_dropped();
	}
	lines = count_lines(capture_end(), "more like this");
	assert_in_range(lines, 1, 20);
	log_limit_finish(&limit);
}

static void
not_when_quiet(void **state)
{
	struct log_limit limit = {0};

	(void)state;
	log_set_level(LOG_QUIET);
	capture_begin(2);
	for (int i = 0; i < 1000; i++)
		log_notice_limited(&limit, 1, "refused %d", i);
	assert_false(log_has_dropped());
	log_limit_finish(&limit);
	assert_string_equal(capture_end(), "");
}

static void
long_lines_are_cut(void **state)
{
	char *text = mem_zero(10001);
	const char *printed;

	(void)state;
	memset(text, 'x', 10000);
	capture_begin(2);
	log_error("%s", text);
	printed = capture_end();
	assert_in_range(strlen(printed), 1000, 10000);
	assert_true(slice_ends(slice_of(printed), "x\u2026\n"));
	free(text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(normal_by_default),
		cmocka_unit_test(printable),
		cmocka_unit_test(cut_short),
		cmocka_unit_test_teardown(levels, leave),
		cmocka_unit_test(once),
		cmocka_unit_test(limited),
		cmocka_unit_test(limited_apart),
		cmocka_unit_test(limited_without_end),
		cmocka_unit_test_teardown(not_when_quiet, leave),
		cmocka_unit_test(long_lines_are_cut),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
