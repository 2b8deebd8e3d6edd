/*
 * vscode_entries: see vscode_entries.h. Its one idea: what VS Code does with the lines that liveserve
 * prints is decided here, by patterns.
 */
#include "commands/vscode_entries.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_writer.h"
#include "base/mem.h"

/* ---- the task ---- */

/*
 * A sentence that is no FILE:LINE and none of these notices means that the server has not started.
 * It is a problem of the severity "error", because only that keeps F5 from opening a browser.
 */
static const char not_started[] =
	"^(liveserve): (?!"
	".+?:\\d+: |(?:.+: )?and \\d+ more |\\u2026 and |\\d+ (?:lines?|packets|for) |PORT of |"
	"refused |stopped by|a (?:file has changed|browser asked) |the kernel |this file system "
	"|this machine is |"
	"the (?:certificate of --https|access log|Content-Security-Policy) |made an authority "
	"|found no certificates "
	"|--https "
	"(?:uses|goes on) |this is for the |"
	"there is no (?:display|private folder|status page)|no browser |\".*\" is a command|"
	"cannot (?:enter the sandbox|open port \\d+ for|read the settings)|"
	".* is (?:not used|too large)\\b"
	")(.+)$";

/*
 * One pattern for paths that begin in the folder that is open, one for files at home. VS Code could find
 * out by itself which it is, but does that so late that the end of the task overtakes it.
 */
static const char wrong_setting[] = "^liveserve: ([^/].*?):(\\d+): (.+)$";
static const char wrong_setting_at_home[] = "^liveserve: (/.+?):(\\d+): (.+)$";

/* With a file of the site: a URL elsewhere has no file here. */
static const char page_error[] = "^\\d\\d:\\d\\d:\\d\\d {2}error on \\S+(?: \\([^)]*\\))?: (.*) {2}"
				 "((?!\\w+:\\/\\/|\\/\\/)\\S.*?):(\\d+)(?::(\\d+))?$";

static const char broken_file[] = "^\\d\\d:\\d\\d:\\d\\d {2}(\\S.*?):(\\d+) {2}(.+)$";

/*
 * VS Code tests beginsPattern first. A line that matched both patterns would leave the task busy for
 * ever. So the line of a change matches only endsPattern. The line "Open" is printed even with
 * --quiet.
 */
static const char background[] =
	",\n"
	"          \"background\": {\n"
	"            \"activeOnStart\": true,\n"
	"            \"beginsPattern\": \"^liveserve \\\\d\",\n"
	"            \"endsPattern\": \"^ {2}(Open|Stop) |^\\\\d\\\\d:\\\\d\\\\d:\\\\d\\\\d {2}\"\n"
	"          }";

/*
 * When a broken file has been mended, or one in which a page had errors has changed, its line begins such a
 * period, and the line of its change, which comes next, ends it. Then VS Code removes what all matchers of
 * this owner had listed for this file. Pages report anew what is still wrong.
 */
static const char mended[] =
	",\n"
	"          \"background\": {\n"
	"            \"activeOnStart\": false,\n"
	"            \"beginsPattern\": { \"regexp\": "
	"\"^\\\\d\\\\d:\\\\d\\\\d:\\\\d\\\\d {2}(\\\\S.*?) {2}"
	"(?:has no error any more|is new, so its errors are outdated)$\", \"file\": "
	"1 },\n"
	"            \"endsPattern\": \"^\\\\d\\\\d:\\\\d\\\\d:\\\\d\\\\d {2}\"\n"
	"          }";

struct matcher {
	const char *severity;
	const char *regexp;
	const char *groups; /* the rest of the pattern: what is in which group */
	const char *more;
};

/* Paths begin in folder; NULL: they are absolute. */
static void
add_matcher(struct buf *text, const struct matcher *matcher, const char *folder)
{
	buf_addf(text,
		"        {\n"
		"          \"owner\": \"liveserve\",\n"
		"          \"severity\": \"%s\",\n"
		"          \"fileLocation\": ",
		matcher->severity);
	buf_add_text(text, folder ? "[\"relative\", " : "");
	json_add_text(text, slice_of(folder ? folder : "absolute"));
	buf_add_text(text, folder ? "]" : "");
	buf_add_text(text, ",\n          \"pattern\": { \"regexp\": ");
	json_add_text(text, slice_of(matcher->regexp));
	buf_addf(text, ", %s }%s\n        }", matcher->groups, matcher->more);
}

/* A server with wrong settings, or with broken pages, serves. So these are warnings. */
static void
add_matchers(struct buf *text, const char *served)
{
	static const char opened[] = "${workspaceFolder}";
	static const char file_first[] = "\"file\": 1, \"line\": 2, \"message\": 3";
	const struct {
		struct matcher matcher;
		const char *folder;
	} rows[] = {
		{{"error", not_started, "\"kind\": \"file\", \"file\": 1, \"message\": 2",
			 background},
			opened},
		{{"warning", wrong_setting, file_first, ""}, opened},
		{{"warning", wrong_setting_at_home, file_first, ""}, NULL},
		{{"warning", page_error, "\"message\": 1, \"file\": 2, \"line\": 3, \"column\": 4",
			 ""},
			served},
		{{"warning", broken_file, file_first, mended}, served},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_add_text(text, i ? ",\n" : "");
		add_matcher(text, &rows[i].matcher, rows[i].folder);
	}
}

/* A second start of the task finds the server running, and has nothing to do: "silent". */
char *
vscode_entries_task(unsigned port, const char *served)
{
	struct buf text = {0};

	buf_addf(&text,
		"    {\n"
		"      \"label\": \"liveserve\",\n"
		"      \"detail\": \"Serves this folder and updates open pages after every "
		"save\",\n"
		"      \"type\": \"process\",\n"
		"      \"command\": \"liveserve\",\n"
		"      \"args\": [\"--strict-port\", \"--port=%u\"],\n"
		"      \"options\": { \"cwd\": \"${workspaceFolder}\" },\n"
		"      \"isBackground\": true,\n"
		"      \"runOptions\": { \"instanceLimit\": 1, \"instancePolicy\": \"silent\" },\n"
		"      \"presentation\": { \"reveal\": \"always\", \"panel\": \"dedicated\" },\n"
		"      \"problemMatcher\": [\n",
		port);
	add_matchers(&text, served);
	buf_add_text(&text, "\n      ]\n    }");
	return buf_take(&text);
}

/* ---- debuggers ---- */

const struct vscode_debugger vscode_debuggers[VSCODE_DEBUGGERS] = {
	{"liveserve: Chrome", "chrome", false, false, false},
	{"liveserve: Edge", "msedge", false, false, false},
	{"liveserve: Firefox", "firefox", true, true, false},
	{"liveserve: current file", "chrome", false, false, true},
};

static void
add_path_mappings(struct buf *text, const char *url, const char *served)
{
	char *inside = mem_format("%s/", served);

	buf_add_text(text, ",\n      \"pathMappings\": [{ \"url\": ");
	json_add_text(text, slice_of(url));
	buf_add_text(text, ", \"path\": ");
	json_add_text(text, slice_of(inside));
	buf_add_text(text, " }]");
	free(inside);
}

char *
vscode_entries_debugger(const struct vscode_debugger *debugger, const char *url, const char *served)
{
	struct buf text = {0};
	char *address = mem_format(
		"%s%s", url, debugger->is_for_open_file ? "${relativeFile}" : "");

	buf_addf(&text,
		"    {\n"
		"      \"name\": \"%s\",\n"
		"      \"type\": \"%s\",\n"
		"      \"request\": \"launch\",\n"
		"      \"preLaunchTask\": \"liveserve\",\n"
		"      \"url\": ",
		debugger->name, debugger->type);
	json_add_text(&text, slice_of(address));
	buf_add_text(&text, ",\n      \"webRoot\": ");
	json_add_text(&text, slice_of(served));
	if (debugger->needs_paths)
		add_path_mappings(&text, url, served);
	buf_add_text(&text, "\n    }");
	free(address);
	return buf_take(&text);
}

/* ---- an entry that is there ---- */

unsigned
vscode_entries_port(const char *entry)
{
	static const char *const fronts[] = {"\"--port=", "\"-p\",\"", "\"--port\",\"",
		"\"url\":\"http://localhost:", "\"url\":\"https://localhost:"};

	for (size_t i = 0; i < sizeof(fronts) / sizeof(fronts[0]); i++) {
		const char *at = strstr(entry, fronts[i]);
		unsigned long port = at ? strtoul(at + strlen(fronts[i]), NULL, 10) : 0;

		if (port > 0 && port <= 65535)
			return (unsigned)port;
	}
	return 0;
}
