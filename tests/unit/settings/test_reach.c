/*
 * Each option of the table, from each kind of source: what counts at once, and what is held back.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "settings/option_table.h"
#include "settings/reach.h"
#include "support/folder.h"

#define OFF ((const char *)-1) /* false */

/* Values end with a NULL. An option without a row here fails the test. */
static const struct {
	const char *name;
	const char *harmless[24], *powerful[32];
} rows[] = {
	{"root", {"inside", "./inside/../inside", "inside/new", ".", "good"},
		{"..", "../outside", "/", "/etc", "out", "out/x", "inside/../..", "deep",
			"new/../..", ".git", "git", "loop", "inside/../out"}},
	{"port", {"80", "0", "65535"}, {NULL}},
	{"strict-port", {"", OFF}, {NULL}},
	{"livereload-port", {OFF}, {"", "35729"}},
	{"host", {"localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1", "0:0:0:0:0:0:0:1", ""},
		{"0.0.0.0", "::", "192.168.1.1", "127.1", "0x7f.1", "2130706433", "localhost.",
			"a.localhost", "::ffff:0.0.0.0", "*", "128.0.0.1", " 127.0.0.1",
			"127.0.0.1.evil.example"}},
	{"lan", {OFF}, {""}},
	{"allowed-host", {NULL}, {"evil.example", "*", ".evil.example"}},
	{"allow-origin", {NULL}, {"http://evil.example"}},
	{"cors", {OFF}, {"", "http://evil.example"}},
	{"sandbox", {""}, {OFF}},
	{"htpasswd", {NULL}, {"x", "/etc/passwd"}},
	{"https", {NULL}, {"", OFF}},
	{"http2", {"", OFF}, {NULL}},
	{"cert", {NULL}, {"a.pem"}},
	{"key", {NULL}, {"a.pem"}},
	{"passphrase", {"x"}, {NULL}},
	{"open", {"", OFF, "/", "a.html", "/a/b.html?x=1#y", "http://evil.example", "--version"},
		{"a b", "a\"b", "a'b", "a`b", "$(a)", "a;b", "a|b", "a&b", "a^b", "a\\b", "a<b",
			"a\nb", "\342\200\235a", "!a", "(a)", "*"}},
	{"browser",
		{"chrome", "chromium", "firefox", "microsoft-edge", "blisk", "chrome:PrivateMode",
			"firefox:PrivateMode", ""},
		{"./tools/b.sh", "sh,-c,id", "sh", "chrome,--load-extension=x", "chrome,",
			"/bin/chrome", "./chrome", "chrome ", "Chrome", "chrome:PrivateMode,x",
			":PrivateMode", ",", "google-chrome", "chrome:x"}},
	{"browser-line", {""}, {"sh", "chrome --x", " "}},
	{"browser-debugging", {OFF}, {""}},
	{"wait", {"1"}, {NULL}},
	{"ignore", {"*"}, {NULL}},
	{"index", {"default.htm", "index.html"}, {NULL}},
	{"listing", {"", OFF}, {NULL}},
	{"precompressed", {"", OFF}, {NULL}},
	{"languages", {"", OFF}, {NULL}},
	{"clean-urls", {"", OFF, "redirect"}, {NULL}},
	{"watch-sources", {"", OFF}, {NULL}},
	{"gitignore", {"", OFF}, {NULL}},
	{"watch", {"inside", ".git", "git", "inside/new"}, {"..", "/etc", "out", "loop"}},
	{"poll", {"", OFF, "10"}, {NULL}},
	{"mount",
		{"/x=inside", "/x:inside", "/x=inside/a.js", "/x=good", "x", "/x=", "/a:inside=b"},
		{"/x=..", "/x:..", "/x=/etc", "/x=out", "/x=out/id", "/x=file", "/x=.git", "/x=git",
			"/x=.env", "/x=inside/key.pem", "/x=deep", "/x=loop", "/a=/b=inside",
			"/a:../outside"}},
	{"vhost", {NULL}, {"a.localhost=..", "a.localhost=inside"}},
	{"proxy", {NULL}, {"/x=http://192.168.1.1", "/x=http://localhost:5432"}},
	{"proxy-after-files", {OFF}, {""}},
	{"proxy-host", {OFF}, {""}},
	{"proxy-insecure", {OFF}, {""}},
	{"proxy-wait", {"0", "60"}, {NULL}},
	{"keep-alive", {"0", "3600"}, {NULL}},
	{"fastcgi", {NULL}, {".php=127.0.0.1:9000", ".php=unix:/run/php.sock"}},
	{"file", {"index.html", "a/b.html"}, {".env", "a/.git/config", "key.pem", "./.env"}},
	{"header",
		{"X-A=b", "Cache-Control=no-store", "content-security-policy=default-src 'self'",
			"Cross-Origin-Opener-Policy=same-origin",
			"Cross-Origin-Embedder-Policy=require-corp",
			"X-Content-Type-Options=nosniff", "X-Frame-Options=DENY",
			"Referrer-Policy=no-referrer", "no header"},
		{"X-Content-Type-Options=none", "x-content-type-options:", "Set-Cookie=a=b",
			"Service-Worker-Allowed=/", "Cross-Origin-Resource-Policy=cross-origin",
			"Cross-Origin-Opener-Policy=unsafe-none", "Timing-Allow-Origin=*",
			"Strict-Transport-Security=max-age=9", "X-Accel-Redirect=/etc",
			"X-Sendfile=/a", "X-Frame-Options=ALLOWALL", "Location=/", "Refresh=0",
			"Clear-Site-Data=\"*\"", "WWW-Authenticate=Basic"}},
	{"ssi", {"", OFF}, {NULL}},
	{"dotfiles", {OFF}, {""}},
	{"follow-symlinks", {OFF}, {""}},
	{"host-rules", {"", OFF}, {NULL}},
	{"mime", {"a=b/c"}, {NULL}},
	{"full-reload", {"", OFF}, {NULL}},
	{"share-drafts", {OFF}, {""}},
	{"draft-reload", {"", OFF}, {NULL}},
	{"click-to-source", {"", OFF, "alt", "ctrl+shift"}, {NULL}},
	{"follow-cursor", {"", OFF}, {NULL}},
	{"inject", {"", OFF}, {NULL}},
	{"log-level", {"quiet"}, {NULL}},
	{"log-format", {"json"}, {NULL}},
	{"access-log", {"", OFF}, {"/etc/x", "inside/x"}},
	{"console", {"", OFF}, {NULL}},
	/* No file can set it, but a workspace file names folders. */
	{"workspace", {"inside"}, {"../outside", "out", ".git"}},
};

static char *here;

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	here = realpath(".", NULL);
	folder_make("inside");
	folder_make(".git");
	folder_write(".env", "x");
	folder_write("inside/key.pem", "x");
	folder_write("../outside/id", "x");
	assert_int_equal(symlink("../outside", "out"), 0);
	assert_int_equal(symlink("../outside/id", "file"), 0);
	assert_int_equal(symlink("../out", "inside/deep"), 0);
	assert_int_equal(symlink("inside/deep", "deep"), 0);
	assert_int_equal(symlink("loop", "loop"), 0);
	assert_int_equal(symlink("inside", "good"), 0);
	assert_int_equal(symlink(".git", "git"), 0);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	free(here);
	folder_leave();
	return 0;
}

static struct option_value
judge(const char *name, const char *text, enum option_trust trust, char *const *paths)
{
	struct option_value value = {
		.option = option_find(option_table, name),
		.text = text == OFF ? NULL : (char *)text,
		.trust = trust,
		.allowed_paths = paths,
	};

	print_message("%s %s\n", name, text == OFF ? "off" : text);
	reach_judge(&value, here);
	free(value.bounds);
	return value;
}

static void
every_option(void **state)
{
	(void)state;
	for (const struct option_spec *option = option_table; option->help; option++) {
		size_t i = 0;

		if (!option->name || option->kind > OPTION_PAIRS)
			continue;
		if (strcmp(option->name, "allow-settings") == 0 ||
			strcmp(option->name, "wire") == 0) {
			assert_true(option->command_line_only);
			continue;
		}
		while (i < ROWS(rows) && strcmp(rows[i].name, option->name) != 0)
			i++;
		print_message("%s\n", option->name);
		assert_true(i < ROWS(rows));
		assert_int_not_equal(option->reach, OPTION_REACH_UNKNOWN);
		assert_int_equal(option->does != NULL, option->reach == OPTION_POWERFUL);
		assert_true(!option->is_harmless || option->reach == OPTION_POWERFUL);
	}
}

static void
values_of_a_folder(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		for (size_t n = 0; rows[i].harmless[n]; n++) {
			struct option_value value = judge(
				rows[i].name, rows[i].harmless[n], OPTION_OF_FOLDER, NULL);

			assert_null(value.held_back);
		}
		for (size_t n = 0; rows[i].powerful[n]; n++)
			assert_non_null(
				judge(rows[i].name, rows[i].powerful[n], OPTION_OF_FOLDER, NULL)
					.held_back);
	}
}

static void
values_of_the_user(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		for (size_t n = 0; rows[i].powerful[n]; n++) {
			const struct option_value value = judge(
				rows[i].name, rows[i].powerful[n], OPTION_OF_USER, NULL);

			assert_null(value.held_back);
			assert_null(value.bounds);
		}
}

/* The bytes of a file say nothing about where a link leads, so each path is allowed by itself. */
static void
values_of_an_allowed_file(void **state)
{
	char *none[] = {NULL}, *outside[] = {(char *)"/other", NULL, NULL};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		enum option_reach reach = option_find(option_table, rows[i].name)->reach;

		for (size_t n = 0; rows[i].powerful[n]; n++) {
			const struct option_value value = judge(
				rows[i].name, rows[i].powerful[n], OPTION_ALLOWED, none);

			assert_int_equal(value.held_back == NULL, reach == OPTION_POWERFUL);
		}
	}
	outside[1] = realpath("../outside", NULL);
	assert_null(judge("mount", "/x=out", OPTION_ALLOWED, outside).held_back);
	assert_null(judge("root", "out", OPTION_ALLOWED, outside).held_back);
	assert_non_null(judge("mount", "/x=out/id", OPTION_ALLOWED, outside).held_back);
	assert_non_null(judge("mount", "/x=out", OPTION_OF_FOLDER, outside).held_back);
	free(outside[1]);
}

static void
bounds_of_paths(void **state)
{
	static const struct {
		const char *name, *text;
		const char *bounds; /* below the parent of the folder */
	} paths[] = {
		{"mount", "/x=inside", "/root"},
		{"watch", "inside/key.pem", "/root/inside"},
		{"watch", "git", "/root/.git"},
		{"mount", "/x=file", "/outside/id"}, /* held back: where it leads */
		{"mount", "/x=out/new", "/outside/new"},
	};
	char *above = realpath("..", NULL);

	(void)state;
	for (size_t i = 0; i < ROWS(paths); i++) {
		struct option_value value = {
			.option = option_find(option_table, paths[i].name),
			.text = (char *)paths[i].text,
		};
		char *expected = mem_format("%s%s", above, paths[i].bounds);

		reach_judge(&value, here);
		assert_string_equal(value.bounds, expected);
		free(expected);
		free(value.bounds);
	}
	free(above);
}

static void
without_a_folder(void **state)
{
	struct option_value value = {
		.option = option_find(option_table, "root"), .text = (char *)"inside"};

	(void)state;
	reach_judge(&value, NULL);
	assert_non_null(value.held_back);
	free(value.bounds);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(every_option),
		TEST(values_of_a_folder),
		TEST(values_of_the_user),
		TEST(values_of_an_allowed_file),
		TEST(bounds_of_paths),
		TEST(without_a_folder),
	};

	return cmocka_run_group_tests_name("reach", tests, NULL, NULL);
}
