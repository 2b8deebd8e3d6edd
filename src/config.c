/*
 * config: see config.h. One table of options serves the parser and --help.
 */
#define _GNU_SOURCE
#include "config.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "header.h"
#include "mem.h"
#include "mime.h"
#include "route.h"

enum {
	PORT_DEFAULT = 9000,
	WAIT_MAX_MS = 60000,
};

#define HOST_DEFAULT "localhost"

const char config_version[] = LIVESERVE_VERSION;

typedef bool set_fn(struct config *config, const char *value);

struct setting {
	const char *name;
	char letter;       /* 0 when there is none */
	int takes;         /* getopt's no_argument, required_argument, optional_argument */
	const char *value; /* what stands for the value in --help */
	const char *help;
	set_fn *set; /* NULL: prints and ends */
};

/* Says what is wrong with value, in one sentence of two halves. Always false. */
static bool
wrong(const char *before, const char *value, const char *after)
{
	struct buf shown = {0};

	log_add_printable(&shown, slice_of(value));
	log_error("%s%s%s", before, buf_slice(&shown).at, after);
	buf_finish(&shown);
	return false;
}

static bool
set_port(struct config *config, const char *value)
{
	uint64_t port;

	if (!slice_number(slice_of(value), &port) || port > UINT16_MAX)
		return wrong("port \"", value,
			"\" is none: give a number from 1 to 65535, or 0 for any free one");
	config->server.port = (uint16_t)port;
	return true;
}

static bool
set_host(struct config *config, const char *value)
{
	if (!*value)
		return wrong("--host needs a name or an address, such as ", "localhost", "");
	config->server.host = config->policy.host = value;
	return true;
}

static bool
set_strict_port(struct config *config, const char *value)
{
	(void)value;
	config->server.strict_port = true;
	return true;
}

static bool
set_open(struct config *config, const char *value)
{
	config->opens_browser = true;
	free(config->open_path_memory);
	config->open_path_memory =
		mem_format("%s%s", value && *value == '/' ? "" : "/", value ? value : "");
	config->open_path = config->open_path_memory;
	return true;
}

static bool
set_no_browser(struct config *config, const char *value)
{
	(void)value;
	config->opens_browser = false;
	return true;
}

static bool
set_wait(struct config *config, const char *value)
{
	uint64_t wait;

	if (!slice_number(slice_of(value), &wait) || wait > WAIT_MAX_MS)
		return wrong("\"", value, "\" is no time to wait: give 0 to 60000 milliseconds");
	config->watch.wait_ms = (unsigned)wait;
	return true;
}

static bool
set_poll(struct config *config, const char *value)
{
	uint64_t interval = POLL_INTERVAL_MS;

	if (value && (!slice_number(slice_of(value), &interval) || interval < 10 ||
			     interval > WAIT_MAX_MS))
		return wrong("\"", value, "\" is no interval: give 10 to 60000 milliseconds");
	config->watch.poll.is_for_all = true;
	config->watch.poll.interval_ms = (unsigned)interval;
	return true;
}

static void
add_to(struct config_list *list, const char *item)
{
	list->items = mem_resize(list->items, (list->count + 2) * sizeof(*list->items));
	list->items[list->count++] = item;
	list->items[list->count] = NULL;
}

static bool
set_ignore(struct config *config, const char *value)
{
	if (!*value)
		return wrong("--ignore needs a pattern, such as ", "*.log", " or drafts/**");
	add_to(&config->ignore, value);
	config->watch.ignore = config->ignore.items;
	return true;
}

static bool
set_gitignore(struct config *config, const char *value)
{
	(void)value;
	config->watch.heeds_git = true;
	return true;
}

static bool
set_watch(struct config *config, const char *value)
{
	if (!*value)
		return wrong("--watch needs a folder or a file, such as ", "templates", "");
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
		return wrong("\"", value, "\" is no ROUTE=PATH, such as /lib=../lib/dist");
	add_to(&config->mount_list, value);
	config->mounts = config->mount_list.items;
	return true;
}

static bool
set_header(struct config *config, const char *value)
{
	struct header header;

	switch (header_read(&header, value)) {
	case HEADER_NO_PAIR:
		return wrong("\"", value, "\" is no NAME=VALUE, such as Cache-Control=no-store");
	case HEADER_BAD_NAME:
		return wrong("\"", value, "\" does not begin with a header's name");
	case HEADER_BAD_VALUE:
		return wrong("\"", value, "\" has a control character in the header's value");
	case HEADER_OURS:
		return wrong("\"", value,
			"\" is for liveserve to say, since it has to be true of each answer");
	case HEADER_OK:
		break;
	}
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
		return wrong("\"", value, "\" is no file of the site, such as index.html");
	config->files.fallback = name;
	return true;
}

static bool
set_spa(struct config *config, const char *value)
{
	(void)value;
	return set_file(config, "index.html");
}

static bool
set_no_css_inject(struct config *config, const char *value)
{
	(void)value;
	config->reloads = true;
	return true;
}

static bool
set_no_inject(struct config *config, const char *value)
{
	(void)value;
	config->files.injects_nothing = true;
	return true;
}

static bool
set_mime(struct config *config, const char *value)
{
	struct mime_rule rule;

	if (!mime_read(&rule, value))
		return wrong("\"", value, "\" is no EXT=TYPE, such as glsl=text/plain");
	add_to(&config->mime, value);
	config->files.mime = config->mime.items;
	return true;
}

static bool
set_allowed_host(struct config *config, const char *value)
{
	if (!*value || strpbrk(value, "/: \t"))
		return wrong("\"", value, "\" is no host name: give one without scheme and port");
	add_to(&config->allowed_hosts, value);
	config->policy.allowed_hosts = config->allowed_hosts.items;
	return true;
}

static bool
set_quiet(struct config *config, const char *value)
{
	(void)value;
	config->talk = LOG_QUIET;
	return true;
}

static bool
set_verbose(struct config *config, const char *value)
{
	(void)value;
	config->talk = LOG_VERBOSE;
	return true;
}

static const struct setting settings[] = {
	{"port", 'p', required_argument, "N", "port to serve on (9000; 0 takes any free one)",
		set_port},
	{"strict-port", 0, no_argument, NULL, "fail if the port is taken, instead of the next one",
		set_strict_port},
	{"host", 'H', required_argument, "ADDR",
		"address to serve on (localhost: this machine only)", set_host},
	{"allowed-host", 0, required_argument, "NAME", "answer to this name, too (repeatable)",
		set_allowed_host},
	{"open", 'o', optional_argument, "PATH", "open the browser, at PATH if it is given",
		set_open},
	{"no-browser", 0, no_argument, NULL, "do not open the browser (as it is by default)",
		set_no_browser},
	{"wait", 'w', required_argument, "MS", "quiet to wait for before pages are told", set_wait},
	{"ignore", 'i', required_argument, "GLOB",
		"leave these files unwatched; !GLOB: not (repeatable)", set_ignore},
	{"gitignore", 0, no_argument, NULL, "leave unwatched what .gitignore files leave out",
		set_gitignore},
	{"mount", 0, required_argument, "ROUTE=PATH",
		"serve this folder or file, too, at ROUTE (repeatable)", set_mount},
	{"watch", 0, required_argument, "PATH", "reload every page when this changes (repeatable)",
		set_watch},
	{"poll", 0, optional_argument, "MS", "look for changes every MS instead of waiting to hear",
		set_poll},
	{"file", 0, required_argument, "PATH", "show this for documents that are not there",
		set_file},
	{"spa", 0, no_argument, NULL, "the same with index.html", set_spa},
	{"header", 0, required_argument, "NAME=VALUE", "a header for every answer (repeatable)",
		set_header},
	{"mime", 'm', required_argument, "EXT=TYPE", "media type for an extension (repeatable)",
		set_mime},
	{"no-css-inject", 0, no_argument, NULL, "reload for style sheets, too", set_no_css_inject},
	{"no-inject", 0, no_argument, NULL, "leave pages as they are: no script, no reload",
		set_no_inject},
	{"quiet", 'q', no_argument, NULL, "print the address and errors only", set_quiet},
	{"verbose", 'V', no_argument, NULL, "print what is asked and decided, too", set_verbose},
	{"version", 'v', no_argument, NULL, "print the version", NULL},
	{"help", 'h', no_argument, NULL, "print this", NULL},
};

enum { SETTING_COUNT = sizeof(settings) / sizeof(settings[0]) };

static void
print_help(void)
{
	puts("Usage: liveserve [OPTIONS] [ROOT]\n"
	     "       liveserve why PATH\n\n"
	     "Serves the folder ROOT (this one) at http://localhost:9000/ and makes the open "
	     "pages\n"
	     "follow every change in it. why asks the server that runs about one path.\n");
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		const struct setting *setting = &settings[i];
		char left[40];

		snprintf(left, sizeof(left), "%c%c%s --%s%s%s%s", setting->letter ? '-' : ' ',
			setting->letter ? setting->letter : ' ', setting->letter ? "," : " ",
			setting->name,
			setting->takes == required_argument   ? "="
			: setting->takes == optional_argument ? "[="
							      : "",
			setting->value ? setting->value : "",
			setting->takes == optional_argument ? "]" : "");
		printf("  %-22s %s\n", left, setting->help);
	}
}

static void
fill_getopt(struct option options[SETTING_COUNT + 1], struct buf *letters)
{
	buf_add_char(letters, ':');
	for (int i = 0; i < SETTING_COUNT; i++) {
		options[i] = (struct option){settings[i].name, settings[i].takes, NULL, 256 + i};
		if (!settings[i].letter)
			continue;
		buf_add_char(letters, settings[i].letter);
		for (int colon = 0; colon < settings[i].takes; colon++)
			buf_add_char(letters, ':');
	}
	options[SETTING_COUNT] = (struct option){0};
}

static const struct setting *
setting_of(int code)
{
	if (code >= 256)
		return &settings[code - 256];
	for (size_t i = 0; i < SETTING_COUNT; i++)
		if (settings[i].letter == code)
			return &settings[i];
	return NULL;
}

/* The option as the person typed it, for a message. */
static const char *
typed(char **arguments, char letter[3])
{
	if (optopt > 0 && optopt < 256) {
		letter[0] = '-';
		letter[1] = (char)optopt;
		letter[2] = '\0';
		return letter;
	}
	return arguments[optind - 1];
}

static enum config_verdict
apply(struct config *config, int code, char **arguments)
{
	const struct setting *setting = code == ':' || code == '?' ? NULL : setting_of(code);
	char letter[3];

	if (code == ':') {
		wrong("", typed(arguments, letter), " needs a value; see liveserve --help");
	} else if (!setting) {
		wrong("there is no option ", typed(arguments, letter), "; see liveserve --help");
	} else if (setting->set) {
		return setting->set(config, optarg) ? CONFIG_RUN : CONFIG_WRONG;
	} else {
		if (strcmp(setting->name, "help") == 0)
			print_help();
		else
			printf("liveserve %s\n", config_version);
		return CONFIG_DONE;
	}
	return CONFIG_WRONG;
}

static enum config_verdict
take_root(struct config *config, int count, char **arguments)
{
	if (count - optind > 1) {
		wrong("one folder is enough: \"", arguments[optind + 1], "\" is one too many");
		return CONFIG_WRONG;
	}
	if (count - optind == 1)
		config->root = arguments[optind];
	return CONFIG_RUN;
}

enum config_verdict
config_read(struct config *config, int count, char **arguments)
{
	struct option options[SETTING_COUNT + 1];
	struct buf letters = {0};
	enum config_verdict verdict = CONFIG_RUN;
	int code;

	*config = (struct config){
		.root = ".",
		.server = {.host = HOST_DEFAULT, .port = PORT_DEFAULT},
		.policy = {.host = HOST_DEFAULT},
		.talk = LOG_NORMAL,
		.open_path = "/",
	};
	fill_getopt(options, &letters);
	opterr = 0;
	optind = 0; /* glibc: start anew, so that tests can read several lines */
	while (verdict == CONFIG_RUN &&
		(code = getopt_long(count, arguments, letters.bytes, options, NULL)) != -1)
		verdict = apply(config, code, arguments);
	buf_finish(&letters);
	return verdict == CONFIG_RUN ? take_root(config, count, arguments) : verdict;
}

void
config_finish(struct config *config)
{
	free(config->open_path_memory);
	free(config->ignore.items);
	free(config->mime.items);
	free(config->allowed_hosts.items);
	free(config->watched_list.items);
	free(config->mount_list.items);
	free(config->header_list.items);
	*config = (struct config){0};
}
