/*
 * Names of files that say a language.
 */
#include "support/test.h"

#include <string.h>

#include "names/language_names.h"

static bool
is(struct slice slice, const char *text)
{
	return text ? slice_is(slice, text) : !slice.at;
}

static void
names(void **state)
{
	/* Without a language when that is NULL. */
	static const struct {
		const char *name, *language, *typed, *plain;
	} rows[] = {
		{"index.html.zh", "zh", "index.html", "index.html"},
		{"a/b/index.html.zh-CN", "zh-CN", "a/b/index.html", "a/b/index.html"},
		{"index.zh.html", "zh", "index.zh.html", "index"},
		{"index.ZH.HTML", "ZH", "index.ZH.HTML", "index"},
		{"page.html.tr", "tr", "page.html", "page.html"},
		{"style.css.de", "de", "style.css", "style.css"},
		{"x.html.zh-Hant-TW", "zh-Hant-TW", "x.html", "x.html"},
		{"index.html", NULL, NULL, NULL},
		{"vue.es.js", NULL, NULL, NULL}, /* a module, not Spanish */
		{"app.css.ts", NULL, NULL, NULL},
		{"app.js.br", NULL, NULL, NULL},
		{"index.html.xx", NULL, NULL, NULL},
		{"index.html.zh_CN", NULL, NULL, NULL},
		{"index.html.zh-", NULL, NULL, NULL},
		{"index.html.zh-abcdefghi", NULL, NULL, NULL},
		{"index.html.zhh", NULL, NULL, NULL},
		{"libx.so", NULL, NULL, NULL},
		{"readme.de", NULL, NULL, NULL},
		{"a.html/x.de", NULL, NULL, NULL},
		{".de.html", NULL, NULL, NULL},
		{".html.de", NULL, NULL, NULL},
		{"html.de", NULL, NULL, NULL},
		{"de", NULL, NULL, NULL},
		{"", NULL, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct language_name read = {0};

		print_message("%s\n", rows[i].name);
		assert_int_equal(language_names_read(slice_of(rows[i].name), &read),
			rows[i].language != NULL);
		assert_true(is(read.language, rows[i].language));
		assert_true(is(read.typed, rows[i].typed));
		assert_true(is(read.plain, rows[i].plain));
	}
}

static void
forms(void **state)
{
	static const struct {
		const char *name, *base;
		const char *language;
		bool is_form, is_document;
	} rows[] = {
		{"index.html.zh", "index.html", "zh", true, true},
		{"index.html.zh", "index", "zh", true, true},
		{"index.zh.html", "index", "zh", true, true},
		{"index.html", "index", NULL, true, true},
		{"style.css.de", "style", "de", true, false},
		{"style.css.de", "style.css", "de", true, false},
		{"x.min.js.de", "x.min", "de", true, false},
		{"x.min.js.de", "x.min.js", "de", true, false},
		{"x.min.js.de", "x", NULL, false, false},
		{"index.de", "index", NULL, false, false},
		{"index.html.de.en", "index", NULL, false, false},
		{"index.html.de.en", "index.html", NULL, false, false},
		{"index.html.bak", "index.html", NULL, false, false},
		{"index.html.", "index.html", NULL, false, false},
		{"index.html", "index.html", NULL, false, false},
		{"index2.html.de", "index", NULL, false, false},
		{"index", "index.html", NULL, false, false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct language_form form;

		print_message("%s of %s\n", rows[i].name, rows[i].base);
		assert_int_equal(language_names_read_form(
					 slice_of(rows[i].name), strlen(rows[i].base), &form),
			rows[i].is_form);
		if (!rows[i].is_form)
			continue;
		assert_true(is(form.language, rows[i].language));
		assert_int_equal(form.is_document, rows[i].is_document);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(forms),
	};

	return cmocka_run_group_tests_name("language_names", tests, NULL, NULL);
}
