/*
 * Lines of _redirects, and what becomes of requests. Most rows are the examples of Netlify's and Cloudflare's
 * documentation.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "rules/redirects_file.h"
#include "support/ask.h"

static struct buf told;

static void
note(void *context, enum log_level level, const char *sentence)
{
	(void)context;
	(void)level;
	buf_add_text(&told, sentence);
	buf_add_char(&told, '\n');
}

/* The names of files that the site has, of the rows below. */
static bool
shows(void *context, const char *name)
{
	(void)context;
	return strcmp(name, "there.html") == 0 || strcmp(name, "folder/") == 0;
}

static enum rule_name_kind
look(void *context, const char *name)
{
	return shows(context, name) ? RULE_NAME_FILE : RULE_NAME_NONE;
}

static struct redirects_file *
read_file(const char *text)
{
	static struct rule_notes notes;
	struct rule_source source = {.notes = &notes, .name = "_redirects"};
	struct redirects_file *file;

	buf_clear(&told);
	buf_reserve(&told, 0);
	told.bytes[0] = '\0';
	log_set_sink(note, NULL);
	file = redirects_file_create(slice_of(text), &source);
	rule_source_end(&source);
	log_set_sink(NULL, NULL);
	rule_notes_finish(&notes);
	return file;
}

/* "301 /new", "200 = /index.html", "404 = /x", "502 -> https://...", or "none". The caller frees. */
static char *
answer(const char *rules, const char *head)
{
	static const struct rule_site site = {.look = look, .shows = shows};
	static const char *const marks[] = {[REDIRECTS_REDIRECT] = "",
		[REDIRECTS_REWRITE] = "= ",
		[REDIRECTS_PAGE] = "= ",
		[REDIRECTS_PROXY] = "-> "};
	struct redirects_file *file = read_file(rules);
	struct redirects_answer found = {0};
	struct rule_request request = {0};
	enum redirects_verdict verdict;
	char *text;

	assert_int_equal(rule_request_read(&request, ask(head), &site), URL_OK);
	verdict = redirects_file_find(file, &request, &found);
	text = verdict == REDIRECTS_NONE
		       ? mem_text("none")
		       : mem_format("%d %s%s", found.status, marks[verdict], found.target.bytes);
	buf_finish(&found.target);
	rule_request_finish(&request);
	redirects_file_destroy(file);
	return text;
}

static const struct {
	const char *rules, *request, *answer;
} examples[] = {
	/* Netlify: the file's syntax */
	{"/home /\n/blog/my-post.php /blog/my-post # a comment\n/news /blog\n"
	 "/cuties https://www.petsofnetlify.com",
		"GET /home", "301 /"},
	{"/blog/my-post.php  /blog/my-post # a comment", "GET /blog/my-post.php",
		"301 /blog/my-post"},
	{"/cuties https://www.petsofnetlify.com", "GET /cuties",
		"301 https://www.petsofnetlify.com"},
	/* Netlify: options */
	{"/my-redirect / 302", "GET /my-redirect", "302 /"},
	{"/ecommerce /store-closed 404", "GET /ecommerce", "404 = /store-closed"},
	{"/pass-through /index.html 200", "GET /pass-through", "200 = /index.html"},
	{"/en/* /en/404.html 404\n/de/* /de/404.html 404", "GET /de/x", "404 = /de/404.html"},
	{"/news/* /blog/:splat", "GET /news/2004/01/10/my-story", "301 /blog/2004/01/10/my-story"},
	{"/news/:month/:date/:year/:slug /blog/:year/:month/:date/:slug",
		"GET /news/02/12/2004/my-story", "301 /blog/2004/02/12/my-story"},
	{"/articles id=:id tag=:tag /posts/:tag/:id 301", "GET /articles?id=3&tag=c",
		"301 /posts/c/3"},
	{"/articles id=:id tag=:tag /posts/:tag/:id 301\n/articles id=:id /posts/:id 301",
		"GET /articles?id=3", "301 /posts/3"},
	{"/articles id=:id /posts/:id", "GET /articles", "none"},
	{"/articles id=3 /posts/three", "GET /articles?id=3&x=1", "301 /posts/three?x=1"},
	{"/articles id=3 /posts/three", "GET /articles?id=4", "none"},
	{"/path/* /otherpath/:splat 301", "GET /path/a?x=1&y=2", "301 /otherpath/a?x=1&y=2"},
	{"http://blog.yoursite.com/* https://www.yoursite.com/blog/:splat 301!",
		"GET /a\nHost: blog.yoursite.com", "301 https://www.yoursite.com/blog/a"},
	{"http://blog.yoursite.com/* https://www.yoursite.com/blog/:splat 301!", "GET /a", "none"},
	{"/ /china 302 Language=zh", "GET /\nAccept-Language: zh-TW,en;q=0.5", "302 /china"},
	{"/ /china 302 Language=zh", "GET /\nAccept-Language: en,zh;q=0.5", "none"},
	{"/ /china 302 Language=zh", "GET /", "none"},
	{"/ /anz 302 Country=au,nz", "GET /", "none"},
	{"/* /legacy/:splat 200! Cookie=is_legacy,my_other_cookie",
		"GET /a\nCookie: x=1; is_legacy=1", "200 = /legacy/a"},
	{"/* /legacy/:splat 200! Cookie=is_legacy", "GET /a\nCookie: x=is_legacy", "none"},
	{"/admin/* 200! Role=admin", "GET /admin/", "none"},
	{"/blog/title-with-typo /blog/title", "GET /blog/title-with-typo/", "301 /blog/title"},
	/* Netlify: rewrites, shadowing */
	{"/* /index.html 200", "GET /any/thing?x=1", "200 = /index.html?x=1"},
	{"/* /index.html 200", "GET /there.html", "none"},
	{"/* /index.html 200", "GET /folder/", "none"},
	{"/* /index.html 200", "GET /folder", "200 = /index.html"},
	{"/there.html /app 200!", "GET /there.html", "200 = /app"},
	{"/api/* https://api.example.com/:splat 200", "GET /api/a/b",
		"200 -> https://api.example.com/a/b"},
	/* Cloudflare */
	{"/querystrings /?query=string 301", "GET /querystrings?a=b", "301 /?query=string"},
	{"/twitch https://twitch.tv", "GET /twitch?a", "301 https://twitch.tv?a"},
	{"/trailing /trailing/ 301", "GET /trailing", "301 /trailing/"},
	{"/trailing /trailing/ 301", "GET /trailing/", "none"},
	{"/notrailing/ /nottrailing 301", "GET /notrailing/", "301 /nottrailing"},
	{"/page/ /page2/#fragment 301", "GET /page/?a", "301 /page2/#fragment"},
	{"/blog/* https://blog.my.domain/:splat", "GET /blog/a", "301 https://blog.my.domain/a"},
	{"/products/:code/:name /products?code=:code&name=:name", "GET /products/1/a%20b",
		"301 /products?code=1&name=a%20b"},
	{"/movies/:title /media/:title 307", "GET /movies/x", "307 /media/x"},
	/* what would never end, or lead elsewhere */
	{"/* / 302", "GET /", "none"},
	{"/* /:splat 301!", "GET /a?x", "none"},
	{"/a/* /:splat", "GET /a//evil.example", "301 /evil.example"},
	{"/* /a", "GET //evil.example/%0d%0aX:y", "301 /a"},
	{"/x/* /:splat", "GET /x/%0d%0aSet-Cookie:a", "301 /%0D%0ASet-Cookie%3Aa"},
	/* the first rule that applies decides */
	{"/a /b\n/a /c", "GET /a", "301 /b"},
	{"\t \r\n# only a comment\r\n/a\t/b\t303\r\n", "GET /a", "303 /b"},
	{"", "GET /", "none"},
};

static void
answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(examples); i++) {
		char *text = answer(examples[i].rules, examples[i].request);

		if (strcmp(text, examples[i].answer) != 0)
			fail_msg("%s: %s: %s", examples[i].rules, examples[i].request, text);
		free(text);
	}
}

static void
notes(void **state)
{
	static const struct {
		const char *rules, *told;
	} rows[] = {
		{"/a /b\n# x\n\n/c /d 200!\n", ""},
		{"a /b", "_redirects:1: this is no rule: it has to begin with a path"},
		{"\n/a", "_redirects:2: this is no rule: there is no second address"},
		{"/a b /c", "_redirects:1: this is no rule: what comes before the second"},
		{"/a /b 999", "_redirects:1: this is no rule: after the second address"},
		{"/a /b 301 302", "_redirects:1: this is no rule: after the second address"},
		{"/a /b 301 Moon=full", "_redirects:1: this is no rule: after the second"},
		{"/a /b\x01", "_redirects:1: this is no rule: it has control characters"},
		{"/a /b Country=de", "_redirects:1: a rule with Country= never applies here"},
		{"/a /b Role=x", "_redirects:1: a rule with Role= never applies here"},
		{"/a http://localhost:5432/ 200",
			"_redirects:1: http://localhost:5432/ would be asked for this"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		redirects_file_destroy(read_file(rows[i].rules));
		if (!slice_starts(buf_slice(&told), rows[i].told) ||
			(!*rows[i].told && told.length))
			fail_msg("%s: %s", rows[i].rules, told.bytes);
	}
	buf_finish(&told);
}

/* More rules than are kept, and more bad lines than are told. */
static void
bounds(void **state)
{
	struct buf text = {0};
	char *found;

	(void)state;
	for (unsigned i = 0; i <= REDIRECTS_RULES_MAX; i++)
		buf_addf(&text, "/a%u /b\n", i);
	found = answer(text.bytes, "GET /a2099");
	assert_string_equal(found, "301 /b");
	free(found);
	found = answer(text.bytes, "GET /a2100");
	assert_string_equal(found, "none");
	free(found);
	buf_clear(&text);
	for (unsigned i = 0; i < 30; i++)
		buf_addf(&text, "bad%u\n/a /b key%u\n", i, i);
	redirects_file_destroy(read_file(text.bytes));
	/* The same sentence is told once, whatever its line. */
	assert_non_null(strstr(told.bytes, "_redirects:1:"));
	assert_null(strstr(told.bytes, "_redirects:3:"));
	buf_finish(&text);
	buf_finish(&told);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		cmocka_unit_test(notes),
		cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
