/*
 * Which names are hidden, in every spelling that leads to them.
 */
#include "support/test.h"

#include "fs/hidden_names.h"

static void
names(void **state)
{
	static const struct {
		const char *path;
		bool is_hidden;
	} rows[] = {
		{"", false},
		{"index.html", false},
		{"a/b/c.txt", false},
		{"a/", false},
		{".env", true},
		{".env.local", true},
		{".git/config", true},
		{"a/.git/config", true},
		{"a/.htpasswd", true},
		{".hidden/", true},
		{"...", true},
		{"..a", true},
		{".well-known", false},
		{".well-known/acme-challenge/token", false},
		{"a/.well-known/x", false},
		{".well-known/.secret", true},
		{".well-known2", true},
		{".Well-Known", true},
		{".well-known.", true},
		{"a.b", false},
		{"a.", false},
		{"server.key", true},
		{"server.KEY", true},
		{"a/server.pem", true},
		{"server.pem.", true},
		{"server.pem . .", true},
		{"server.key/x", true},
		{"key", false},
		{"pem", false},
		{"server.keys", false},
		{"monkey", false},
		{"server.key.txt", false},
		{"index.html~", true},
		{"~", false},
		{"~user", false},
		{"a~b", false},
		{"#index.html#", true},
		{"##", true},
		{"#", false},
		{"#a", false},
		{"a#", false},
		{"index.html.swp", true},
		{".index.html.swp", true},
		{"index.html.swo", true},
		{"INDEX.SWX", true},
		{"game.swf", false},
		{"index.html.bak", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		print_message("%s\n", rows[i].path);
		assert_int_equal(hidden_path(slice_of(rows[i].path)) != NULL, rows[i].is_hidden);
	}
}

static void
reasons(void **state)
{
	(void)state;
	assert_string_equal(hidden_path(slice_of("a/.env")), "a dot in front");
	assert_string_equal(hidden_name(SLICE_LITERAL("a.key")), "the extension of a key");
	assert_null(hidden_name(SLICE_LITERAL("a.html")));
}

/* A package manager links to files in a folder with a dot in front. */
static void
targets_of_links(void **state)
{
	static const struct {
		const char *path;
		bool is_hidden;
	} rows[] = {
		{"a.html", false},
		{".env", true},
		{"backup/server.key", true},
		{".git/config", true},
		{"sub/.Git/config", true},
		{".ssh/id", true},
		{"node_modules/.pnpm/a@1/node_modules/a/index.js", false},
		{"node_modules/.pnpm/a@1/.env", true},
		{".github/logo.svg", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		print_message("%s\n", rows[i].path);
		assert_int_equal(hidden_target(slice_of(rows[i].path)) != NULL, rows[i].is_hidden);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(reasons),
		cmocka_unit_test(targets_of_links),
	};

	return cmocka_run_group_tests_name("hidden_names", tests, NULL, NULL);
}
