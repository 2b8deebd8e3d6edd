/*
 * config: see config.h. One table of settings serves the command line, the settings files and
 * --help.
 *
 * To add a setting:
 *  1. a field in the options struct of the module that it is for; of a list the memory, too: a
 *     struct config_list in struct config, whose items set_x() hands to that module;
 *  2. a row in the table below, where --help should have it. setting.h says what can stand in it:
 *     .name is the option and the key in .liveserve.json; .vscode and .live_server are the keys of
 *     Live Server and live-server when their values have the same form; .standard is what counts
 *     when nobody says anything; .is_live when main.c's follow_settings() hands it on;
 *  3. a switch: .at = AT(the bool) and nothing more. Else set_x(): it gets the text of one value,
 *     keeps pointers into it or not, returns true, or wrong(config, ...) for one sentence that says
 *     what would be right; what was set before then stays. A list gets its texts one by one,
 *     those of the command line last, and the last one that means something has the last word;
 *  4. rows in tests/test_config.c (good and bad), a line in the README's table of options.
 */
#define _GNU_SOURCE
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "buf.h"
#include "mem.h"
#include "mime.h"

enum {
	PORT_DEFAULT = 9000,
	WAIT_MAX_MS = 60000,
};

#define HOST_DEFAULT "localhost"

const char config_version[] = LIVESERVE_VERSION;

/* ---- set functions ---- */

/* Says what is wrong with a value, and where it stands. Always false. */
static bool __attribute__((format(printf, 2, 3)))
wrong(const struct config *config, const char *format, ...)
{
	const struct choice *choice = config->current;
	va_list arguments;
	char sentence[1024];

	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	if (choice->file)
		log_error("%s:%u: %s", choice->file, choice->line, sentence);
	else
		log_error("%s", sentence);
	return false;
}

static void
add_to(struct config_list *list, const char *item)
{
	list->items = mem_resize(list->items, (list->count + 2) * sizeof(*list->items));
	list->items[list->count++] = item;
	list->items[list->count] = NULL;
}

static bool
set_port(struct config *config, const char *value)
{
	uint64_t port;

	if (!slice_number(slice_of(value), &port) || port > UINT16_MAX)
		return wrong(config,
			"port \"%s\" is none: give a number from 1 to 65535, or 0 for any free one",
			value);
	config->server.port = (uint16_t)port;
	return true;
}

static bool
set_host(struct config *config, const char *value)
{
	if (!*value)
		return wrong(config, "--host needs a name or an address, such as localhost");
	config->server.host = config->policy.host = value;
	return true;
}

static bool
set_open(struct config *config, const char *value)
{
	config->opens_browser = value;
	config->opens_nothing = !value;
	free(config->open_path_memory);
	config->open_path_memory = mem_format(
		"%s%s", value && *value == '/' ? "" : "/", value ? value : "");
	config->open_path = config->open_path_memory;
	return true;
}

static bool
set_browser(struct config *config, const char *value)
{
	if (!*value || *value == ',')
		return wrong(config,
			"\"%s\" is no browser: give a program, such as firefox, or "
			"chrome:PrivateMode",
			value);
	config->browser.browser = value;
	return true;
}

static bool
set_browser_line(struct config *config, const char *value)
{
	config->browser.line = value;
	return true;
}

static bool
set_wait(struct config *config, const char *value)
{
	uint64_t wait;

	if (!slice_number(slice_of(value), &wait) || wait > WAIT_MAX_MS)
		return wrong(
			config, "\"%s\" is no time to wait: give 0 to 60000 milliseconds", value);
	config->watch.wait_ms = (unsigned)wait;
	return true;
}

static bool
set_poll(struct config *config, const char *value)
{
	uint64_t interval = POLL_INTERVAL_MS;

	if (value && *value &&
		(!slice_number(slice_of(value), &interval) || interval < 10 ||
			interval > WAIT_MAX_MS))
		return wrong(config, "\"%s\" is no interval: give 10 to 60000 milliseconds", value);
	config->watch.poll.is_for_all = value;
	config->watch.poll.interval_ms = (unsigned)interval;
	return true;
}

static bool
set_ignore(struct config *config, const char *value)
{
	if (!*value)
		return wrong(config, "--ignore needs a pattern, such as *.log or drafts/**");
	add_to(&config->ignore, value);
	config->watch.ignore = config->ignore.items;
	return true;
}

static bool
set_watch(struct config *config, const char *value)
{
	if (!*value)
		return wrong(config, "--watch needs a folder or a file, such as templates");
	add_to(&config->watched_list, value);
	config->watched = config->watched_list.items;
	return true;
}

static bool
set_mime(struct config *config, const char *value)
{
	struct mime_rule rule;

	if (!mime_read(&rule, value))
		return wrong(config, "\"%s\" is no EXT=TYPE, such as glsl=text/plain", value);
	add_to(&config->mime, value);
	config->files.mime = config->mime.items;
	return true;
}

static bool
set_allowed_host(struct config *config, const char *value)
{
	if (!*value || strpbrk(value, "/: \t"))
		return wrong(
			config, "\"%s\" is no host name: give one without scheme and port", value);
	add_to(&config->allowed_hosts, value);
	config->policy.allowed_hosts = config->allowed_hosts.items;
	return true;
}

static bool
set_log_level(struct config *config, const char *value)
{
	static const char *const levels[] = {
		[LOG_QUIET] = "quiet", [LOG_NORMAL] = "normal", [LOG_VERBOSE] = "verbose"};

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (strcmp(value, levels[i]) == 0) {
			config->talk = (enum log_level)i;
			config->term.is_quiet = config->talk == LOG_QUIET;
			return true;
		}
	return wrong(config, "\"%s\" is no log level: give quiet, normal or verbose", value);
}

static bool
set_log_format(struct config *config, const char *value)
{
	bool is_json = strcmp(value, "json") == 0;

	if (!is_json && strcmp(value, "text") != 0)
		return wrong(config, "there is no log format \"%s\": give text or json", value);
	config->term.format = is_json ? TERM_JSON : TERM_TEXT;
	return true;
}

/* ---- the table ---- */

#define AT(field) offsetof(struct config, field)

static const struct setting settings[] = {
	{.kind = SETTING_HEADING, .help = "Where it serves:"},
	{
		.name = "port",
		.letter = 'p',
		.kind = SETTING_NUMBER,
		.value = "N",
		.help = "port to serve on (9000; 0 takes any free one)",
		.standard = "9000",
		.vscode = "port",
		.live_server = "port",
		.set = set_port,
	},
	{
		.name = "strict-port",
		.kind = SETTING_SWITCH,
		.help = "fail if the port is taken, instead of the next one",
		.at = AT(server.strict_port),
	},
	{
		.name = "host",
		.letter = 'H',
		.kind = SETTING_TEXT,
		.value = "ADDR",
		.help = "address to serve on (localhost: this machine only)",
		.standard = HOST_DEFAULT,
		.live_server = "host",
		.set = set_host,
	},
	{
		.name = "allowed-host",
		.kind = SETTING_LIST,
		.value = "NAME",
		.help = "answer to this name, too (repeatable)",
		.set = set_allowed_host,
	},

	{.kind = SETTING_HEADING, .help = "The browser:"},
	{
		.name = "open",
		.letter = 'o',
		.kind = SETTING_TEXT,
		.may_be_bare = true,
		.value = "PATH",
		.help = "open the browser, at PATH if it is given",
		.live_server = "open",
		.set = set_open,
	},
	{
		.name = "no-browser",
		.kind = SETTING_ALIAS,
		.help = "do not open the browser (as it is by default)",
		.vscode = "NoBrowser",
		.means = "open",
	},
	{
		.name = "browser",
		.kind = SETTING_TEXT,
		.value = "NAME[,ARG]",
		.help = "which one: firefox, chrome:PrivateMode, a program",
		.standard = "what opens pages here",
		.vscode = "CustomBrowser",
		.live_server = "browser",
		.set = set_browser,
	},
	{
		.name = "browser-line",
		.kind = SETTING_TEXT,
		.value = "LINE",
		.help = "the same as a program and its --options, parted by \"--\"",
		.vscode = "AdvanceCustomBrowserCmdLine",
		.set = set_browser_line,
	},
	{
		.name = "browser-debugging",
		.kind = SETTING_SWITCH,
		.help = "with --browser=chrome or edge: a debugger can attach to it",
		.vscode = "ChromeDebuggingAttachment",
		.at = AT(browser.debugs),
	},

	{.kind = SETTING_HEADING, .help = "What it watches:"},
	{
		.name = "wait",
		.letter = 'w',
		.kind = SETTING_NUMBER,
		.value = "MS",
		.help = "quiet to wait for before pages are told",
		.standard = "as short as is right",
		.live_server = "wait",
		.set = set_wait,
	},
	{
		.name = "ignore",
		.letter = 'i',
		.kind = SETTING_LIST,
		.has_commas = true,
		.value = "GLOB",
		.help = "leave these files unwatched; !GLOB: not (repeatable)",
		.live_server = "ignore",
		.set = set_ignore,
	},
	{
		.name = "gitignore",
		.kind = SETTING_SWITCH,
		.help = "leave unwatched what .gitignore files leave out",
		.at = AT(watch.heeds_git),
	},
	{
		.name = "watch",
		.kind = SETTING_LIST,
		.has_commas = true,
		.path = SETTING_PATH,
		.value = "PATH",
		.help = "reload every page when this changes (repeatable)",
		.live_server = "watch",
		.set = set_watch,
	},
	{
		.name = "poll",
		.kind = SETTING_NUMBER,
		.may_be_bare = true,
		.value = "MS",
		.help = "look for changes every MS instead of waiting to hear",
		.set = set_poll,
	},

	{.kind = SETTING_HEADING, .help = "How it answers:"},
	{
		.name = "mime",
		.letter = 'm',
		.kind = SETTING_PAIRS,
		.joint = '=',
		.value = "EXT=TYPE",
		.help = "media type for an extension (repeatable)",
		.set = set_mime,
	},

	{.kind = SETTING_HEADING, .help = "What it prints:"},
	{
		.name = "quiet",
		.letter = 'q',
		.kind = SETTING_ALIAS,
		.help = "print the address and errors only",
		.means = "log-level",
		.as = "quiet",
	},
	{
		.name = "verbose",
		.letter = 'V',
		.kind = SETTING_ALIAS,
		.help = "print what is asked and decided, too",
		.means = "log-level",
		.as = "verbose",
	},
	{
		.name = "log-level",
		.kind = SETTING_TEXT,
		.value = "LEVEL",
		.help = "quiet, normal or verbose",
		.standard = "normal",
		.set = set_log_level,
	},
	{
		.name = "log-format",
		.kind = SETTING_TEXT,
		.value = "FORMAT",
		.help = "text, or json: one object a line",
		.standard = "text",
		.set = set_log_format,
	},
	{
		.name = "version",
		.letter = 'v',
		.kind = SETTING_ACTION,
		.help = "print the version",
	},
	{
		.name = "help",
		.letter = 'h',
		.kind = SETTING_ACTION,
		.help = "print this",
	},
	{0},
};

/* ---- reading it all ---- */

static void
print_help(void)
{
	puts("Usage: liveserve [OPTIONS] [ROOT]\n"
	     "       liveserve why PATH | reload [PATH] | status [--json]\n\n"
	     "Serves the folder ROOT (this one) at http://localhost:9000/ and makes the open "
	     "pages\n"
	     "follow every change in it. The commands ask the server that runs; liveserve why "
	     "--help\n"
	     "and the like say more.");
	arguments_print(settings);
}

static void
apply(struct config *config, struct choice *choice)
{
	const struct setting *setting = choice->setting;

	config->current = choice;
	if (setting->set) {
		choice->is_right = setting->set(config, choice->value);
	} else {
		*(bool *)((char *)config + setting->at) = choice->value;
		choice->is_right = true;
	}
}

/* What is wrong in a file is said; the rest counts. What is wrong on the command line ends it. */
static enum config_verdict
apply_all(struct config *config)
{
	for (size_t i = 0; i < config->choices.count; i++) {
		struct choice *choice = &config->choices.items[i];

		apply(config, choice);
		if (!choice->is_right && choice->layer == SETTING_COMMAND_LINE)
			return CONFIG_WRONG;
	}
	return CONFIG_RUN;
}

static enum config_verdict
act(const struct setting *action)
{
	if (strcmp(action->name, "help") == 0)
		print_help();
	else
		printf("liveserve %s\n", config_version);
	return CONFIG_DONE;
}

enum config_verdict
config_read(struct config *config, int count, char **arguments)
{
	struct arguments line = {.choices = &config->choices};

	*config = (struct config){
		.root = ".",
		.server = {.host = HOST_DEFAULT, .port = PORT_DEFAULT},
		.policy = {.host = HOST_DEFAULT},
		.talk = LOG_NORMAL,
		.open_path = "/",
	};
	if (!arguments_read(&line, settings, count, arguments))
		return CONFIG_WRONG;
	if (line.action)
		return act(line.action);
	if (line.root)
		config->root = line.root;
	return apply_all(config);
}

void
config_finish(struct config *config)
{
	free(config->open_path_memory);
	free(config->ignore.items);
	free(config->mime.items);
	free(config->allowed_hosts.items);
	free(config->watched_list.items);
	choices_finish(&config->choices);
	*config = (struct config){0};
}
