/*
 * init_vscode: see init_vscode.h. Which file gets which entries (vscode_entries.h); owned_file.c writes
 * the files.
 */
#define _GNU_SOURCE
#include "commands/init_vscode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/jsonc_insert.h"
#include "base/log.h"
#include "base/mem.h"
#include "commands/init_page.h"
#include "commands/path_line.h"
#include "commands/vscode_entries.h"
#include "control/wrong_option.h"
#include "fs/owned_file.h"
#include "settings/config.h"

/* ---- one file ---- */

/* A file that elements are added to. */
struct target {
	struct owned_file file;
	struct jsonc_insertion insertion; /* the element that is being added */
	struct buf text;                  /* the new content */
	size_t added;
	unsigned port;       /* of the settings */
	unsigned other_port; /* of an entry that was there, if it is another one; else 0 */
	bool is_new;
	bool is_refused; /* nothing could be added; the file stays as it is */
};

/* What the command line and the settings say. */
struct plan {
	const char *folder; /* that is open in VS Code */
	char *url, *served; /* of the site; as VS Code writes it */
	unsigned port;
	bool has_firefox;
	bool is_page; /* a page is wanted, and nothing for VS Code */
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

/* The entry stays as it is, because a person may have chosen its port. */
static void
note_port(struct target *target, const char *entry)
{
	unsigned port = vscode_entries_port(entry);

	if (port && port != target->port)
		target->other_port = port;
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
		note_port(target, result.bytes);
		buf_finish(&result);
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

static bool
finish_target(struct target *target)
{
	if (target->added == 0)
		path_line_print("", target->file.path, " has it already");
	else if (owned_file_replace(&target->file, buf_slice(&target->text)))
		path_line_print(target->is_new ? "wrote " : "added to ", target->file.path, "");
	else
		return false;
	if (target->other_port)
		log_notice("%s says port %u, but the settings say %u; write %u there, or remove "
			   "the entry and run liveserve init again",
			target->file.path, target->other_port, target->port, target->port);
	return true;
}

/* ---- both files ---- */

static bool
add_task(int hidden, const struct plan *plan)
{
	char *path = mem_format("%s/.vscode/tasks.json", plan->folder);
	char *element = vscode_entries_task(plan->port, plan->served);
	struct target target = {
		.file = {.folder = hidden, .name = "tasks.json", .path = path},
		.insertion = {"tasks", "label", "liveserve", element},
		.port = plan->port,
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

/* VS Code knows the path of the open file only from the folder that is open. */
static bool
is_wanted(const struct plan *plan, const struct vscode_debugger *debugger)
{
	if (debugger->is_for_open_file)
		return strcmp(plan->served, "${workspaceFolder}") == 0;
	return !debugger->is_on_request || plan->has_firefox;
}

/* Each is added at the front, and F5 uses the first one. So the last one is added first. */
static bool
add_debuggers(int hidden, const struct plan *plan)
{
	char *path = mem_format("%s/.vscode/launch.json", plan->folder);
	struct target target = {
		.file = {.folder = hidden, .name = "launch.json", .path = path},
		.insertion = {"configurations", "name", NULL, NULL},
		.port = plan->port,
	};
	bool done = begin_target(&target, "{\n  \"version\": \"0.2.0\"\n}\n");

	for (size_t i = VSCODE_DEBUGGERS; done && i-- > 0;) {
		const struct vscode_debugger *debugger = &vscode_debuggers[i];
		char *element = is_wanted(plan, debugger)
					? vscode_entries_debugger(debugger, plan->url, plan->served)
					: NULL;

		target.insertion.name = debugger->name;
		target.insertion.element = element;
		if (element)
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
write_files(int hidden, const struct config *config, struct plan *plan)
{
	bool has_task, has_debuggers;

	plan->port = config->listener.port ? config->listener.port : 9000;
	plan->url = mem_format("http%s://localhost:%u/", config->tls.is_on ? "s" : "", plan->port);
	plan->served = name_served(plan->folder, config->root);
	has_task = add_task(hidden, plan);
	has_debuggers = add_debuggers(hidden, plan);
	free(plan->served);
	free(plan->url);
	return has_task && has_debuggers ? 0 : 1;
}

/* Address and served folder are those of the settings files of the folder. */
static int
init_folder(const char *program, struct plan *plan)
{
	char *line[] = {(char *)program, (char *)"--", (char *)plan->folder, NULL};
	struct config config;
	int code = config_read(&config, 3, line) == CONFIG_RUN ? 1 : 2;
	int hidden = code == 1 ? owned_file_open_folder(plan->folder, ".vscode") : -1;

	if (hidden >= 0) {
		code = write_files(hidden, &config, plan);
		close(hidden);
	}
	config_finish(&config);
	return code;
}

static void
print_help(void)
{
	puts("Usage: liveserve init [--firefox] [FOLDER]\n"
	     "       liveserve init --page [FOLDER]\n\n"
	     "Writes .vscode/tasks.json and .vscode/launch.json in FOLDER (or the current folder), "
	     "or\n"
	     "adds to the files that are there: a task that serves the folder, and debugging of "
	     "the\n"
	     "page in Chrome and Edge, also of the page that is open in the editor. With --firefox "
	     "also\n"
	     "in Firefox, which needs the extension firefox-devtools.vscode-firefox-debug.\n\n"
	     "With --page it writes a first page instead: index.html and style.css. No file is\n"
	     "replaced; if FOLDER is missing, it is made.\n\n"
	     "To serve a folder with this name: liveserve ./init");
}

/* Reads what follows "init". Returns false after a log line. */
static bool
read_line(struct plan *plan, int count, char **arguments)
{
	static const char *const options[] = {"--firefox", "--page", NULL};
	bool has_folder = false, ends = false;

	for (int i = 2; i < count; i++) {
		const char *word = arguments[i];

		if (!ends && strcmp(word, "--") == 0) {
			ends = true;
		} else if (!ends && strcmp(word, "--firefox") == 0) {
			plan->has_firefox = true;
		} else if (!ends && strcmp(word, "--page") == 0) {
			plan->is_page = true;
		} else if (!ends && word[0] == '-') {
			wrong_option_log("init", word, options);
			return false;
		} else if (has_folder) {
			log_error("one folder is enough: \"%s\" is one too many", word);
			return false;
		} else {
			plan->folder = word;
			has_folder = true;
		}
	}
	if (plan->is_page && plan->has_firefox)
		log_error("--firefox is for VS Code, and with --page nothing is written for it; "
			  "leave one of them out");
	return !plan->is_page || !plan->has_firefox;
}

int
init_vscode_run(int count, char **arguments)
{
	struct plan plan = {.folder = "."};

	if (count > 2 && (strcmp(arguments[2], "--help") == 0 || strcmp(arguments[2], "-h") == 0)) {
		print_help();
		return 0;
	}
	if (!read_line(&plan, count, arguments))
		return 2;
	return plan.is_page ? init_page_run(plan.folder) : init_folder(arguments[0], &plan);
}
