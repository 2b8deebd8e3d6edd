/*
 * Command lines, and the typed values that they give.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "settings/config.h"
#include "settings/option_table.h"
#include "support/capture.h"
#include "support/folder.h"

enum { ARGUMENTS_MAX = 12 };

static struct config config;
static char line_memory[512];
static char program[] = "liveserve";
static char *arguments[ARGUMENTS_MAX + 2];

/* Reads a command line such as "--port=1 -q". Single spaces separate the arguments. */
static enum config_verdict
read_line(const char *line)
{
	int count = 0;
	char *rest = line_memory;

	assert_true(strlen(line) < sizeof(line_memory));
	strcpy(line_memory, line);
	memset(arguments, 0, sizeof(arguments));
	arguments[count++] = program;
	while (*line && rest) {
		assert_true(count <= ARGUMENTS_MAX);
		arguments[count++] = strsep(&rest, " ");
	}
	return config_read(&config, count, arguments);
}

static int
leave(void **state)
{
	(void)state;
	config_finish(&config);
	return 0;
}

/* No settings files but those of a test. */
static int
enter_folder(void **state)
{
	(void)state;
	folder_enter();
	setenv("HOME", "/nowhere", true);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("PORT");
	return 0;
}

static int
leave_folder(void **state)
{
	(void)state;
	folder_leave();
	return 0;
}

static void
defaults(void **state)
{
	(void)state;
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_string_equal(config.root, ".");
	assert_string_equal(config.listener.host, "localhost");
	assert_int_equal(config.listener.port, 9000);
	assert_false(config.listener.strict_port);
	assert_int_equal(config.watch.wait_ms, 0);
	assert_null(config.watch.ignore);
	assert_int_equal(config.static_files.media_type_count, 0);
	assert_int_equal(config.log_level, LOG_NORMAL);
	assert_false(config.open_browser);
	assert_true(config.sandboxed);
	assert_string_equal(config.open_path, "/");
}

static void
numbers(void **state)
{
	static const struct {
		const char *line;
		unsigned port, wait_ms;
	} rows[] = {
		{"--port=1", 1, 0},
		{"--port 65535", 65535, 0},
		{"-p 8080", 8080, 0},
		{"-p8080", 8080, 0},
		{"--port=0", 0, 0},
		{"--port=1 --port=2", 2, 0},
		{"--port=08080", 8080, 0},
		{"--wait=0", 9000, 0},
		{"--wait=60000", 9000, 60000},
		{"-w 100 -p 1 x", 1, 100},
		{"x -w100", 9000, 100},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_int_equal(read_line(rows[i].line), CONFIG_RUN);
		assert_int_equal(config.listener.port, rows[i].port);
		assert_int_equal(config.watch.wait_ms, rows[i].wait_ms);
		config_finish(&config);
	}
}

static void
texts(void **state)
{
	static const struct {
		const char *line;
		const char *root, *host, *open_path;
		bool opens;
	} rows[] = {
		{"site", "site", "localhost", "/", false},
		{"-- --odd", "--odd", "localhost", "/", false},
		{"--host=::1", ".", "::1", "/", false},
		{"-H 0.0.0.0 a/b/", "a/b/", "0.0.0.0", "/", false},
		{"--open", ".", "localhost", "/", true},
		{"-o", ".", "localhost", "/", true},
		{"--open site", "site", "localhost", "/", true},
		{"--open=", ".", "localhost", "/", true},
		{"--open=about.html", ".", "localhost", "/about.html", true},
		{"--open=/about.html?x#y", ".", "localhost", "/about.html?x#y", true},
		{"-oa --open=/b", ".", "localhost", "/b", true},
		{"--open --no-browser", ".", "localhost", "/", false},
		{"--no-browser --open=x", ".", "localhost", "/x", true},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_int_equal(read_line(rows[i].line), CONFIG_RUN);
		assert_string_equal(config.root, rows[i].root);
		assert_string_equal(config.listener.host, rows[i].host);
		assert_string_equal(config.open_path, rows[i].open_path);
		assert_int_equal(config.open_browser, rows[i].opens);
		config_finish(&config);
	}
}

static void
switches(void **state)
{
	static const struct {
		const char *line;
		bool strict_port;
		enum log_level log_level;
		enum hub_console console;
	} rows[] = {
		{"--strict-port", true, LOG_NORMAL, HUB_CONSOLE_ERRORS},
		{"--quiet", false, LOG_QUIET, HUB_CONSOLE_ERRORS},
		{"-q", false, LOG_QUIET, HUB_CONSOLE_ERRORS},
		{"--verbose", false, LOG_VERBOSE, HUB_CONSOLE_ERRORS},
		{"-V", false, LOG_VERBOSE, HUB_CONSOLE_ERRORS},
		{"-qV", false, LOG_VERBOSE, HUB_CONSOLE_ERRORS},
		{"--stri", true, LOG_NORMAL, HUB_CONSOLE_ERRORS},
		{"--strict-port --no-strict-port", false, LOG_NORMAL, HUB_CONSOLE_ERRORS},
		{"--no-strict-port --strict-port", true, LOG_NORMAL, HUB_CONSOLE_ERRORS},
		{"--log-level=verbose", false, LOG_VERBOSE, HUB_CONSOLE_ERRORS},
		{"--log-level=quiet -V --log-level=normal", false, LOG_NORMAL, HUB_CONSOLE_ERRORS},
		{"--console", false, LOG_NORMAL, HUB_CONSOLE_ALL},
		{"--no-console", false, LOG_NORMAL, HUB_CONSOLE_NONE},
		{"--console --no-console", false, LOG_NORMAL, HUB_CONSOLE_NONE},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_int_equal(read_line(rows[i].line), CONFIG_RUN);
		assert_int_equal(config.listener.strict_port, rows[i].strict_port);
		assert_int_equal(config.log_level, rows[i].log_level);
		assert_int_equal(config.terminal.is_quiet, rows[i].log_level == LOG_QUIET);
		assert_int_equal(config.console_level, rows[i].console);
		config_finish(&config);
	}
}

/* Whatever can be turned on can be turned off, also what an earlier place has turned on. */
static void
negations(void **state)
{
	(void)state;
	assert_int_equal(read_line("--open=/x --no-open"), CONFIG_RUN);
	assert_false(config.open_browser);
	config_finish(&config);
	assert_int_equal(read_line("--poll=20 --no-poll"), CONFIG_RUN);
	assert_false(config.watch.poll.is_for_all);
	config_finish(&config);
	assert_int_equal(read_line("--cors --cors=http://a.test --no-cors"), CONFIG_RUN);
	assert_false(config.access.cors_for_everybody);
	assert_int_equal(config.access.cors.count, 0);
	config_finish(&config);
	assert_int_equal(read_line("--livereload-port --no-livereload-port"), CONFIG_RUN);
	assert_false(config.listener.has_livereload);
	config_finish(&config);
	assert_int_equal(read_line("--spa --no-spa"), CONFIG_RUN);
	assert_null(config.static_files.fallback);
	config_finish(&config);
	assert_int_equal(read_line("--no-spa --spa"), CONFIG_RUN);
	assert_string_equal(config.static_files.fallback, "index.html");
	config_finish(&config);
	assert_int_equal(read_line("--quiet --no-quiet"), CONFIG_RUN);
	assert_int_equal(config.log_level, LOG_NORMAL);
	config_finish(&config);
	assert_int_equal(read_line("-V --no-verbose"), CONFIG_RUN);
	assert_int_equal(config.log_level, LOG_NORMAL);
}

/* Each switch of the table has its --no-NAME. */
static void
every_switch_has_a_negation(void **state)
{
	(void)state;
	for (const struct option_spec *row = option_table; row->help; row++) {
		bool has_value = row->value && !row->value_optional;
		char *line;

		if (!row->name || row->kind >= OPTION_REFUSED || has_value ||
			strncmp(row->name, "no-", 3) == 0)
			continue;
		line = mem_format("--no-%s", row->name);
		print_message("%s\n", line);
		assert_int_equal(read_line(line), CONFIG_RUN);
		free(line);
		config_finish(&config);
	}
}

/* A value in the next argument, or behind a letter, is no option with one dash. */
static void
values_with_dashes(void **state)
{
	(void)state;
	assert_int_equal(read_line("--ignore -port -i -wait -iopen -w50 -o/a"), CONFIG_RUN);
	assert_int_equal(config.ignore.count, 3);
	assert_string_equal(config.ignore.items[0], "-port");
	assert_string_equal(config.ignore.items[1], "-wait");
	assert_string_equal(config.ignore.items[2], "open");
	assert_int_equal(config.watch.wait_ms, 50);
	assert_string_equal(config.open_path, "/a");
}

static void
browsers(void **state)
{
	(void)state;
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_null(config.browser.browser);
	assert_null(config.browser.line);
	assert_false(config.browser.debugs);
	config_finish(&config);
	assert_int_equal(
		read_line("--browser=chrome,-x --browser-line=a --browser-debugging"), CONFIG_RUN);
	assert_string_equal(config.browser.browser, "chrome,-x");
	assert_string_equal(config.browser.line, "a");
	assert_true(config.browser.debugs);
}

static void
lan(void **state)
{
	(void)state;
	assert_int_equal(read_line("--lan --host=localhost"), CONFIG_RUN);
	assert_true(config.is_lan);
	assert_string_equal(config.listener.host, LISTENER_EVERYWHERE);
	assert_string_equal(config.access.host, LISTENER_EVERYWHERE);
	config_finish(&config);
	assert_int_equal(read_line("--lan --no-lan"), CONFIG_RUN);
	assert_false(config.is_lan);
	assert_string_equal(config.listener.host, "localhost");
}

static void
livereload_ports(void **state)
{
	(void)state;
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_false(config.listener.has_livereload);
	config_finish(&config);
	assert_int_equal(read_line("--livereload-port"), CONFIG_RUN);
	assert_true(config.listener.has_livereload);
	assert_int_equal(config.listener.livereload_port, 35729);
	config_finish(&config);
	assert_int_equal(read_line("--livereload-port=1234"), CONFIG_RUN);
	assert_int_equal(config.listener.livereload_port, 1234);
}

static void
log_formats(void **state)
{
	(void)state;
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_int_equal(config.terminal.format, TERMINAL_TEXT);
	config_finish(&config);
	assert_int_equal(read_line("--log-format=json"), CONFIG_RUN);
	assert_int_equal(config.terminal.format, TERMINAL_JSON);
	config_finish(&config);
	assert_int_equal(read_line("--log-format json --log-format=text"), CONFIG_RUN);
	assert_int_equal(config.terminal.format, TERMINAL_TEXT);
}

static void
lists(void **state)
{
	(void)state;
	assert_int_equal(read_line("-i *.log --ignore=drafts/** site -i x"), CONFIG_RUN);
	assert_string_equal(config.watch.ignore[0], "*.log");
	assert_string_equal(config.watch.ignore[1], "drafts/**");
	assert_string_equal(config.watch.ignore[2], "x");
	assert_null(config.watch.ignore[3]);
	config_finish(&config);
	assert_int_equal(read_line("--ignore=a,{b,c},d\\,e --watch=x,y"), CONFIG_RUN);
	assert_string_equal(config.watch.ignore[0], "a");
	assert_string_equal(config.watch.ignore[1], "{b,c}");
	assert_string_equal(config.watch.ignore[2], "d\\,e");
	assert_null(config.watch.ignore[3]);
	assert_int_equal(config.extra_watches.count, 2);
	assert_string_equal(config.extra_watches.items[0], "x");
	assert_string_equal(config.extra_watches.items[1], "y");
	config_finish(&config);
	assert_int_equal(read_line("--allow-origin=http://a.test --allow-origin http://b.test "
				   "--allow-origin=moz-extension://*"),
		CONFIG_RUN);
	assert_int_equal(config.access.allowed_origins.count, 3);
	assert_string_equal(config.access.allowed_origins.items[0], "http://a.test");
	assert_string_equal(config.access.allowed_origins.items[1], "http://b.test");
	assert_int_equal(config.access.cors.count, 0);
	assert_false(config.access.cors_for_everybody);
	config_finish(&config);
	assert_int_equal(read_line("--allowed-host=.dev.test --allowed-host .test"), CONFIG_RUN);
	assert_int_equal(config.access.allowed_hosts.count, 2);
	config_finish(&config);
	assert_int_equal(read_line("--cors=http://a.test --cors site"), CONFIG_RUN);
	assert_int_equal(config.access.cors.count, 1);
	assert_string_equal(config.access.cors.items[0], "http://a.test");
	assert_true(config.access.cors_for_everybody);
	assert_string_equal(config.root, "site");
	config_finish(&config);
	assert_int_equal(read_line("--dotfiles --no-sandbox"), CONFIG_RUN);
	assert_true(config.static_files.serves_hidden);
	assert_false(config.sandboxed);
}

static void
pairs(void **state)
{
	const struct media_type_rule *types;

	(void)state;
	assert_int_equal(read_line("--mime=glsl=text/plain -m .vtx=text/x-vertex"), CONFIG_RUN);
	assert_int_equal(config.static_files.media_type_count, 2);
	types = config.static_files.media_types;
	assert_memory_equal(types[0].extension, "glsl=", 5);
	assert_string_equal(types[0].mime.type, "text/plain");
	assert_memory_equal(types[1].extension, "vtx=", 4);
	assert_string_equal(types[1].mime.type, "text/x-vertex");
	assert_false(config.static_files.serves_hidden);
	config_finish(&config);
	assert_int_equal(read_line("--mount=/lib=../lib --mount /a:b"), CONFIG_RUN);
	assert_int_equal(config.mount_count, 2);
	assert_string_equal(config.mounts[0].route, "lib");
	assert_string_equal(config.mounts[0].path, "../lib");
	assert_string_equal(config.mounts[1].route, "a");
	assert_string_equal(config.mounts[1].path, "b");
	config_finish(&config);
	assert_int_equal(read_line("--header=X-A=b --header X-C:d"), CONFIG_RUN);
	assert_int_equal(config.header_count, 2);
	assert_true(slice_is(config.headers[0].name, "X-A"));
	assert_true(slice_is(config.headers[0].value, "b"));
	assert_true(slice_is(config.headers[1].name, "X-C"));
	assert_true(slice_is(config.headers[1].value, "d"));
	config_finish(&config);
	assert_int_equal(
		read_line("--proxy=/api=http://localhost:3000/v1 --proxy /=http://x"), CONFIG_RUN);
	assert_int_equal(config.proxy_count, 2);
	assert_string_equal(config.proxies[0].route, "/api");
	assert_string_equal(config.proxies[0].port, "3000");
	assert_string_equal(config.proxies[0].base, "/v1");
	assert_string_equal(config.proxies[1].route, "");
	assert_string_equal(config.proxies[1].host, "x");
}

static void
fallbacks(void **state)
{
	static const struct {
		const char *line, *name;
	} rows[] = {
		{"--file=app.html", "app.html"},
		{"--file=/app.html", "app.html"},
		{"--file=./a/b..c/x.html", "a/b..c/x.html"},
		{"--spa", "index.html"},
		{"--spa --file=a", "a"},
		{"--entry-file=app.html", "app.html"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_int_equal(read_line(rows[i].line), CONFIG_RUN);
		assert_string_equal(config.static_files.fallback, rows[i].name);
		config_finish(&config);
	}
}

static void
names_of_files(void **state)
{
	static const struct {
		const char *line;
		enum shown_names_clean clean;
		const char *first, *second, *third;
	} rows[] = {
		{"", SHOWN_NAMES_CLEAN, "index.html", "index.htm", NULL},
		{"--clean-urls", SHOWN_NAMES_CLEAN, "index.html", "index.htm", NULL},
		{"--clean-urls=redirect", SHOWN_NAMES_REDIRECT, "index.html", "index.htm", NULL},
		{"--no-clean-urls", SHOWN_NAMES_EXACT, "index.html", "index.htm", NULL},
		{"--no-clean-urls --clean-urls", SHOWN_NAMES_CLEAN, "index.html", "index.htm",
			NULL},
		{"--index=default.htm", SHOWN_NAMES_CLEAN, "default.htm", NULL, NULL},
		{"--index=main.html,index.html", SHOWN_NAMES_CLEAN, "main.html", "index.html",
			NULL},
		{"--index=a --index=b,c", SHOWN_NAMES_CLEAN, "a", "b", "c"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *const expected[] = {rows[i].first, rows[i].second, rows[i].third};
		const struct shown_names_rules *names = &config.static_files.names;

		assert_int_equal(read_line(rows[i].line), CONFIG_RUN);
		assert_int_equal(names->clean, rows[i].clean);
		for (size_t k = 0; k < ROWS(expected); k++)
			if (expected[k])
				assert_string_equal(index_names_get(&names->index, k), expected[k]);
			else
				assert_null(index_names_get(&names->index, k));
		config_finish(&config);
	}
}

static void
pages_and_the_script(void **state)
{
	static const struct {
		const char *line;
		bool injects, reload_only, draft_reload, shares_drafts;
	} rows[] = {
		{"", true, false, false, false},
		{"--share-drafts", true, false, false, true},
		{"--draft-reload", true, false, true, false},
		{"--draft-reload --no-draft-reload", true, false, false, false},
		{"--no-inject", false, false, false, false},
		{"--inject", true, false, false, false},
		{"--full-reload", true, true, false, false},
		{"--no-css-inject", true, true, false, false},
		{"--full-reload --no-full-reload", true, false, false, false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_int_equal(read_line(rows[i].line), CONFIG_RUN);
		assert_int_equal(config.static_files.injects, rows[i].injects);
		assert_int_equal(config.reload_only, rows[i].reload_only);
		assert_int_equal(config.draft_reload, rows[i].draft_reload);
		assert_int_equal(config.static_files.shares_drafts, rows[i].shares_drafts);
		config_finish(&config);
	}
}

static void
vhosts(void **state)
{
	struct config other;

	(void)state;
	assert_int_equal(read_line("--vhost=Shop.LocalHost.=../shop --vhost b=c=d --spa "
				   "--open=/x --root=y --allowed-host=z here"),
		CONFIG_RUN);
	assert_int_equal(config.vhost_count, 2);
	assert_string_equal(config.vhosts[0].name, "shop.localhost");
	assert_string_equal(config.vhosts[0].folder, "../shop");
	assert_string_equal(config.vhosts[1].name, "b");
	assert_string_equal(config.vhosts[1].folder, "c=d");
	/* Of the command line a vhost has what is not about the first site's folder. */
	assert_int_equal(config_read_vhost(&other, 9, arguments, &config.vhosts[0]), CONFIG_RUN);
	assert_string_equal(other.root, "../shop");
	assert_string_equal(other.static_files.fallback, "index.html");
	assert_string_equal(other.open_path, "/");
	assert_int_equal(other.vhost_count, 0);
	assert_int_equal(other.access.allowed_hosts.count, 2);
	assert_string_equal(other.access.allowed_hosts.items[1], "shop.localhost");
	config_finish(&other);
}

static void
wrong_command_lines(void **state)
{
	static const struct {
		const char *line;
		const char *message; /* part of the one line that is logged */
	} rows[] = {
		{"--livereload-port=0", "livereload-port"},
		{"--livereload-port=x", "livereload-port"},
		{"--browser=", "not a browser"},
		{"--browser=,x", "not a browser"},
		{"--log-format=xml", "\"xml\""},
		{"--log-format=", "\"\""},
		{"--port=65536", "65536"},
		{"--port=-1", "-1"},
		{"--port=", "\"\""},
		{"--port=9000x", "9000x"},
		{"--port=+1", "+1"},
		{"--port=0x10", "0x10"},
		{"--port=99999999999999999999", "99999999999999999999"},
		{"--port=\033[31m", "\\x1b[31m"},
		{"--port", "--port"},
		{"-p", "-p"},
		{"--host=", "--host"},
		{"--wait=60001", "60001"},
		{"--wait=soon", "soon"},
		{"--wait=", "give a number from 0 to 60000"},
		{"--poll=60001", "give a number from 10 to 60000"},
		{"--log-level=quit", "give quiet, normal or verbose"},
		{"--log-level=", "give quiet, normal or verbose"},
		{"--prot=1", "did you mean --port?"},
		{"--verbse", "did you mean --verbose?"},
		{"--no-such-thing-at-all", "see liveserve --help=all"},
		{"--no-opne", "did you mean --no-open?"},
		{"--no-mount", "--no-mount"},
		{"-open", "-open: a long option has two dashes; write --open\n"},
		{"-port=8080", "-port=8080: a long option has two dashes; write --port=8080\n"},
		{"-q -port 8080", "write --port\n"},
		{"-ignore=x", "write --ignore=x\n"},
		{"-host=0.0.0.0", "write --host=0.0.0.0\n"},
		{"-verbose", "write --verbose\n"},
		{"-lan", "write --lan\n"},
		{"-no-open", "write --no-open\n"},
		{"site -wait=1", "write --wait=1\n"},
		{"-middleware=x", "write --middleware=x\n"},
		{"-passphrase=x", "-passphrase=***: a long option has two dashes"},
		{"-quite", "there is no option -quite; did you mean --quiet?"},
		{"-opne", "there is no option -opne; did you mean --open?"},
		{"-p=80", "-p=80: a short option has no \"=\"; write -p80 or --port=80\n"},
		{"-i=*.log", "write -i*.log or --ignore=*.log\n"},
		{"-qx", "there is no option -x;"},
		{"--help=nothing-like-that",
			"there is no option nothing-like-that; see liveserve "},
		{"--help=prot", "there is no option prot; did you mean --port?"},
		{"--help=--no-gitignroe", "no option --no-gitignroe; did you mean --no-gitignore?"},
		{"--show-config=all", "show-config \"all\": give set"},
		{"--no-port", "--no-port"},
		{"--no-strict-port=1", "takes no value"},
		{"--workspace=nowhere.code-workspace", "nowhere.code-workspace"},
		{"--middleware=spa", "no JavaScript"},
		{"--middleware", "no JavaScript"},
		{"--https-module=spdy", "no JavaScript"},
		{"--https=https.conf.js", "--cert=FILE and --key=FILE"},
		{"--no-https=x", "takes no value"},
		{"--ignorePattern=x", "--ignore="},
		{"--show-config --port=x", "port \"x\""},
		{"--show-config --wrong", "--wrong"},
		{"--ignore=", "--ignore"},
		{"--mime=x", "\"x\""},
		{"--allowed-host=", "not a host name"},
		{"--allowed-host=http://x", "not a host name"},
		{"--allowed-host=x:9000", "not a host name"},
		{"--allowed-host=.", "not the end of a host name"},
		{"--allowed-host=..", "not the end of a host name"},
		{"--allowed-host=.com", "not the end of a host name"},
		{"--allowed-host=.a..b", "not the end of a host name"},
		{"--allowed-host=.dev.test:80", "not the end of a host name"},
		{"--allow-origin=", "not an origin"},
		{"--allow-origin=*", "not an origin"},
		{"--allow-origin=localhost:3000", "not an origin"},
		{"--allow-origin=http://*", "not an origin"},
		{"--allow-origin=-extension://*", "not an origin"},
		{"--allow-origin=moz-extension://*x", "not an origin"},
		{"--allow-origin=http://x-extension://*", "not an origin"},
		{"--cors=moz-extension://*", "not an origin"},
		{"--allow-origin=http://a.test/", "not an origin"},
		{"--cors=*", "not an origin"},
		{"--poll=9", "\"9\""},
		{"--poll=x", "\"x\""},
		{"--mime=", "\"\""},
		{"--mount=", "not ROUTE=PATH"},
		{"--vhost=a.localhost", "\"a.localhost\" is not NAME=FOLDER"},
		{"--vhost==x", "is not NAME=FOLDER"},
		{"--vhost=.=x", "is not NAME=FOLDER"},
		{"--vhost=.a=x", "is not NAME=FOLDER"},
		{"--vhost=-a=x", "is not NAME=FOLDER"},
		{"--vhost=::1=x", "is not NAME=FOLDER"},
		{"--vhost=10.0.0.1=x", "is not NAME=FOLDER"},
		{"--vhost=LocalHost=x", "that name has a folder already"},
		{"--vhost=a.b=x --vhost=A.B.=y", "that name has a folder already"},
		{"--mount=lib=x", "\"lib=x\""},
		{"--mount=/lib", "\"/lib\""},
		{"--proxy=/api", "not ROUTE=URL"},
		{"--proxy=/api=ftp://x", "not ROUTE=URL"},
		{"--header=", "\"\""},
		{"--header=X-A", "not NAME=VALUE"},
		{"--header==b", "name of a header"},
		{"--header=X-A=\033", "control character"},
		{"--header=Date=x", "liveserve itself sets it"},
		{"--file=", "not a file of the site"},
		{"--file=/", "not a file of the site"},
		{"--file=app/", "not a file of the site"},
		{"--index=", "not the name of an index file"},
		{"--index=docs/index.html", "not the name of an index file"},
		{"--index=index.html,..", "not the name of an index file"},
		{"--index=.env", "not the name of an index file"},
		{"--clean-urls=no", "--clean-urls is on, off (--no-clean-urls), or \"redirect\""},
		{"--clean-urls=Redirect", "\"Redirect\" is none of them"},
		{"--file=../app.html", "not a file of the site"},
		{"--file=a/../../app.html", "not a file of the site"},
		{"--wrong", "--wrong"},
		{"--wrong=1", "--wrong=1"},
		{"-x", "-x"},
		{"-qx", "-x"},
		{"--quiet=1", "--quiet"},
		{"--ver", "--ver"},
		{"--\033[31m", "\\x1b[31m"},
		{"one two", "two"},
		{"one -q two three", "two"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		enum config_verdict verdict;
		const char *printed;

		capture_begin(2);
		verdict = read_line(rows[i].line);
		printed = capture_end();
		if (verdict != CONFIG_WRONG || !strstr(printed, rows[i].message))
			fail_msg("%s: %d, %s", rows[i].line, verdict, printed);
		assert_ptr_equal(strchr(printed, '\n'), printed + strlen(printed) - 1);
		assert_memory_equal(printed, "liveserve: ", 11);
		assert_null(strstr(printed, "null"));
		config_finish(&config);
	}
}

/* Checks that the output of a line ends the program and has each of count texts. */
static const char *
check_printed(const char *line, const char *const *texts, size_t count)
{
	enum config_verdict verdict;
	const char *printed;

	capture_begin(1);
	verdict = read_line(line);
	printed = capture_end();
	assert_int_equal(verdict, CONFIG_DONE);
	for (size_t i = 0; i < count; i++)
		if (!strstr(printed, texts[i]))
			fail_msg("%s: %s is missing", line, texts[i]);
	for (struct slice rest = slice_of(printed), part; slice_split(&rest, '\n', &part);)
		if (part.length >= 80)
			fail_msg("%s: more than 79 columns: %.*s", line, (int)part.length, part.at);
	config_finish(&config);
	return printed;
}

static size_t
count_lines(const char *text)
{
	size_t lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

/* A terminal has 24 lines, and the prompt of the shell needs one of them. */
static void
help(void **state)
{
	static const char *const lines[] = {"--help", "-h", "-q --help --port=x", "-help"};
	static const char *const all_lines[] = {"--help=all", "-hall", "-help=all"};
	static const char *const common[] = {"Usage: liveserve [OPTIONS] [ROOT]\n", "--port=N",
		"--lan", "--open[=PATH]", "--ignore=GLOB", "--spa",
		"--mount=", "--proxy=", "--watch=", "--https", "--verbose",
		"\n  liveserve --open site ", "--help=all"};
	static const char *const all[] = {"--port=N", "--strict-port", "--host=ADDR",
		"--open[=PATH]", "--no-browser", "--wait=MS", "--ignore=GLOB", "--mime=EXT=TYPE",
		"--console", "--quiet", "--verbose", "--version", "--help[=all]",
		"--show-config[=set]", "--schema", "--workspace=FILE", "--root=FOLDER",
		"\n  stop [FOLDER] "};

	(void)state;
	for (size_t i = 0; i < ROWS(lines); i++)
		assert_in_range(count_lines(check_printed(lines[i], common, ROWS(common))), 15, 23);
	for (size_t i = 0; i < ROWS(all_lines); i++)
		check_printed(all_lines[i], all, ROWS(all));
}

static void
help_about_one_option(void **state)
{
	static const char *const lines[] = {"--help=port", "--help=--port", "--help=-p"};
	static const char *const port[] = {"  -p, --port=N "}, *const lan[] = {"      --lan "};

	(void)state;
	for (size_t i = 0; i < ROWS(lines); i++)
		assert_int_equal(count_lines(check_printed(lines[i], port, 1)), 1);
	check_printed("--help=no-lan", lan, 1);
}

static void
show_config(void **state)
{
	static const char *const set[] = {"port", "9001", "command line"};
	static const char *const all[] = {"port", "9001", "gitignore", "default"};

	(void)state;
	check_printed("--show-config --port=9001", all, ROWS(all));
	assert_int_equal(count_lines(check_printed("--show-config=set --port=9001", set, 3)), 1);
	assert_int_equal(count_lines(check_printed("--show-config=set", NULL, 0)), 0);
}

static void
version(void **state)
{
	static const char *const lines[] = {"--version", "-v", "--port=1 -v"};

	(void)state;
	for (size_t i = 0; i < ROWS(lines); i++) {
		enum config_verdict verdict;
		const char *printed;

		capture_begin(1);
		verdict = read_line(lines[i]);
		printed = capture_end();
		assert_int_equal(verdict, CONFIG_DONE);
		assert_memory_equal(printed, "liveserve ", 10);
		assert_memory_equal(printed + 10, config_version, strlen(config_version));
		assert_string_equal(printed + 10 + strlen(config_version), "\n");
		config_finish(&config);
	}
}

#define TEST(function) cmocka_unit_test_teardown(function, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(defaults),
		TEST(numbers),
		TEST(texts),
		TEST(switches),
		TEST(negations),
		TEST(every_switch_has_a_negation),
		TEST(values_with_dashes),
		TEST(browsers),
		TEST(lan),
		TEST(livereload_ports),
		TEST(log_formats),
		TEST(lists),
		TEST(pairs),
		TEST(fallbacks),
		TEST(names_of_files),
		TEST(pages_and_the_script),
		TEST(vhosts),
		TEST(wrong_command_lines),
		TEST(help),
		TEST(help_about_one_option),
		TEST(show_config),
		TEST(version),
	};

	return cmocka_run_group_tests_name("config", tests, enter_folder, leave_folder);
}
