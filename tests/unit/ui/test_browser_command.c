/*
 * Which commands open a page, argument by argument.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "ui/browser_command.h"

#define URL "http://localhost:9000/a%20b?c=1#d"

/* expected has one command on each line, arguments in brackets; [URL] stands for the URL. */
static void
assert_commands(const struct browser_options *options,
	const struct browser_command_environment *environment, const char *expected)
{
	struct browser_commands commands = browser_commands(options, environment, URL);
	struct buf text = {0};

	buf_add_text(&text, "");
	for (size_t i = 0; i < commands.count; i++) {
		for (char **argument = commands.items[i]; *argument; argument++)
			buf_addf(&text, "[%s]", strcmp(*argument, URL) == 0 ? "URL" : *argument);
		buf_add_char(&text, '\n');
	}
	assert_string_equal(text.bytes, expected);
	buf_finish(&text);
	browser_commands_finish(&commands);
}

static void
named_browsers(void **state)
{
	static const struct {
		const char *browser;
		bool debugs;
		const char *commands;
	} rows[] = {
		{"firefox", false, "[firefox][URL]\n[firefox-esr][URL]\n"},
		{"firefox", true, "[firefox][URL]\n[firefox-esr][URL]\n"},
		{"firefox:PrivateMode", false,
			"[firefox][--private-window][URL]\n[firefox-esr][--private-window][URL]\n"},
		{"chrome", false,
			"[google-chrome][URL]\n[google-chrome-stable][URL]\n[chrome][URL]\n"
			"[chromium][URL]\n[chromium-browser][URL]\n"},
		{"chromium:PrivateMode", false,
			"[chromium][--incognito][URL]\n[chromium-browser][--incognito][URL]\n"},
		{"microsoft-edge", false, "[microsoft-edge][URL]\n[microsoft-edge-stable][URL]\n"},
		{"blisk", false, "[blisk][URL]\n[blisk-browser][URL]\n"},
		{"chromium,--app,a b", true,
			"[chromium][--new-window][--no-default-browser-check]"
			"[--remote-debugging-port=9222]"
			"[--user-data-dir=/h/.cache/liveserve/browser][--app][a b][URL]\n"
			"[chromium-browser][--new-window][--no-default-browser-check]"
			"[--remote-debugging-port=9222]"
			"[--user-data-dir=/h/.cache/liveserve/browser][--app][a b][URL]\n"},
		{"/opt/my browser/run,--x;$(y)", true, "[/opt/my browser/run][--x;$(y)][URL]\n"},
		{"firefoxes", false, "[firefoxes][URL]\n"},
		{"odd:PrivateMode", false, "[odd:PrivateMode][URL]\n"},
	};
	const struct browser_command_environment environment = {.browser = "other", .home = "/h"};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct browser_options options = {
			.browser = rows[i].browser, .debugs = rows[i].debugs};

		assert_commands(&options, &environment, rows[i].commands);
	}
}

static void
lines(void **state)
{
	static const struct {
		const char *line, *commands;
	} rows[] = {
		{"firefox", "[firefox][URL]\n"},
		{"google-chrome --incognito --headless --remote-debugging-port=9222",
			"[google-chrome][--incognito][--headless][--remote-debugging-port=9222]["
			"URL]\n"},
		{"/opt/my browser/run  --a b  --c", "[/opt/my browser/run][--a b][--c][URL]\n"},
		{"x --", "[x][--][URL]\n"},
		{"", "[chosen][URL]\n"},
		{"  ", "[chosen][URL]\n"},
	};
	const struct browser_command_environment environment = {.home = "/h"};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct browser_options options = {.browser = "chosen", .line = rows[i].line};

		assert_commands(&options, &environment, rows[i].commands);
	}
}

static void
default_browsers(void **state)
{
#define DEFAULT "[xdg-open][URL]\n[gio][open][URL]\n[x-www-browser][URL]\n"
	static const struct {
		struct browser_command_environment environment;
		const char *commands;
	} rows[] = {
		{{.has_display = true}, DEFAULT},
		{{0}, ""},
		{{.is_wsl = true}, "[wslview][URL]\n"},
		{{.is_wsl = true, .has_display = true}, "[wslview][URL]\n" DEFAULT},
		{{.browser = "w3m"}, "[w3m][URL]\n"},
		{{.browser = "/a/browser.sh", .has_display = true},
			"[/a/browser.sh][URL]\n" DEFAULT},
		{{.browser = "a --x: b  %s -y :c"}, "[a][--x][URL]\n[b][URL][-y]\n[c][URL]\n"},
		{{.browser = "a --url=%s %% $(x)"}, "[a][--url=" URL "][%][$(x)]\n"},
		{{.browser = ":: :"}, ""},
		{{.browser = "a %"}, "[a][%][URL]\n"},
	};
	const struct browser_options options = {0};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_commands(&options, &rows[i].environment, rows[i].commands);
}

static void
public_urls(void **state)
{
	static const struct {
		const char *codespace, *domain, *url, *public;
	} rows[] = {
		{NULL, NULL, "http://localhost:9000/a", "http://localhost:9000/a"},
		{"me-1", NULL, "http://localhost:9000/a", "http://localhost:9000/a"},
		{"me-1", "app.github.dev", "http://localhost:9000/a?b",
			"https://me-1-9000.app.github.dev/a?b"},
		{"me-1", "app.github.dev", "http://localhost:9000",
			"https://me-1-9000.app.github.dev/"},
		{"me-1", "app.github.dev", "http://localhost:90000/", "http://localhost:90000/"},
		{"me-1", "app.github.dev", "http://10.0.0.1:9000/", "http://10.0.0.1:9000/"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct browser_command_environment environment = {
			.forwarded = {.codespaces = "true",
				.codespace = rows[i].codespace,
				.domain = rows[i].domain}};
		char *url = browser_command_public_url(&environment, rows[i].url);

		assert_string_equal(url, rows[i].public);
		free(url);
	}
}

static void
environments(void **state)
{
	static const char *const names[] = {"DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"};

	(void)state;
	for (size_t i = 0; i < ROWS(names); i++)
		unsetenv(names[i]);
	setenv("BROWSER", "b", 1);
	assert_false(browser_command_environment().has_display);
	assert_false(browser_command_environment().is_wsl);
	assert_string_equal(browser_command_environment().browser, "b");
	for (size_t i = 0; i < ROWS(names); i++) {
		setenv(names[i], "", 1);
		assert_false(browser_command_environment().has_display ||
			     browser_command_environment().is_wsl);
		setenv(names[i], ":0", 1);
		assert_int_equal(browser_command_environment().has_display, i < 2);
		assert_int_equal(browser_command_environment().is_wsl, i == 2);
		unsetenv(names[i]);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(named_browsers),
		cmocka_unit_test(lines),
		cmocka_unit_test(default_browsers),
		cmocka_unit_test(public_urls),
		cmocka_unit_test(environments),
	};

	return cmocka_run_group_tests_name("browser_command", tests, NULL, NULL);
}
