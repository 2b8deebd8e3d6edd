/*
 * Texts, and the directives that are found in them.
 */
#include "support/test.h"

#include <stdlib.h>

#include "ssi/ssi_parser.h"

/* What was found: "before{name attribute=value(quote) ...}", "!" for one that is not finished, and the rest. */
static char *
describe(const char *text)
{
	struct ssi_directive directive;
	struct buf found = {0};
	size_t at = 0;
	bool is_any;

	do {
		is_any = ssi_parser_next(slice_of(text), &at, &directive);
		buf_add_slice(&found, directive.before);
		if (!is_any)
			break;
		buf_add_text(&found, directive.is_finished ? "{" : "!{");
		buf_add_slice(&found, directive.name);
		for (size_t i = 0; i < directive.count; i++) {
			const struct ssi_attribute *attribute = &directive.attributes[i];

			buf_add_char(&found, ' ');
			buf_add_slice(&found, attribute->name);
			if (!attribute->value.at)
				continue;
			buf_add_char(&found, '=');
			ssi_parser_add_value(attribute, &found);
			if (attribute->quote)
				buf_add_char(&found, attribute->quote);
		}
		buf_add_char(&found, '}');
	} while (is_any);
	assert_int_equal(at, strlen(text));
	return buf_take(&found);
}

static void
texts(void **state)
{
	static const struct {
		const char *text, *found;
	} rows[] = {
		{"", ""},
		{"a <!-- b --> <! --#c-->", "a <!-- b --> <! --#c-->"},
		{"a<!--#echo var=\"X\" -->b", "a{echo var=X\"}b"},
		{"<!--#echo var=\"X\"-->", "{echo var=X\"}"},
		{"<!--#a--><!--#b -->", "{a}{b}"},
		{"<!--#A x='1'y=`2`\tz=3\n-->", "{A x=1' y=2` z=3}"},
		{"<!--#a x = \"1\" -->", "{a x=1\"}"},
		{"<!--#a x=\"-->\" -->", "{a x=-->\"}"},
		{"<!--#a x=\"\\\"\\'\\\\n\" -->", "{a x=\"\\'\\\\n\"}"},
		{"<!--#a x=1--> -->b", "{a x=1-->}b"},
		{"<!--#a x y=\"\" -->", "{a x y=\"}"},
		{"<!--# a -->", "{ a}"},
		{"<!--#-->", "{}"},
		{"<!--#a", "!{a}"},
		{"<!--#", "!{}"},
		{"<!--#a x", "!{a x}"},
		{"<!--#a x=", "!{a x=}"},
		{"<!--#a x=\"1 -->", "!{a x}"},
		{"<!--#a x=\"1\\", "!{a x}"},
		{"<!--#a --", "!{a --}"},
		{"<!--#a <!--#b -->", "{a <!--#b}"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *found = describe(rows[i].text);

		assert_string_equal(found, rows[i].found);
		free(found);
	}
}

static void
many_attributes(void **state)
{
	struct ssi_directive directive;
	struct buf text = {0};
	size_t at = 0;

	(void)state;
	buf_add_text(&text, "<!--#a");
	for (int i = 0; i < SSI_ATTRIBUTES_MAX; i++)
		buf_add_text(&text, " x=\"y\"");
	buf_add_text(&text, " -->");
	assert_true(ssi_parser_next(buf_slice(&text), &at, &directive));
	assert_int_equal(directive.count, SSI_ATTRIBUTES_MAX);
	assert_false(directive.has_too_many);
	text.length -= 4;
	buf_add_text(&text, " more -->");
	at = 0;
	assert_true(ssi_parser_next(buf_slice(&text), &at, &directive));
	assert_int_equal(directive.count, SSI_ATTRIBUTES_MAX);
	assert_true(directive.has_too_many);
	assert_true(directive.is_finished);
	buf_finish(&text);
}

static void
places(void **state)
{
	struct slice text = SLICE_LITERAL("a\nb\n<!--#x -->");
	struct ssi_directive directive;
	size_t at = 0;

	(void)state;
	assert_true(ssi_parser_finds_any(text));
	assert_false(ssi_parser_finds_any(SLICE_LITERAL("<!-- #x -->")));
	assert_false(ssi_parser_finds_any(SLICE_LITERAL("")));
	assert_true(ssi_parser_next(text, &at, &directive));
	assert_int_equal(directive.at, 4);
	assert_int_equal(ssi_parser_line(text, directive.at), 3);
	assert_int_equal(ssi_parser_line(text, 0), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(many_attributes),
		cmocka_unit_test(places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
