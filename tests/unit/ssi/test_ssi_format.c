/*
 * Encodings, sizes and times.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ssi/ssi_format.h"

static void
encodings(void **state)
{
	static const struct {
		const char *names, *text, *encoded, *decoded; /* NULL: there is no such encoding */
	} rows[] = {
		{"none", "a&%41", "a&%41", "a&%41"},
		{"entity", "<a&\"'>", "&lt;a&amp;&quot;'&gt;", "<a&\"'>"},
		{"entity", "&lt;&gt;&amp;&quot;&#65;",
			"&amp;lt;&amp;gt;&amp;amp;&amp;quot;&amp;#65;", "<>&\"A"},
		{"entity", "&#; &#200; &#xx; &eacute; & &lt",
			"&amp;#; &amp;#200; &amp;#xx; &amp;eacute; &amp; &amp;lt",
			"&#; &#200; &#xx; &eacute; & &lt"},
		{"url", "a b/\xc3\xa9?=+%41", "a%20b/%c3%a9%3f=+%2541", "a b/\xc3\xa9?=+A"},
		{"urlencoded", "a b/+%41*-._", "a+b%2f%2b%2541*-._", "a b/ A*-._"},
		{"url", "%zz%4%00", "%25zz%254%2500", "%zz%4%00"},
		{"base64", "", "", ""},
		{"base64", "YQ==", "WVE9PQ==", "a"},
		{"base64", "YWJj", "WVdKag==", "abc"},
		{"base64", "abc", "YWJj", "i\xb7"},
		{"Base64", "ab", "YWI=", "i"},
		{"url,entity", "<&", "%3c&amp;", "<&"},
		{"url, base64", "a b", "YSUyMGI=", NULL},
		{"nope", "a", NULL, NULL},
		{"url,nope", "a", NULL, NULL},
		{"", "a", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct slice names = slice_of(rows[i].names), text = slice_of(rows[i].text);
		struct buf to = {0};

		buf_add_char(&to, '>');
		assert_int_equal(ssi_format_encode(names, text, &to), rows[i].encoded != NULL);
		assert_string_equal(to.bytes + 1, rows[i].encoded ? rows[i].encoded : "");
		to.length = 1;
		to.bytes[1] = '\0';
		if (rows[i].decoded || !rows[i].encoded) {
			assert_int_equal(
				ssi_format_decode(names, text, &to), rows[i].decoded != NULL);
			assert_string_equal(to.bytes + 1, rows[i].decoded ? rows[i].decoded : "");
		}
		buf_finish(&to);
	}
}

static void
sizes(void **state)
{
	static const struct {
		uint64_t size;
		const char *exact, *brief;
	} rows[] = {
		{0, "0", "  0 "},
		{972, "972", "972 "},
		{973, "973", "1.0K"},
		{1024, "1,024", "1.0K"},
		{9999, "9,999", "9.8K"},
		{10240, "10,240", " 10K"},
		{1048575, "1,048,575", "1.0M"},
		{1234567, "1,234,567", "1.2M"},
		{UINT64_C(1) << 40, "1,099,511,627,776", "1.0T"},
		{UINT64_MAX, "18,446,744,073,709,551,615", " 16E"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf to = {0};

		ssi_format_size(rows[i].size, false, &to);
		assert_string_equal(to.bytes, rows[i].exact);
		buf_clear(&to);
		ssi_format_size(rows[i].size, true, &to);
		assert_string_equal(to.bytes, rows[i].brief);
		buf_finish(&to);
	}
}

static void
times(void **state)
{
	static const struct {
		const char *format;
		bool is_gmt;
		const char *text;
	} rows[] = {
		{"%A, %d-%b-%Y %H:%M:%S %Z", true, "Monday, 03-Feb-2020 04:05:06 GMT"},
		{"%H %Z %%", false, "05 CET %"},
		{"", false, ""},
		{"", true, ""},
		{"%%Z%Z%%%Z %H", true, "%ZGMT%GMT 04"},
		{"[%k|%l|%P|%p]", true, "[ 4| 4|am|AM]"},
		{"no time", true, "no time"},
		/* What is no conversion. */
		{"%Y %! %Y", true, "2020 %! 2020"},
		{"%Y%", true, "2020%"},
		{"%00000000000000000000000000000000d %m", true,
			"%00000000000000000000000000000000d 02"},
	};
	struct buf to = {0};

	(void)state;
	setenv("TZ", "CET-1", 1);
	tzset();
	for (size_t i = 0; i < ROWS(rows); i++) {
		buf_clear(&to);
		ssi_format_time(1580702706, rows[i].format, rows[i].is_gmt, &to);
		assert_string_equal(to.bytes, rows[i].text);
		assert_int_equal(to.length, strlen(rows[i].text));
	}
	buf_clear(&to);
	ssi_format_time(1580702706 + 12 * 3600, "[%k|%l|%P]", true, &to);
	assert_string_equal(to.bytes, "[16| 4|pm]");
	buf_finish(&to);
}

/* A text of 1,024 bytes or more is not made at all. */
static void
a_long_time(void **state)
{
	char format[2 * 600 + 1] = "";
	struct buf to = {0};

	(void)state;
	for (size_t i = 0; i < 511; i++)
		strcat(format, "%d");
	ssi_format_time(0, format, true, &to);
	assert_int_equal(to.length, 1022);
	buf_clear(&to);
	strcat(format, "%d");
	ssi_format_time(0, format, true, &to);
	assert_int_equal(to.length, 0);
	for (size_t i = 0; i < 80; i++)
		strcat(format, "%d");
	ssi_format_time(0, format, true, &to);
	assert_int_equal(to.length, 0);
	buf_finish(&to);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encodings),
		cmocka_unit_test(sizes),
		cmocka_unit_test(times),
		cmocka_unit_test(a_long_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
