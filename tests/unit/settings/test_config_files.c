/*
 * Settings files: every key with right and wrong values, and which file counts.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "settings/config.h"
#include "support/capture.h"
#include "support/folder.h"

enum { ARGUMENTS_MAX = 6 };

static struct config config;
static struct buf logged, all_values;

static int
enter(void **state)
{
	char *home;

	(void)state;
	folder_enter();
	folder_make("sub");
	folder_make("../outside/home/.config");
	home = realpath("../outside/home", NULL);
	setenv("HOME", home, true);
	free(home);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("PORT");
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	config_finish(&config);
	buf_finish(&logged);
	buf_finish(&all_values);
	folder_leave();
	return 0;
}

/* Reads "liveserve" with these arguments, separated by single spaces; keeps what it logs. */
static enum config_verdict
read_line(const char *line)
{
	static char memory[256];
	static char program[] = "liveserve";
	char *arguments[ARGUMENTS_MAX + 2] = {program}, *rest = memory;
	enum config_verdict verdict;
	int count = 1;

	config_finish(&config);
	assert_true(strlen(line) < sizeof(memory));
	strcpy(memory, line);
	while (*line && rest) {
		assert_true(count <= ARGUMENTS_MAX);
		arguments[count++] = strsep(&rest, " ");
	}
	capture_begin(2);
	verdict = config_read(&config, count, arguments);
	buf_clear(&logged);
	buf_add_text(&logged, capture_end());
	return verdict;
}

/* "a, b": all accepted values of the setting; "off" is false, "on" true. */
static const char *
given(const char *name)
{
	const struct option_values *values = &config.sources.values;

	buf_clear(&all_values);
	buf_add_text(&all_values, "");
	for (size_t i = 0; i < values->count; i++) {
		const struct option_value *value = &values->items[i];
		const char *text = !value->text ? "off" : *value->text ? value->text : "on";

		if (value->is_accepted && strcmp(value->option->name, name) == 0)
			buf_addf(&all_values, "%s%s", all_values.length ? ", " : "", text);
	}
	return all_values.bytes;
}

/* The one line that was logged has this text. */
static void
assert_one_line(const char *text)
{
	print_message("%s", logged.bytes);
	assert_non_null(strstr(logged.bytes, text));
	assert_ptr_equal(strchr(logged.bytes, '\n'), logged.bytes + logged.length - 1);
}

/*
 * A key with a value. If setting is not NULL, that setting gets the expected values and nothing is
 * logged. Otherwise the value is left out, and the log line has the expected text.
 */
struct row {
	const char *key, *value;
	const char *setting, *expected;
};

/* In a file of three lines, where the key stands on the second. */
static void
check_rows(const char *file, const char *prefix, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i];
		struct buf text = {0};

		buf_addf(&text, "{ // a comment\n  \"%s%s\": %s,\n}", prefix, row->key, row->value);
		folder_write(file, text.bytes);
		print_message("%s: %s\n", row->key, row->value);
		assert_int_equal(read_line("--allow-settings"), CONFIG_RUN);
		if (row->setting) {
			assert_string_equal(logged.bytes, "");
			assert_string_equal(given(row->setting), row->expected);
		} else {
			char place[64];

			snprintf(place, sizeof(place), "liveserve: %s:2: ", file);
			assert_memory_equal(logged.bytes, place, strlen(place));
			assert_non_null(strstr(logged.bytes, row->expected));
			assert_ptr_equal(
				strchr(logged.bytes, '\n'), logged.bytes + logged.length - 1);
		}
		buf_finish(&text);
	}
}

/* ---- keys ---- */

static void
own_keys(void **state)
{
	static const struct row rows[] = {
		/* Every kind of setting. */
		{"port", "8080", "port", "8080"},
		{"port", "0", "port", "0"},
		{"port", "8.08e3", "port", "8080"},
		{"port", "null", "port", ""},
		{"port", "\"8080\"", NULL, "\"port\" needs a number"},
		{"port", "true", NULL, "\"port\" needs a number"},
		{"port", "65536", NULL, "port \"65536\": give a number from 0 to 65535"},
		{"port", "-1", NULL, "port \"-1\": give"},
		{"port", "80.5", NULL, "port \"80.5\": give"},
		{"port", "1e99", NULL, "port \"9.9999999999999997e+98\": give"},
		{"strict-port", "true", "strict-port", "on"},
		{"strict-port", "false", "strict-port", "off"},
		{"strict-port", "1", NULL, "\"strict-port\" needs true or false"},
		{"host", "\"127.0.0.1\"", "host", "127.0.0.1"},
		{"host", "[]", NULL, "\"host\" needs a text in quotes"},
		{"host", "\"\"", NULL, "--host needs a name"},
		{"ignore", "[\"a\", \"b,c\"]", "ignore", "a, b,c"},
		{"ignore", "\"a\"", "ignore", "a"},
		{"ignore", "[]", "ignore", ""},
		{"ignore", "{}", NULL, "\"ignore\" needs a list of texts"},
		{"ignore", "[\"a\", 1]", NULL, "\"ignore\" needs a list of texts"},
		{"mime", "{\"glsl\": \"text/plain\", \"x\": \"a/b\"}", "mime",
			"glsl=text/plain, x=a/b"},
		{"mime", "[[\"glsl\", \"text/plain\"]]", "mime", "glsl=text/plain"},
		{"mime", "[\"glsl=text/plain\"]", "mime", "glsl=text/plain"},
		{"mime", "{\"glsl\": []}", NULL, "\"mime\" needs pairs of texts"},
		{"mime", "[[\"glsl\"]]", NULL, "\"mime\" needs pairs of texts"},
		{"mime", "[[\"glsl\", \"text/plain\", \"x\"]]", NULL, "\"mime\" needs pairs"},
		{"mime", "{\"glsl\": \"text\"}", NULL, "\"glsl=text\" is not EXT=TYPE"},
		{"poll", "true", "poll", "on"},
		{"poll", "false", "poll", "off"},
		{"poll", "200", "poll", "200"},
		{"poll", "\"200\"", NULL, "\"poll\" needs a number, or true or false"},
		{"poll", "9", NULL, "poll \"9\": give a number from 10 to 60000"},
		{"open", "\"/a.html\"", "open", "/a.html"},
		{"open", "true", "open", "on"},
		{"no-browser", "true", "open", "off"},
		{"no-browser", "false", "open", ""},
		{"no-browser", "1", NULL, "\"no-browser\" needs true or false"},
		{"quiet", "true", "log-level", "quiet"},
		{"verbose", "true", "log-level", "verbose"},
		{"log-level", "\"normal\"", "log-level", "normal"},
		{"log-level", "\"loud\"", NULL, "log-level \"loud\": give quiet, normal or verb"},
		/* The others. */
		{"allowed-host", "[\"a.test\"]", "allowed-host", "a.test"},
		{"wait", "20", "wait", "20"},
		{"gitignore", "true", "gitignore", "on"},
		{"watch-sources", "true", "watch-sources", "on"},
		{"watch", "[\"a\", \"/b\"]", "watch", "a, /b"},
		{"root", "\"sub\"", "root", "sub"},
		{"root", "\"nowhere\"", NULL, "there is no folder \"nowhere\"; . is served"},
		{"cors", "true", "cors", "on"},
		{"cors", "\"http://a.test\"", "cors", "http://a.test"},
		{"cors", "\"a.test\"", NULL, "\"a.test\" is not an origin"},
		{"allow-origin", "[\"http://a.test\"]", "allow-origin", "http://a.test"},
		{"sandbox", "false", "sandbox", "off"},
		{"https", "true", "https", "on"},
		{"https", "\"x.js\"", NULL, "\"https\" needs true or false"},
		{"cert", "\"a.pem\"", "cert", "a.pem"},
		{"key", "\"a.pem\"", "key", "a.pem"},
		{"passphrase", "\"x\"", "passphrase", "x"},
		{"mount", "{\"/a\": \"b\", \"/c\": \"/d\"}", "mount", "/a=b, /c=/d"},
		{"mount", "[\"/a:b\"]", "mount", "/a:b"},
		{"mount", "{\"a\": \"b\"}", NULL, "\"a=b\" is not ROUTE=PATH"},
		{"file", "\"a.html\"", "file", "a.html"},
		{"file", "\"../a\"", NULL, "\"../a\" is not a file of the site"},
		{"entry-file", "\"a.html\"", "file", "a.html"},
		{"entry-file", "true", NULL, "\"entry-file\" needs a text in quotes"},
		{"spa", "true", "file", "index.html"},
		{"header", "{\"X-A\": \"b\", \"X-C\": 1}", "header", "X-A=b, X-C=1"},
		{"header", "{\"Date\": \"b\"}", NULL,
			"\"Date=b\" cannot be set by --header: liveserve itself"},
		{"dotfiles", "true", "dotfiles", "on"},
		{"follow-symlinks", "true", "follow-symlinks", "on"},
		{"full-reload", "true", "full-reload", "on"},
		{"no-css-inject", "true", "full-reload", "on"},
		{"inject", "false", "inject", "off"},
		{"no-inject", "true", "inject", "off"},
		{"console", "true", "console", "on"},
		/* Not for files, or unknown. */
		{"$schema", "\"x\"", "port", ""},
		{"workspace", "\"x\"", NULL, "there is no setting \"workspace\""},
		{"help", "true", NULL, "there is no setting \"help\""},
		{"version", "true", NULL, "there is no setting \"version\""},
		{"show-config", "true", NULL, "there is no setting \"show-config\""},
		{"prot", "1", NULL, "there is no setting \"prot\"; did you mean \"port\"?"},
		{"Port", "1", NULL, "did you mean \"port\"?"},
		{"strictPort", "true", NULL, "did you mean \"strict-port\"?"},
		{"something", "1", NULL, "there is no setting \"something\"; see liveserve --help"},
		{"middleware", "\"spa\"", NULL, "\"middleware\": no JavaScript runs in liveserve"},
	};

	(void)state;
	check_rows(".liveserve.json", "", rows, ROWS(rows));
}

static void
vscode_keys(void **state)
{
	static const struct row rows[] = {
		{"port", "5500", "port", "5500"},
		{"port", "\"5500\"", NULL, "\"liveServer.settings.port\" needs a number"},
		{"port", "70000", NULL, "port \"70000\": give a number"},
		{"root", "\"/\"", "root", ""},
		{"root", "\"/sub\"", "root", "sub"},
		{"root", "\"sub/\"", "root", "sub"},
		{"root", "\"/nowhere\"", NULL, "there is no folder \"nowhere\"; . is served"},
		{"root", "\"/../outside\"", NULL, "needs a path below the folder"},
		{"root", "1", NULL, "\"liveServer.settings.root\" needs a path"},
		{"host", "\"127.0.0.1\"", "host", "127.0.0.1"},
		{"host", "false", NULL, "\"liveServer.settings.host\" needs a text"},
		{"NoBrowser", "true", "open", "off"},
		{"NoBrowser", "false", "open", ""},
		{"NoBrowser", "\"true\"", NULL, "needs true or false"},
		{"CustomBrowser", "\"chrome:PrivateMode\"", "browser", "chrome:PrivateMode"},
		{"useLocalIp", "true", "lan", "on"},
		{"CustomBrowser", "null", "browser", ""},
		{"AdvanceCustomBrowserCmdLine", "\"a --b\"", "browser-line", "a --b"},
		{"ChromeDebuggingAttachment", "true", "browser-debugging", "on"},
		{"ChromeDebuggingAttachment", "1", NULL, "needs true or false"},
		{"ignoreFiles",
			"[\"**/*.log\", \".vscode/**\", \"./a\", \"/b\", \"!c/d\", \"!*.x\"]",
			"ignore", "**/*.log, /.vscode/**, /a, /b, !/c/d, !*.x"},
		{"ignoreFiles", "[]", "watch-sources", "on"},
		{"ignoreFiles", "\"a\"", NULL, "needs a list of texts, such as [\"**/*.scss\"]"},
		{"ignoreFiles", "[1]", NULL, "needs a list of texts"},
		{"wait", "250", "wait", "250"},
		{"wait", "0", "wait", "100"},
		{"wait", "\"0\"", NULL, "needs a number"},
		{"multiRootWorkspaceName", "\"x\"", "port", ""},
		{"multiRootWorkspaceName", "null", "port", ""},
		{"multiRootWorkspaceName", "1", NULL, "needs the name of a folder"},
		{"host", "\"\"", "host", ""},
		{"mount", "[[\"/a\", \"b\"], [\"/\", \"/c\"]]", "mount", "/a=b, /=/c"},
		{"mount", "[[\"/a\"]]", NULL, "\"liveServer.settings.mount\" needs pairs"},
		{"https", "{\"enable\": false, \"cert\": \"x\"}", "https", ""},
		{"https",
			"{\"enable\": true, \"cert\": \"/x\", \"key\": \"y\", \"passphrase\": "
			"\"\"}",
			"https", "on"},
		{"https", "{\"enable\": true, \"cert\": \"/x\"}", "cert", "/x"},
		{"https", "{\"enable\": true, \"key\": \"y\"}", "key", "y"},
		{"https", "{\"enable\": true, \"passphrase\": \"z\"}", "passphrase", "z"},
		{"https", "true", NULL, "needs an object, such as {\"enable\": true"},
		{"file", "\"index.html\"", "file", "index.html"},
		{"file", "\"\"", "file", ""},
		{"file", "true", NULL, "\"liveServer.settings.file\" needs a text"},
		{"fullReload", "true", "full-reload", "on"},
		{"fullReload", "\"x\"", NULL, "needs true or false"},
		{"headers", "{\"X-A\": \"b\"}", "header", "X-A=b"},
		{"headers", "[]", "header", ""},
		{"headers", "3", NULL, "\"liveServer.settings.headers\" needs pairs of texts"},
		{"cors", "true", "cors", "on"},
		{"cors", "false", "cors", "off"},
		{"cors", "3", NULL, "or true or false"},
		{"useWebExt", "true", "inject", "off"},
		{"useWebExt", "false", "inject", ""},
		{"useWebExt", "1", NULL, "needs true or false"},
		{"proxy", "{\"enable\": false}", "proxy", ""},
		{"proxy", "true", NULL, "needs an object, such as {\"enable\": true"},
		{"showOnStatusbar", "false", "port", ""},
		{"showOnStatusbar", "0", NULL, "needs true or false"},
		{"donotShowInfoMsg", "true", "port", ""},
		{"donotShowInfoMsg", "0", NULL, "needs true or false"},
		{"donotVerifyTags", "true", "port", ""},
		{"donotVerifyTags", "0", NULL, "needs true or false"},
		{"prot", "1", NULL, "did you mean \"liveServer.settings.port\"?"},
		{"igoreFile", "1", NULL, "did you mean \"liveServer.settings.ignoreFiles\"?"},
		{"nobrowser", "true", NULL, "did you mean \"liveServer.settings.NoBrowser\"?"},
		{"something", "1", NULL, "there is no setting \"liveServer.settings.something\";"},
	};
	static const struct row others[] = {
		{"liveServer.setting.port", "1", NULL,
			"did you mean \"liveServer.settings.port\"?"},
		{"liveServer.port", "1", NULL, "did you mean \"liveServer.settings.port\"?"},
		{"liveServer.", "1", NULL, "there is no setting \"liveServer.\""},
		{"liveserver.settings.port", "1", "port", ""},
		{"editor.tabSize", "2", "port", ""},
		{"port", "1", "port", ""},
		{"[html]", "{\"liveServer.settings.port\": 1}", "port", ""},
	};

	(void)state;
	check_rows(".vscode/settings.json", "liveServer.settings.", rows, ROWS(rows));
	check_rows(".vscode/settings.json", "", others, ROWS(others));
}

static void
live_server_keys(void **state)
{
	static const struct row rows[] = {
		{"port", "8080", "port", "8080"},
		{"port", "\"x\"", NULL, "\"port\" needs a number"},
		{"host", "\"0.0.0.0\"", "host", "0.0.0.0"},
		{"root", "\"sub\"", "root", "sub"},
		{"open", "false", "open", "off"},
		{"open", "\"a.html\"", "open", "a.html"},
		{"watch", "[\"a\"]", "watch", "a"},
		{"ignore", "\"a\"", "ignore", "a"},
		{"ignore", "[\"a\", \"b\"]", "ignore", "a, b"},
		{"wait", "50", "wait", "50"},
		{"logLevel", "0", "log-level", "quiet"},
		{"logLevel", "1", "log-level", "quiet"},
		{"logLevel", "2", "log-level", "normal"},
		{"logLevel", "3", "log-level", "verbose"},
		{"browser", "\"firefox\"", "browser", "firefox"},
		{"browser", "[\"chrome\", \"--a b\"]", "browser", "chrome,--a b"},
		{"browser", "[]", "browser", ""},
		{"browser", "null", "browser", ""},
		{"browser", "[1]", NULL, "\"browser\" needs a program, or a list"},
		{"logLevel", "\"3\"", NULL, "\"logLevel\" needs a number from 0 to 3"},
		{"file", "\"a.html\"", "file", "a.html"},
		{"mount", "[[\"/a\", \"b\"]]", "mount", "/a=b"},
		{"cors", "true", "cors", "on"},
		{"noCssInject", "true", "full-reload", "on"},
		{"https", "\"x.js\"", NULL, "\"https\": no JavaScript runs in liveserve; give"},
		{"https", "null", "https", ""},
		{"ignorePattern", "\"x\"", NULL, "\"ignorePattern\": patterns are globs here"},
		{"middleware", "[]", NULL, "\"middleware\": no JavaScript"},
		{"httpsModule", "\"spdy\"", NULL, "\"httpsModule\": no JavaScript"},
		{"logLevl", "1", NULL, "did you mean \"logLevel\"?"},
		/* Five Server's. */
		{"injectBody", "true", "port", ""},
		{"remoteLogs", "true", "port", ""},
	};

	(void)state;
	check_rows(".live-server.json", "", rows, ROWS(rows));
}

/* ---- files ---- */

static void
broken_files(void **state)
{
	static const struct {
		const char *text;
		const char *expected; /* part of the log line; NULL: there is none */
	} rows[] = {
		{"", NULL},
		{" \n // nothing \n", NULL},
		{"{}", NULL},
		{"\xef\xbb\xbf{}", NULL},
		{"[]", ":1: settings are members of an object"},
		{"3", ":1: settings are members of an object"},
		{"{\"port\": }", ":1: this is not JSON from here on"},
		{"{\n\"port\": 1\n\"wait\": 2\n}", ":3: this is not JSON from here on"},
		{"{\n\"port\": 1", ":2: this is not JSON from here on"},
		{"{} {}", ":1: this is not JSON from here on"},
		{"{\n'port': 1}", ":2: this is not JSON from here on"},
		{"{\"port\": 1\n/* x", ":2: here begins a comment without a */ at its end"},
		{"{\n\n\"port: 1\n}", ":3: here begins a text without a \" at its end"},
		{"{\"a\": \"\\x\"}", ":1: this is not JSON from here on"},
		{"{\"a\":1,,}", ":1: this is not JSON from here on"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		folder_write(".liveserve.json", rows[i].text);
		folder_write(".live-server.json", "{\"wait\": 7}");
		print_message("%s\n", rows[i].text);
		assert_int_equal(read_line(""), CONFIG_RUN);
		assert_string_equal(given("wait"), "7");
		assert_string_equal(given("port"), "");
		assert_int_equal(config.sources.is_broken, rows[i].expected != NULL);
		if (!rows[i].expected) {
			assert_string_equal(logged.bytes, "");
			continue;
		}
		assert_memory_equal(logged.bytes, "liveserve: .liveserve.json", 26);
		assert_memory_equal(logged.bytes + 26, rows[i].expected, strlen(rows[i].expected));
	}
}

static void
deep_file(void **state)
{
	enum { DEPTH = 200 * 1000 };
	static char deep[DEPTH + 1];

	(void)state;
	memset(deep, '[', DEPTH);
	folder_write(".liveserve.json", deep);
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_non_null(strstr(logged.bytes, ".liveserve.json:1: this is not JSON from here on"));
}

static void
no_files(void **state)
{
	(void)state;
	folder_make(".liveserve.json");
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_non_null(
		strstr(logged.bytes, "cannot read the settings in .liveserve.json: Is a dir"));
	folder_remove(".liveserve.json");
	folder_write(".vscode", "a file");
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_string_equal(logged.bytes, "");
}

static void
same_key_twice(void **state)
{
	(void)state;
	folder_write(".liveserve.json", "{\"port\": \"x\", \"ignore\": \"a\",\n"
					"\"port\": 1, \"ignore\": \"b\"}");
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_string_equal(logged.bytes, "");
	assert_int_equal(config.listener.port, 1);
	assert_string_equal(given("ignore"), "b");
}

/* From the weakest to the strongest: each gives a port and an item of a list. */
static void
order(void **state)
{
	static const struct {
		const char *file, *port, *ignore;
	} rows[] = {
		{"../outside/home/.live-server.json", "2", "a"},
		{"../outside/home/.config/liveserve.json", "3", "a, b"},
		{".live-server.json", "4", "a, b, c"},
		{".liveserve.json", "5", "a, b, c, d"},
	};
	struct buf text = {0};

	(void)state;
	setenv("PORT", "1", true);
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_int_equal(config.listener.port, 1);
	for (size_t i = 0; i < ROWS(rows); i++) {
		buf_clear(&text);
		buf_addf(&text, "{\"port\": %s, \"ignore\": \"%c\"}", rows[i].port, 'a' + (char)i);
		folder_write(rows[i].file, text.bytes);
		assert_int_equal(read_line(""), CONFIG_RUN);
		assert_int_equal(config.listener.port, i + 2);
		assert_string_equal(given("ignore"), rows[i].ignore);
	}
	folder_write(".vscode/settings.json", "{\"liveServer.settings.port\": 6,"
					      "\"liveServer.settings.ignoreFiles\": [\"*e\"]}");
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_int_equal(config.listener.port, 6);
	assert_int_equal(read_line("--port=7 --ignore=f"), CONFIG_RUN);
	assert_int_equal(config.listener.port, 7);
	assert_string_equal(given("ignore"), "a, b, c, d, *e, f");
	assert_string_equal(config.watch.ignore[5], "f");
	buf_finish(&text);
}

static void
environment(void **state)
{
	(void)state;
	setenv("PORT", "x", true);
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_non_null(strstr(logged.bytes, "PORT of the environment: port \"x\": give a number"));
	assert_int_equal(config.listener.port, 9000);
	setenv("PORT", "", true);
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_string_equal(logged.bytes, "");
	unsetenv("PORT");
	unsetenv("HOME");
	assert_int_equal(read_line(""), CONFIG_RUN);
	folder_write("../outside/config/liveserve.json", "{\"port\": 8}");
	setenv("XDG_CONFIG_HOME", "../outside/config", true);
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_int_equal(
		config.listener.port, 9000); /* the specification requires an absolute path */
	setenv("XDG_CONFIG_HOME", "/nowhere", true);
	assert_int_equal(read_line(""), CONFIG_RUN);
}

/* The settings of the user for all folders: stronger than those at home, weaker than the folder's. */
static void
vscode_of_the_user(void **state)
{
	static const char code[] = "../outside/home/.config/Code/User/settings.json";

	(void)state;
	folder_write("../outside/home/.config/liveserve.json", "{\"port\": 1, \"wait\": 2}");
	folder_write("../outside/home/.config/VSCodium/User/settings.json",
		"{\"liveServer.settings.port\": 3, \"liveServer.settings.file\": \"a.html\"}");
	folder_write("../outside/home/.local/share/code-server/User/settings.json",
		"{\"liveServer.settings.file\": \"b.html\", \"liveServer.settings.wait\": 4}");
	folder_write(code, "{\"a\": 1, // mine\n \"liveServer.settings.port\": 5,}");
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_string_equal(logged.bytes, "");
	assert_string_equal(given("port"), "1, 3, 5");
	assert_string_equal(given("wait"), "2, 4");
	assert_string_equal(given("file"), "b.html, a.html");
	folder_write(".liveserve.json", "{\"port\": 6}");
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_int_equal(config.listener.port, 6);
	/* A path is one of the served folder; a root counts only where it is. */
	folder_write(code, "{\"liveServer.settings.root\": \"/none\"}");
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_string_equal(given("root"), "");
	folder_write(code, "{\"liveServer.settings.root\": \"/sub\"}");
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_string_equal(config.root, "sub");
	/* Nothing is said about a file that is not about this program; a mistake in ours is. */
	folder_write(code, "{\"a\": ");
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_string_equal(logged.bytes, "");
	folder_write(code, "{\"liveServer.settings.prot\": 1}");
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_one_line("User/settings.json:1: there is no setting");
}

/* A wrong value in a strong place leaves that of a weaker one. */
static void
wrong_values_leave_weaker_ones(void **state)
{
	(void)state;
	folder_write(".live-server.json", "{\"port\": 4}");
	folder_write(".liveserve.json", "{\"port\": 99999, \"wait\": 5}");
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_int_equal(config.listener.port, 4);
	assert_int_equal(config.watch.wait_ms, 5);
}

static void
paths_are_relative_to_the_file(void **state)
{
	(void)state;
	folder_write("sub/.liveserve.json", "{\"watch\": [\"a\", \"/b\", \"../c\"]}");
	assert_int_equal(read_line("sub --allow-settings"), CONFIG_RUN);
	assert_string_equal(given("watch"), "sub/a, /b, sub/../c");
	assert_string_equal(config.root, "sub");
	folder_make("sub/dist");
	folder_write("sub/.liveserve.json", "{\"root\": \"dist\"}");
	assert_int_equal(read_line("sub"), CONFIG_RUN);
	assert_string_equal(config.root, "sub/dist");
	assert_int_equal(read_line("--root=sub sub"), CONFIG_RUN);
	assert_string_equal(config.root, "sub");
}

/* ---- folders of VS Code ---- */

static void
nearest_parent(void **state)
{
	(void)state;
	folder_make("sub/deep");
	folder_write(".vscode/settings.json",
		"{\"liveServer.settings.port\": 1, \"liveServer.settings.root\": \"/sub\","
		"\"liveServer.settings.ignoreFiles\": [\"sub/deep/x/**\", \"sub/y\", \"*.z\"]}");
	assert_int_equal(read_line("sub/deep"), CONFIG_RUN);
	assert_int_equal(config.listener.port, 1);
	assert_string_equal(config.root, "sub/deep"); /* not the folder that root names */
	assert_string_equal(given("ignore"), "/x/**, *.z");
	folder_write("sub/.vscode/settings.json", "{\"liveServer.settings.port\": 2}");
	assert_int_equal(read_line("sub/deep"), CONFIG_RUN);
	assert_int_equal(config.listener.port, 2);
	folder_write("sub/deep/.vscode/settings.json", "{}");
	assert_int_equal(read_line("sub/deep"), CONFIG_RUN);
	assert_int_equal(config.listener.port, 9000);
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_string_equal(config.root, "sub");
	assert_string_equal(given("ignore"), "/deep/x/**, /y, *.z");
}

/* Other users can write files into folders above the root, such as /tmp. */
static void
parents_of_others(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	folder_make("sub/deep");
	folder_write(".vscode/settings.json", "{\"liveServer.settings.port\": 1}");
	folder_write("sub/.vscode/settings.json", "{\"liveServer.settings.port\": 2}");
	assert_int_equal(chown("sub/.vscode/settings.json", 12345, 12345), 0);
	assert_int_equal(read_line("sub/deep"), CONFIG_RUN);
	assert_int_equal(config.listener.port, 1);
	assert_one_line("sub/.vscode/settings.json is not used: it belongs to another user");
	/* Also when the served folder is theirs. */
	assert_int_equal(chown("sub/deep", 12345, 12345), 0);
	assert_int_equal(read_line("sub/deep"), CONFIG_RUN);
	assert_int_equal(config.listener.port, 1);
	assert_one_line("sub/.vscode/settings.json is not used: it belongs to another user");
}

/* A settings file of the served folder. */
struct refused_file {
	const char *file, *text, *line;
	const char *outwards, *inwards; /* targets of a link in its place */
	enum config_verdict refused;
};

static void
expect_refusal(const struct refused_file *row, const char *sentence)
{
	assert_int_equal(read_line(row->line), row->refused);
	assert_int_equal(config.listener.port, 9000);
	assert_false(config.sources.is_broken);
	assert_one_line(sentence);
}

static void
try_refused_file(const struct refused_file *row)
{
	folder_write("../outside/file", row->text);
	folder_write("inner", row->text);
	folder_write(row->file, row->text);
	assert_int_equal(read_line(row->line), CONFIG_RUN);
	assert_int_equal(config.listener.port, 1);
	assert_int_equal(chmod(".", 01777), 0);
	expect_refusal(row, "is not used: other users may write to its folder; if you trust");
	assert_int_equal(chmod(".", 0755), 0);
	assert_int_equal(chmod(row->file, 0666), 0);
	expect_refusal(row, "is not used: other users may write to it; if you trust");
	folder_remove(row->file);
	assert_int_equal(symlink(row->outwards, row->file), 0);
	expect_refusal(row, "is not used: a link leads to it out of the served folder");
	folder_remove(row->file);
	assert_int_equal(mkfifo(row->file, 0600), 0);
	expect_refusal(row, "is not used: it is not a plain file");
	folder_remove(row->file);
	assert_int_equal(symlink(row->inwards, row->file), 0);
	assert_int_equal(read_line(row->line), CONFIG_RUN);
	assert_int_equal(config.listener.port, 1);
	assert_string_equal(logged.bytes, "");
	folder_remove(row->file);
}

static void
refused_files(void **state)
{
	static const struct refused_file files[] = {
		{".liveserve.json", "{\"port\": 1}", "", "../outside/file", "inner", CONFIG_RUN},
		{".live-server.json", "{\"port\": 1}", "", "../outside/file", "inner", CONFIG_RUN},
		{".vscode/settings.json", "{\"liveServer.settings.port\": 1}", "",
			"../../outside/file", "../inner", CONFIG_RUN},
		{"x.code-workspace",
			"{\"folders\": [{\"path\": \".\"}],"
			" \"settings\": {\"liveServer.settings.port\": 1}}",
			"--workspace=x.code-workspace", "../outside/file", "inner", CONFIG_WRONG},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(files); i++) {
		print_message("%s\n", files[i].file);
		try_refused_file(&files[i]);
	}
}

static void
links_to_a_folder_of_settings(void **state)
{
	(void)state;
	folder_make("sub/deep");
	folder_write("conf/settings.json", "{\"liveServer.settings.port\": 1}");
	folder_write("../outside/conf/settings.json", "{\"liveServer.settings.port\": 2}");
	assert_int_equal(symlink("conf", ".vscode"), 0);
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_int_equal(config.listener.port, 1);
	assert_int_equal(read_line("sub/deep"), CONFIG_RUN);
	assert_int_equal(config.listener.port, 9000);
	assert_one_line("above the served folder no link is followed");
	folder_remove(".vscode");
	assert_int_equal(symlink("../outside/conf", ".vscode"), 0);
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_int_equal(config.listener.port, 9000);
	assert_one_line("a link leads to it out of the served folder");
}

/* Where no file is, there is nothing to refuse; but a link in its place is looked at. */
static void
links_to_nothing(void **state)
{
	(void)state;
	folder_make("../outside/conf");
	assert_int_equal(symlink("../outside/conf", ".vscode"), 0);
	assert_int_equal(symlink("later", ".liveserve.json"), 0);
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_int_equal(config.listener.port, 9000);
	assert_string_equal(logged.bytes, "");
	folder_write("later", "{\"port\": 1}");
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_int_equal(config.listener.port, 1);
	folder_remove(".liveserve.json");
	assert_int_equal(symlink("../outside/nothing", ".liveserve.json"), 0);
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_one_line("a link leads to it out of the served folder");
}

/* Managers of dotfiles make links there. */
static void
links_at_home(void **state)
{
	static const char link[] = "../outside/home/.config/liveserve.json";

	(void)state;
	folder_write("../outside/dotfiles/a.json", "{\"port\": 7}");
	assert_int_equal(symlink("../../dotfiles/a.json", link), 0);
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_int_equal(config.listener.port, 7);
	assert_string_equal(logged.bytes, "");
	if (geteuid() != 0)
		skip();
	assert_int_equal(chown("../outside/dotfiles/a.json", 12345, 12345), 0);
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_int_equal(config.listener.port, 9000);
	assert_one_line("is not used: it belongs to another user");
}

/* ---- large files ---- */

static size_t
count_lines(void)
{
	size_t count = 0;

	for (const char *at = logged.bytes; (at = strchr(at, '\n')); at++)
		count++;
	return count;
}

/* Looking for each member in the whole text would take minutes. */
static void
many_members(void **state)
{
	struct buf text = {0};

	(void)state;
	buf_add_text(&text, "{\n");
	for (unsigned i = 0; i < 60000; i++)
		buf_addf(&text, "\"a%u\":%u,\n", i, i);
	buf_add_text(&text, "\"wait\": 5, \"prot\": 1}");
	folder_write(".liveserve.json", text.bytes);
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_int_equal(config.watch.wait_ms, 5);
	assert_int_equal(count_lines(), CONFIG_READER_MISTAKES_MAX + 1);
	assert_non_null(strstr(logged.bytes, ".liveserve.json:21: there is no setting \"a19\""));
	assert_non_null(strstr(logged.bytes, ".liveserve.json: and 59981 more mistakes"));
	buf_finish(&text);
}

static void
many_values(void **state)
{
	struct buf text = {0};

	(void)state;
	buf_add_text(&text, "{\"header\": [");
	for (unsigned i = 0; i < 60000; i++)
		buf_addf(&text, "\"%u\",", i);
	buf_add_text(&text, "], \"wait\": 5}");
	folder_write(".live-server.json", "{\"port\": 99999}");
	folder_write(".liveserve.json", text.bytes);
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_int_equal(count_lines(), 1 + 1 + CONFIG_READER_MISTAKES_MAX + 1);
	assert_non_null(strstr(logged.bytes, ".liveserve.json:1: more than 1000 items"));
	assert_non_null(strstr(logged.bytes, ".liveserve.json: and 980 more wrong values"));
	assert_int_equal(config.watch.wait_ms, 5);
	buf_finish(&text);
}

static void
many_items_left_out(void **state)
{
	enum { COUNT = 500 };
	struct buf text = {0};

	(void)state;
	buf_add_text(&text, "{\"watch\": [");
	for (unsigned i = 0; i < COUNT; i++)
		buf_addf(&text, "\"%u\",", i);
	buf_add_text(&text, "]}");
	folder_write(".liveserve.json", text.bytes);
	assert_int_equal(read_line("--allow-settings"), CONFIG_RUN);
	capture_begin(2);
	for (size_t i = 0; i < COUNT; i++)
		assert_true(config_leave_out(&config, "watch", i, "it is missing"));
	buf_clear(&logged);
	buf_add_text(&logged, capture_end());
	assert_int_equal(count_lines(), CONFIG_READER_MISTAKES_MAX);
	assert_non_null(
		strstr(logged.bytes, "watch \"19\": it is missing; it is left out, as are others"));
	buf_finish(&text);
}

static void
too_large(void **state)
{
	(void)state;
	folder_write(".liveserve.json", "{}");
	assert_int_equal(truncate(".liveserve.json", 1024 * 1024 + 1), 0);
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_one_line("cannot read the settings in .liveserve.json: it is larger than 1 MiB");
}

/* ---- secrets ---- */

/* Whatever is wrong with a value, and however it is written, the secret in it is not logged. */
static void
secrets_in_complaints(void **state)
{
	static const char *const rows[] = {
		"\"proxy\": {\"/api\": \"http://ada:hunter2@host:80\"}",
		"\"proxy\": {\"/api\": \"https://ada:hunter2@host\"}",
		"\"proxy\": {\"/api\": \"http:/ada:hunter2@host\"}",
		"\"proxy\": {\"/api\": \"ada:hunter2@host\"}",
		"\"proxy\": \"/api=http://ada:pass@hunter2@host\"",
		"\"proxy\": \"/api=http://ada:pass/hunter2@host\"",
		"\"proxy\": \"http://ada:hunter2@host\"",
		"\"header\": {\"Authorization\": \"Basic \\n hunter2\"}",
		"\"header\": [\"Authorization/ Bearer hunter2\"]",
		"\"header\": [\"Authorization: Bearer \\n hunter2\"]",
		"\"header\": [\"Set-Cookie hunter2\"]",
		"\"header\": {\"X Api-Key\": \"hunter2\"}",
		"\"allow-origin\": \"https://ada:hunter2@host\"",
		"\"header\": {\"X-Passphrase\": \"\\n hunter2\"}",
		"\"header\": {\"X-JWT\": \"\\n hunter2\"}",
		"\"passphrase\": [\"hunter2\"]",
		"\"passphrse\": \"hunter2\"",
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *text = mem_format("{%s}", rows[i]);

		folder_write(".liveserve.json", text);
		free(text);
		assert_int_equal(read_line(""), CONFIG_RUN);
		print_message("%s%s\n", logged.bytes, rows[i]);
		assert_true(count_lines() <= 1);
		assert_null(strstr(logged.bytes, "hunter2"));
	}
	assert_int_equal(read_line("--passphrse=hunter2"), CONFIG_WRONG);
	assert_null(strstr(logged.bytes, "hunter2"));
	assert_int_equal(read_line("--pass-phrase=hunter2"), CONFIG_WRONG);
	assert_null(strstr(logged.bytes, "hunter2"));
}

static void
workspaces(void **state)
{
	(void)state;
	folder_make("ws/a/dist");
	folder_make("ws/b");
	folder_write("ws/one.code-workspace",
		"{\"folders\": [{\"uri\": \"vscode-remote://x\"}, {\"path\": \"a\"},\n"
		" {\"path\": \"b\", \"name\": \"Second\"},], // x\n"
		" \"settings\": {\"liveServer.settings.port\": 1,\n"
		"  \"liveServer.settings.root\": \"/dist\"}}");
	assert_int_equal(read_line("--workspace=ws/one.code-workspace"), CONFIG_RUN);
	assert_string_equal(logged.bytes, "");
	assert_string_equal(config.root, "ws/a/dist");
	assert_int_equal(config.listener.port, 1);
	folder_write("ws/a/.vscode/settings.json", "{\"liveServer.settings.port\": 2}");
	assert_int_equal(read_line("--workspace ws/one.code-workspace"), CONFIG_RUN);
	assert_int_equal(config.listener.port, 2);
	assert_int_equal(read_line("--workspace=ws/one.code-workspace ws/b"), CONFIG_RUN);
	assert_string_equal(config.root, "ws/b");
}

static void
workspace_folders(void **state)
{
	static const struct {
		const char *name, *root, *expected;
	} rows[] = {
		{"\"a\"", "a", NULL},
		{"\"Second\"", "b", NULL},
		{"null", "a", NULL},
		{"\"b\"", "a", ":3: no folder of the workspace is called \"b\"; a is served"},
		{"3", "a", ":3: \"liveServer.settings.multiRootWorkspaceName\" needs the name"},
	};

	(void)state;
	folder_make("a");
	folder_make("b");
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf text = {0};

		buf_addf(&text,
			"{\"folders\": [{\"path\": \"a\"}, {\"path\": \"b\", \"name\": "
			"\"Second\"}],\n\"settings\": {\n"
			"\"liveServer.settings.multiRootWorkspaceName\": %s}}",
			rows[i].name);
		folder_write("x.code-workspace", text.bytes);
		buf_finish(&text);
		assert_int_equal(read_line("--workspace=x.code-workspace"), CONFIG_RUN);
		assert_string_equal(config.root, rows[i].root);
		if (rows[i].expected)
			assert_non_null(strstr(logged.bytes, rows[i].expected));
		else
			assert_string_equal(logged.bytes, "");
	}
	folder_write("x.code-workspace", "{}");
	assert_int_equal(read_line("--workspace=x.code-workspace"), CONFIG_RUN);
	assert_string_equal(config.root, ".");
	folder_write("x.code-workspace", "{");
	assert_int_equal(read_line("--workspace=x.code-workspace"), CONFIG_WRONG);
	assert_int_equal(read_line("--workspace=y.code-workspace"), CONFIG_WRONG);
	assert_non_null(strstr(logged.bytes, "there is no workspace in \"y.code-workspace\""));
}

/* ---- values that are held back ---- */

static void
held_back_values(void **state)
{
	char *lines;

	(void)state;
	folder_write("sub/.liveserve.json", "{\"port\": 1, \"mount\": {\"/a\": \"/etc\", \"/c\": "
					    "\".\", \"/b\": \"..\"},\n\"lan\": true}");
	assert_int_equal(read_line("sub"), CONFIG_RUN);
	assert_string_equal(logged.bytes, "");
	assert_int_equal(config.listener.port, 1);
	assert_int_equal(config.mount_count, 1);
	assert_false(config.is_lan);
	lines = config_held_back(&config);
	assert_string_equal(lines,
		"sub/.liveserve.json:1: \"mount\" reaches outside of this folder and is not used; "
		"\"liveserve allow sub\" lets this file say so\n"
		"sub/.liveserve.json:2: \"lan\" opens the port to the network and is not used; "
		"\"liveserve allow sub\" lets this file say so\n");
	capture_begin(2);
	config_log_held_back(&config, lines);
	assert_string_equal(capture_end(), "");
	free(lines);
	assert_int_equal(read_line("sub --allow-settings"), CONFIG_RUN);
	assert_int_equal(config.mount_count, 3);
	assert_true(config.is_lan);
	lines = config_held_back(&config);
	assert_string_equal(lines, "");
	free(lines);
}

/* The user's own files may say everything. */
static void
home_is_trusted(void **state)
{
	(void)state;
	folder_write("../outside/home/.config/liveserve.json", "{\"lan\": true}");
	folder_write("../outside/home/.live-server.json", "{\"mount\": [[\"/a\", \"/etc\"]]}");
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_int_equal(config.mount_count, 1);
	assert_null(config.mounts[0].bounds);
	assert_true(config.is_lan);
}

/* Who serves the home folder has written the file in it. It counts twice, and nothing is held back. */
static void
home_is_served(void **state)
{
	char *lines;

	(void)state;
	folder_write("../outside/home/.live-server.json",
		"{\"host\": \"0.0.0.0\", \"mount\": [[\"/a\", \"/etc\"]]}");
	assert_int_equal(read_line("../outside/home"), CONFIG_RUN);
	assert_string_equal(config.listener.host, "0.0.0.0");
	lines = config_held_back(&config);
	assert_string_equal(lines, "");
	free(lines);
}

/* A workspace names its folders. What it calls them cannot add a line, nor a command to a shell. */
static void
names_in_held_back_values(void **state)
{
	char *lines;

	(void)state;
	folder_write("x.code-workspace", "{\"folders\": [{\"path\": \"a\\nliveserve: b\"}]}");
	folder_write(
		"a\nliveserve: b/.vscode/settings.json", "{\"liveServer.settings.cors\": true}");
	assert_int_equal(read_line("--workspace=x.code-workspace"), CONFIG_RUN);
	lines = config_held_back(&config);
	assert_string_equal(lines, "a\\x0aliveserve: b/.vscode/settings.json:1: \"cors\" lets "
				   "pages of other sites read "
				   "answers and is not used; \"liveserve allow x.code-workspace\" "
				   "lets this file say so\n");
	free(lines);
	folder_write("$(x)'/.liveserve.json", "{\"lan\": true}");
	assert_int_equal(read_line("$(x)'"), CONFIG_RUN);
	lines = config_held_back(&config);
	assert_non_null(strstr(lines, "\"liveserve allow '$(x)'\\'''\" lets"));
	free(lines);
	folder_write("-x/.liveserve.json", "{\"lan\": true}");
	assert_int_equal(read_line("-- -x"), CONFIG_RUN);
	lines = config_held_back(&config);
	assert_non_null(strstr(lines, "\"liveserve allow -- -x\" lets"));
	free(lines);
}

/* A folder cannot use up what the kernel gives to all programs of the user. */
static void
many_watches(void **state)
{
	struct buf text = {0};
	char *lines;

	(void)state;
	buf_add_text(&text, "{\"watch\": [\"w\"");
	for (int i = 0; i < 20; i++)
		buf_addf(&text, ", \"w%d\"", i);
	buf_add_text(&text, "],\n\"mount\": {\"/m\": \"m\"");
	for (int i = 0; i < 20; i++)
		buf_addf(&text, ", \"/m%d\": \"m%d\"", i, i);
	buf_add_text(&text, "}}");
	folder_write(".liveserve.json", text.bytes);
	buf_finish(&text);
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_int_equal(config.mount_count + config.extra_watches.count, 32);
	lines = config_held_back(&config);
	assert_string_equal(lines, ".liveserve.json:2: \"mount\" needs more than 32 watches and is "
				   "not used; \"liveserve "
				   "allow\" lets this file say so\n");
	free(lines);
	assert_int_equal(read_line("--allow-settings"), CONFIG_RUN);
	assert_int_equal(config.mount_count + config.extra_watches.count, 42);
}

static void
headers_at_home_stay(void **state)
{
	(void)state;
	folder_write("../outside/home/.config/liveserve.json",
		"{\"header\": {\"Content-Security-Policy\": \"default-src 'self'\"}}");
	folder_write(".liveserve.json",
		"{\"header\": {\"content-security-policy\": \"default-src *\", \"X-A\": \"b\"}}");
	assert_int_equal(read_line(""), CONFIG_RUN);
	assert_string_equal(given("header"), "Content-Security-Policy=default-src 'self', X-A=b");
	assert_int_equal(read_line("--allow-settings"), CONFIG_RUN);
	assert_int_equal(config.header_count, 3);
}

static void
folders_of_workspaces(void **state)
{
	static const struct {
		const char *folder, *root;
	} rows[] = {
		{"sub", "sub"},
		{".", "."},
		{"..", "."},
		{"../outside", "."},
		{"/etc", "."},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf text = {0};

		buf_addf(&text, "{\"folders\": [{\"path\": \"%s\"}]}", rows[i].folder);
		folder_write("x.code-workspace", text.bytes);
		buf_finish(&text);
		assert_int_equal(read_line("--workspace=x.code-workspace"), CONFIG_RUN);
		assert_string_equal(config.root, rows[i].root);
		assert_non_null(config.root_bounds);
	}
}

/* ---- pages ---- */

static void
pages(void **state)
{
	static const struct {
		const char *line, *root, *open_path;
		bool opens;
	} rows[] = {
		{"a.html", ".", "/a.html", true},
		{"sub/b+c.HTM", "sub", "/b%2Bc.HTM", true},
		{"./sub/b+c.HTM", "./sub", "/b%2Bc.HTM", true},
		{"--no-browser a.html", ".", "/", false},
		{"a.html --open=/x", ".", "/x", true},
		{"sub", "sub", "/", false},
		{"folder.html", "folder.html", "/", false},
		{"none.html", "none.html", "/", false},
	};

	(void)state;
	folder_write("a.html", "a");
	folder_write("sub/b+c.HTM", "b");
	folder_make("folder.html");
	folder_write(".vscode/settings.json", "{\"liveServer.settings.NoBrowser\": true}");
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_int_equal(read_line(rows[i].line), CONFIG_RUN);
		assert_string_equal(config.root, rows[i].root);
		assert_string_equal(config.open_path, rows[i].open_path);
		assert_int_equal(config.open_browser, rows[i].opens);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(own_keys),
		TEST(vscode_keys),
		TEST(live_server_keys),
		TEST(broken_files),
		TEST(deep_file),
		TEST(no_files),
		TEST(same_key_twice),
		TEST(order),
		TEST(environment),
		TEST(vscode_of_the_user),
		TEST(wrong_values_leave_weaker_ones),
		TEST(paths_are_relative_to_the_file),
		TEST(nearest_parent),
		TEST(parents_of_others),
		TEST(refused_files),
		TEST(links_to_a_folder_of_settings),
		TEST(links_to_nothing),
		TEST(links_at_home),
		TEST(many_members),
		TEST(many_values),
		TEST(many_items_left_out),
		TEST(too_large),
		TEST(secrets_in_complaints),
		TEST(workspaces),
		TEST(workspace_folders),
		TEST(held_back_values),
		TEST(home_is_served),
		TEST(many_watches),
		TEST(names_in_held_back_values),
		TEST(home_is_trusted),
		TEST(headers_at_home_stay),
		TEST(folders_of_workspaces),
		TEST(pages),
	};

	return cmocka_run_group_tests_name("config_files", tests, NULL, NULL);
}
