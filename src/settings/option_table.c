/*
 * option_table: see option_table.h. Set functions first, then the table.
 *
 * option.h says what a row holds and what a set function does. ARCHITECTURE.md lists the steps to
 * add an option.
 */
#define _GNU_SOURCE
#include "settings/option_table.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/mem.h"
#include "http/route.h"
#include "settings/config_values.h"
#include "settings/reach.h"

enum {
	LIVERELOAD_PORT = 35729, /* where livereload.js looks when a page names no other port */
	PROXY_WAIT_MAX_S = 60,
	KEEP_ALIVE_MAX_S = 3600,
	WAIT_MAX_MS = 60000,
	POLL_MIN_MS = 10,
};

/* ---- what is served, and where ---- */

/*
 * A missing folder that a settings file names is left out here. A missing one of the command line
 * is an error, which serve.c reports when it opens the folder.
 */
static bool
set_root(struct config *config, const struct option_value *value)
{
	struct stat state;

	if (value->file && (stat(value->text, &state) < 0 || !S_ISDIR(state.st_mode)))
		return option_value_complain(value, "root: there is no folder \"%s\"; %s is served",
			value->text, config->root);
	config->root = value->text;
	config->root_bounds = value->bounds;
	return true;
}

/* config_files.c has used the value already. */
static bool
set_workspace(struct config *config, const struct option_value *value)
{
	(void)config;
	(void)value;
	return true;
}

/* config_files.c has used the value already. */
static bool
set_allow_settings(struct config *config, const struct option_value *value)
{
	(void)config;
	(void)value;
	return true;
}

static bool
set_port(struct config *config, const struct option_value *value)
{
	config->listener.port = (uint16_t)option_number(value->text);
	return true;
}

static bool
set_livereload_port(struct config *config, const struct option_value *value)
{
	const char *text = value->text;

	config->listener.has_livereload = text;
	config->listener.livereload_port = text && *text ? (uint16_t)option_number(text)
							 : LIVERELOAD_PORT;
	return true;
}

static bool
set_host(struct config *config, const struct option_value *value)
{
	if (!*value->text)
		return option_value_complain(
			value, "--host needs a name or an address, such as localhost");
	config->listener.host = config->access.host = value->text;
	return true;
}

static struct access_list
access_list(const struct config_list *list)
{
	return (struct access_list){list->items, list->count};
}

static bool
set_allowed_host(struct config *config, const struct option_value *value)
{
	if (!access_is_host_pattern(value->text))
		return option_value_complain(value,
			*value->text == '.'
				? "\"%s\" is not the end of a host name that can be yours: give "
				  "one such "
				  "as .dev.test or .example.com"
				: "\"%s\" is not a host name: give one without scheme and port",
			value->text);
	config_list_add(&config->allowed_hosts, value->text);
	config->access.allowed_hosts = access_list(&config->allowed_hosts);
	return true;
}

static bool
check_origin(const struct option_value *value)
{
	return access_is_origin(value->text) ||
	       option_value_complain(value,
		       "\"%s\" is not an origin, such as http://localhost:3000", value->text);
}

static bool
set_allow_origin(struct config *config, const struct option_value *value)
{
	if (!access_is_origin_pattern(value->text))
		return option_value_complain(value,
			"\"%s\" is not an origin, such as http://localhost:3000 or "
			"moz-extension://*",
			value->text);
	config_list_add(&config->allowed_origins, value->text);
	config->access.allowed_origins = access_list(&config->allowed_origins);
	return true;
}

/* False removes the origins that weaker places have given. */
static bool
set_cors(struct config *config, const struct option_value *value)
{
	bool is_origin = value->text && *value->text;

	if (is_origin && !check_origin(value))
		return false;
	if (is_origin)
		config_list_add(&config->cors, value->text);
	else
		config->access.cors_for_everybody = value->text;
	if (!value->text)
		config->cors.count = 0;
	config->access.cors = access_list(&config->cors);
	return true;
}

static bool
set_htpasswd(struct config *config, const struct option_value *value)
{
	if (!*value->text)
		return option_value_complain(
			value, "--htpasswd needs a file that htpasswd -B has made");
	config->htpasswd = value->text;
	return true;
}

static bool
set_cert(struct config *config, const struct option_value *value)
{
	if (!*value->text)
		return option_value_complain(value, "--cert needs a file, such as cert.pem");
	config->tls.cert = value->text;
	return true;
}

static bool
set_key(struct config *config, const struct option_value *value)
{
	if (!*value->text)
		return option_value_complain(value, "--key needs a file, such as key.pem");
	config->tls.key = value->text;
	return true;
}

static bool
set_passphrase(struct config *config, const struct option_value *value)
{
	config->tls.passphrase = value->text;
	return true;
}

static bool
set_access_log(struct config *config, const struct option_value *value)
{
	config->access_log.is_on = value->text;
	config->access_log.file = value->text && *value->text ? value->text : NULL;
	return true;
}

/* The argument outlives the program's other parts. */
static bool
set_wire(struct config *config, const struct option_value *value)
{
	config->wire.is_on = value->text;
	config->wire.file = value->text && *value->text ? value->text : NULL;
	return true;
}

/* ---- the browser ---- */

static bool
set_open(struct config *config, const struct option_value *value)
{
	const char *path = value->text ? value->text : "";

	config->open_browser = value->text;
	free(config->open_path);
	config->open_path = mem_format("%s%s", *path == '/' ? "" : "/", path);
	return true;
}

static bool
set_browser(struct config *config, const struct option_value *value)
{
	if (!*value->text || *value->text == ',')
		return option_value_complain(value,
			"\"%s\" is not a browser: give a program, such as firefox, or "
			"chrome:PrivateMode",
			value->text);
	config->browser.browser = value->text;
	return true;
}

static bool
set_browser_line(struct config *config, const struct option_value *value)
{
	config->browser.line = value->text;
	return true;
}

/* ---- what is watched ---- */

static bool
set_wait(struct config *config, const struct option_value *value)
{
	config->watch.wait_ms = option_number(value->text);
	return true;
}

static bool
set_ignore(struct config *config, const struct option_value *value)
{
	if (!*value->text)
		return option_value_complain(
			value, "--ignore needs a pattern, such as *.log or drafts/**");
	config_list_add(&config->ignore, value->text);
	config->watch.ignore = config->ignore.items;
	return true;
}

static bool
set_watch(struct config *config, const struct option_value *value)
{
	if (!*value->text)
		return option_value_complain(
			value, "--watch needs a folder or a file, such as templates");
	config_list_add(&config->extra_watches, value->text);
	config_list_add(&config->extra_bounds, value->bounds);
	return true;
}

static bool
set_poll(struct config *config, const struct option_value *value)
{
	const char *text = value->text;

	config->watch.poll.is_for_all = text;
	config->watch.poll.interval_ms = text && *text ? option_number(text) : POLLER_INTERVAL_MS;
	return true;
}

/* ---- how requests are answered ---- */

/* Makes room for one more behind count items of size bytes. The array may move. */
static void *
grow(void *items, size_t count, size_t size)
{
	return mem_resize(items, (count + 1) * size);
}

static bool
set_mount(struct config *config, const struct option_value *value)
{
	struct buf route = {0};
	const char *path;

	if (!route_read(value->text, &route, &path)) {
		buf_finish(&route);
		return option_value_complain(
			value, "\"%s\" is not ROUTE=PATH, such as /lib=../lib/dist", value->text);
	}
	buf_add_text(&route, "");
	config->mounts = grow(config->mounts, config->mount_count, sizeof(*config->mounts));
	config->mounts[config->mount_count++] = (struct mounts_rule){
		.route = buf_take(&route), .path = path, .bounds = value->bounds};
	return true;
}

/* A name as it stands in a URL: labels of letters, digits and '-', with dots between them. */
static bool
is_host_name(struct slice name)
{
	static const char known[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_.";
	bool has_letter = false;

	for (size_t i = 0; i < name.length; i++) {
		bool is_dot = name.at[i] == '.';

		if (!name.at[i] || !strchr(known, name.at[i]) ||
			(is_dot && (i == 0 || name.at[i - 1] == '.')))
			return false;
		has_letter |= !is_dot && !(name.at[i] >= '0' && name.at[i] <= '9');
	}
	return has_letter && name.length <= 253 && name.at[0] != '-';
}

static bool
has_vhost(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->vhost_count; i++)
		if (strcmp(config->vhosts[i].name, name) == 0)
			return true;
	return strcmp(name, "localhost") == 0;
}

static bool
set_vhost(struct config *config, const struct option_value *value)
{
	struct slice rest = slice_of(value->text), name = {0};
	char *lower;

	slice_split(&rest, '=', &name);
	if (name.length && name.at[name.length - 1] == '.')
		name.length--;
	if (!rest.length || !is_host_name(name))
		return option_value_complain(value,
			"\"%s\" is not NAME=FOLDER, such as shop.localhost=../shop", value->text);
	lower = mem_copy(name.at, name.length);
	for (char *at = lower; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	if (has_vhost(config, lower) || config->vhost_count == CONFIG_VHOSTS_MAX) {
		free(lower);
		return option_value_complain(value,
			config->vhost_count == CONFIG_VHOSTS_MAX
				? "\"%s\" is one --vhost too many: 32 are the most"
				: "\"%s\": that name has a folder already; give each --vhost a "
				  "name of its own",
			value->text);
	}
	config->vhosts = grow(config->vhosts, config->vhost_count, sizeof(*config->vhosts));
	config->vhosts[config->vhost_count++] = (struct config_vhost){lower, rest.at};
	return true;
}

static void
add_upstream(struct config *config, const struct upstream *upstream)
{
	config->proxies = grow(config->proxies, config->proxy_count, sizeof(*config->proxies));
	config->proxies[config->proxy_count++] = *upstream;
	config->static_files.scripts = (struct files_first_scripts){
		config->proxies, config->proxy_count};
}

static bool
set_proxy(struct config *config, const struct option_value *value)
{
	struct upstream upstream;
	enum upstream_verdict verdict = upstream_read(&upstream, value->text);

	if (verdict != UPSTREAM_OK)
		upstream_finish(&upstream);
	if (verdict == UPSTREAM_MALFORMED)
		return option_value_complain(value,
			"\"%s\" is not ROUTE=URL, such as /api=http://localhost:3000, and no URL",
			value->text);
	add_upstream(config, &upstream);
	return true;
}

static bool
set_fastcgi(struct config *config, const struct option_value *value)
{
	struct upstream upstream;

	if (!upstream_read_fastcgi(&upstream, value->text)) {
		upstream_finish(&upstream);
		return option_value_complain(value,
			"\"%s\" is not SUFFIX=HOST:PORT, such as .php=127.0.0.1:9000, or "
			"SUFFIX=unix:PATH, such as .php=unix:/run/php/php-fpm.sock",
			value->text);
	}
	add_upstream(config, &upstream);
	return true;
}

static bool
set_keep_alive(struct config *config, const struct option_value *value)
{
	config->has_keep_alive = true;
	config->keep_alive_s = option_number(value->text);
	return true;
}

static bool
set_proxy_wait(struct config *config, const struct option_value *value)
{
	config->proxy_wait_s = option_number(value->text);
	return true;
}

static bool
set_header(struct config *config, const struct option_value *value)
{
	static const char *const reasons[] = {
		[CUSTOM_HEADER_NO_PAIR] = "is not NAME=VALUE, such as Cache-Control=no-store",
		[CUSTOM_HEADER_BAD_NAME] = "does not begin with the name of a header",
		[CUSTOM_HEADER_BAD_VALUE] = "has a control character in the value of the header",
		[CUSTOM_HEADER_CORS] = "cannot be set by --header; use --cors",
		[CUSTOM_HEADER_OURS] = "cannot be set by --header: liveserve itself sets it",
	};
	struct custom_header header;
	enum custom_header_verdict verdict = custom_header_read(&header, value->text);

	if (verdict != CUSTOM_HEADER_OK)
		return option_value_complain(value, "\"%s\" %s", value->text, reasons[verdict]);
	config->headers = grow(config->headers, config->header_count, sizeof(*config->headers));
	config->headers[config->header_count++] = header;
	return true;
}

static bool
set_file(struct config *config, const struct option_value *value)
{
	const char *name = value->text;
	struct slice rest, segment;
	bool climbs = false;

	if (!name) { /* --no-spa */
		config->static_files.fallback = NULL;
		return true;
	}
	while (*name == '/' || slice_starts(slice_of(name), "./"))
		name++;
	rest = slice_of(name);
	while (slice_split(&rest, '/', &segment))
		climbs |= slice_is(segment, "..");
	if (climbs || segment.length == 0)
		return option_value_complain(
			value, "\"%s\" is not a file of the site, such as index.html", value->text);
	config->static_files.fallback = name;
	return true;
}

static bool
set_index(struct config *config, const struct option_value *value)
{
	if (!index_names_may_have(value->text))
		return option_value_complain(value,
			"\"%s\" is not the name of an index file, such as index.html: give one "
			"without a folder and without a dot in front",
			value->text);
	config_list_add(&config->index_names, value->text);
	config->static_files.names.index = (struct index_names){
		config->index_names.items, config->index_names.count};
	return true;
}

static bool
set_listing(struct config *config, const struct option_value *value)
{
	config->static_files.refuses_listings = !value->text;
	return true;
}

static bool
set_click_to_source(struct config *config, const struct option_value *value)
{
	config->points.keys = value->text && !*value->text ? "alt+shift" : value->text;
	return true;
}

static bool
set_clean_urls(struct config *config, const struct option_value *value)
{
	enum shown_names_clean *clean = &config->static_files.names.clean;

	if (!value->text)
		*clean = SHOWN_NAMES_EXACT;
	else if (!*value->text)
		*clean = SHOWN_NAMES_CLEAN;
	else if (strcmp(value->text, "redirect") == 0)
		*clean = SHOWN_NAMES_REDIRECT;
	else
		return option_value_complain(value,
			"--clean-urls is on, off (--no-clean-urls), or \"redirect\"; \"%s\" is "
			"none "
			"of them",
			value->text);
	return true;
}

static bool
set_mime(struct config *config, const struct option_value *value)
{
	struct media_type_rule rule;

	if (!media_type_read(&rule, value->text))
		return option_value_complain(
			value, "\"%s\" is not EXT=TYPE, such as glsl=text/plain", value->text);
	config->media_types = grow(
		config->media_types, config->media_type_count, sizeof(*config->media_types));
	config->media_types[config->media_type_count++] = rule;
	config->static_files.media_types = config->media_types;
	config->static_files.media_type_count = config->media_type_count;
	return true;
}

/* ---- what is printed ---- */

static bool
set_log_level(struct config *config, const struct option_value *value)
{
	char first = value->text[0];

	config->log_level = first == 'q' ? LOG_QUIET : first == 'v' ? LOG_VERBOSE : LOG_NORMAL;
	config->terminal.is_quiet = config->log_level == LOG_QUIET;
	return true;
}

static bool
set_log_format(struct config *config, const struct option_value *value)
{
	config->terminal.format = value->text[0] == 'j' ? TERMINAL_JSON : TERMINAL_TEXT;
	return true;
}

static bool
set_console(struct config *config, const struct option_value *value)
{
	config->console_level = value->text ? HUB_CONSOLE_ALL : HUB_CONSOLE_NONE;
	return true;
}

/* ---- the table ---- */

#define OFFSET(field) offsetof(struct config, field)

const struct option_spec option_table[] = {
	{.kind = OPTION_HEADING, .help = "What is served, and where:"},
	{
		.name = "root",
		.kind = OPTION_TEXT,
		.path = OPTION_PATH,
		.value = "FOLDER",
		.help = "serve this folder, with the settings of ROOT",
		.reach = OPTION_SHOWN_INSIDE,
		.live_server = "root",
		.set = set_root,
	},
	{
		.name = "workspace",
		.kind = OPTION_TEXT,
		.command_line_only = true,
		.path = OPTION_PATH,
		.value = "FILE",
		.help = "serve what Live Server serves for this .code-workspace file",
		.reach = OPTION_SHOWN_INSIDE, /* the folder that this file names */
		.set = set_workspace,
	},
	{
		.name = "port",
		.is_for_process = true,
		.letter = 'p',
		.kind = OPTION_NUMBER,
		.value = "N",
		.help = "port to serve on; 0: any free port",
		.brief = "port to serve on (default: 9000)",
		.reach = OPTION_HARMLESS,
		.max = UINT16_MAX,
		.default_text = "9000",
		.vscode = "port",
		.live_server = "port",
		.set = set_port,
	},
	{
		.name = "strict-port",
		.is_for_process = true,
		.kind = OPTION_SWITCH,
		.help = "fail if the port is taken; otherwise the next free one is used",
		.reach = OPTION_HARMLESS,
		.offset = OFFSET(listener.strict_port),
	},
	{
		.name = "livereload-port",
		.is_for_process = true,
		.kind = OPTION_NUMBER,
		.value_optional = true,
		.value = "N",
		.help = "also listen on port N (35729 if N is left out), where LiveReload clients "
			"look for livereload.js",
		.reach = OPTION_POWERFUL,
		.is_harmless = reach_is_off,
		.does = "opens another port",
		.min = 1,
		.max = UINT16_MAX,
		.set = set_livereload_port,
	},
	{
		.name = "host",
		.is_for_process = true,
		.letter = 'H',
		.kind = OPTION_TEXT,
		.value = "ADDR",
		.help = "address to serve on",
		.reach = OPTION_POWERFUL,
		.is_harmless = reach_is_loopback,
		.does = "opens the port to the network",
		.default_text = "localhost",
		.vscode = "host",
		.live_server = "host",
		.set = set_host,
	},
	{
		.name = "lan",
		.is_for_process = true,
		.kind = OPTION_SWITCH,
		.help = "let phones and others in the network read the site",
		.brief = "let phones and others in the network read the site",
		.reach = OPTION_POWERFUL,
		.is_harmless = reach_is_off,
		.does = "opens the port to the network",
		.vscode = "useLocalIp",
		.offset = OFFSET(is_lan),
	},
	{
		.name = "allowed-host",
		.kind = OPTION_LIST,
		.value = "NAME",
		.help = "also answer requests with this host name, or below it: .NAME",
		.reach = OPTION_POWERFUL,
		.does = "answers requests for other host names",
		.is_live = true,
		.set = set_allowed_host,
	},
	{
		.name = "allow-origin",
		.kind = OPTION_LIST,
		.value = "ORIGIN",
		.help = "let pages of ORIGIN open WebSockets",
		.reach = OPTION_POWERFUL,
		.does = "lets pages of other sites open WebSockets",
		.is_live = true,
		.set = set_allow_origin,
	},
	{
		.name = "cors",
		.kind = OPTION_LIST,
		.value_optional = true,
		.value = "ORIGIN",
		.help = "let pages of ORIGIN, or of every site, read answers",
		.reach = OPTION_POWERFUL,
		.is_harmless = reach_is_off,
		.does = "lets pages of other sites read answers",
		.is_live = true,
		.vscode = "cors",
		.live_server = "cors",
		.set = set_cors,
	},
	{
		.name = "sandbox",
		.is_for_process = true,
		.kind = OPTION_SWITCH,
		.help = "restrict the process to what serving needs, by Landlock and seccomp",
		.reach = OPTION_POWERFUL,
		.is_harmless = reach_is_on,
		.does = "takes the sandbox away",
		.default_text = "on",
		.offset = OFFSET(sandboxed),
	},
	{
		.name = "allow-settings",
		.kind = OPTION_SWITCH,
		.command_line_only = true,
		.help = "trust the settings files of the folder for this run",
		.set = set_allow_settings,
	},
	{
		.name = "htpasswd",
		.kind = OPTION_TEXT,
		.path = OPTION_PATH,
		.value = "FILE",
		.help = "ask for a user name and password; FILE is made by htpasswd -B",
		.reach = OPTION_POWERFUL,
		.does = "chooses who is let in",
		.live_server = "htpasswd",
		.set = set_htpasswd,
	},
	{
		.name = "https",
		.is_for_process = true,
		.kind = OPTION_SWITCH,
		.help = "use HTTPS, with a certificate of your own authority",
		.brief = "use HTTPS",
		.reach = OPTION_POWERFUL,
		.does = "turns HTTPS on or off",
		.no_value =
			"it takes no module; a certificate of yours is given by --cert=FILE and "
			"--key=FILE, in PEM form",
		.offset = OFFSET(tls.is_on),
	},
	{
		.name = "http2",
		.is_for_process = true,
		.kind = OPTION_SWITCH,
		.help = "with --https, speak HTTP/2 with browsers that do",
		.reach = OPTION_HARMLESS,
		.default_text = "on",
		.offset = OFFSET(tls.has_http2),
	},
	{
		.name = "cert",
		.is_for_process = true,
		.kind = OPTION_TEXT,
		.path = OPTION_PATH,
		.value = "FILE",
		.help = "another certificate for --https, in PEM form",
		.reach = OPTION_POWERFUL,
		.does = "chooses the certificate",
		.set = set_cert,
	},
	{
		.name = "key",
		.is_for_process = true,
		.kind = OPTION_TEXT,
		.path = OPTION_PATH,
		.value = "FILE",
		.help = "private key of the certificate, in PEM form",
		.reach = OPTION_POWERFUL,
		.does = "chooses the private key",
		.set = set_key,
	},
	{
		.name = "passphrase",
		.is_for_process = true,
		.is_secret = true,
		.kind = OPTION_TEXT,
		.value = "TEXT",
		.help = "passphrase of the private key",
		.reach = OPTION_HARMLESS, /* the key is not */
		.set = set_passphrase,
	},

	{.kind = OPTION_HEADING, .help = "The browser:"},
	{
		.name = "open",
		.is_for_process = true,
		.letter = 'o',
		.kind = OPTION_TEXT,
		.value_optional = true,
		.value = "PATH",
		.help = "open the browser, at PATH if it is given",
		.brief = "open the browser, at PATH if it is given",
		.reach = OPTION_POWERFUL,
		.is_harmless = reach_is_page,
		.does = "has characters that scripts may misread",
		.live_server = "open",
		.set = set_open,
	},
	{
		.name = "no-browser",
		.kind = OPTION_ALIAS,
		.help = "do not open the browser, whatever weaker settings say",
		.vscode = "NoBrowser",
		.alias_of = "open",
	},
	{
		.name = "browser",
		.is_for_process = true,
		.kind = OPTION_TEXT,
		.value = "NAME[,ARG]",
		.help = "program that opens pages, with its arguments, or chrome, firefox, "
			"microsoft-edge; chrome:PrivateMode opens a private window",
		.reach = OPTION_POWERFUL,
		.is_harmless = reach_is_browser,
		.does = "starts a program",
		.default_text = "the system's own",
		.vscode = "CustomBrowser",
		.set = set_browser,
	},
	{
		.name = "browser-line",
		.is_for_process = true,
		.kind = OPTION_TEXT,
		.value = "LINE",
		.help = "program and options for opening the browser, as in Live Server's "
			"AdvanceCustomBrowserCmdLine",
		.reach = OPTION_POWERFUL,
		.is_harmless = reach_is_empty,
		.does = "starts a program",
		.vscode = "AdvanceCustomBrowserCmdLine",
		.set = set_browser_line,
	},
	{
		.name = "browser-debugging",
		.is_for_process = true,
		.kind = OPTION_SWITCH,
		.help = "let a debugger attach to the browser on port 9222; for chrome and "
			"microsoft-edge",
		.reach = OPTION_POWERFUL,
		.is_harmless = reach_is_off,
		.does = "lets debuggers attach to the browser",
		.vscode = "ChromeDebuggingAttachment",
		.offset = OFFSET(browser.debugs),
	},

	{.kind = OPTION_HEADING, .help = "What is watched:"},
	{
		.name = "wait",
		.letter = 'w',
		.kind = OPTION_NUMBER,
		.value = "MS",
		.help = "how long files must be quiet before pages are updated",
		.reach = OPTION_HARMLESS,
		.is_live = true,
		.max = WAIT_MAX_MS,
		.default_text = "as short as is safe",
		.live_server = "wait",
		.set = set_wait,
	},
	{
		.name = "ignore",
		.letter = 'i',
		.kind = OPTION_LIST,
		.has_commas = true,
		.value = "GLOB",
		.help = "do not watch files that match, such as 'drafts/**'; !GLOB makes an "
			"exception",
		.brief = "do not watch these files, such as 'drafts/**'",
		.reach = OPTION_HARMLESS,
		.is_live = true,
		.live_server = "ignore",
		.set = set_ignore,
	},
	{
		.name = "watch-sources",
		.kind = OPTION_SWITCH,
		.help = "also watch *.ts, *.scss, *.sass and .vscode",
		.reach = OPTION_HARMLESS,
		.is_live = true,
		.offset = OFFSET(watch.keeps_sources),
	},
	{
		.name = "gitignore",
		.kind = OPTION_SWITCH,
		.help = "do not watch what .gitignore files exclude",
		.reach = OPTION_HARMLESS,
		.is_live = true,
		.offset = OFFSET(watch.uses_gitignore),
	},
	{
		.name = "watch",
		.kind = OPTION_LIST,
		.has_commas = true,
		.path = OPTION_PATH,
		.value = "PATH",
		.help = "also watch a folder or file that pages do not load, such as templates; a "
			"change reloads every page",
		.brief = "also watch files that no page loads: templates",
		.reach = OPTION_INSIDE,
		.live_server = "watch",
		.set = set_watch,
	},
	{
		.name = "poll",
		.kind = OPTION_NUMBER,
		.value_optional = true,
		.value = "MS",
		.help = "look at the files in use every MS milliseconds, instead of using inotify",
		.reach = OPTION_HARMLESS,
		.min = POLL_MIN_MS,
		.max = WAIT_MAX_MS,
		.set = set_poll,
	},
	{
		.name = "wire",
		.is_for_process = true,
		.kind = OPTION_TEXT,
		.value_optional = true,
		.command_line_only = true,
		.path = OPTION_PATH,
		.value = "FILE",
		.help = "open a page that shows the packets of this server's connections; with "
			"FILE, "
			"write them to it as well, for Wireshark",
		.reach = OPTION_POWERFUL,
		.does = "captures packets",
		.set = set_wire,
	},

	{.kind = OPTION_HEADING, .help = "How requests are answered:"},
	{
		.name = "mount",
		.kind = OPTION_PAIRS,
		.separator = '=',
		.path = OPTION_PATH_AFTER_SEPARATOR,
		.value = "ROUTE=PATH",
		.help = "also serve the folder or file PATH at ROUTE, as in /lib=../lib",
		.brief = "also serve another folder, at ROUTE",
		.reach = OPTION_SHOWN_INSIDE,
		.vscode = "mount",
		.live_server = "mount",
		.set = set_mount,
	},
	{
		.name = "vhost",
		.is_for_process = true,
		.kind = OPTION_PAIRS,
		.separator = '=',
		.path = OPTION_PATH_AFTER_SEPARATOR,
		.value = "NAME=FOLDER",
		.help = "serve FOLDER, with its own settings, to who asks for NAME, as in "
			"shop.localhost=../shop; names below localhost need no DNS",
		.reach = OPTION_POWERFUL,
		.does = "serves another folder under another name",
		.set = set_vhost,
	},
	{
		.name = "proxy",
		.kind = OPTION_PAIRS,
		.separator = '=',
		.value = "ROUTE=URL",
		.help = "forward requests for ROUTE to another server, as in "
			"/api=http://localhost:3000; a URL alone is for the whole site",
		.brief = "let another server answer for ROUTE",
		.reach = OPTION_POWERFUL,
		.does = "asks another server",
		.live_server = "proxy",
		.set = set_proxy,
	},
	{
		.name = "proxy-after-files",
		.kind = OPTION_SWITCH,
		.help = "files that exist, of a type that browsers use, answer before --proxy",
		.reach = OPTION_POWERFUL,
		.is_harmless = reach_is_off,
		.does = "shows files in place of what another server answers",
		.offset = OFFSET(proxy_after_files),
	},
	{
		.name = "proxy-host",
		.kind = OPTION_SWITCH,
		.help = "give the servers of --proxy their own name as Host, not that of the "
			"request",
		.reach = OPTION_POWERFUL,
		.is_harmless = reach_is_off,
		.does = "tells another server another Host",
		.offset = OFFSET(proxy_host),
	},
	{
		.name = "proxy-insecure",
		.kind = OPTION_SWITCH,
		.help = "do not check the certificates of https:// servers of --proxy",
		.reach = OPTION_POWERFUL,
		.is_harmless = reach_is_off,
		.does = "trusts any certificate of another server",
		.offset = OFFSET(proxy_insecure),
	},
	{
		.name = "proxy-wait",
		.kind = OPTION_NUMBER,
		.value = "SECONDS",
		.help = "how long a page waits for a server of --proxy that is away; 0: not at all",
		.reach = OPTION_HARMLESS,
		.max = PROXY_WAIT_MAX_S,
		.default_text = "10",
		.set = set_proxy_wait,
	},
	{
		.name = "fastcgi",
		.kind = OPTION_PAIRS,
		.separator = '=',
		.value = "SUFFIX=SERVER",
		.help = "let a FastCGI server run the files that end with SUFFIX, as in "
			".php=127.0.0.1:9000 or .php=unix:/run/php/php-fpm.sock",
		.reach = OPTION_POWERFUL,
		.does = "lets another server run files",
		.set = set_fastcgi,
	},
	{
		.name = "keep-alive",
		.is_for_process = true,
		.kind = OPTION_NUMBER,
		.value = "SECONDS",
		.help = "how long a connection waits for another request; 0: it closes after each "
			"answer",
		.reach = OPTION_HARMLESS,
		.max = KEEP_ALIVE_MAX_S,
		.default_text = "5, and 60 with HTTP/2",
		.set = set_keep_alive,
	},
	{
		.name = "file",
		.kind = OPTION_TEXT,
		.value = "PATH",
		.help = "answer with this file where a document does not exist",
		.reach = OPTION_POWERFUL,
		.is_harmless = reach_is_shown_file,
		.does = "shows a hidden file",
		.is_live = true,
		.vscode = "file",
		.live_server = "file",
		.set = set_file,
	},
	{
		.name = "entry-file",
		.kind = OPTION_ALIAS,
		.value = "PATH",
		.help = "the same as --file, for users of live-server",
		.alias_of = "file",
	},
	{
		.name = "spa",
		.kind = OPTION_ALIAS,
		.help = "answer with index.html where a document does not exist (single-page "
			"applications)",
		.brief = "answer with index.html where a page does not exist",
		.alias_of = "file",
		.alias_value = "index.html",
	},
	{
		.name = "ssi",
		.kind = OPTION_SWITCH,
		.help = "follow server-side includes in .html, too, not only in .shtml",
		.reach = OPTION_HARMLESS,
		.offset = OFFSET(static_files.includes_html),
	},
	{
		.name = "index",
		.kind = OPTION_LIST,
		.has_commas = true,
		.value = "NAME",
		.help = "show the first file of these names in place of its folder",
		.default_text = "index.html, index.htm",
		.reach = OPTION_HARMLESS,
		.set = set_index,
	},
	{
		.name = "precompressed",
		.kind = OPTION_SWITCH,
		.help = "send NAME.br, NAME.zst or NAME.gz in place of NAME to browsers that "
			"accept it",
		.reach = OPTION_HARMLESS,
		.offset = OFFSET(static_files.sends_packed),
	},
	{
		.name = "languages",
		.kind = OPTION_SWITCH,
		.help = "show NAME.html.zh or NAME.html.en for NAME.html, by Accept-Language",
		.reach = OPTION_HARMLESS,
		.offset = OFFSET(static_files.has_languages),
	},
	{
		.name = "listing",
		.kind = OPTION_SWITCH,
		.help = "list the files of a folder that has no index; without it that is 403",
		.default_text = "on",
		.reach = OPTION_HARMLESS,
		.is_live = true,
		.set = set_listing,
	},
	{
		.name = "clean-urls",
		.kind = OPTION_TEXT,
		.value_optional = true,
		.value = "redirect",
		.help = "show NAME.html at /NAME; with redirect, /NAME.html leads there",
		.default_text = "on",
		.reach = OPTION_HARMLESS,
		.set = set_clean_urls,
	},
	{
		.name = "header",
		.kind = OPTION_PAIRS,
		.separator = '=',
		.value = "NAME=VALUE",
		.help = "add this header to every answer",
		.reach = OPTION_POWERFUL,
		.is_harmless = reach_is_header,
		.does = "sets a header that may loosen protection",
		.is_live = true,
		.vscode = "headers",
		.set = set_header,
	},
	{
		.name = "dotfiles",
		.kind = OPTION_SWITCH,
		.help = "also serve hidden files, private keys and backups of editors",
		.reach = OPTION_POWERFUL,
		.is_harmless = reach_is_off,
		.does = "shows hidden files",
		.is_live = true,
		.offset = OFFSET(static_files.serves_hidden),
	},
	{
		.name = "follow-symlinks",
		.kind = OPTION_SWITCH,
		.help = "also serve what symbolic links outside of the folder lead to",
		.reach = OPTION_POWERFUL,
		.is_harmless = reach_is_off,
		.does = "follows links out of this folder",
		.offset = OFFSET(static_files.follows_links),
	},
	{
		.name = "host-rules",
		.kind = OPTION_SWITCH,
		.help = "follow the rules of hosts in _redirects, _headers and .htaccess",
		.reach = OPTION_HARMLESS,
		.default_text = "on",
		.offset = OFFSET(static_files.follows_rules),
	},
	{
		.name = "mime",
		.letter = 'm',
		.kind = OPTION_PAIRS,
		.separator = '=',
		.value = "EXT=TYPE",
		.help = "media type for a file name extension",
		.reach = OPTION_HARMLESS,
		.set = set_mime,
	},
	{
		.name = "full-reload",
		.kind = OPTION_SWITCH,
		.help = "reload the page for every change; replace nothing in place",
		.reach = OPTION_HARMLESS,
		.is_live = true,
		.vscode = "fullReload",
		.live_server = "noCssInject",
		.offset = OFFSET(reload_only),
	},
	{
		.name = "click-to-source",
		.kind = OPTION_TEXT,
		.value_optional = true,
		.value = "KEYS",
		.help = "with these keys held (alt+shift), a click on an element opens its line in "
			"the editor that is connected",
		.allowed = (const char *const[]){"", "alt", "alt+shift", "ctrl+alt", "ctrl+shift",
			"ctrl+alt+shift", "meta", "meta+shift", NULL},
		.reach = OPTION_HARMLESS,
		.is_live = true,
		.set = set_click_to_source,
	},
	{
		.name = "follow-cursor",
		.kind = OPTION_SWITCH,
		.help = "show the element at the cursor of the editor that is connected",
		.reach = OPTION_HARMLESS,
		.is_live = true,
		.offset = OFFSET(points.follows_cursor),
	},
	{
		.name = "no-css-inject",
		.kind = OPTION_ALIAS,
		.help = "the same as --full-reload, for users of live-server",
		.alias_of = "full-reload",
		.alias_value = "",
	},
	{
		.name = "share-drafts",
		.kind = OPTION_SWITCH,
		.help = "show others, too, what an editor has not saved",
		.reach = OPTION_POWERFUL,
		.is_harmless = reach_is_off,
		.does = "shows other machines what is not saved",
		.offset = OFFSET(static_files.shares_drafts),
	},
	{
		.name = "draft-reload",
		.kind = OPTION_SWITCH,
		.help = "reload pages with scripts for what an editor has not saved, too",
		.reach = OPTION_HARMLESS,
		.offset = OFFSET(draft_reload),
	},
	{
		.name = "inject",
		.kind = OPTION_SWITCH,
		.help = "add the script that updates the page",
		.reach = OPTION_HARMLESS,
		.default_text = "on",
		.offset = OFFSET(static_files.injects),
	},
	{
		.name = "no-inject",
		.kind = OPTION_ALIAS,
		.help = "do not add it; the pages need a browser extension",
		.vscode = "useWebExt",
		.alias_of = "inject",
	},

	{.kind = OPTION_HEADING, .help = "What is printed:"},
	{
		.name = "quiet",
		.alias_off = "normal",
		.letter = 'q',
		.kind = OPTION_ALIAS,
		.help = "print only the address and errors",
		.alias_of = "log-level",
		.alias_value = "quiet",
	},
	{
		.name = "verbose",
		.alias_off = "normal",
		.letter = 'V',
		.kind = OPTION_ALIAS,
		.help = "also print every request and decision",
		.brief = "print every request and decision",
		.alias_of = "log-level",
		.alias_value = "verbose",
	},
	{
		.name = "log-level",
		.is_for_process = true,
		.kind = OPTION_TEXT,
		.value = "LEVEL",
		.help = "how much to print: quiet, normal or verbose",
		.reach = OPTION_HARMLESS,
		.is_live = true,
		.allowed = (const char *const[]){"quiet", "normal", "verbose", NULL},
		.default_text = "normal",
		.set = set_log_level,
	},
	{
		.name = "log-format",
		.is_for_process = true,
		.kind = OPTION_TEXT,
		.value = "FORMAT",
		.help = "print text, or json: one object per line",
		.reach = OPTION_HARMLESS,
		.allowed = (const char *const[]){"text", "json", NULL},
		.default_text = "text",
		.set = set_log_format,
	},
	{
		.name = "access-log",
		.is_for_process = true,
		.kind = OPTION_TEXT,
		.value_optional = true,
		.path = OPTION_PATH,
		.value = "FILE",
		.help = "print a line for each request, as Apache does (Combined Log Format); with "
			"FILE, append it there",
		.reach = OPTION_POWERFUL,
		.is_harmless = reach_is_bare,
		.does = "writes who asks for what to a file",
		.set = set_access_log,
	},
	{
		.name = "console",
		.kind = OPTION_SWITCH,
		.help = "print all console messages of pages, not only errors; --no-console prints "
			"none",
		.reach = OPTION_HARMLESS,
		.is_live = true,
		.set = set_console,
	},
	{
		.name = "show-config",
		.value_optional = true,
		.value = "set",
		.allowed = (const char *const[]){"set", NULL},
		.kind = OPTION_REPORT,
		.help = "print every setting and where it comes from, then exit; =set leaves out "
			"the defaults",
	},
	{
		.name = "schema",
		.kind = OPTION_ACTION,
		.help = "print the JSON Schema of .liveserve.json, then exit",
	},
	{
		.name = "version",
		.letter = 'v',
		.kind = OPTION_ACTION,
		.help = "print the version",
	},
	{
		.name = "help",
		.value_optional = true,
		.value = "all",
		.letter = 'h',
		.kind = OPTION_ACTION,
		.help = "print the most used options; =all prints all of them",
	},

	/* Options of live-server that do not exist here. */
	{
		.name = "ignorePattern",
		.kind = OPTION_REFUSED,
		.help = "patterns are globs here, such as --ignore='**/*.tmp'",
		.live_server = "ignorePattern",
	},
	{
		.name = "middleware",
		.kind = OPTION_REFUSED,
		.help = "no JavaScript runs in liveserve; --proxy=ROUTE=URL asks a server of yours",
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
