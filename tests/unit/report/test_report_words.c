#include "support/test.h"

#include "base/utf8.h"
#include "report/report_words.h"

/* The names of the facts in a text, without units, in their order in the alphabet; so languages can be compared. */
static void
list_facts(const char *text, bool *found)
{
	for (const char *at = text; (at = strchr(at, '{')); at++) {
		const char *end = strpbrk(at, ":}");
		unsigned hash = 0;

		assert_non_null(end);
		for (const char *c = at + 1; c < end; c++)
			hash = hash * 31 + (unsigned char)(c == at + 1 ? *c | ' ' : *c);
		found[hash % 4096] = true;
	}
}

static void
each_language_has_the_same_facts(void **state)
{
	(void)state;
	for (int i = 0; i < REPORT_WORDS; i++) {
		const struct phrase *phrase = report_word((enum report_word)i);
		bool found[LANGUAGES][4096] = {0};

		for (unsigned j = 0; j < LANGUAGES; j++) {
			assert_non_null(phrase->texts[j]);
			assert_true(*phrase->texts[j]);
			assert_true(utf8_is_valid(slice_of(phrase->texts[j]), true));
			list_facts(phrase->texts[j], found[j]);
		}
		for (unsigned j = 0; j < 4096; j++)
			if (found[LANGUAGE_ENGLISH][j] != found[LANGUAGE_CHINESE][j])
				fail_msg("\"%s\" has other facts in Chinese",
					phrase->texts[LANGUAGE_ENGLISH]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_language_has_the_same_facts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
