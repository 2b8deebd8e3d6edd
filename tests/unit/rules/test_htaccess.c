/*
 * Lines of .htaccess files: which are followed, which are told, and how far wrong ones get.
 */
#include "support/test.h"

#include <string.h>

#include "base/log.h"
#include "rules/htaccess.h"

static struct buf told;

static void
note(void *context, enum log_level level, const char *sentence)
{
	(void)context;
	(void)level;
	buf_add_text(&told, sentence);
	buf_add_char(&told, '\n');
}

static struct htaccess *
read_file(const char *text)
{
	static struct rule_notes notes;
	struct rule_source source = {.notes = &notes, .name = "a/.htaccess"};
	struct htaccess *file;

	buf_clear(&told);
	buf_reserve(&told, 0);
	told.bytes[0] = '\0';
	log_set_sink(note, NULL);
	file = htaccess_create(slice_of(text), slice_of("a/.htaccess"), &source);
	log_set_sink(NULL, NULL);
	rule_notes_finish(&notes);
	return file;
}

/* What is followed has no note. count: how many directives there are besides those of mod_rewrite. */
static void
followed(void **state)
{
	static const struct {
		const char *text;
		size_t count, rules;
	} rows[] = {
		{"", 0, 0},
		{"# comment\n\n   \n", 0, 0},
		{"Redirect /a /b\nredirectmatch 301 ^/a(.*)$ /b$1\n", 2, 0},
		{"Redirect 410 /a\nRedirect gone /b\n", 2, 0},
		{"Header set X-A b\nHeader always unset X-B\nHeader append X-C: d\n", 3, 0},
		{"ErrorDocument 404 /404.html\nErrorDocument 403 \"no\"\n", 2, 0},
		{"AddType a/b .c d\nForceType a/b\nAddCharset utf-8 .x\nAddDefaultCharset off\n", 4,
			0},
		{"DirectoryIndex a.html b.html\nOptions -Indexes\nOptions FollowSymLinks\n", 3, 0},
		{"Options +MultiViews\nOptions -FollowSymLinks\nLanguagePriority de en\n", 2, 0},
		{"AddLanguage de .de de\nForceLanguagePriority Prefer Fallback\n", 0, 0},
		{"Options +FollowSymLinks -MultiViews\nServerSignature off\n", 1, 0},
		{"Options +FollowSymLinks -ExecCGI\n", 0, 0},
		{"Order deny,allow\nDeny from all\nAllow from all\nRequire all granted\n", 4, 0},
		{"RewriteEngine on\nRewriteRule a b "
		 "[L,R=301,NC,QSA,QSD,NE,F,G,END,PT,S=2,C,E=a:b]\n",
			0, 1},
		{"RewriteCond %{HTTP_HOST} a [NC,OR]\nRewriteCond %{REQUEST_URI} !-f\nRewriteRule "
		 "^ -\n",
			0, 1},
		{"<IfModule mod_headers.c>\nHeader set X-A b\n</IfModule>\n", 1, 0},
		{"<IfModule headers_module>\nHeader set X-A b\n</IfModule>\n", 1, 0},
		{"<IfModule !mod_headers.c>\nNonsense\n</IfModule>\n", 0, 0},
		{"<IfModule !mod_gone.c>\nHeader set X-A b\n</IfModule>\n", 1, 0},
		{"<Files a>\nRequire all denied\n</Files>\nHeader set X-A b\n", 2, 0},
		{"<Limit GET POST>\nRequire all denied\n</Limit>\n", 1, 0},
		{"<LimitExcept GET>\nRequire all denied\n</LimitExcept>\n", 0, 0},
		{"</IfModule>\nHeader set X-A b\n", 1, 0},
		{"<IfModule mod_dir.c>\nHeader set X-A b\n", 1, 0},
		{"Header set \\\n  X-A \\\n  b\n", 1, 0},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct htaccess *file = read_file(rows[i].text);

		if (told.length || file->count != rows[i].count ||
			file->rewrite.count != rows[i].rules)
			fail_msg("%s: %zu, %zu, %s", rows[i].text, file->count, file->rewrite.count,
				told.bytes);
		assert_string_equal(file->folder, "a/");
		htaccess_destroy(file);
	}
}

static void
notes(void **state)
{
	static const struct {
		const char *text, *told;
	} rows[] = {
		{"\nExpiresActive On\n", "a/.htaccess:2: ExpiresActive On is not followed"},
		{"AuthType Basic\n", "a/.htaccess:1: AuthType Basic is not followed"},
		{"Require valid-user\n",
			"a/.htaccess:1: Require valid-user is not followed: --htpasswd"},
		{"Require ip 10.0.0.1\n",
			"a/.htaccess:1: Require ip 10.0.0.1 is not followed: who asks"},
		{"Deny from 10.0.0.1\n",
			"a/.htaccess:1: Deny from 10.0.0.1 is not followed: who asks"},
		{"Redirect a /b\n",
			"a/.htaccess:1: Redirect a /b is not followed: it needs a path"},
		{"Redirect /a\n", "a/.htaccess:1: Redirect /a is not followed: it needs a path or"},
		{"Redirect\n", "a/.htaccess:1: Redirect is not followed: it needs a path"},
		{"RedirectMatch ( /b\n",
			"a/.htaccess:1: RedirectMatch ( /b is not followed: missing"},
		{"Header set Cache-Control max-age=9\n", "a/.htaccess:1: Cache-Control is left to"},
		{"Header set Set-Cookie a=b\n",
			"a/.htaccess:1: Set-Cookie is not for a file of the"},
		{"Header set Content-Length 5\n",
			"a/.htaccess:1: Content-Length is written by the"},
		{"Header set Access-Control-Allow-Origin *\n",
			"a/.htaccess:1: Access-Control-Allow-Origin is not followed, because only"},
		{"Header set X-A %{X}e\n",
			"a/.htaccess:1: Header set X-A %{X}e is not followed: it has a"},
		{"Header set X-A b env=c\n",
			"a/.htaccess:1: Header set X-A b env=c is not followed: it"},
		{"Header edit X-A b c\n", "a/.htaccess:1: Header edit X-A b c is not followed"},
		{"Header\n", "a/.htaccess:1: Header is not followed"},
		{"ErrorDocument x y\n",
			"a/.htaccess:1: ErrorDocument x y is not followed: it needs"},
		{"AddType a/b\n", "a/.htaccess:1: AddType a/b is not followed: it needs a value"},
		{"AddType a/b\x01 c\n",
			"a/.htaccess:1: AddType a/b\\x01 c is not followed: it has control"},
		{"Options +ExecCGI\n", "a/.htaccess:1: Options ExecCGI is not followed"},
		{"LanguagePriority\n", "a/.htaccess:1: LanguagePriority is not followed: it needs"},
		{"AddLanguage cs .cz\n",
			"a/.htaccess:1: AddLanguage cs .cz is not followed: here the"},
		{"ForceLanguagePriority None\n",
			"a/.htaccess:1: ForceLanguagePriority None is not followed"},
		{"<IfModule mod_expires.c>\nExpiresActive on\n</IfModule>\n",
			"a/.htaccess:1: what is in <IfModule mod_expires.c> is left out"},
		{"<If \"true\">\nHeader set X-A b\n</If>\n",
			"a/.htaccess:1: what is in <If \"true\"> is"},
		{"<FilesMatch (>\nHeader set X-A b\n</FilesMatch>\n",
			"a/.htaccess:1: the section for files \"(\" is not followed: missing"},
		{"RewriteOptions Inherit\n", "a/.htaccess:1: RewriteOptions is not followed"},
		{"RewriteRule ( b\n", "a/.htaccess:1: this rule is not followed: missing"},
		{"RewriteRule a\n",
			"a/.htaccess:1: this rule is not followed: a rule is a pattern"},
		{"RewriteRule a http://b/ [P]\n",
			"a/.htaccess:1: this rule is not followed: it has a flag"},
		{"RewriteRule a b [R=999]\n",
			"a/.htaccess:1: this rule is not followed: it has a flag"},
		{"RewriteRule a b [R=599]\n",
			"a/.htaccess:1: this rule is not followed: it has a flag"},
		{"Redirect 399 /a /b\n",
			"a/.htaccess:1: Redirect 399 /a /b is not followed: it needs"},
		{"RewriteRule a b L\n", "a/.htaccess:1: \"L\" is not a list of flags in brackets"},
		{"RewriteRule a b [CO=x]\n", "a/.htaccess:1: the flag CO is not followed"},
		{"RewriteRule a ${map:x}\n",
			"a/.htaccess:1: this rule is not followed: its path has a"},
		{"RewriteCond %{REMOTE_ADDR} ^10\\.\nRewriteRule ^ - [F]\n",
			"a/.htaccess:1: a rule with the condition \"%{REMOTE_ADDR} ^10\\.\" is "
			"not"},
		{"RewriteCond expr true\nRewriteRule ^ -\n",
			"a/.htaccess:1: a rule with the condition \"expr true\" is not followed"},
		{"<Files a>\nRewriteEngine on\n</Files>\n",
			"a/.htaccess:2: RewriteEngine is not followed in a section for files"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		htaccess_destroy(read_file(rows[i].text));
		if (!slice_starts(buf_slice(&told), rows[i].told))
			fail_msg("%s: %s", rows[i].text, told.bytes);
	}
	buf_finish(&told);
}

static void
bounds(void **state)
{
	struct buf text = {0};
	struct htaccess *file;

	(void)state;
	for (int i = 0; i < 100; i++)
		buf_add_text(&text, "<IfModule mod_dir.c>\n<Files a>\n");
	buf_add_text(&text, "Header set X-A b\n");
	for (int i = 0; i < HTACCESS_DIRECTIVES_MAX + 300; i++)
		buf_add_text(&text, "</Files>\n</IfModule>\nHeader set X-A b\nRewriteRule a b\n");
	file = read_file(text.bytes);
	assert_int_equal(file->count, HTACCESS_DIRECTIVES_MAX);
	assert_int_equal(file->rewrite.count, REWRITE_RULES_MAX);
	assert_in_range(file->section_count, 1, HTACCESS_SECTIONS_MAX);
	htaccess_destroy(file);
	htaccess_destroy(NULL);
	buf_finish(&text);
	buf_finish(&told);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(followed),
		cmocka_unit_test(notes),
		cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
