#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "html/charset.h"

/* Examines a copy of exactly these bytes, so that the sanitizer sees one byte read too many. */
static void
ask(char name[CHARSET_NAME_SIZE], enum charset_syntax syntax, const char *bytes, size_t length,
	bool whole)
{
	char *copy = mem_resize(NULL, length);

	memcpy(copy, bytes, length);
	charset_name(name, syntax, copy, length, whole);
	free(copy);
}

#define BYTES(text) text, sizeof(text) - 1
/* Makes a document that is not valid UTF-8, so that only its declaration decides. */
#define GUESS "\xff"

static void
test_bom(void **state)
{
	static const struct {
		const char *label, *bytes;
		size_t length;
		enum charset_bom bom;
	} rows[] = {
		{"nothing", BYTES(""), CHARSET_NO_BOM},
		{"UTF-8", BYTES("\xef\xbb\xbfx"), CHARSET_BOM_UTF8},
		{"UTF-8 alone", BYTES("\xef\xbb\xbf"), CHARSET_BOM_UTF8},
		{"half of it", BYTES("\xef\xbb"), CHARSET_NO_BOM},
		{"UTF-16LE", BYTES("\xff\xfex\0"), CHARSET_BOM_UTF16LE},
		{"UTF-16BE", BYTES("\xfe\xff\0x"), CHARSET_BOM_UTF16BE},
		{"half of it", BYTES("\xff"), CHARSET_NO_BOM},
		{"behind something", BYTES(" \xef\xbb\xbf"), CHARSET_NO_BOM},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		print_message("  %s\n", rows[i].label);
		assert_int_equal(charset_bom(rows[i].bytes, rows[i].length), rows[i].bom);
	}
}

struct name_row {
	const char *label;
	enum charset_syntax syntax;
	const char *text, *name;
};

#define LABEL_40 "a123456789b123456789c123456789d123456789"

static const struct name_row name_rows[] = {
	{"nothing", CHARSET_TEXT, "", "utf-8"},
	{"ASCII", CHARSET_TEXT, "abc", "utf-8"},
	{"UTF-8", CHARSET_TEXT, "\xc3\xa4", "utf-8"},
	{"Latin-1", CHARSET_TEXT, "\xe4", ""},
	{"a declaration in a text is none", CHARSET_TEXT, "<meta charset=gbk>" GUESS, ""},
	{"a byte order mark", CHARSET_TEXT, "\xef\xbb\xbf" GUESS, "utf-8"},
	{"a byte order mark of UTF-16LE", CHARSET_CSS, "\xff\xfe", "utf-16le"},
	{"a byte order mark of UTF-16BE", CHARSET_HTML, "\xfe\xff", "utf-16be"},
	{"a byte order mark wins", CHARSET_HTML, "\xef\xbb\xbf<meta charset=gbk>", "utf-8"},

	{"meta charset", CHARSET_HTML, "<meta charset=\"gbk\">" GUESS, "gbk"},
	{"it beats a guess", CHARSET_HTML, "<meta charset=\"gbk\">", "gbk"},
	{"as it is written", CHARSET_HTML, "<META CharSet=Shift_JIS>", "Shift_JIS"},
	{"single quotes", CHARSET_HTML, "<meta charset='iso_8859-1:1987'>", "iso_8859-1:1987"},
	{"no quotes, a slash", CHARSET_HTML, "<meta charset=gbk />", "gbk"},
	{"a slash for a blank", CHARSET_HTML, "<meta/charset=gbk>", "gbk"},
	{"blanks around", CHARSET_HTML, "<meta\n\tcharset = \" gbk \" >", "gbk"},
	{"behind other tags", CHARSET_HTML,
		"<!DOCTYPE html><html lang='>'><head><title>x</title><meta name=a content=b>"
		"<meta charset=gbk>",
		"gbk"},
	{"the first one", CHARSET_HTML, "<meta charset=gbk><meta charset=big5>", "gbk"},
	{"the first attribute", CHARSET_HTML, "<meta charset=gbk charset=big5>", "gbk"},
	{"an impossible label is passed over", CHARSET_HTML,
		"<meta charset='g b'><meta charset=big5>", "big5"},
	{"an empty label is passed over", CHARSET_HTML, "<meta charset><meta charset=big5>",
		"big5"},
	{"the longest label", CHARSET_HTML, "<meta charset=" LABEL_40 ">", LABEL_40},
	{"too long a label", CHARSET_HTML, "<meta charset=" LABEL_40 "x>" GUESS, ""},
	{"a label that breaks lines", CHARSET_HTML, "<meta charset='a\r\nX: y'>" GUESS, ""},
	{"a label with a semicolon", CHARSET_HTML, "<meta charset='a;b'>" GUESS, ""},
	{"utf-16 cannot be", CHARSET_HTML, "<meta charset=UTF-16LE>", "utf-8"},
	{"unicode cannot be", CHARSET_HTML, "<meta charset=unicode>" GUESS, "utf-8"},
	{"x-user-defined", CHARSET_HTML, "<meta charset=X-User-Defined>", "windows-1252"},
	{"pragma", CHARSET_HTML,
		"<meta http-equiv=\"Content-Type\" content=\"text/html; charset=gbk\">", "gbk"},
	{"pragma, another order", CHARSET_HTML,
		"<meta content='text/html;CHARSET = \"gbk\" ;x' http-equiv=content-type>", "gbk"},
	{"pragma, single quotes", CHARSET_HTML,
		"<meta content=\"charset='gbk'\" http-equiv=content-type>", "gbk"},
	{"pragma, a quote that stays open", CHARSET_HTML,
		"<meta content=\"charset='gbk\" http-equiv=content-type>" GUESS, ""},
	{"pragma, the second charset", CHARSET_HTML,
		"<meta content='charset x charset=gbk;y' http-equiv=content-type>", "gbk"},
	{"pragma without charset", CHARSET_HTML,
		"<meta http-equiv=content-type content=text/html>" GUESS, ""},
	{"pragma without content", CHARSET_HTML, "<meta http-equiv=content-type>" GUESS, ""},
	{"content without pragma", CHARSET_HTML, "<meta content='charset=gbk'>" GUESS, ""},
	{"another pragma", CHARSET_HTML, "<meta http-equiv=refresh content='0;charset=gbk'>" GUESS,
		""},
	{"charset beats pragma", CHARSET_HTML,
		"<meta http-equiv=content-type content='charset=gbk' charset=big5>", "big5"},
	{"in a comment", CHARSET_HTML, "<!-- <meta charset=gbk> -->" GUESS, ""},
	{"behind a comment", CHARSET_HTML, "<!-- > --><meta charset=gbk>", "gbk"},
	{"behind an abrupt comment", CHARSET_HTML, "<!--><meta charset=gbk>-->", "gbk"},
	{"behind half a comment", CHARSET_HTML, "<!-- <meta charset=gbk>" GUESS, ""},
	{"in an attribute", CHARSET_HTML, "<p a='<meta charset=gbk>'>" GUESS, ""},
	{"in an end tag's attribute", CHARSET_HTML, "</p a='<meta charset=gbk>'>" GUESS, ""},
	{"in a bogus comment", CHARSET_HTML, "<?x <meta charset=gbk>" GUESS, ""},
	{"metal is not meta", CHARSET_HTML, "<metal charset=gbk>" GUESS, ""},
	{"an end tag is no meta", CHARSET_HTML, "</meta charset=gbk>" GUESS, ""},
	{"data-charset is not charset", CHARSET_HTML, "<meta data-charset=gbk>" GUESS, ""},
	{"an equals sign first", CHARSET_HTML, "<meta =charset=gbk>" GUESS, ""},
	{"a tag that is cut off", CHARSET_HTML, "<meta charset=gbk" GUESS, ""},
	{"one that is cut off behind it", CHARSET_HTML, "<meta charset=gbk a='>" GUESS, ""},
	{"XML's declaration in HTML", CHARSET_HTML, "<?xml version='1.0' encoding='gbk'?>" GUESS,
		""},

	{"XML", CHARSET_XML, "<?xml version=\"1.0\" encoding=\"EUC-JP\"?><a/>", "EUC-JP"},
	{"XML, single quotes", CHARSET_XML, "<?xml version='1.0' encoding = 'gbk' ?><a/>", "gbk"},
	{"XML, standalone", CHARSET_XML,
		"<?xml version='1.0' encoding='gbk' standalone='yes'?><a/>", "gbk"},
	{"XML without encoding", CHARSET_XML, "<?xml version='1.0'?><a b='encoding'/>" GUESS, ""},
	{"XML without declaration", CHARSET_XML, "<a encoding='gbk'/>" GUESS, ""},
	{"XML, not at the front", CHARSET_XML, " <?xml encoding='gbk'?>" GUESS, ""},
	{"XML, another instruction", CHARSET_XML, "<?xmlx encoding='gbk'?>" GUESS, ""},
	{"XML, capitals", CHARSET_XML, "<?xml ENCODING='gbk'?>" GUESS, ""},
	{"XML, utf-16 cannot be", CHARSET_XML, "<?xml version='1.0' encoding='UTF-16'?>", "utf-8"},
	{"XML, meta does not count", CHARSET_XML, "<meta charset='gbk'/>" GUESS, ""},
	{"XML, cut off", CHARSET_XML, "<?xml encoding='gbk" GUESS, ""},

	{"CSS", CHARSET_CSS, "@charset \"gbk\";a{}", "gbk"},
	{"CSS, utf-16 cannot be", CHARSET_CSS, "@charset \"utf-16be\";", "utf-8"},
	{"CSS, single quotes", CHARSET_CSS, "@charset 'gbk';" GUESS, ""},
	{"CSS, capitals", CHARSET_CSS, "@CHARSET \"gbk\";" GUESS, ""},
	{"CSS, two blanks", CHARSET_CSS, "@charset  \"gbk\";" GUESS, ""},
	{"CSS, a blank before the semicolon", CHARSET_CSS, "@charset \"gbk\" ;" GUESS, ""},
	{"CSS, not at the front", CHARSET_CSS, "\n@charset \"gbk\";" GUESS, ""},
	{"CSS, no semicolon", CHARSET_CSS, "@charset \"gbk\"", "utf-8"},
	{"CSS, cut off", CHARSET_CSS, "@charset \"gb" GUESS, ""},
};

static void
test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(name_rows); i++) {
		const struct name_row *row = &name_rows[i];
		char name[CHARSET_NAME_SIZE];

		print_message("  %s\n", row->label);
		ask(name, row->syntax, row->text, strlen(row->text), true);
		assert_string_equal(name, row->name);
	}
}

/* Nothing is read behind the end, wherever the end is. */
static void
test_every_beginning(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(name_rows); i++) {
		const char *text = name_rows[i].text;

		for (size_t length = 0; length < strlen(text); length++) {
			char name[CHARSET_NAME_SIZE];

			ask(name, name_rows[i].syntax, text, length, false);
			assert_true(strlen(name) < sizeof(name));
		}
	}
}

static void
test_only_the_front_counts(void **state)
{
	static const char meta[] = "<meta charset=gbk>";

	(void)state;
	for (size_t end = 1020; end < 1030; end++) {
		struct buf text = {0};
		char name[CHARSET_NAME_SIZE];

		while (text.length < end - strlen(meta))
			buf_add_char(&text, ' ');
		buf_add_text(&text, meta);
		ask(name, CHARSET_HTML, text.bytes, text.length, true);
		assert_string_equal(name, end <= 1024 ? "gbk" : "utf-8");
		buf_finish(&text);
	}
}

static void
test_declarations(void **state)
{
	static const struct {
		enum charset_syntax syntax;
		const char *text;
		bool is_declared;
	} rows[] = {
		{CHARSET_HTML, "<meta charset=utf-8>", true},
		{CHARSET_HTML, "<meta charset=gbk>", true},
		{CHARSET_HTML, "<p>x", false},
		{CHARSET_HTML, "\xc3\xa4", false},
		{CHARSET_TEXT, "<meta charset=gbk>", false},
		{CHARSET_TEXT, "\xef\xbb\xbf", true},
		{CHARSET_CSS, "@charset \"x\";", true},
		{CHARSET_XML, "<?xml version='1.0' encoding='x'?>", true},
		{CHARSET_XML, "<?xml version='1.0'?>", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_int_equal(
			charset_is_declared(rows[i].syntax, rows[i].text, strlen(rows[i].text)),
			rows[i].is_declared);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bom),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_every_beginning),
		cmocka_unit_test(test_only_the_front_counts),
		cmocka_unit_test(test_declarations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
