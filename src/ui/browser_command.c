/*
 * browser_command: makes lists of arguments from the options and the environment.
 *
 * It owns nothing and starts nothing (browser.c does), so every rule here can be tested as a table.
 */
#define _GNU_SOURCE
#include "ui/browser_command.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

struct browser_command_environment
browser_command_environment(void)
{
	const char *x = getenv("DISPLAY"), *wayland = getenv("WAYLAND_DISPLAY");
	const char *wsl = getenv("WSL_DISTRO_NAME");

	return (struct browser_command_environment){
		.browser = getenv("BROWSER"),
		.has_display = (x && *x) || (wayland && *wayland),
		.is_wsl = wsl && *wsl,
		.home = getenv("HOME"),
		.forwarded = forwarded_environment(),
	};
}

/* ---- commands ---- */

/* Adds a command without arguments. */
static void
begin_command(struct browser_commands *commands)
{
	commands->items = mem_resize(
		commands->items, (commands->count + 1) * sizeof(*commands->items));
	commands->items[commands->count++] = mem_zero(sizeof(char *));
}

static size_t
argument_count(char *const *arguments)
{
	size_t count = 0;

	while (arguments[count])
		count++;
	return count;
}

/* Adds an argument to the last command. Takes argument. */
static void
add_argument(struct browser_commands *commands, char *argument)
{
	char ***arguments = &commands->items[commands->count - 1];
	size_t count = argument_count(*arguments);

	*arguments = mem_resize(*arguments, (count + 2) * sizeof(**arguments));
	(*arguments)[count] = argument;
	(*arguments)[count + 1] = NULL;
}

static void
add_slice(struct browser_commands *commands, struct slice argument)
{
	add_argument(commands, mem_copy(argument.at, argument.length));
}

void
browser_commands_finish(struct browser_commands *commands)
{
	for (size_t i = 0; i < commands->count; i++) {
		for (char **argument = commands->items[i]; *argument; argument++)
			free(*argument);
		free(commands->items[i]);
	}
	free(commands->items);
	*commands = (struct browser_commands){0};
}

/* ---- names of browsers ---- */

static const struct {
	const char *name;
	const char *programs[5];
	const char *private; /* the option that opens a private window */
	bool can_debug;
} browsers[] = {
	{"chrome",
		{"google-chrome", "google-chrome-stable", "chrome", "chromium", "chromium-browser"},
		"--incognito", true},
	{"chromium", {"chromium", "chromium-browser"}, "--incognito", true},
	{"firefox", {"firefox", "firefox-esr"}, "--private-window", false},
	{"microsoft-edge", {"microsoft-edge", "microsoft-edge-stable"}, "--inprivate", true},
	{"blisk", {"blisk", "blisk-browser"}, "--incognito", true},
};

enum { BROWSER_COUNT = sizeof(browsers) / sizeof(browsers[0]) };

static void
add_debugging(
	struct browser_commands *commands, const struct browser_command_environment *environment)
{
	add_slice(commands, slice_of("--new-window"));
	add_slice(commands, slice_of("--no-default-browser-check"));
	add_slice(commands, slice_of("--remote-debugging-port=9222"));
	/* A separate profile: a browser that already runs would not open the port. */
	if (environment->home)
		add_argument(commands, mem_format("--user-data-dir=%s/.cache/liveserve/browser",
					       environment->home));
}

static void
add_arguments(struct browser_commands *commands, struct slice list)
{
	struct slice argument;

	while (slice_split(&list, ',', &argument))
		if (argument.length)
			add_slice(commands, argument);
}

/* The row of `browsers` with this name, or BROWSER_COUNT. A private window: "NAME:PrivateMode". */
static size_t
find_browser(struct slice name, bool *is_private)
{
	static const char suffix[] = ":PrivateMode";

	*is_private = slice_ends(name, suffix);
	if (*is_private)
		name.length -= strlen(suffix);
	for (size_t i = 0; i < BROWSER_COUNT; i++)
		if (slice_is(name, browsers[i].name))
			return i;
	return BROWSER_COUNT;
}

bool
browser_command_has_name(const char *text)
{
	bool is_private;

	return find_browser(slice_of(text), &is_private) < BROWSER_COUNT;
}

static void
add_program(struct browser_commands *commands, struct slice program, struct slice arguments,
	const char *url)
{
	begin_command(commands);
	add_slice(commands, program);
	add_arguments(commands, arguments);
	add_slice(commands, slice_of(url));
}

static void
add_browser(struct browser_commands *commands, const struct browser_options *options,
	const struct browser_command_environment *environment, const char *url)
{
	struct slice arguments = slice_of(options->browser), name;
	bool is_private;
	size_t row;

	slice_split(&arguments, ',', &name);
	row = find_browser(name, &is_private);
	if (row == BROWSER_COUNT) {
		add_program(commands, name, arguments, url);
		return;
	}
	for (size_t i = 0; i < 5 && browsers[row].programs[i]; i++) {
		begin_command(commands);
		add_slice(commands, slice_of(browsers[row].programs[i]));
		if (is_private)
			add_slice(commands, slice_of(browsers[row].private));
		if (options->debugs && browsers[row].can_debug)
			add_debugging(commands, environment);
		add_arguments(commands, arguments);
		add_slice(commands, slice_of(url));
	}
}

/* Splits a line as VS Code Live Server does: before every "--"; each part is trimmed. */
static void
add_command_line(struct browser_commands *commands, const char *line, const char *url)
{
	begin_command(commands);
	for (const char *part = line, *next; *part; part = next) {
		const char *from = part + (part == line ? 0 : 2);
		struct slice argument;

		next = strstr(from, "--");
		next = next ? next : part + strlen(part);
		argument = slice_trim((struct slice){part, (size_t)(next - part)});
		if (argument.length)
			add_slice(commands, argument);
	}
	add_slice(commands, slice_of(url));
}

/* ---- the default browser ---- */

/* Adds an argument of $BROWSER: "%s" becomes the URL, "%%" a '%'. Returns whether it had a "%s". */
static bool
add_expanded(struct browser_commands *commands, struct slice word, const char *url)
{
	struct buf argument = {0};
	bool has_url = false;

	for (size_t i = 0; i < word.length; i++) {
		char next = word.at[i] == '%' && i + 1 < word.length ? word.at[i + 1] : '\0';

		if (next == 's')
			buf_add_text(&argument, url);
		else
			buf_add_char(&argument, word.at[i]);
		has_url = has_url || next == 's';
		i += next == 's' || next == '%';
	}
	add_argument(commands, buf_take(&argument));
	return has_url;
}

/* The commands in $BROWSER. */
static void
add_browser_variable(struct browser_commands *commands, const char *list, const char *url)
{
	struct slice rest = slice_of(list), entry, word;

	while (slice_split(&rest, ':', &entry)) {
		bool has_url = false;

		entry = slice_trim(entry);
		if (entry.length == 0)
			continue;
		begin_command(commands);
		while (slice_split(&entry, ' ', &word))
			if (word.length)
				has_url = add_expanded(commands, word, url) || has_url;
		if (!has_url)
			add_slice(commands, slice_of(url));
	}
}

static void
add_default_browser(struct browser_commands *commands,
	const struct browser_command_environment *environment, const char *url)
{
	const struct slice none = {0};

	if (environment->browser)
		add_browser_variable(commands, environment->browser, url);
	if (environment->is_wsl)
		add_program(commands, slice_of("wslview"), none, url);
	if (!environment->has_display)
		return;
	add_program(commands, slice_of("xdg-open"), none, url);
	add_program(commands, slice_of("gio"), slice_of("open"), url);
	add_program(commands, slice_of("x-www-browser"), none, url);
}

struct browser_commands
browser_commands(const struct browser_options *options,
	const struct browser_command_environment *environment, const char *url)
{
	struct browser_commands commands = {0};

	if (options->line && *slice_trim(slice_of(options->line)).at)
		add_command_line(&commands, options->line, url);
	else if (options->browser && *options->browser)
		add_browser(&commands, options, environment, url);
	else
		add_default_browser(&commands, environment, url);
	return commands;
}

/* ---- the URL for the person ---- */

char *
browser_command_public_url(const struct browser_command_environment *environment, const char *url)
{
	static const char local[] = "http://localhost:";
	char *urls[FORWARDED_ADDRESSES_MAX], *public_url = NULL;
	struct slice rest = slice_of(url), port;
	size_t count = 0;
	uint64_t number;

	if (slice_starts(rest, local)) {
		slice_drop(&rest, strlen(local));
		slice_split(&rest, '/', &port);
		if (slice_number(port, &number) && number <= UINT16_MAX)
			count = forwarded_addresses(
				&environment->forwarded, (uint16_t)number, urls);
	}
	if (count)
		public_url = mem_format("%s/%s", urls[0], rest.at ? rest.at : "");
	while (count > 0)
		free(urls[--count]);
	return public_url ? public_url : mem_text(url);
}
