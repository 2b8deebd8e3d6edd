/*
 * What the files of a site decide together. tests/e2e/htaccess.test.js compares much more with the real httpd.
 */
#include "support/test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "rules/rule_set.h"
#include "support/ask.h"
#include "support/folder.h"

static struct rule_files *files;

static int
open_file(void *context, const char *name)
{
	(void)context;
	return open(name, O_RDONLY | O_CLOEXEC);
}

static enum rule_name_kind
look(void *context, const char *name)
{
	struct stat entry;

	(void)context;
	if (stat(*name ? name : ".", &entry) < 0)
		return RULE_NAME_NONE;
	return S_ISDIR(entry.st_mode) ? RULE_NAME_FOLDER : RULE_NAME_FILE;
}

static bool
shows(void *context, const char *name)
{
	return look(context, name) == RULE_NAME_FILE;
}

static bool
has_language(void *context, const char *name, enum request_languages said)
{
	(void)context;
	return said == REQUEST_LANGUAGES_ON && slice_ends(slice_of(name), "many.html");
}

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	files = rule_files_create();
	rule_files_set_opener(files, open_file, NULL);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	rule_files_destroy(files);
	folder_leave();
	return 0;
}

/* "pass", "= /path?query", "302 /there", "! 403 why". The caller frees. */
static char *
decision(const char *head)
{
	static const struct rule_site site = {
		.look = look, .shows = shows, .has_language = has_language};
	struct rule_decision decision = {0};
	struct rule_request request = {0};
	char *text = NULL;

	assert_int_equal(rule_request_read(&request, ask(head), &site), URL_OK);
	if (!rule_set_is_any(files, &request)) {
		rule_request_finish(&request);
		return mem_text("nothing");
	}
	rule_set_decide(files, &request, &(struct index_names){0}, &decision);
	buf_reserve(&decision.target, 0);
	decision.target.bytes[decision.target.length] = '\0';
	buf_reserve(&decision.explanation, 0);
	decision.explanation.bytes[decision.explanation.length] = '\0';
	switch (decision.verdict) {
	case RULE_PASS:
		text = mem_text("pass");
		break;
	case RULE_REWRITE:
		text = mem_format("= %s", decision.target.bytes);
		break;
	case RULE_REDIRECT:
		text = mem_format("%d %s", decision.status, decision.target.bytes);
		break;
	case RULE_REFUSE:
		text = mem_format("! %d %s", decision.status, decision.explanation.bytes);
		break;
	}
	rule_decision_finish(&decision);
	rule_request_finish(&request);
	return text;
}

static void
check(const char *head, const char *expected)
{
	char *text = decision(head);

	if (!slice_starts(slice_of(text), expected))
		fail_msg("%s: %s, not %s", head, text, expected);
	free(text);
}

static void
nothing(void **state)
{
	(void)state;
	folder_write("index.html", "x");
	check("GET /", "nothing");
	check("GET /a/b/c", "nothing");
}

static void
together(void **state)
{
	(void)state;
	folder_write("index.html", "x");
	folder_write("a/b/x.html", "x");
	folder_write(".htaccess", "Redirect /old /new\nRedirect /both /htaccess\n");
	folder_write("_redirects", "/both /redirects 302\n");
	folder_write("a/b/.htaccess", "RewriteEngine on\nRewriteRule ^y$ x.html?q [L]\n");
	check("GET /old/x?y", "302 /new/x?y");
	check("GET /both", "302 /redirects");
	check("GET /a/b/y", "= /a/b/x.html?q");
	check("GET /a/b/x.html", "pass");
	check("GET /a/y", "pass");
	check("GET /.htaccess", "! 404");
	check("GET /a/.htaccess", "! 404");
	check("GET /", "pass");
	folder_write("c/.htaccess", "DirectoryIndex x.html\n");
	folder_write("c/x.html", "x");
	check("GET /c/?q", "= /c/x.html?q");
	folder_write("d/.htaccess", "RewriteEngine on\nRewriteRule ^$ index.html?a [L]\n");
	folder_write("d/index.html", "x");
	check("GET /d/", "= /d/index.html?a");
}

/* A folder has an index, and a name a file, also in one of several languages. */
static void
languages(void **state)
{
	(void)state;
	folder_write("on/.htaccess",
		"Options -Indexes +MultiViews\nDirectoryIndex x.html many.html\n"
		"FallbackResource /index.html\n");
	folder_write("off/.htaccess", "Options -Indexes\nDirectoryIndex many.html\n");
	check("GET /on/", "= /on/many.html");
	check("GET /on/many.html", "pass");
	check("GET /on/none.html", "= /index.html");
	check("GET /off/", "! 403");
}

/* What is said of the file that is shown. */
static void
shown_files(void **state)
{
	static const struct rule_site site = {
		.look = look, .shows = shows, .has_language = has_language};
	static const struct {
		const char *head, *name, *type;
		bool has_no_index;
	} rows[] = {
		{"GET /a.foo", "a.foo", "text/html", false},
		{"GET /a.txt", "a.txt", NULL, false},
		{"GET /sub/", "sub/a.foo", "text/html", false},
		{"GET /none/", "none/", NULL, true},
		{"GET /plain/", "plain/index.html", NULL, false},
	};

	(void)state;
	folder_write(".htaccess", "AddType text/html .foo\nDirectoryIndex a.foo index.html\n");
	folder_write("sub/a.foo", "x");
	folder_write("none/.htaccess", "DirectoryIndex b.html\n");
	folder_write("none/index.html", "x");
	folder_write("plain/index.html", "x");
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct rule_decision decision = {0};
		struct rule_request request = {0};
		struct rule_file file;

		print_message("%s\n", rows[i].head);
		assert_int_equal(rule_request_read(&request, ask(rows[i].head), &site), URL_OK);
		assert_true(rule_set_is_any(files, &request));
		rule_set_decide(files, &request, &(struct index_names){0}, &decision);
		file = rule_set_file(&decision);
		assert_string_equal(file.name, rows[i].name);
		if (rows[i].type)
			assert_string_equal(file.type, rows[i].type);
		else
			assert_null(file.type);
		assert_int_equal(file.has_no_index, rows[i].has_no_index);
		rule_decision_finish(&decision);
		rule_request_finish(&request);
	}
}

/* Rules that lead nowhere end, and say where they stand. */
static void
endless(void **state)
{
	(void)state;
	folder_write(".htaccess", "RewriteEngine on\n\nRewriteRule ^(.*)$ /x$1 [L]\n");
	check("GET /a", "! 500 .htaccess:3: this rule rewrites its own result");
	folder_write("n/.htaccess", "RewriteEngine on\nRewriteRule ^(.*)$ $1x [N]\n");
	check("GET /n/a", "! 500 n/.htaccess:2: these rules take too long");
	folder_write("slow/.htaccess", "RewriteEngine on\nRewriteRule ^(a+)+$ b\n");
	check("GET /slow/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "! 500 slow/.htaccess");
	folder_write("files/.htaccess", "RewriteEngine off\n<FilesMatch ^(a+)+$>\n</FilesMatch>\n");
	check("GET /files/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "! 500 files/.htaccess");
	folder_write("match/.htaccess", "RewriteEngine off\nRedirectMatch (a+)+$ /b\n");
	check("GET /match/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
		"! 500 match/.htaccess:2: a pattern takes too long");
}

/* Each of very many patterns is just within its own limit. */
static void
slow_together(void **state)
{
	struct buf rules = {0}, head = {0};

	(void)state;
	for (int i = 0; i < HTACCESS_DIRECTIVES_MAX; i++)
		buf_addf(&rules, "RedirectMatch ^/(.*)(.*)(.*)%dz$ /b\n", i);
	folder_write(".htaccess", rules.bytes);
	buf_addf(&head, "GET /%06000d", 0);
	check(head.bytes, "! 500 .htaccess");
	buf_finish(&rules);
	buf_finish(&head);
}

/* Nothing that is sent with a request makes another address, or another field, of a Location. */
static void
hostile(void **state)
{
	(void)state;
	folder_write(".htaccess", "RewriteEngine on\n"
				  "RewriteRule ^r(.*)$ /$1 [R,L]\n"
				  "RewriteRule ^ne(.*)$ /$1 [R,NE,L]\n"
				  "RewriteRule ^up/(.*)$ /../../$1 [L]\n"
				  "RedirectMatch ^/m(.*)$ /$1\n"
				  "Redirect /alias /\n"
				  "RedirectMatch ^/empty \"\"\n");
	check("GET /r//evil.example", "302 /evil.example");
	check("GET /r%0d%0aX:y", "302 /%0d%0aX:y");
	check("GET /ne%0d%0aX:y", "302 /%0d%0aX:y");
	check("GET /m%0d%0aX:y", "302 /%0d%0aX:y");
	check("GET /m/evil.example", "302 /evil.example");
	check("GET /alias/evil.example", "302 /evil.example");
	check("GET /up/etc/passwd", "! 400");
	check("GET /empty?q", "302 ?q");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing, enter, leave),
		cmocka_unit_test_setup_teardown(together, enter, leave),
		cmocka_unit_test_setup_teardown(languages, enter, leave),
		cmocka_unit_test_setup_teardown(shown_files, enter, leave),
		cmocka_unit_test_setup_teardown(endless, enter, leave),
		cmocka_unit_test_setup_teardown(slow_together, enter, leave),
		cmocka_unit_test_setup_teardown(hostile, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
