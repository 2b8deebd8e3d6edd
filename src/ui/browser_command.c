/*
 * browser_command: see browser_command.h.
 */
#define _GNU_SOURCE
#include "ui/browser_command.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

struct browser_command_place
browser_command_place(void)
{
	const char *x = getenv("DISPLAY"), *wayland = getenv("WAYLAND_DISPLAY");
	const char *wsl = getenv("WSL_DISTRO_NAME");

	return (struct browser_command_place){
		.browser = getenv("BROWSER"),
		.has_display = (x && *x) || (wayland && *wayland),
		.is_wsl = wsl && *wsl,
		.cache = getenv("HOME"),
		.codespace = getenv("CODESPACE_NAME"),
		.domain = getenv("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN"),
	};
}

/* ---- commands ---- */

/* Begins a new command, without words. */
static void
begin(struct browser_commands *commands)
{
	commands->items = mem_resize(
		commands->items, (commands->count + 1) * sizeof(*commands->items));
	commands->items[commands->count++] = mem_zero(sizeof(char *));
}

static size_t
word_count(char *const *words)
{
	size_t count = 0;

	while (words[count])
		count++;
	return count;
}

/* Adds a word, which is taken, to the last command. */
static void
add_word(struct browser_commands *commands, char *word)
{
	char ***words = &commands->items[commands->count - 1];
	size_t count = word_count(*words);

	*words = mem_resize(*words, (count + 2) * sizeof(**words));
	(*words)[count] = word;
	(*words)[count + 1] = NULL;
}

static void
add_slice(struct browser_commands *commands, struct slice word)
{
	add_word(commands, mem_copy(word.at, word.length));
}

void
browser_commands_finish(struct browser_commands *commands)
{
	for (size_t i = 0; i < commands->count; i++) {
		for (char **word = commands->items[i]; *word; word++)
			free(*word);
		free(commands->items[i]);
	}
	free(commands->items);
	*commands = (struct browser_commands){0};
}

/* ---- names of browsers ---- */

static const struct {
	const char *name;
	const char *programs[5];
	const char *private; /* the word that opens a private window */
	bool debugs;
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
add_debugging(struct browser_commands *commands, const struct browser_command_place *place)
{
	add_slice(commands, slice_of("--new-window"));
	add_slice(commands, slice_of("--no-default-browser-check"));
	add_slice(commands, slice_of("--remote-debugging-port=9222"));
	/* A profile of its own: a browser that already runs would not open the port. */
	if (place->cache)
		add_word(commands,
			mem_format("--user-data-dir=%s/.cache/liveserve/browser", place->cache));
}

static void
add_words(struct browser_commands *commands, struct slice rest, char separator)
{
	struct slice word;

	while (slice_split(&rest, separator, &word))
		if (word.length)
			add_slice(commands, word);
}

/* The row that name means, and whether it asks for a private window. BROWSER_COUNT: none. */
static size_t
find_browser(struct slice name, bool *is_private)
{
	static const char mode[] = ":PrivateMode";

	*is_private = slice_ends(name, mode);
	if (*is_private)
		name.length -= strlen(mode);
	for (size_t i = 0; i < BROWSER_COUNT; i++)
		if (slice_is(name, browsers[i].name))
			return i;
	return BROWSER_COUNT;
}

static void
add_program(struct browser_commands *commands, struct slice program, struct slice words,
	const char *url)
{
	begin(commands);
	add_slice(commands, program);
	add_words(commands, words, ',');
	add_slice(commands, slice_of(url));
}

static void
add_browser(struct browser_commands *commands, const struct browser_options *options,
	const struct browser_command_place *place, const char *url)
{
	struct slice words = slice_of(options->browser), name;
	bool is_private;
	size_t row;

	slice_split(&words, ',', &name);
	row = find_browser(name, &is_private);
	if (row == BROWSER_COUNT) {
		add_program(commands, name, words, url);
		return;
	}
	for (size_t i = 0; i < 5 && browsers[row].programs[i]; i++) {
		begin(commands);
		add_slice(commands, slice_of(browsers[row].programs[i]));
		if (is_private)
			add_slice(commands, slice_of(browsers[row].private));
		if (options->debugs && browsers[row].debugs)
			add_debugging(commands, place);
		add_words(commands, words, ',');
		add_slice(commands, slice_of(url));
	}
}

/* As Live Server does it: parted at every "--", without the blanks at the ends of a part. */
static void
add_line(struct browser_commands *commands, const char *line, const char *url)
{
	begin(commands);
	for (const char *part = line, *next; *part; part = next) {
		const char *from = part + (part == line ? 0 : 2);
		struct slice word;

		next = strstr(from, "--");
		next = next ? next : part + strlen(part);
		word = slice_trim((struct slice){part, (size_t)(next - part)});
		if (word.length)
			add_slice(commands, word);
	}
	add_slice(commands, slice_of(url));
}

/* ---- whatever opens pages here ---- */

/* A word of $BROWSER with the URL in it; "%%" is a '%'. Says whether it was. */
static bool
add_filled(struct browser_commands *commands, struct slice word, const char *url)
{
	struct buf filled = {0};
	bool has_url = false;

	for (size_t i = 0; i < word.length; i++) {
		char next = word.at[i] == '%' && i + 1 < word.length ? word.at[i + 1] : '\0';

		if (next == 's')
			buf_add_text(&filled, url);
		else
			buf_add_char(&filled, word.at[i]);
		has_url = has_url || next == 's';
		i += next == 's' || next == '%';
	}
	add_word(commands, buf_take(&filled));
	return has_url;
}

static void
add_environment(struct browser_commands *commands, const char *list, const char *url)
{
	struct slice rest = slice_of(list), entry, word;

	while (slice_split(&rest, ':', &entry)) {
		bool has_url = false;

		entry = slice_trim(entry);
		if (entry.length == 0)
			continue;
		begin(commands);
		while (slice_split(&entry, ' ', &word))
			if (word.length)
				has_url = add_filled(commands, word, url) || has_url;
		if (!has_url)
			add_slice(commands, slice_of(url));
	}
}

static void
add_usual(struct browser_commands *commands, const struct browser_command_place *place,
	const char *url)
{
	const struct slice none = {0};

	if (place->browser)
		add_environment(commands, place->browser, url);
	if (place->is_wsl)
		add_program(commands, slice_of("wslview"), none, url);
	if (!place->has_display)
		return;
	add_program(commands, slice_of("xdg-open"), none, url);
	add_program(commands, slice_of("gio"), slice_of("open"), url);
	add_program(commands, slice_of("x-www-browser"), none, url);
}

struct browser_commands
browser_commands(const struct browser_options *options, const struct browser_command_place *place,
	const char *url)
{
	struct browser_commands commands = {0};

	if (options->line && *slice_trim(slice_of(options->line)).at)
		add_line(&commands, options->line, url);
	else if (options->browser && *options->browser)
		add_browser(&commands, options, place, url);
	else
		add_usual(&commands, place, url);
	return commands;
}

/* ---- where it is found ---- */

char *
browser_command_public_url(const struct browser_command_place *place, const char *url)
{
	static const char front[] = "http://localhost:";
	const char *port = url + strlen(front), *path;

	if (!place->codespace || !place->domain || strncmp(url, front, strlen(front)) != 0)
		return mem_text(url);
	path = port + strcspn(port, "/");
	return mem_format("https://%s-%.*s.%s%s", place->codespace, (int)(path - port), port,
		place->domain, path);
}
