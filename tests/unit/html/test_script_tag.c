#include "support/test.h"

#include <stdlib.h>

#include "base/mem.h"
#include "html/script_tag.h"

static struct journal *journal;
static struct script_tag tag;

static int
enter(void **state)
{
	(void)state;
	journal = journal_create();
	tag = (struct script_tag){.journal = journal};
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	journal_destroy(journal);
	return 0;
}

#define TRIES_AGAIN                        \
	" onerror=\"var s=this.src,t=400;" \
	"(function f(){setTimeout(function(){import(s+'?'+t).catch(f)},t*=1.3)})()\""

static void
check_tag(const struct script_tag_attributes *attributes, const char *before, const char *again,
	const char *after)
{
	struct buf html = {0};
	char *expected = mem_format(
		"x%s src=\"/__liveserve/client.js\"%s data-version=\"%s.2\"%s></script>", before,
		again, journal_epoch(journal), after);

	buf_add_text(&html, "x");
	script_tag_add(&tag, attributes, &html);
	assert_string_equal(html.bytes, expected);
	buf_finish(&html);
	free(expected);
}

static void
tags(void **state)
{
	(void)state;
	journal_add_unknown(journal);
	check_tag(NULL, "<script", "", "");
	check_tag(&(struct script_tag_attributes){0}, "<script", TRIES_AGAIN, "");
	check_tag(
		&(struct script_tag_attributes){.nonce = "a+/="}, "<script", "", " nonce=\"a+/=\"");
	check_tag(&(struct script_tag_attributes){.file = "a \"b\"/x.html"}, "<script", TRIES_AGAIN,
		" data-file=\"/a%20%22b%22/x.html\"");
	check_tag(&(struct script_tag_attributes){.is_xml = true},
		"<script xmlns=\"http://www.w3.org/1999/xhtml\"", TRIES_AGAIN, "");
	tag.has_policy = true;
	check_tag(&(struct script_tag_attributes){0}, "<script", "", "");
	tag.console = HUB_CONSOLE_ALL;
	check_tag(NULL, "<script", "", " data-console=\"all\"");
	tag.console = HUB_CONSOLE_NONE;
	check_tag(NULL, "<script", "", " data-console=\"none\"");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(tags, enter, leave),
	};

	return cmocka_run_group_tests_name("script_tag", tests, NULL, NULL);
}
