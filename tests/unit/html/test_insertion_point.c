#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "html/insertion_point.h"

/* A '^', which is removed, marks the expected place; without one, NOWHERE is expected. */
struct row {
	const char *label, *document;
};

/*
 * Finds the place in a copy of exactly these bytes, so that the sanitizer sees one byte read too
 * many.
 */
static enum insertion_point_verdict
place(enum html_syntax syntax, const char *bytes, size_t length, bool whole, size_t *offset)
{
	char *copy = mem_resize(NULL, length);
	enum insertion_point_verdict verdict;

	memcpy(copy, bytes, length);
	verdict = insertion_point_find(syntax, copy, length, whole, offset);
	free(copy);
	return verdict;
}

static enum insertion_point_verdict
split_row(const struct row *row, struct buf *document, size_t *offset)
{
	const char *mark = strchr(row->document, '^');

	*offset = mark ? (size_t)(mark - row->document) : 0;
	buf_clear(document);
	buf_add(document, row->document, mark ? *offset : strlen(row->document));
	if (mark)
		buf_add_text(document, mark + 1);
	return mark ? INSERTION_POINT_FOUND : INSERTION_POINT_NONE;
}

/* Every beginning of a document has the same place as the whole document, or needs more bytes. */
static void
check_beginnings(enum html_syntax syntax, const struct buf *document,
	enum insertion_point_verdict verdict, size_t expected)
{
	bool is_known = false;

	for (size_t length = 0; length <= document->length; length++) {
		size_t offset;
		enum insertion_point_verdict response = place(
			syntax, document->bytes, length, false, &offset);

		if (response == INSERTION_POINT_NEEDS_MORE && !is_known)
			continue;
		is_known = true;
		assert_int_equal(response, verdict);
		if (verdict == INSERTION_POINT_FOUND)
			assert_int_equal(offset, expected);
	}
}

/* The same document in UTF-16 has its place at the same character. */
static void
check_utf16(enum html_syntax syntax, const struct buf *document,
	enum insertion_point_verdict verdict, size_t expected, bool big)
{
	struct buf wide = {0};
	size_t bom = strncmp(document->bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	size_t offset;

	buf_add(&wide, big ? "\xfe\xff" : "\xff\xfe", 2);
	for (size_t i = bom; i < document->length; i++) {
		buf_add_char(&wide, big ? '\0' : document->bytes[i]);
		buf_add_char(&wide, big ? document->bytes[i] : '\0');
	}
	assert_int_equal(
		insertion_point_find_utf16(syntax, wide.bytes, wide.length, true, big, &offset),
		verdict);
	if (verdict == INSERTION_POINT_FOUND)
		assert_int_equal(offset, 2 + 2 * (expected - bom));
	buf_finish(&wide);
}

static void
check_rows(enum html_syntax syntax, const struct row *rows, size_t count)
{
	struct buf document = {0};

	for (size_t i = 0; i < count; i++) {
		size_t expected, offset;
		enum insertion_point_verdict verdict = split_row(&rows[i], &document, &expected);

		print_message("  %s\n", rows[i].label);
		assert_int_equal(
			place(syntax, document.bytes, document.length, true, &offset), verdict);
		if (verdict == INSERTION_POINT_FOUND)
			assert_int_equal(offset, expected);
		check_beginnings(syntax, &document, verdict, expected);
		check_utf16(syntax, &document, verdict, expected, false);
		check_utf16(syntax, &document, verdict, expected, true);
	}
	buf_finish(&document);
}

static const struct row html_rows[] = {
	{"a usual page", "<!DOCTYPE html>\n<html lang=\"en\">\n<head>^\n<title>x</title></head>"},
	{"capital letters", "<!doctype HTML><HTML><HEAD>^<TITLE>x</TITLE>"},
	{"no head", "<!DOCTYPE html><html>^<body>x</body></html>"},
	{"no html", "<!DOCTYPE html>\n<head>^</head>"},
	{"only a title", "<!DOCTYPE html>\n^<title>x</title>"},
	{"title first", "^<title>x</title><p>y"},
	{"body first", "^<body>x</body>"},
	{"text first", "^Hello, <b>world</b>"},
	{"text behind the doctype", "<!DOCTYPE html>\n^Hello"},
	{"text behind html", "<html> ^x<head></head>"},
	{"byte order mark", "\xef\xbb\xbf<!DOCTYPE html><head>^"},
	{"byte order mark and text", "\xef\xbb\xbf^x"},
	{"half a byte order mark is text", "^\xef\xbb<html><head>"},
	{"a second byte order mark is text", "\xef\xbb\xbf^\xef\xbb\xbf<html><head>"},
	{"white space first", " \t\r\n\f<head>^<title>"},
	{"a vertical tab is text", "^\v<html><head>"},
	{"header is not head", "<html>^<header>x</header>"},
	{"headings are not head", "^<h1>x</h1>"},
	{"html5 is not html", "^<html5><head>"},
	{"head with attributes", "<head data-a=b class='c d'>^<title>"},
	{"head that closes itself", "<head/>^<title>"},
	{"head that closes itself, blank", "<head />^<title>"},
	{"head on two lines", "<head\n\tid=a\n>^<title>"},
	{"html in html", "<html><html lang=en><head>^"},
	{"a head behind body does not count", "^<body><head></head>"},
	{"a script first", "^<script>'</head>'</script><head>"},
	{"an end of head in a script", "<head>^<script>document.write('</head><body>')</script>"},
	{"an end of body in a script", "<!doctype html>^<script>var a = '</body>'</script>"},

	{"'>' in single quotes", "<html data-x='>'><head>^"},
	{"'>' in double quotes", "<html data-x=\"a>b\" lang=en><head>^"},
	{"the other quote in quotes", "<html a=\"'>\" b='\">'><head>^"},
	{"a quote in a name", "<html a\"b><head>^\">"},
	{"a quote first in a name", "<html \"><head>^\">"},
	{"a quote in an unquoted value", "<html a=b\"><head>^\">"},
	{"an equals sign first", "<html =\"><head>^\">"},
	{"two equals signs", "<html a==\"><head>^\">"},
	{"blanks around the equals sign", "<html a = '>'><head>^"},
	{"no value", "<html a=><head>^"},
	{"a slash in an unquoted value", "<html a=/><head>^"},
	{"a slash behind a name", "<html a/='>^'><head>"},
	{"an attribute glued to a value", "<html a='>'b='>'><head>^"},
	{"a slash in the name's place", "<html/lang=en><head>^"},

	{"a comment", "<!-- <head> --><head>^"},
	{"'>' in a comment", "<!-- a > b -> c --><head>^"},
	{"a comment behind the doctype", "<!DOCTYPE html><!-- x --><html><!-- y --><head>^"},
	{"an empty comment", "<!----><head>^"},
	{"an abrupt comment", "<!--><head>^-->"},
	{"an abrupt comment with a dash", "<!---><head>^-->"},
	{"a comment with a bang", "<!--x--!><head>^-->"},
	{"a comment of a bang", "<!----!><head>^-->"},
	{"a bang without dashes", "<!--!><head>--><head>^"},
	{"a bang behind one dash", "<!---!><head>--><head>^"},
	{"more dashes", "<!------><head>^"},
	{"a comment in a comment", "<!-- <!-- --><head>^ -->"},
	{"a comment that opens at its end", "<!-- <!--><head>^"},
	{"a conditional comment", "<!--[if IE]><html class=ie><head><![endif]--><head>^"},
	{"one that others see", "<!--[if !IE]><!--><html><!--<![endif]--><head>^"},
	{"a downlevel-revealed one", "<![if !IE]><html><![endif]><head>^"},
	{"bogus: a question mark", "<?xml version=\"1.0\"?><!DOCTYPE html><head>^"},
	{"bogus: PHP", "<?php echo 1 ?>\n<head>^"},
	{"bogus: '>' inside ends it", "<?php a->^b ?><head>"},
	{"bogus: an end tag", "</ x><head>^"},
	{"bogus: an empty end tag", "</><head>^"},
	{"bogus: CDATA", "<![CDATA[x]]><head>^"},
	{"bogus: a dash only", "<!-x><head>^-->"},
	{"bogus: nothing", "<!><head>^"},
	{"'<' and a blank is text", "^< head>"},
	{"'<' and a digit is text", "^<1><head>"},
	{"two of them", "^<<head>"},

	{"a doctype with public identifier",
		"<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0//EN\" \"http://a/\"><head>^"},
	{"'>' ends a doctype in quotes too", "<!DOCTYPE html PUBLIC \"a>^b\"><head>"},
	{"an internal subset is none", "<!DOCTYPE html [<!ENTITY a \"b\">^]><head>"},
	{"two doctypes", "<!DOCTYPE html><!DOCTYPE html><head>^"},
	{"a doctype behind html", "<html><!DOCTYPE html><head>^"},

	{"end of head first", "^</head><title>"},
	{"end of body first", "^</body>"},
	{"end of html behind html", "<html>^</html>"},
	{"a line break's end tag", "^</br>"},
	{"an end tag that is ignored", "</div><html></p a='>'><head>^"},
	{"an end tag like head", "</header><head>^"},
};

static void
test_html(void **state)
{
	(void)state;
	check_rows(HTML_SYNTAX_HTML, html_rows, ROWS(html_rows));
}

/* Only the end of the document decides these: their beginnings need more bytes. */
static const struct row cut_rows[] = {
	{"nothing", "^"},
	{"white space", " \n^"},
	{"a byte order mark", "\xef\xbb\xbf^"},
	{"half a byte order mark", "^\xef\xbb"},
	{"a doctype", "<!DOCTYPE html>\n^"},
	{"half a doctype", "^<!DOCTYPE htm"},
	{"a comment", "<!-- x -->^"},
	{"half a comment", "<!DOCTYPE html>^<!-- <head> --"},
	{"half a bogus comment", "^<?xml "},
	{"half a tag", "<!DOCTYPE html><html>^<head class='>"},
	{"half a name", "^<hea"},
	{"a '<'", "<html>^<"},
	{"half an end tag", "^</"},
	{"half an end tag's name", "^</hea"},
	{"half an ignored end tag", "^</div "},
	{"html only", "<html>^"},
};

static void
test_html_cut_off(void **state)
{
	struct buf document = {0};

	(void)state;
	for (size_t i = 0; i < ROWS(cut_rows); i++) {
		size_t expected, offset;

		print_message("  %s\n", cut_rows[i].label);
		split_row(&cut_rows[i], &document, &expected);
		assert_int_equal(
			place(HTML_SYNTAX_HTML, document.bytes, document.length, true, &offset),
			INSERTION_POINT_FOUND);
		assert_int_equal(offset, expected);
		for (size_t length = 0; length <= document.length; length++)
			assert_int_equal(
				place(HTML_SYNTAX_HTML, document.bytes, length, false, &offset),
				INSERTION_POINT_NEEDS_MORE);
	}
	buf_finish(&document);
}

static const struct row xml_rows[] = {
	{"svg", "<svg xmlns=\"http://www.w3.org/2000/svg\">^<path d=\"\"/></svg>"},
	{"svg with a prolog", "<?xml version=\"1.0\"?>\n<!-- x > y -->\n<?xml-stylesheet "
			      "href='a>b'?>\n<svg>^</svg>"},
	{"svg with a byte order mark", "\xef\xbb\xbf<svg>^</svg>"},
	{"a prefix", "<svg:svg xmlns:svg='a'>^<svg:g/></svg:svg>"},
	{"a doctype", "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"a>b\"><svg>^</svg>"},
	{"an internal subset", "<!DOCTYPE svg [ <!ENTITY ns \"http://a/>]\"> ]><svg>^</svg>"},
	{"a quote and brackets in its comment",
		"<!DOCTYPE svg [<!-- it's ]> --><?p ']> ?><!ELEMENT a (b)>]  ><svg>^</svg>"},
	{"'>' in quotes", "<svg a='>' b=\"/>\">^</svg>"},
	{"a slash in quotes", "<svg a=\"/\">^</svg>"},
	{"svg in capitals is another root", "<SVG>^</SVG>"},
	{"bytes above 0x7f", "<\xc3\xa4>^</\xc3\xa4>"},
	{"a feed", "<rss version='2.0'>^<channel/></rss>"},

	{"xhtml", "<?xml version='1.0'?><!DOCTYPE html><html "
		  "xmlns='a'>\n<head>^<title/></head></html>"},
	{"head with attributes", "<html><head profile='>'>^</head></html>"},
	{"prefixed head", "<h:html xmlns:h='a'><h:head>^</h:head></h:html>"},
	{"what may be before head",
		"<html>x<!-- <head> --><?p <head>?><![CDATA[<head>]]><head>^</head>"},
	{"no head", "<html>^<body><head></head></body></html>"},
	{"head that closes itself", "<html>^<head/><body/></html>"},
	{"html without content", "<html>^</html>"},
	{"head in capitals is no head", "<html>^<HEAD></HEAD></html>"},
	{"head as root", "<head>^</head>"},

	{"an empty root", "<svg/>"},
	{"an empty root with attributes", "<svg a='>' />"},
	{"an empty html", "<html/>"},
	{"text first", "x<svg></svg>"},
	{"an end tag first", "</svg><svg></svg>"},
	{"CDATA first", "<![CDATA[x]]><svg></svg>"},
	{"small letters in the doctype", "<!doctype svg><svg></svg>"},
	{"no name", "< svg></svg>"},
	{"a digit for a name", "<1></1>"},
	{"'<' in a tag", "<svg <g></svg>"},
	{"'<' in a name", "<svg<g></svg>"},
	{"'<!' behind html", "<html><!x><head></head></html>"},
	{"nothing like a declaration", "<!x><svg></svg>"},
};

static void
test_xml(void **state)
{
	(void)state;
	check_rows(HTML_SYNTAX_XML, xml_rows, ROWS(xml_rows));
}

static const struct row xml_cut_rows[] = {
	{"nothing", "^"},
	{"white space", "\n ^"},
	{"a prolog", "<?xml version='1.0'?>^"},
	{"half a prolog", "^<?xml ?"},
	{"half a comment", "^<!-- <svg> -"},
	{"half a doctype", "^<!DOCTYPE svg [ ]"},
	{"half a doctype's name", "^<!DOCTY"},
	{"a quote that stays open", "^<!DOCTYPE svg \"><svg></svg>"},
	{"half a tag", "^<svg a='>"},
	{"half a name", "^<sv"},
	{"half a tag behind a prolog", "<?xml version='1.0'?>\n^<svg "},
	{"text", "svg"},
	{"half an html", "<html>^"},
	{"half a head", "<html>^\n<!-- x --><head a"},
	{"half a comment behind html", "<html>^<!-"},
};

static void
test_xml_cut_off(void **state)
{
	struct buf document = {0};

	(void)state;
	buf_add_text(&document, "");
	for (size_t i = 0; i < ROWS(xml_cut_rows); i++) {
		size_t expected, offset;
		enum insertion_point_verdict verdict = split_row(
			&xml_cut_rows[i], &document, &expected);

		print_message("  %s\n", xml_cut_rows[i].label);
		assert_int_equal(
			place(HTML_SYNTAX_XML, document.bytes, document.length, true, &offset),
			verdict);
		if (verdict == INSERTION_POINT_FOUND)
			assert_int_equal(offset, expected);
		for (size_t length = 0; length <= document.length; length++)
			assert_int_equal(
				place(HTML_SYNTAX_XML, document.bytes, length, false, &offset),
				INSERTION_POINT_NEEDS_MORE);
	}
	buf_finish(&document);
}

static void
test_utf16(void **state)
{
	static const struct {
		const char *label, *bytes;
		size_t length;
		bool whole, big;
		enum insertion_point_verdict verdict;
		size_t offset;
	} rows[] = {
		{"nothing yet", "", 0, false, false, INSERTION_POINT_NEEDS_MORE, 0},
		{"half a mark", "\xff", 1, false, false, INSERTION_POINT_NEEDS_MORE, 0},
		{"a mark only", "\xff\xfe", 2, false, false, INSERTION_POINT_NEEDS_MORE, 0},
		{"a mark only, whole", "\xfe\xff", 2, true, true, INSERTION_POINT_FOUND, 2},
		{"half a character, whole", "\xff\xfe ", 3, true, false, INSERTION_POINT_FOUND, 2},
		{"another '<' is none", "\xff\xfe<\x01", 4, true, false, INSERTION_POINT_FOUND, 2},
		{"a character above 0x7f is text", "\xfe\xff\x00\xa0", 4, true, true,
			INSERTION_POINT_FOUND, 2},
		{"the letters of a mark of UTF-8", "\xff\xfe\xef\x00\xbb\x00\xbf\x00 \x00", 10,
			true, false, INSERTION_POINT_FOUND, 2},
		{"no mark", "<\0h\0t\0m\0l\0>\0x\0", 14, true, false, INSERTION_POINT_FOUND, 12},
		{"a name above 0x7f", "\xfe\xff\0<\0h\0e\0a\0d\x20\x28\0>", 16, true, true,
			INSERTION_POINT_FOUND, 2},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		size_t offset;

		print_message("  %s\n", rows[i].label);
		assert_int_equal(insertion_point_find_utf16(HTML_SYNTAX_HTML, rows[i].bytes,
					 rows[i].length, rows[i].whole, rows[i].big, &offset),
			rows[i].verdict);
		if (rows[i].verdict == INSERTION_POINT_FOUND)
			assert_int_equal(offset, rows[i].offset);
	}
}

static void
test_utf16_beginnings(void **state)
{
	static const char document[] =
		"\xff\xfe<\0!\0D\0>\0<\0h\0t\0m\0l\0 \0a\0=\0'\0>\0'\0>\0<\0h\0e\0a\0d\0>\0x";

	(void)state;
	for (size_t length = 0; length <= sizeof(document); length++) {
		size_t offset;
		enum insertion_point_verdict verdict = insertion_point_find_utf16(
			HTML_SYNTAX_HTML, document, length, false, false, &offset);

		assert_int_equal(verdict, length < sizeof(document) - 2 ? INSERTION_POINT_NEEDS_MORE
									: INSERTION_POINT_FOUND);
		if (verdict == INSERTION_POINT_FOUND)
			assert_int_equal(offset, sizeof(document) - 2);
	}
}

/* A megabyte of input that could be scanned repeatedly is scanned once. */
static void
test_long_documents(void **state)
{
	static const char *const pieces[] = {"<!--", "<!-- -->", "<?", "</a>", "<html>",
		"<html a='", "--", "<!DOCTYPE x[", " ", "</", "<!DOCTYPE x>", "<![CDATA[", "'",
		"<?p?>"};

	(void)state;
	for (size_t i = 0; i < 2 * ROWS(pieces); i++) {
		struct buf document = {0};
		size_t offset;

		print_message("  %s\n", pieces[i / 2]);
		while (document.length < 1 << 20)
			buf_add_text(&document, pieces[i / 2]);
		insertion_point_find(i % 2 ? HTML_SYNTAX_XML : HTML_SYNTAX_HTML, document.bytes,
			document.length, true, &offset);
		buf_finish(&document);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_html_cut_off),
		cmocka_unit_test(test_xml),
		cmocka_unit_test(test_xml_cut_off),
		cmocka_unit_test(test_utf16),
		cmocka_unit_test(test_utf16_beginnings),
		cmocka_unit_test(test_long_documents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
