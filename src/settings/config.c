/*
 * config: see config.h. One table of settings serves the command line, the settings files and
 * --help.
 *
 * To add a setting:
 *  1. a field in the options struct of the module that it is for; of a list the memory, too: a
 *     struct config_list in struct config, whose items set_x() hands to that module;
 *  2. a row in the table below, where --help should have it. option.h says what can stand in it:
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
#include "settings/config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "settings/command_line.h"
#include "base/buf.h"
#include "http/custom_header.h"
#include "base/mem.h"
#include "http/media_type.h"
#include "http/url.h"
#include "fs/path.h"
#include "settings/show_config.h"
#include "http/route.h"
#include "settings/config_schema.h"
#include "proxy/upstream.h"

enum {
	PORT_DEFAULT = 9000,
	LIVERELOAD_PORT = 35729, /* where the script looks when nobody says another */
	WAIT_MAX_MS = 60000,
	POLL_MIN_MS = 10,
};

#define HOST_DEFAULT "localhost"

const char config_version[] = LIVESERVE_VERSION;

/* ---- set functions ---- */

/* Says what is wrong with a value, and where it stands. Always false. */
static bool __attribute__((format(printf, 2, 3)))
wrong(const struct config *config, const char *format, ...)
{
	const struct option_value *choice = config->current;
	va_list arguments;
	char sentence[1024];

	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	if (choice->file && choice->line)
		log_error("%s:%u: %s", choice->file, choice->line, sentence);
	else if (choice->file)
		log_error("%s of the environment: %s", choice->file, sentence);
	else
		log_error("%s", sentence);
	return false;
}

/* A number that is within its row's bounds. */
static unsigned
number_of(const char *value)
{
	return (unsigned)strtoul(value, NULL, 10);
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
	config->server.port = (uint16_t)number_of(value);
	return true;
}

static bool
set_livereload_port(struct config *config, const char *value)
{
	config->server.has_livereload = value;
	config->server.livereload_port = value && *value ? (uint16_t)number_of(value)
							 : LIVERELOAD_PORT;
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
	config->watch.wait_ms = number_of(value);
	return true;
}

static bool
set_poll(struct config *config, const char *value)
{
	config->watch.poll.is_for_all = value;
	config->watch.poll.interval_ms = value && *value ? number_of(value) : POLLER_INTERVAL_MS;
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
set_mount(struct config *config, const char *value)
{
	struct buf name = {0};
	const char *path;
	bool is_valid = route_read(value, &name, &path);

	buf_finish(&name);
	if (!is_valid)
		return wrong(config, "\"%s\" is no ROUTE=PATH, such as /lib=../lib/dist", value);
	add_to(&config->mount_list, value);
	config->mounts = config->mount_list.items;
	return true;
}

static bool
set_htpasswd(struct config *config, const char *value)
{
	if (!*value)
		return wrong(config, "--htpasswd needs a file that htpasswd -B has made");
	config->htpasswd = value;
	return true;
}

static bool
set_proxy(struct config *config, const char *value)
{
	struct upstream upstream;
	enum upstream_verdict verdict = upstream_read(&upstream, value);

	upstream_finish(&upstream);
	if (verdict == UPSTREAM_TLS)
		return wrong(config, "\"%s\": liveserve asks other servers by http:// only", value);
	if (verdict == UPSTREAM_MALFORMED)
		return wrong(config, "\"%s\" is no ROUTE=URL, such as /api=http://localhost:3000",
			value);
	add_to(&config->proxy_list, value);
	config->proxies = config->proxy_list.items;
	return true;
}

static bool
set_header(struct config *config, const char *value)
{
	static const char *const reasons[] = {
		[CUSTOM_HEADER_NO_PAIR] = "is no NAME=VALUE, such as Cache-Control=no-store",
		[CUSTOM_HEADER_BAD_NAME] = "does not begin with a header's name",
		[CUSTOM_HEADER_BAD_VALUE] = "has a control character in the header's value",
		[CUSTOM_HEADER_CORS] = "is for --cors to say",
		[CUSTOM_HEADER_OURS] =
			"is for liveserve to say, since it has to be true of each answer",
	};
	struct custom_header header;
	enum custom_header_verdict verdict = custom_header_read(&header, value);

	if (verdict != CUSTOM_HEADER_OK)
		return wrong(config, "\"%s\" %s", value, reasons[verdict]);
	add_to(&config->header_list, value);
	config->headers = config->header_list.items;
	return true;
}

static bool
set_file(struct config *config, const char *value)
{
	const char *name = value;
	struct slice rest, segment;
	bool climbs = false;

	while (*name == '/' || slice_starts(slice_of(name), "./"))
		name++;
	rest = slice_of(name);
	while (slice_split(&rest, '/', &segment))
		climbs |= slice_is(segment, "..");
	if (climbs || segment.length == 0)
		return wrong(config, "\"%s\" is no file of the site, such as index.html", value);
	config->files.fallback = name;
	return true;
}

static bool
set_mime(struct config *config, const char *value)
{
	struct media_type_rule rule;

	if (!media_type_read(&rule, value))
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
wrong_origin(const struct config *config, const char *value)
{
	return wrong(config, "\"%s\" is no origin, such as http://localhost:3000", value);
}

static bool
set_allow_origin(struct config *config, const char *value)
{
	if (!access_is_origin(value))
		return wrong_origin(config, value);
	add_to(&config->allowed_origins, value);
	config->policy.allowed_origins = config->allowed_origins.items;
	return true;
}

/* A false takes back what weaker places have named. */
static bool
set_cors(struct config *config, const char *value)
{
	if (!value) {
		config->cors.count = 0;
		config->policy.cors = NULL;
		return true;
	}
	if (*value && !access_is_origin(value))
		return wrong_origin(config, value);
	add_to(&config->cors, *value ? value : ACCESS_EVERYBODY);
	config->policy.cors = config->cors.items;
	return true;
}

static bool
set_cert(struct config *config, const char *value)
{
	if (!*value)
		return wrong(config, "--cert needs a file, such as cert.pem");
	config->tls.cert = value;
	return true;
}

static bool
set_key(struct config *config, const char *value)
{
	if (!*value)
		return wrong(config, "--key needs a file, such as key.pem");
	config->tls.key = value;
	return true;
}

static bool
set_passphrase(struct config *config, const char *value)
{
	config->tls.passphrase = value;
	return true;
}

static bool
set_console(struct config *config, const char *value)
{
	config->console = value ? HUB_CONSOLE_ALL : HUB_CONSOLE_NONE;
	return true;
}

static bool
set_log_level(struct config *config, const char *value)
{
	config->talk = *value == 'q' ? LOG_QUIET : *value == 'v' ? LOG_VERBOSE : LOG_NORMAL;
	config->terminal.is_quiet = config->talk == LOG_QUIET;
	return true;
}

/* What a file says may be old; what the command line says is opened, and then found missing. */
static bool
set_root(struct config *config, const char *value)
{
	struct stat state;

	if (config->current->file && (stat(value, &state) < 0 || !S_ISDIR(state.st_mode)))
		return wrong(config, "root: there is no folder \"%s\"; %s is served", value,
			config->root);
	config->root = value;
	return true;
}

/* config_files.c has read it. */
static bool
set_workspace(struct config *config, const char *value)
{
	(void)config;
	(void)value;
	return true;
}

static bool
set_log_format(struct config *config, const char *value)
{
	config->terminal.format = *value == 'j' ? TERMINAL_JSON : TERMINAL_TEXT;
	return true;
}

/* ---- the table ---- */

#define AT(field) offsetof(struct config, field)

static const struct option_spec table[] = {
	{.kind = OPTION_HEADING, .help = "What it serves, and where:"},
	{
		.name = "root",
		.kind = OPTION_TEXT,
		.path = OPTION_PATH,
		.value = "FOLDER",
		.help = "serve this folder; settings are those of ROOT",
		.live_server = "root",
		.set = set_root,
	},
	{
		.name = "workspace",
		.kind = OPTION_TEXT,
		.command_line_only = true,
		.value = "FILE",
		.help = "serve what Live Server serves in this .code-workspace",
		.set = set_workspace,
	},
	{
		.name = "port",
		.letter = 'p',
		.kind = OPTION_NUMBER,
		.value = "N",
		.help = "port to serve on (9000; 0 takes any free one)",
		.most = UINT16_MAX,
		.standard = "9000",
		.vscode = "port",
		.live_server = "port",
		.set = set_port,
	},
	{
		.name = "strict-port",
		.kind = OPTION_SWITCH,
		.help = "fail if the port is taken, instead of the next one",
		.at = AT(server.strict_port),
	},
	{
		.name = "livereload-port",
		.kind = OPTION_NUMBER,
		.value_optional = true,
		.value = "N",
		.help = "open this port, too, for livereload.js (35729)",
		.least = 1,
		.most = UINT16_MAX,
		.set = set_livereload_port,
	},
	{
		.name = "host",
		.letter = 'H',
		.kind = OPTION_TEXT,
		.value = "ADDR",
		.help = "address to serve on (localhost: this machine only)",
		.standard = HOST_DEFAULT,
		.vscode = "host",
		.live_server = "host",
		.set = set_host,
	},
	{
		.name = "lan",
		.kind = OPTION_SWITCH,
		.help = "let others in the network read the site, and show its address",
		.vscode = "useLocalIp",
		.at = AT(is_lan),
	},
	{
		.name = "allowed-host",
		.kind = OPTION_LIST,
		.value = "NAME",
		.help = "answer to this name, too (repeatable)",
		.is_live = true,
		.set = set_allowed_host,
	},
	{
		.name = "allow-origin",
		.kind = OPTION_LIST,
		.value = "ORIGIN",
		.help = "let pages of ORIGIN open WebSockets, too (repeatable)",
		.is_live = true,
		.set = set_allow_origin,
	},
	{
		.name = "cors",
		.kind = OPTION_LIST,
		.value_optional = true,
		.value = "ORIGIN",
		.help = "let pages of ORIGIN, or of every site, read answers (repeatable)",
		.is_live = true,
		.vscode = "cors",
		.live_server = "cors",
		.set = set_cors,
	},
	{
		.name = "sandbox",
		.kind = OPTION_SWITCH,
		.help = "give up what serving does not need (on; --no-sandbox for odd systems)",
		.standard = "on",
		.at = AT(is_confined),
	},

	{
		.name = "htpasswd",
		.kind = OPTION_TEXT,
		.path = OPTION_PATH,
		.value = "FILE",
		.help = "ask for a name and password that FILE has",
		.live_server = "htpasswd",
		.set = set_htpasswd,
	},
	{
		.name = "https",
		.kind = OPTION_SWITCH,
		.help = "speak HTTPS, with the certificate and key given",
		.no_value = "it takes no module; give --cert=FILE and --key=FILE, in PEM form",
		.at = AT(tls.is_on),
	},
	{
		.name = "cert",
		.kind = OPTION_TEXT,
		.path = OPTION_PATH,
		.value = "FILE",
		.help = "the certificate for --https, in PEM form",
		.set = set_cert,
	},
	{
		.name = "key",
		.kind = OPTION_TEXT,
		.path = OPTION_PATH,
		.value = "FILE",
		.help = "its key, in PEM form",
		.set = set_key,
	},
	{
		.name = "passphrase",
		.kind = OPTION_TEXT,
		.value = "TEXT",
		.help = "what opens the key, if it is locked",
		.set = set_passphrase,
	},

	{.kind = OPTION_HEADING, .help = "The browser:"},
	{
		.name = "open",
		.letter = 'o',
		.kind = OPTION_TEXT,
		.value_optional = true,
		.value = "PATH",
		.help = "open the browser, at PATH if it is given",
		.live_server = "open",
		.set = set_open,
	},
	{
		.name = "no-browser",
		.kind = OPTION_ALIAS,
		.help = "do not open the browser (as it is by default)",
		.vscode = "NoBrowser",
		.means = "open",
	},
	{
		.name = "browser",
		.kind = OPTION_TEXT,
		.value = "NAME[,ARG]",
		.help = "which one: firefox, chrome:PrivateMode, a program",
		.standard = "what opens pages here",
		.vscode = "CustomBrowser",
		.set = set_browser,
	},
	{
		.name = "browser-line",
		.kind = OPTION_TEXT,
		.value = "LINE",
		.help = "the same as a program and its --options, parted by \"--\"",
		.vscode = "AdvanceCustomBrowserCmdLine",
		.set = set_browser_line,
	},
	{
		.name = "browser-debugging",
		.kind = OPTION_SWITCH,
		.help = "with --browser=chrome or edge: a debugger can attach to it",
		.vscode = "ChromeDebuggingAttachment",
		.at = AT(browser.debugs),
	},

	{.kind = OPTION_HEADING, .help = "What it watches:"},
	{
		.name = "wait",
		.letter = 'w',
		.kind = OPTION_NUMBER,
		.value = "MS",
		.help = "quiet to wait for before pages are told",
		.is_live = true,
		.most = WAIT_MAX_MS,
		.standard = "as short as is right",
		.live_server = "wait",
		.set = set_wait,
	},
	{
		.name = "ignore",
		.letter = 'i',
		.kind = OPTION_LIST,
		.has_commas = true,
		.value = "GLOB",
		.help = "leave these files unwatched; !GLOB: not (repeatable)",
		.is_live = true,
		.live_server = "ignore",
		.set = set_ignore,
	},
	{
		.name = "watch-sources",
		.kind = OPTION_SWITCH,
		.help = "watch *.ts, *.scss, *.sass and .vscode, too",
		.is_live = true,
		.at = AT(watch.keeps_sources),
	},
	{
		.name = "gitignore",
		.kind = OPTION_SWITCH,
		.help = "leave unwatched what .gitignore files leave out",
		.is_live = true,
		.at = AT(watch.heeds_git),
	},
	{
		.name = "watch",
		.kind = OPTION_LIST,
		.has_commas = true,
		.path = OPTION_PATH,
		.value = "PATH",
		.help = "reload every page when this changes (repeatable)",
		.live_server = "watch",
		.set = set_watch,
	},
	{
		.name = "poll",
		.kind = OPTION_NUMBER,
		.value_optional = true,
		.value = "MS",
		.help = "look for changes every MS instead of waiting to hear",
		.least = POLL_MIN_MS,
		.most = WAIT_MAX_MS,
		.set = set_poll,
	},

	{.kind = OPTION_HEADING, .help = "How it answers:"},
	{
		.name = "mount",
		.kind = OPTION_PAIRS,
		.separator = '=',
		.path = OPTION_PATH_AFTER_SEPARATOR,
		.value = "ROUTE=PATH",
		.help = "serve this folder or file, too, at ROUTE (repeatable)",
		.vscode = "mount",
		.live_server = "mount",
		.set = set_mount,
	},
	{
		.name = "proxy",
		.kind = OPTION_PAIRS,
		.separator = '=',
		.value = "ROUTE=URL",
		.help = "let the server at URL answer for ROUTE (repeatable)",
		.live_server = "proxy",
		.set = set_proxy,
	},
	{
		.name = "file",
		.kind = OPTION_TEXT,
		.value = "PATH",
		.help = "show this for documents that are not there",
		.is_live = true,
		.vscode = "file",
		.live_server = "file",
		.set = set_file,
	},
	{
		.name = "entry-file",
		.kind = OPTION_ALIAS,
		.value = "PATH",
		.help = "the same, as live-server calls it",
		.means = "file",
	},
	{
		.name = "spa",
		.kind = OPTION_ALIAS,
		.help = "the same with index.html",
		.means = "file",
		.as = "index.html",
	},
	{
		.name = "header",
		.kind = OPTION_PAIRS,
		.separator = '=',
		.value = "NAME=VALUE",
		.help = "a header for every answer (repeatable)",
		.is_live = true,
		.vscode = "headers",
		.set = set_header,
	},
	{
		.name = "dotfiles",
		.kind = OPTION_SWITCH,
		.help = "serve hidden files, keys and editors' backups, too",
		.is_live = true,
		.at = AT(files.serves_hidden),
	},
	{
		.name = "follow-symlinks",
		.kind = OPTION_SWITCH,
		.help = "serve what links lead to outside of ROOT, too",
		.at = AT(files.follows_links),
	},
	{
		.name = "mime",
		.letter = 'm',
		.kind = OPTION_PAIRS,
		.separator = '=',
		.value = "EXT=TYPE",
		.help = "media type for an extension (repeatable)",
		.set = set_mime,
	},
	{
		.name = "full-reload",
		.kind = OPTION_SWITCH,
		.help = "reload for every change, exchange nothing in place",
		.is_live = true,
		.vscode = "fullReload",
		.live_server = "noCssInject",
		.at = AT(reloads),
	},
	{
		.name = "no-css-inject",
		.kind = OPTION_ALIAS,
		.help = "the same, as live-server calls it",
		.means = "full-reload",
		.as = "",
	},
	{
		.name = "inject",
		.kind = OPTION_SWITCH,
		.help = "put the script into pages (as it is by default)",
		.standard = "on",
		.at = AT(files.injects),
	},
	{
		.name = "no-inject",
		.kind = OPTION_ALIAS,
		.help = "leave pages as they are, for a browser extension",
		.vscode = "useWebExt",
		.means = "inject",
	},

	{.kind = OPTION_HEADING, .help = "What it prints:"},
	{
		.name = "quiet",
		.letter = 'q',
		.kind = OPTION_ALIAS,
		.help = "print the address and errors only",
		.means = "log-level",
		.as = "quiet",
	},
	{
		.name = "verbose",
		.letter = 'V',
		.kind = OPTION_ALIAS,
		.help = "print what is asked and decided, too",
		.means = "log-level",
		.as = "verbose",
	},
	{
		.name = "log-level",
		.kind = OPTION_TEXT,
		.value = "LEVEL",
		.help = "quiet, normal or verbose",
		.is_live = true,
		.words = (const char *const[]){"quiet", "normal", "verbose", NULL},
		.standard = "normal",
		.set = set_log_level,
	},
	{
		.name = "log-format",
		.kind = OPTION_TEXT,
		.value = "FORMAT",
		.help = "text, or json: one object a line",
		.words = (const char *const[]){"text", "json", NULL},
		.standard = "text",
		.set = set_log_format,
	},
	{
		.name = "console",
		.kind = OPTION_SWITCH,
		.help = "print all that pages say, not only errors; or, with no-, nothing",
		.is_live = true,
		.set = set_console,
	},
	{
		.name = "show-config",
		.kind = OPTION_REPORT,
		.help = "print every setting, and where it comes from",
	},
	{
		.name = "schema",
		.kind = OPTION_ACTION,
		.help = "print the JSON Schema of .liveserve.json",
	},
	{
		.name = "version",
		.letter = 'v',
		.kind = OPTION_ACTION,
		.help = "print the version",
	},
	{
		.name = "help",
		.letter = 'h',
		.kind = OPTION_ACTION,
		.help = "print this",
	},

	/* live-server's that there are not. */
	{
		.name = "ignorePattern",
		.kind = OPTION_REFUSED,
		.help = "patterns are globs here, such as --ignore='**/*.tmp'",
		.live_server = "ignorePattern",
	},
	{
		.name = "middleware",
		.kind = OPTION_REFUSED,
		.help = "no JavaScript runs in liveserve; --proxy=ROUTE:URL asks a server of yours",
		.live_server = "middleware",
	},
	{
		.name = "https-module",
		.kind = OPTION_REFUSED,
		.help = "no JavaScript runs in liveserve; leave it out, --https needs no module",
		.live_server = "httpsModule",
	},
	{0},
};

/* ---- taking it over ---- */

static bool
check_number(const struct config *config, const struct option_spec *option, const char *value)
{
	uint64_t number;

	if (slice_number(slice_of(value), &number) && number >= option->least &&
		number <= option->most)
		return true;
	return wrong(config, "%s \"%s\": give a number from %u to %u", option->name, value,
		option->least, option->most);
}

static bool
check_word(const struct config *config, const struct option_spec *option, const char *value)
{
	struct buf all = {0};

	for (const char *const *word = option->words; *word; word++) {
		if (strcmp(*word, value) == 0) {
			buf_finish(&all);
			return true;
		}
		buf_addf(&all, "%s%s", all.length == 0 ? "" : word[1] ? ", " : " or ", *word);
	}
	wrong(config, "%s \"%s\": give %s", option->name, value, all.bytes);
	buf_finish(&all);
	return false;
}

static bool
apply(struct config *config, const struct option_value *choice)
{
	const struct option_spec *option = choice->option;
	const char *value = choice->value;
	bool is_bare = option->value_optional && (!value || !*value);

	config->current = choice;
	if (option->kind == OPTION_NUMBER && !is_bare && !check_number(config, option, value))
		return false;
	if (option->words && !is_bare && !check_word(config, option, value))
		return false;
	if (option->set)
		return option->set(config, value);
	*(bool *)((char *)config + option->at) = value;
	return true;
}

/* What is wrong in a file is said; the rest counts. What is wrong on the command line ends it. */
static enum config_verdict
apply_all(struct config *config)
{
	struct option_values *values = &config->settings.values;

	for (size_t i = 0; i < values->count; i++) {
		struct option_value *choice = &values->items[i];

		choice->is_right = apply(config, choice);
		if (!choice->is_right && choice->layer == OPTION_COMMAND_LINE)
			return CONFIG_WRONG;
	}
	return CONFIG_RUN;
}

/* ---- reading it all ---- */

static void
print_help(void)
{
	puts("Usage: liveserve [OPTIONS] [ROOT]\n"
	     "       liveserve [OPTIONS] PAGE.html\n"
	     "       liveserve why PATH | reload [PATH] | status [--json]\n"
	     "       liveserve init [FOLDER]\n\n"
	     "Serves the folder ROOT (this one) at http://localhost:9000/ and makes the open "
	     "pages\n"
	     "follow every change in it. PAGE.html is opened, and its folder served. The "
	     "commands\n"
	     "ask the server that runs; liveserve why --help and the like say more.");
	command_line_print(table);
}

static enum config_verdict
act(const struct option_spec *action)
{
	if (strcmp(action->name, "help") == 0)
		print_help();
	else if (strcmp(action->name, "schema") == 0)
		config_schema_print(table);
	else
		printf("liveserve %s\n", config_version);
	return CONFIG_DONE;
}

/* The last value that was given for a setting; NULL when there is none. */
static const char *
last_value(const struct option_values *values, const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < values->count; i++)
		if (strcmp(values->items[i].option->name, name) == 0)
			value = values->items[i].value;
	return value;
}

static bool
is_page(const char *path)
{
	struct slice extension = path_extension(slice_of(path));
	struct stat state;

	return (slice_is_nocase(extension, "html") || slice_is_nocase(extension, "htm")) &&
	       stat(path, &state) == 0 && S_ISREG(state.st_mode);
}

/* "site/page.html" is "--open=/page.html site"; so other options may say otherwise. */
static void
take_page(struct config *config, const char *path, struct option_values *line)
{
	const struct option_value place = {.layer = OPTION_COMMAND_LINE};
	struct slice folder = path_parent(slice_of(path));
	struct option_values values = {0};
	struct buf url = {0};

	url_from_path(path_base(slice_of(path)), &url);
	option_values_add(&values, table, option_find(table, "open"), url.bytes, &place);
	option_values_move(&values, line);
	*line = values;
	config->folder_memory = folder.length ? mem_copy(folder.at, folder.length)
					      : mem_text(*path == '/' ? "/" : ".");
	config->settings.folder = config->folder_memory;
	buf_finish(&url);
}

static enum config_verdict
read_settings(struct config *config, const char *folder, struct option_values *line)
{
	config->settings.folder = folder;
	config->settings.workspace = last_value(line, "workspace");
	if (folder && is_page(folder))
		take_page(config, folder, line);
	if (!config_files_read(&config->settings))
		return CONFIG_WRONG;
	config->root = config->settings.root;
	option_values_move(&config->settings.values, line);
	return apply_all(config);
}

enum config_verdict
config_read(struct config *config, int count, char **arguments)
{
	return config_read_by(config, count, arguments, NULL, NULL);
}

enum config_verdict
config_read_by(struct config *config, int count, char **arguments, config_reader_open_fn *open,
	void *context)
{
	struct option_values values = {0};
	struct command_line line = {.values = &values};
	enum config_verdict verdict = CONFIG_WRONG;

	*config = (struct config){
		.root = ".",
		.server = {.host = HOST_DEFAULT, .port = PORT_DEFAULT},
		.files = {.injects = true},
		.policy = {.host = HOST_DEFAULT},
		.talk = LOG_NORMAL,
		.is_confined = true,
		.open_path = "/",
		.settings = {.table = table, .open = open, .context = context},
	};
	if (command_line_read(&line, table, count, arguments)) {
		bool is_done = line.action && line.action->kind == OPTION_ACTION;

		verdict = is_done ? act(line.action) : read_settings(config, line.root, &values);
		if (config->is_lan)
			config->server.host = config->policy.host = LISTENER_EVERYWHERE;
		if (line.action && verdict == CONFIG_RUN) {
			show_config_print(table, &config->settings.values);
			verdict = CONFIG_DONE;
		}
	}
	option_values_finish(&values);
	return verdict;
}

void
config_finish(struct config *config)
{
	free(config->open_path_memory);
	free(config->folder_memory);
	free(config->ignore.items);
	free(config->mime.items);
	free(config->allowed_hosts.items);
	free(config->allowed_origins.items);
	free(config->cors.items);
	free(config->watched_list.items);
	free(config->mount_list.items);
	free(config->header_list.items);
	free(config->proxy_list.items);
	config_files_finish(&config->settings);
	*config = (struct config){0};
}

/* What counts for the setting of that name; NULL when nobody said anything. */
static struct option_value *
find_choice(const struct config *config, const char *name)
{
	const struct option_values *values = &config->settings.values;
	struct option_value *counts = NULL;

	for (size_t i = 0; i < values->count; i++)
		if (values->items[i].is_right && strcmp(values->items[i].option->name, name) == 0)
			counts = &values->items[i];
	return counts;
}

bool
config_give_up(struct config *config, const char *name, const char *why)
{
	struct option_value *counts = find_choice(config, name);

	if (!counts || !counts->file || counts->is_useless)
		return false;
	config->current = counts;
	counts->is_useless = true;
	if (counts->option->set) {
		wrong(config, "%s \"%s\" %s; %s is used", name, counts->value, why,
			counts->option->standard);
		return counts->option->set(config, counts->option->standard);
	}
	wrong(config, "%s %s; it is left out", name, why);
	*(bool *)((char *)config + counts->option->at) = false;
	return true;
}

bool
config_leave_out(struct config *config, const char *text, const char *why)
{
	const struct option_values *values = &config->settings.values;

	for (size_t i = 0; i < values->count; i++)
		if (values->items[i].value == text && values->items[i].file) {
			config->current = &values->items[i];
			wrong(config, "%s \"%s\": %s; it is left out",
				values->items[i].option->name, text, why);
			return true;
		}
	return false;
}
