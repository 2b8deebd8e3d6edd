#include "support/test.h"

#include "explain/phrase.h"

static void
facts_are_filled_in(void **state)
{
	(void)state;
	static const struct {
		const char *phrase, *wanted;
	} rows[] = {
		{"no facts", "no facts"},
		{"", ""},
		{"{who} sends", "the browser sends"},
		{"{Who} sends", "The browser sends"},
		{"{one:byte} and {two:byte}", "1 byte and 2 bytes"},
		{"{none:byte}", "0 bytes"},
		{"a {missing} b", "a  b"},
		{"a {who", "a {who"},
		{"{text}{text}", "{two} <&{two} <&"},
		{"{name}请求", "liveserve 请求"},
		{"与{name}的", "与 liveserve 的"},
		{"（{name}）", "（liveserve）"},
		{"。{name}，", "。liveserve，"},
	};
	struct phrase_facts facts = {0};

	phrase_set_text(&facts, "who", "the browser");
	phrase_set_text(&facts, "Who", "The browser");
	phrase_set_number(&facts, "one", 1);
	phrase_set_number(&facts, "two", 3);
	phrase_set_number(&facts, "two", 2);
	phrase_set_number(&facts, "none", 0);
	phrase_set_text(&facts, "text", "{two} <&");
	phrase_set_text(&facts, "name", "liveserve");
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct phrase phrase = {{rows[i].phrase, rows[i].phrase}};
		struct buf text = {0};

		buf_add_text(&text, "");
		phrase_add(&text, &phrase, LANGUAGE_CHINESE, &facts);
		assert_string_equal(text.bytes, rows[i].wanted);
		buf_finish(&text);
	}
	phrase_facts_finish(&facts);
}

static void
text_from_outside_is_visible(void **state)
{
	(void)state;
	static const struct {
		const char *outside, *wanted;
	} rows[] = {
		{"plain", "plain"},
		{"a\r\nb\tc", "a  b c"},
		{"\x1b[31m", "\xef\xbf\xbd[31m"},
		{"\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xe4\xb8", "\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xe4\xb8\xad", "\xe4\xb8\xad"},
		{"a\xe2\x80\x8b"
		 "b",
			"a\xef\xbf\xbd"
			"b"},
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf text = {0};

		phrase_add_visible(&text, slice_of(rows[i].outside));
		assert_string_equal(text.bytes, rows[i].wanted);
		buf_finish(&text);
	}
}

static void
durations_have_units(void **state)
{
	(void)state;
	static const struct {
		uint64_t ns;
		const char *wanted;
	} rows[] = {
		{0, "0.000 ms"},
		{17999, "0.017 ms"},
		{999999, "0.999 ms"},
		{1000000, "1.0 ms"},
		{13599999, "13.5 ms"},
		{999999999, "999.9 ms"},
		{5001000000, "5.001 s"},
		{3600000000000, "3600.000 s"},
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf text = {0};

		phrase_add_duration(&text, rows[i].ns);
		assert_string_equal(text.bytes, rows[i].wanted);
		buf_finish(&text);
	}
}

static void
languages_have_codes(void **state)
{
	(void)state;
	enum language language = LANGUAGE_ENGLISH;

	assert_true(language_find("zh", &language));
	assert_int_equal(language, LANGUAGE_CHINESE);
	assert_true(language_find("en", &language));
	assert_int_equal(language, LANGUAGE_ENGLISH);
	assert_false(language_find("ZH", &language));
	assert_false(language_find("", &language));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts_are_filled_in),
		cmocka_unit_test(text_from_outside_is_visible),
		cmocka_unit_test(durations_have_units),
		cmocka_unit_test(languages_have_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
