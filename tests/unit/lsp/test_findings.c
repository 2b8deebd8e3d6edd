#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "folder.h"
#include "lsp/findings.h"
#include "played_editor.h"

struct test {
	struct findings findings;
	char *root;
	const char *refused; /* a path with this in it may not have findings; or NULL */
};

static bool
allows(void *context, const char *root, const char *path)
{
	const struct test *test = context;

	assert_string_equal(root, test->root);
	return !test->refused || !strstr(path, test->refused);
}

static int
set_up(void **state)
{
	struct test *test = calloc(1, sizeof(*test));

	assert_non_null(test);
	*state = test;
	folder_enter();
	test->root = getcwd(NULL, 0);
	folder_make("js");
	test->findings = (struct findings){.allows = allows, .context = test};
	return 0;
}

static int
tear_down(void **state)
{
	struct test *test = *state;

	findings_finish(&test->findings);
	free(test->root);
	free(test);
	folder_leave();
	return 0;
}

static int one, other; /* two servers */

static void
hear_from(struct test *test, const void *owner, const char *event)
{
	struct json_value *value = played_json(event);

	findings_hear(&test->findings, owner, test->root, value);
	json_value_destroy(value);
}

static void
hear(struct test *test, const char *event)
{
	hear_from(test, &one, event);
}

/* All findings, as "a.css 3:4 text|"; a path outside of the root is whole. In the order of the paths. */
static void
assert_findings(struct test *test, const char *expected)
{
	struct hash_table_place place = {0};
	const struct found_file *file, *files[8];
	size_t count = 0;
	struct buf text = {0};

	while ((file = findings_next(&test->findings, &place))) {
		assert_true(count < 8);
		files[count++] = file;
	}
	for (size_t i = 0; i < count; i++)
		for (size_t j = i + 1; j < count; j++)
			if (strcmp(files[i]->path, files[j]->path) > 0) {
				file = files[i];
				files[i] = files[j];
				files[j] = file;
			}
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < files[i]->count; j++) {
			const struct finding *finding = &files[i]->items[j];
			bool is_inside = strncmp(files[i]->path, test->root, strlen(test->root)) ==
					 0;

			buf_addf(&text, "%s %zu:%zu %s|",
				files[i]->path + (is_inside ? strlen(test->root) + 1 : 0),
				finding->line, finding->column, finding->text);
		}
	assert_string_equal(buf_slice(&text).at, expected);
	buf_finish(&text);
}

#define PROBLEM(path, line, text) \
	"{\"event\":\"problem\",\"path\":\"" path "\",\"line\":" line ",\"text\":\"" text "\"}"
#define SAID(file, place, text)                                                   \
	"{\"event\":\"said\",\"level\":\"error\",\"page\":\"/\",\"text\":\"" text \
	"\",\"file\":\"" file "\"," place "}"
#define MISSING(page, path)                                        \
	"{\"event\":\"said\",\"level\":\"error\",\"page\":\"" page \
	"\",\"text\":\"img did not load: " path "\"}"
#define CHANGE(path, told, open)                                                             \
	"{\"event\":\"change\",\"changes\":[{\"path\":\"" path "\",\"kind\":\"modified\"}]," \
	"\"told\":" told ",\"open\":" open "}"

static void
test_syntax(void **state)
{
	struct test *test = *state;

	hear(test, PROBLEM("a.css", "3", "no }"));
	hear(test, PROBLEM("js/a.json", "1", "no ]"));
	assert_findings(test, "a.css 3:0 no }|js/a.json 1:0 no ]|");
	hear(test, PROBLEM("js/a.json", "1,\"column\":7", "no ]"));
	assert_findings(test, "a.css 3:0 no }|js/a.json 1:7 no ]|");
	hear(test, PROBLEM("js/a.json", "1", "no ]"));
	hear(test, PROBLEM("a.css", "5", "no }"));
	assert_findings(test, "a.css 5:0 no }|js/a.json 1:0 no ]|");
	hear(test, CHANGE("a.css", "1", "1"));
	hear(test, "{\"event\":\"outdated\",\"path\":\"a.css\"}");
	hear(test, "{\"event\":\"pages\",\"open\":0,\"paused\":false}");
	assert_findings(test, "a.css 5:0 no }|js/a.json 1:0 no ]|");
	hear_from(test, &other, "{\"event\":\"fixed\",\"path\":\"a.css\"}");
	assert_findings(test, "a.css 5:0 no }|js/a.json 1:0 no ]|");
	hear(test, "{\"event\":\"fixed\",\"path\":\"a.css\"}");
	assert_findings(test, "js/a.json 1:0 no ]|");
	findings_forget(&test->findings, &one);
	assert_findings(test, "");
}

/* What is mounted, and what is of another site, is known by where it lies. */
static void
test_files_elsewhere(void **state)
{
#define OTHER_SITE "\"site\":\"shop\",\"path\":\"a.css\",\"file\":\"/shop/a.css\""
	struct test *test = *state;

	hear(test, PROBLEM("lib/x.css\",\"file\":\"/lib/x.css", "3", "no }"));
	hear(test, "{\"event\":\"problem\"," OTHER_SITE ",\"line\":1,\"text\":\"no ]\"}");
	assert_findings(test, "/lib/x.css 3:0 no }|/shop/a.css 1:0 no ]|");
	hear(test, "{\"event\":\"fixed\",\"path\":\"lib/x.css\",\"file\":\"/lib/x.css\"}");
	assert_findings(test, "/shop/a.css 1:0 no ]|");
	hear(test, "{\"event\":\"pages\",\"site\":\"shop\",\"open\":0}");
	hear(test, "{\"event\":\"fixed\"," OTHER_SITE "}");
	assert_findings(test, "");
}

static void
test_errors_of_pages(void **state)
{
	struct test *test = *state;

	for (int i = 0; i < 2; i++) {
		hear(test, SAID("js/a.js", "\"line\":2,\"column\":7", "x is not defined"));
		hear(test, SAID("js/a.js", "\"line\":4", "y"));
	}
	assert_findings(test, "js/a.js 2:7 x is not defined|js/a.js 4:0 y|");
	hear(test, CHANGE("b.css", "1", "1"));
	hear(test, CHANGE("b.js", "1", "2"));
	hear(test, "{\"event\":\"asked\",\"path\":\"b.js\",\"told\":1,\"open\":1}");
	assert_findings(test, "js/a.js 2:7 x is not defined|js/a.js 4:0 y|");
	hear(test, "{\"event\":\"outdated\",\"path\":\"js/a.js\"}");
	assert_findings(test, "");
}

/* What makes all pages load anew. */
static void
test_reloads(void **state)
{
	static const char *const events[] = {
		"{\"event\":\"asked\",\"path\":\"\",\"told\":1,\"open\":1}",
		"{\"event\":\"lost\",\"told\":1,\"open\":1}",
		"{\"event\":\"watched\",\"changes\":[],\"told\":1,\"open\":1}",
		"{\"event\":\"pages\",\"open\":0,\"paused\":false}",
		CHANGE("b.js", "2", "2"),
	};
	struct test *test = *state;

	for (size_t i = 0; i < ROWS(events); i++) {
		print_message("  %s\n", events[i]);
		hear(test, SAID("js/a.js", "\"line\":2", "x"));
		hear(test, MISSING("/", "/a.png"));
		hear(test, PROBLEM("a.css", "3", "no }"));
		assert_findings(test, "a.css 3:0 no }|index.html 0:0 img did not load: /a.png|"
				      "js/a.js 2:0 x|");
		hear(test, events[i]);
		assert_findings(test, "a.css 3:0 no }|");
	}
}

static void
test_missing(void **state)
{
	struct test *test = *state;

	hear(test, MISSING("/js/", "/img/a%20b.png"));
	hear(test, MISSING("/js/x.html?a#b", "/c.png"));
	assert_findings(test, "js/index.html 0:0 img did not load: /img/a%20b.png|"
			      "js/x.html 0:0 img did not load: /c.png|");
	hear(test, CHANGE("img/a b.png", "0", "1"));
	assert_findings(test, "js/x.html 0:0 img did not load: /c.png|");
	hear(test, CHANGE("js/x.html", "0", "1"));
	assert_findings(test, "");
}

/* What pages say is a stranger's. */
static void
test_strangers(void **state)
{
	struct test *test = *state;

	test->refused = "outside";
	hear(test, SAID("../outside/a.js", "\"line\":1", "x"));
	hear(test, MISSING("/../../outside/", "/a.png"));
	hear(test, MISSING("/%00", "/a.png"));
	hear(test, SAID("/etc/passwd", "\"line\":1", "x"));
	hear(test, SAID("", "\"line\":1", "x"));
	assert_findings(test, "");
	hear(test, SAID("js/../js/a.js", "\"line\":1", "a\\u001b[31m\\n\\u202eb"));
	assert_findings(test, "js/a.js 1:0 a\\x1b[31m\\x0a\\u202eb|");
}

static void
test_what_does_not_count(void **state)
{
	static const char *const events[] = {
		"{}",
		"[]",
		"{\"event\":1}",
		"{\"event\":\"later\"}",
		"{\"event\":\"problem\"}",
		"{\"event\":\"fixed\"}",
		"{\"event\":\"change\"}",
		"{\"event\":\"change\",\"changes\":[1,{}]}",
		"{\"event\":\"said\"}",
		"{\"event\":\"said\",\"level\":\"warn\",\"file\":\"a\",\"line\":1,\"text\":\"x\"}",
		"{\"event\":\"said\",\"level\":\"error\",\"text\":\"x\",\"page\":\"/\"}",
		"{\"event\":\"problem\",\"site\":\"a\",\"path\":\"a\",\"line\":1,\"text\":\"x\"}",
	};
	struct test *test = *state;

	for (size_t i = 0; i < ROWS(events); i++) {
		print_message("  %s\n", events[i]);
		hear(test, events[i]);
		assert_findings(test, "");
	}
}

static void
test_limits(void **state)
{
	struct test *test = *state;
	struct hash_table_place place = {0};
	const struct found_file *file;

	for (int i = 0; i < 2 * FINDINGS_MAX; i++) {
		char event[200];

		snprintf(event, sizeof(event), SAID("js/a.js", "\"line\":%d", "x"), i + 1);
		hear(test, event);
	}
	file = findings_next(&test->findings, &place);
	assert_int_equal(file->count, FINDINGS_MAX);
	for (int i = 0; i < 2 * FINDINGS_FILES_MAX; i++) {
		char event[200];

		snprintf(event, sizeof(event), SAID("js/%d.js", "\"line\":1", "x"), i);
		hear(test, event);
	}
	assert_int_equal(test->findings.files.entries.count, FINDINGS_FILES_MAX);
}

static void
test_news(void **state)
{
	struct test *test = *state;
	struct hash_table_place place = {0};
	struct found_file *file;

	hear(test, PROBLEM("a.css", "3", "x"));
	file = findings_next(&test->findings, &place);
	assert_true(file->is_new);
	file->is_new = false;
	hear(test, "{\"event\":\"outdated\",\"path\":\"a.css\"}");
	hear(test, SAID("a.css", "\"line\":0", "y"));
	assert_true(file->is_new);
	file->is_new = false;
	hear(test, SAID("a.css", "\"line\":0", "y"));
	assert_false(file->is_new);
	findings_refresh(&test->findings, "/no/such/file");
	assert_false(file->is_new);
	findings_refresh(&test->findings, file->path);
	assert_true(file->is_new);
	findings_remove(&test->findings, file);
	assert_findings(test, "");
}

int
main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ROW(test_syntax),
		ROW(test_files_elsewhere),
		ROW(test_errors_of_pages),
		ROW(test_reloads),
		ROW(test_missing),
		ROW(test_strangers),
		ROW(test_what_does_not_count),
		ROW(test_limits),
		ROW(test_news),
	};
#undef ROW

	return cmocka_run_group_tests(tests, NULL, NULL);
}
