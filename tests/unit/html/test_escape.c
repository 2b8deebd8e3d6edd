#include "support/test.h"

#include "html/escape.h"

static void
markup(void **state)
{
	struct buf html = {0};

	(void)state;
	escape_html(slice_of("<a href=\"x\" title='y'>&amp;\xc3\xa4</a>"), &html);
	assert_string_equal(html.bytes,
		"&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;\xc3\xa4&lt;/a&gt;");
	buf_finish(&html);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(markup),
	};

	return cmocka_run_group_tests_name("escape", tests, NULL, NULL);
}
