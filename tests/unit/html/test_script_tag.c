#include "support/test.h"

#include <stdlib.h>

#include "base/mem.h"
#include "html/script_tag.h"
#include "http/url.h"

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

#define TRIES_AGAIN                                            \
	" onerror=\"var s=this.dataset.source=this.src,t=400;" \
	"(function f(){setTimeout(function(){import(s+'?'+t).catch(f)},t*=1.3)})()\""

static void
check_tag(const struct script_tag_attributes *attributes, const char *before, const char *up,
	const char *again, const char *after)
{
	struct buf html = {0};
	char *expected = mem_format(
		"x%s src=\"%s__liveserve/client.js\"%s data-version=\"%s.2\"%s></script>", before,
		up, again, journal_epoch(journal), after);

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
	check_tag(&(struct script_tag_attributes){.is_own = true}, "<script", "", "", "");
	check_tag(&(struct script_tag_attributes){0}, "<script", "", TRIES_AGAIN, "");
	check_tag(&(struct script_tag_attributes){.has_policy = true}, "<script", "", "", "");
	check_tag(&(struct script_tag_attributes){.number = 2}, "<script", "", TRIES_AGAIN, "");
	check_tag(&(struct script_tag_attributes){.nonce = "a+/="}, "<script", "", "",
		" nonce=\"a+/=\"");
	check_tag(&(struct script_tag_attributes){.file = "a \"b\"/x.html"}, "<script", "",
		TRIES_AGAIN, " data-file=\"/a%20%22b%22/x.html\"");
	check_tag(&(struct script_tag_attributes){.is_xml = true},
		"<script xmlns=\"http://www.w3.org/1999/xhtml\"", "", TRIES_AGAIN, "");
	check_tag(&(struct script_tag_attributes){.is_own = true, .depth = 2}, "<script", "../../",
		"", "");
	check_tag(&(struct script_tag_attributes){.is_own = true, .depth = URL_DEPTH_NONE},
		"<script", "/", "", "");
	tag.has_policy = true;
	check_tag(&(struct script_tag_attributes){0}, "<script", "", "", "");
	tag.console = HUB_CONSOLE_ALL;
	check_tag(&(struct script_tag_attributes){.is_own = true}, "<script", "", "",
		" data-console=\"all\"");
	tag.console = HUB_CONSOLE_NONE;
	check_tag(&(struct script_tag_attributes){.is_own = true}, "<script", "", "",
		" data-console=\"none\"");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(tags, enter, leave),
	};

	return cmocka_run_group_tests_name("script_tag", tests, NULL, NULL);
}
