/*
 * Conditions, and whether they hold. tests/e2e/ssi_pages.js has more of them, which Apache httpd judges.
 */
#include "support/test.h"

#include "ssi/ssi_expression.h"

static enum ssi_expression_verdict
evaluate(struct ssi_variables *variables, struct slice text, struct buf *why)
{
	buf_clear(why);
	return ssi_expression_evaluate(variables, text, "%Y", why);
}

static void
init(struct ssi_variables *variables)
{
	ssi_variables_init(variables, 1580702706, 1580702706);
	ssi_variables_set(variables, SLICE_LITERAL("a"), SLICE_LITERAL("x"), SSI_VARIABLE_SITE);
	ssi_variables_set(variables, SLICE_LITERAL("HTTP_USER_AGENT"), SLICE_LITERAL("Test/1"),
		SSI_VARIABLE_REQUEST);
	ssi_variables_set(
		variables, SLICE_LITERAL("DOCUMENT_URI"), SLICE_LITERAL("/p"), SSI_VARIABLE_SITE);
}

static void
conditions(void **state)
{
	static const struct {
		const char *text;
		enum ssi_expression_verdict verdict;
		const char *why;
	} rows[] = {
		{"true", SSI_EXPRESSION_TRUE, NULL},
		{"false", SSI_EXPRESSION_FALSE, NULL},
		{"v('a') = 'x'", SSI_EXPRESSION_TRUE, NULL},
		{"v('A') == \"x\"", SSI_EXPRESSION_TRUE, NULL},
		{"v('a')!='x'", SSI_EXPRESSION_FALSE, NULL},
		{"'a' < 'b' && 'b' > 'a' && 'a' <= 'a' && 'b' >= 'a'", SSI_EXPRESSION_TRUE, NULL},
		{"10 -gt 9 && 9 -lt 10 && 9 eq 9 && 8 ne 9 && -5 -lt 3", SSI_EXPRESSION_WRONG,
			"this test is not known here"},
		{"10 -gt 9 && 9 -lt 10 && 9 eq 9 && 8 ne 9", SSI_EXPRESSION_TRUE, NULL},
		{"10 > 9", SSI_EXPRESSION_FALSE, NULL},
		{"not true or not ( false and true )", SSI_EXPRESSION_TRUE, NULL},
		{"!!true", SSI_EXPRESSION_TRUE, NULL},
		{"-n v('a')", SSI_EXPRESSION_TRUE, NULL},
		{"-z v('b')", SSI_EXPRESSION_TRUE, NULL},
		{"-T 'off'", SSI_EXPRESSION_FALSE, NULL},
		{"-T 'on'", SSI_EXPRESSION_TRUE, NULL},
		{"'x' in {'a', v('a')}", SSI_EXPRESSION_TRUE, NULL},
		{"'y' in {'a'}", SSI_EXPRESSION_FALSE, NULL},
		{"'a' . 'b' . 1 = 'ab1'", SSI_EXPRESSION_TRUE, NULL},
		{"%{HTTP_USER_AGENT} = 'Test/1'", SSI_EXPRESSION_TRUE, NULL},
		{"'[%{REQUEST_URI}]' = '[/p]'", SSI_EXPRESSION_TRUE, NULL},
		{"%{TIME_YEAR} = '2020'", SSI_EXPRESSION_TRUE, NULL},
		{"%{HTTPS} = 'off'", SSI_EXPRESSION_TRUE, NULL},
		{"%{tolower:AbC} = 'abc'", SSI_EXPRESSION_TRUE, NULL},
		{"req('User-Agent') = 'Test/1'", SSI_EXPRESSION_TRUE, NULL},
		{"toupper(tolower('aB')) = 'AB'", SSI_EXPRESSION_TRUE, NULL},
		{"unescape(escape('a b')) = 'a b'", SSI_EXPRESSION_TRUE, NULL},
		{"'$1' = ''", SSI_EXPRESSION_TRUE, NULL},
		{"'a\\'b' = \"a'b\"", SSI_EXPRESSION_TRUE, NULL},
		{"'abc' =~ /^(a)(.)?(x)?/ && $1 = 'a' && $2 = 'b' && -z $3 && $0 = 'ab'",
			SSI_EXPRESSION_TRUE, NULL},
		{"'abc' =~ m#B#i && 'a/b' =~ m!a/b! && 'x' !~ m|y| && 'x' =~ m'x'",
			SSI_EXPRESSION_TRUE, NULL},
		{"false && 'z' =~ /(z)/ || $1 = 'z'", SSI_EXPRESSION_FALSE, NULL},
		{"'abc' =~ 'a'", SSI_EXPRESSION_WRONG,
			"a /regular expression/ is expected after =~"},
		{"'abc' =~ /a", SSI_EXPRESSION_WRONG,
			"the end of its regular expression is missing"},
		{"'abc' =~ /(/", SSI_EXPRESSION_WRONG, NULL},
		{"'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' =~ /^(a|a|a|a|aa)+$/",
			SSI_EXPRESSION_WRONG, "its regular expression takes too long"},
		{"", SSI_EXPRESSION_WRONG, "it ends too early"},
		{"'a'", SSI_EXPRESSION_WRONG, "a comparison is expected after its first value"},
		{"abc = 'abc'", SSI_EXPRESSION_WRONG,
			"texts are written in quotes, and variables v('NAME')"},
		{"$a = 'x'", SSI_EXPRESSION_WRONG,
			"$NAME is the way of Apache 2.2; since 2.4 it is v('NAME')"},
		{"'a' = 'a", SSI_EXPRESSION_WRONG, "the end of a text is missing"},
		{"(true", SSI_EXPRESSION_WRONG, "a ) is missing"},
		{"true)", SSI_EXPRESSION_WRONG, "nothing may follow the condition"},
		{"v('a' = 'x'", SSI_EXPRESSION_WRONG, "the ) of a function is missing"},
		{"%{NOPE} = ''", SSI_EXPRESSION_WRONG,
			"there is no such %{variable} here; v('NAME') has those that the page "
			"sets"},
		{"%{HTTPS = ''", SSI_EXPRESSION_WRONG, "the } of %{ is missing"},
		{"file('/etc/passwd') = ''", SSI_EXPRESSION_WRONG,
			"there is no such function here"},
		{"-e '/etc/passwd'", SSI_EXPRESSION_WRONG, "this test is not known here"},
		{"'a' in 'a'", SSI_EXPRESSION_WRONG, "a list in { } is expected after \"in\""},
		{"'a' in {'a'", SSI_EXPRESSION_WRONG, "the } of a list is missing"},
		{"true || nope", SSI_EXPRESSION_WRONG,
			"texts are written in quotes, and variables v('NAME')"},
	};
	struct ssi_variables variables;
	struct buf why = {0};

	(void)state;
	init(&variables);
	for (size_t i = 0; i < ROWS(rows); i++) {
		enum ssi_expression_verdict verdict = evaluate(
			&variables, slice_of(rows[i].text), &why);

		if (verdict != rows[i].verdict)
			fail_msg("%s: %d %s", rows[i].text, verdict, buf_slice(&why).at);
		if (rows[i].why)
			assert_string_equal(why.bytes, rows[i].why);
	}
	buf_finish(&why);
	ssi_variables_finish(&variables);
}

/* Whether so many parentheses, or calls of a function, are too deep. */
static bool
is_too_deep(const char *before, int count, const char *inner, const char *after)
{
	struct ssi_variables variables;
	struct buf text = {0}, why = {0};
	enum ssi_expression_verdict verdict;

	init(&variables);
	for (int i = 0; i < count; i++)
		buf_add_text(&text, before);
	buf_add_text(&text, inner);
	for (int i = 0; i < count; i++)
		buf_add_char(&text, ')');
	buf_add_text(&text, after);
	verdict = evaluate(&variables, buf_slice(&text), &why);
	buf_finish(&text);
	buf_finish(&why);
	ssi_variables_finish(&variables);
	return verdict == SSI_EXPRESSION_WRONG;
}

static void
depth_and_length(void **state)
{
	(void)state;
	assert_false(is_too_deep("(", SSI_EXPRESSION_DEPTH_MAX - 1, "true", ""));
	assert_true(is_too_deep("(", SSI_EXPRESSION_DEPTH_MAX, "true", ""));
	assert_true(is_too_deep("(", 8000, "true", ""));
	assert_false(is_too_deep("tolower(", 15, "'A'", " = 'a'"));
	assert_true(is_too_deep("tolower(", 900, "'A'", " = 'a'"));
	assert_true(is_too_deep("(", 5000, "true", ""));
}

/* Reading what depends on the request is noticed. */
static void
requests(void **state)
{
	struct ssi_variables variables;
	struct buf why = {0};

	(void)state;
	init(&variables);
	evaluate(&variables, SLICE_LITERAL("v('a') = 'x' && -z v('none') && %{DOCUMENT_URI} = ''"),
		&why);
	assert_false(variables.reads_request);
	evaluate(&variables, SLICE_LITERAL("-z v('HTTP_COOKIE')"), &why);
	assert_true(variables.reads_request);
	variables.reads_request = false;
	evaluate(&variables, SLICE_LITERAL("%{TIME_YEAR} = ''"), &why);
	assert_true(variables.reads_request);
	buf_finish(&why);
	ssi_variables_finish(&variables);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conditions),
		cmocka_unit_test(depth_and_length),
		cmocka_unit_test(requests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
