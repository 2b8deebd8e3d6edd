/*
 * init_vscode: see init_vscode.h. What is written where; owned_file.c writes it.
 */
#define _GNU_SOURCE
#include "commands/init_vscode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json_writer.h"
#include "base/jsonc_insert.h"
#include "base/log.h"
#include "base/mem.h"
#include "settings/config.h"
#include "fs/owned_file.h"

/* ---- what is written ---- */

/*
 * VS Code tests beginsPattern first. A line that matched both patterns would leave the task busy for
 * ever. So the line of a change matches only endsPattern. The line "Open" is printed even with
 * --quiet.
 */
static const char task[] =
	"    {\n"
	"      \"label\": \"liveserve\",\n"
	"      \"detail\": \"Serves this folder and updates open pages after every save\",\n"
	"      \"type\": \"process\",\n"
	"      \"command\": \"liveserve\",\n"
	"      \"args\": [\"--strict-port\", \"--port=%u\"],\n"
	"      \"options\": { \"cwd\": \"${workspaceFolder}\" },\n"
	"      \"isBackground\": true,\n"
	"      \"runOptions\": { \"instanceLimit\": 1 },\n"
	"      \"presentation\": { \"reveal\": \"always\", \"panel\": \"dedicated\" },\n"
	"      \"problemMatcher\": {\n"
	"        \"owner\": \"liveserve\",\n"
	"        \"pattern\": { \"regexp\": \"(?!)\", \"file\": 1, \"line\": 2, \"message\": 3 },\n"
	"        \"background\": {\n"
	"          \"activeOnStart\": true,\n"
	"          \"beginsPattern\": \"^liveserve \\\\d\",\n"
	"          \"endsPattern\": \"^ {2}(Open|Stop) |^\\\\d\\\\d:\\\\d\\\\d:\\\\d\\\\d {2}\"\n"
	"        }\n"
	"      }\n"
	"    }";

static const struct debugger {
	const char *name, *type;
	bool maps; /* it needs to know which file has which URL */
} debuggers[] = {
	{"liveserve: Chrome", "chrome", false},
	{"liveserve: Edge", "msedge", false},
	{"liveserve: Firefox", "firefox", true},
};

static char *
write_debugger(const struct debugger *debugger, const char *url, const char *folder)
{
	struct buf text = {0};

	buf_addf(&text,
		"    {\n"
		"      \"name\": \"%s\",\n"
		"      \"type\": \"%s\",\n"
		"      \"request\": \"launch\",\n"
		"      \"preLaunchTask\": \"liveserve\",\n"
		"      \"url\": ",
		debugger->name, debugger->type);
	json_add_text(&text, slice_of(url));
	buf_add_text(&text, ",\n      \"webRoot\": ");
	json_add_text(&text, slice_of(folder));
	if (debugger->maps) {
		char *inside = mem_format("%s/", folder);

		buf_add_text(&text, ",\n      \"pathMappings\": [{ \"url\": ");
		json_add_text(&text, slice_of(url));
		buf_add_text(&text, ", \"path\": ");
		json_add_text(&text, slice_of(inside));
		buf_add_text(&text, " }]");
		free(inside);
	}
	buf_add_text(&text, "\n    }");
	return buf_take(&text);
}

/* ---- one file ---- */

/* A file that elements are added to. */
struct target {
	struct owned_file file;
	struct jsonc_insertion insertion; /* the element that is being added */
	struct buf text;                  /* the new content */
	size_t added;
	bool is_new;
	bool is_refused; /* nothing could be added; the file stays as it is */
};

static void
print_element(struct target *target, const char *why)
{
	if (!target->is_refused)
		log_error("nothing was added to %s: %s. Add this to its \"%s\":", target->file.path,
			why, target->insertion.list);
	target->is_refused = true;
	puts(target->insertion.element);
}

/* If the element cannot be added, prints it, to be added by hand. */
static void
add_element(struct target *target)
{
	struct buf result = {0};
	const char *why;

	switch (jsonc_insert(&result, buf_slice(&target->text), &target->insertion, &why)) {
	case JSONC_INSERT_ADDED:
		buf_finish(&target->text);
		target->text = result;
		target->added++;
		break;
	case JSONC_INSERT_PRESENT:
		break;
	case JSONC_INSERT_IMPOSSIBLE:
		buf_finish(&result);
		print_element(target, why);
		break;
	}
}

/* Reads the file; start is the content of a new one. Returns false after a log line. */
static bool
begin_target(struct target *target, const char *start)
{
	if (!owned_file_read(&target->file, &target->text))
		return false;
	target->is_new = strspn(target->text.bytes, " \t\r\n") == target->text.length;
	if (target->is_new) {
		buf_clear(&target->text);
		buf_add_text(&target->text, start);
	}
	return true;
}

/* The names of folders in the path may be a stranger's. */
static void
print_done(const char *before, const char *path, const char *after)
{
	struct buf line = {0};

	buf_add_text(&line, before);
	log_add_printable(&line, slice_of(path));
	buf_add_text(&line, after);
	puts(line.bytes);
	buf_finish(&line);
}

static bool
finish_target(struct target *target)
{
	if (target->added == 0)
		print_done("", target->file.path, " has it already");
	else if (owned_file_replace(&target->file, buf_slice(&target->text)))
		print_done(target->is_new ? "wrote " : "added to ", target->file.path, "");
	else
		return false;
	return true;
}

/* ---- both files ---- */

static bool
add_task(int hidden, const char *folder, unsigned port)
{
	char *path = mem_format("%s/.vscode/tasks.json", folder);
	char *element = mem_format(task, port);
	struct target target = {
		.file = {.folder = hidden, .name = "tasks.json", .path = path},
		.insertion = {"tasks", "label", "liveserve", element},
	};
	bool done = begin_target(&target, "{\n  \"version\": \"2.0.0\"\n}\n");

	if (done)
		add_element(&target);
	done = done && !target.is_refused && finish_target(&target);
	buf_finish(&target.text);
	free(element);
	free(path);
	return done;
}

/* Each is added at the front, and F5 uses the first one. So the last one is added first. */
static bool
add_debuggers(int hidden, const char *folder, const char *url, const char *served)
{
	char *path = mem_format("%s/.vscode/launch.json", folder);
	struct target target = {
		.file = {.folder = hidden, .name = "launch.json", .path = path},
		.insertion = {"configurations", "name", NULL, NULL},
	};
	bool done = begin_target(&target, "{\n  \"version\": \"0.2.0\"\n}\n");

	for (size_t i = sizeof(debuggers) / sizeof(debuggers[0]); done && i-- > 0;) {
		char *element = write_debugger(&debuggers[i], url, served);

		target.insertion.name = debuggers[i].name;
		target.insertion.element = element;
		add_element(&target);
		free(element);
	}
	done = done && !target.is_refused && finish_target(&target);
	buf_finish(&target.text);
	free(path);
	return done;
}

/* The path of root as VS Code writes it when folder is open there. The caller frees. */
static char *
name_served(const char *folder, const char *root)
{
	char *outer = realpath(folder, NULL), *inner = realpath(root, NULL);
	size_t length = outer ? strlen(outer) : 0;
	bool is_below = outer && inner && strncmp(inner, outer, length) == 0 &&
			(inner[length] == '/' || inner[length] == '\0');
	char *name = mem_format("${workspaceFolder}%s", is_below ? inner + length : "");

	free(outer);
	free(inner);
	return name;
}

/* Returns the exit code. */
static int
write_files(int hidden, const char *folder, const struct config *config)
{
	unsigned port = config->listener.port ? config->listener.port : 9000;
	char *url = mem_format("http%s://localhost:%u/", config->tls.is_on ? "s" : "", port);
	char *served = name_served(folder, config->root);
	bool has_task = add_task(hidden, folder, port);
	bool has_debuggers = add_debuggers(hidden, folder, url, served);

	free(served);
	free(url);
	return has_task && has_debuggers ? 0 : 1;
}

/* Address and served folder are those of the settings files of the folder. */
static int
init_folder(const char *program, const char *folder)
{
	char *line[] = {(char *)program, (char *)"--", (char *)folder, NULL};
	struct config config;
	int code = config_read(&config, 3, line) == CONFIG_RUN ? 1 : 2;
	int hidden = code == 1 ? owned_file_open_folder(folder, ".vscode") : -1;

	if (hidden >= 0) {
		code = write_files(hidden, folder, &config);
		close(hidden);
	}
	config_finish(&config);
	return code;
}

bool
init_vscode_is_given(int count, char **arguments)
{
	return count > 1 && strcmp(arguments[1], "init") == 0;
}

int
init_vscode_run(int count, char **arguments)
{
	int first = count > 2 && strcmp(arguments[2], "--") == 0 ? 3 : 2;

	if (count > 2 && (strcmp(arguments[2], "--help") == 0 || strcmp(arguments[2], "-h") == 0)) {
		puts("Usage: liveserve init [FOLDER]\n\n"
		     "Writes .vscode/tasks.json and .vscode/launch.json in FOLDER (or the current "
		     "folder), or\n"
		     "adds to the files that are there: a task that serves the folder, and "
		     "debugging of the\n"
		     "page in Chrome, Edge and Firefox. To serve a folder with this name: "
		     "liveserve ./init");
		return 0;
	}
	if (first == 2 && count > 2 && arguments[2][0] == '-')
		log_error("init has no option %s; see liveserve init --help", arguments[2]);
	else if (count > first + 1)
		log_error("one folder is enough: \"%s\" is one too many", arguments[first + 1]);
	else
		return init_folder(arguments[0], count > first ? arguments[first] : ".");
	return 2;
}
