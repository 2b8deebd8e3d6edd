#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "live/syntax_check.h"

static void
names(void **state)
{
	static const struct {
		const char *path;
		enum syntax_kind kind;
	} rows[] = {
		{"style.css", SYNTAX_CSS},
		{"a/B.CSS", SYNTAX_CSS},
		{"data.json", SYNTAX_JSON},
		{"a/b/data.JSON", SYNTAX_JSON},
		{"app.webmanifest", SYNTAX_JSON},
		{"index.html", SYNTAX_NOTHING},
		{"css", SYNTAX_NOTHING},
		{"style.scss", SYNTAX_NOTHING},
		{"data.jsonc", SYNTAX_NOTHING},
		{"data.json5", SYNTAX_NOTHING},
		{"app.js", SYNTAX_NOTHING},
		{"tsconfig.json", SYNTAX_NOTHING},
		{"a/jsconfig.json", SYNTAX_NOTHING},
		{".vscode/settings.json", SYNTAX_NOTHING},
		{"a/.eslintrc.json", SYNTAX_NOTHING},
		{"my.tsconfig.json", SYNTAX_JSON},
		{"a.b/c.json", SYNTAX_JSON},
		{"", SYNTAX_NOTHING},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_int_equal(syntax_kind_of(slice_of(rows[i].path)), rows[i].kind);
}

struct row {
	const char *text;
	size_t line, column;
	const char *what;
};

/*
 * From a copy of exactly these bytes, so that the sanitizer sees one read too many. Line 0 is for
 * no problem.
 */
static void
check_one(enum syntax_kind kind, const char *text, size_t line, size_t column, const char *what)
{
	size_t length = strlen(text);
	char *copy = mem_resize(NULL, length);
	struct syntax_problem problem = {0};

	memcpy(copy, text, length);
	print_message("  %s\n", text);
	assert_int_equal(syntax_check(kind, (struct slice){copy, length}, &problem), line > 0);
	assert_int_equal(problem.line, line);
	assert_int_equal(problem.column, column);
	if (line)
		assert_string_equal(problem.what, what);
	free(copy);
}

static void
good_css(void **state)
{
	static const char *const rows[] = {
		"",
		"\n",
		"a { color: red }",
		"\xef\xbb\xbf@charset \"utf-8\";\na{}",
		"@media (min-width: 1px) { a { color: rgb(1, 2, 3) } }",
		"a { &:hover { b: c } .d & { e: f } }",
		"a[href=\"}\"]::after { content: \"{ ( [ '\" }",
		"a { content: '\\'}' ; b: \"\\\"{\" }",
		"a { content: 'one\\\ntwo' }",
		"a { content: 'one\\\r\ntwo' }",
		"/* { ' \" ( [ */ a {}",
		"a { /* } */ }",
		"/**/ /***/ a{}",
		"<!-- a {} -->",
		".sm\\:p\\{ { b: c }",
		"a { b: url(data:x;base64,ab{c[d]) }",
		"a { b: url( it\\'s\\).png ) }",
		"a { b: url() } c { d: url(  ) }",
		"a { b: URL( \"x)y\" ) }",
		"@import url(foo.css) screen; @import url('a.css');",
		"@font-face { src: url(a.woff2) format(\"woff2\"), url(b.woff) }",
		":root { --a: { b: c }; --d: [ e ]; --f:; --g: (1 + 2) }",
		"a { b: my-url((c)) } d { e: curl((f)) }",
		"a { unicode-range: U+0025-00FF, u+4?? }",
		"@supports not (display: grid) { a { float: left } }",
		"a { width: calc((1px + 2px) * 3) !important }",
		"@container (width > 1px) { a:is(b, :not(c)) { d: e } }",
		"\xe2\x82\xac { content: '\xe2\x82\xac' }",
		/* not UTF-8: the second byte of a letter may look like a bracket */
		"a { content: '\x95\x5c' ",
		"\xff\xfe{",
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		check_one(SYNTAX_CSS, rows[i], 0, 0, NULL);
}

static void
broken_css(void **state)
{
	static const struct row rows[] = {
		{"a {", 1, 3, "a { is never closed"},
		{"a {}\n\nb {\n  c: d;\n", 3, 3, "a { is never closed"},
		{"a {}\r\n\r\nb {\r\n", 3, 3, "a { is never closed"},
		{"a {}\r\rb {\r", 3, 3, "a { is never closed"},
		{"@media x {\n  a {\n  }\n", 1, 10, "a { is never closed"},
		{"a {\n  b: c;\nd {\n  e: f;\n}\n", 1, 3, "a { is never closed"},
		{"a {}\n}", 2, 1, "a } closes nothing"},
		{"a { b: c) }", 1, 9, "a ) closes nothing"},
		{"a ] {}", 1, 3, "a ] closes nothing"},
		{"a {\n  b: rgb(1, 2;\n}\nc {}", 2, 9, "a ( is never closed"},
		{"a[b { c: d }", 1, 2, "a [ is never closed"},
		{"a[(b] {}", 1, 3, "a ( is never closed"},
		{"a {\n b: 'c;\n}", 2, 5, "a string is never closed"},
		{"a { b: \"c", 1, 8, "a string is never closed"},
		{"a { b: \"c\\", 1, 8, "a string is never closed"},
		{"// it's a comment\na {}", 1, 6, "a string is never closed"},
		{"a {}\n/* b", 2, 1, "a comment is never closed"},
		{"a {} /*/", 1, 6, "a comment is never closed"},
		{"a {\n b: url(c.png;\n d: e\n}", 2, 8, "a url( is never closed, or needs quotes"},
		{"a { b: url(c d.png) }", 1, 11, "a url( is never closed, or needs quotes"},
		{"a { b: url(c'd.png) }", 1, 11, "a url( is never closed, or needs quotes"},
		{"a { b: url(", 1, 11, "a url( is never closed, or needs quotes"},
		{"a { b: url('c.png; }\n", 1, 12, "a string is never closed"},
		{"a { b: url('c.png' }", 1, 11, "a ( is never closed"},
		/* Columns are those of UTF-16, and a byte order mark is none. */
		{"\xe4\xb8\xad\xe6\x96\x87 {", 1, 4, "a { is never closed"},
		{"/* \xf0\x9f\x98\x80 */ a {", 1, 12, "a { is never closed"},
		{"a {}\r\n.\xc3\xa4 {\r\n", 2, 4, "a { is never closed"},
		{"\xef\xbb\xbf"
		 "a {",
			1, 3, "a { is never closed"},
		{"\xef\xbb\xbf\na {", 2, 3, "a { is never closed"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		check_one(SYNTAX_CSS, rows[i].text, rows[i].line, rows[i].column, rows[i].what);
}

/* Deeper than any real file. */
static void
deep_css(void **state)
{
	struct syntax_problem problem;

	(void)state;
	for (int depth = 1; depth < 1000; depth += 37) {
		struct buf text = {0};

		for (int i = 0; i < depth; i++)
			buf_add_char(&text, '(');
		assert_int_equal(syntax_check(SYNTAX_CSS, buf_slice(&text), &problem), depth < 256);
		for (int i = 0; i < depth; i++)
			buf_add_char(&text, ')');
		assert_false(syntax_check(SYNTAX_CSS, buf_slice(&text), &problem));
		buf_finish(&text);
	}
}

static void
json(void **state)
{
	static const struct {
		const char *text;
		size_t line, column;
	} rows[] = {
		{"{}", 0, 0},
		{" [1, \"a\", null, {\"b\": false}] \n", 0, 0},
		{"\"text\"", 0, 0},
		{"\xef\xbb\xbf{}", 0, 0},
		{"", 1, 1},
		{" \n ", 2, 1},
		{"{\n\t\"a\": 1,\n}", 3, 1},
		{"[\n1\n2]", 3, 1},
		{"{\n'a': 1}", 2, 1},
		{"{\"a\": 1", 1, 7},
		{"{}\n\n{}", 3, 1},
		{"[1\r", 1, 3},
		{"<!doctype html>", 1, 1},
		{"{\"a\": \"//\" b}", 1, 12},
		{"{\"a\": /}", 1, 7},
		/* where a key should be */
		{"{\"a\": 1, b: 2}", 1, 10},
		{"{b: 2, \"c\": [1]}", 1, 2},
		{"{\"a\": [1, {\"b\": 2}],} \n", 1, 21},
		{"{\"a\": [1], 3: 4}", 1, 12},
		{"{\"a\": 1,, \"b\": 2}", 1, 9},
		{"{\"a\": 1, [2]}", 1, 10},
		{"{ , }", 1, 3},
		{"{\"a, {\": 1, ' }", 1, 13},
		/* elsewhere */
		{"[2, 1: 3]", 1, 6},
		{"[1, [x]]", 1, 6},
		{"[{}x]", 1, 4},
		{"{}x", 1, 3},
		{"{\"a\" 1}", 1, 6},
		{"{\"a\": 1 \"b\": 2}", 1, 9},
		{"{\"a\": \"b\"\n\"c\": 2}", 2, 1},
		{"[\"\\\"{,\", ?]", 1, 10},
		/* a string that does not end */
		{"{\"a\": \"b}\n", 1, 7},
		{"[\"a]", 1, 2},
		{"{\"a: 1}\n", 1, 2},
		{"\xef\xbb\xbf[\"\xe4\xb8\xad\xf0\x9f\x98\x80\" x]", 1, 8},
		/* meant to have comments */
		{"// a\n{}", 0, 0},
		{"{\n  // a\n  \"b\": 1\n}", 0, 0},
		{"{ \"b\": /* c */ 1 }", 0, 0},
		{"{ \"b\": 1 // c\n}", 0, 0},
		{"[1, /* c */ 2]", 0, 0},
		{"{} // c", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		check_one(SYNTAX_JSON, rows[i].text, rows[i].line, rows[i].column,
			"no JSON from here on");
}

static void
nothing(void **state)
{
	(void)state;
	check_one(SYNTAX_NOTHING, "a {", 0, 0, NULL);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(good_css),
		cmocka_unit_test(broken_css),
		cmocka_unit_test(deep_css),
		cmocka_unit_test(json),
		cmocka_unit_test(nothing),
	};

	return cmocka_run_group_tests_name("syntax_check", tests, NULL, NULL);
}
