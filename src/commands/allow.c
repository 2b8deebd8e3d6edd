/*
 * allow: see allow.h. It reads the settings of the folder as the server does, but as if nothing had
 * been allowed. What is then held back is what there is to allow.
 */
#define _GNU_SOURCE
#include "commands/allow.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/mem.h"
#include "control/wrong_option.h"
#include "security/allowed_files.h"
#include "settings/config.h"

enum { VALUE_MAX = 200 }; /* bytes of a value that are printed */

static const char usage[] =
	"Usage: liveserve allow [FOLDER]\n"
	"       liveserve deny [FOLDER]\n\n"
	"The settings files of a folder may have come with it from somebody else. So they\n"
	"cannot start programs, show files outside of the folder, open the port to the\n"
	"network and the like. liveserve allow lets the files that count for FOLDER (or the\n"
	"current folder) do what they say, and prints that. When such a file changes, it has\n"
	"to be allowed again. liveserve deny takes it back. In place of FOLDER, a\n"
	".code-workspace file can be given.\n"
	"To serve a folder of that name: liveserve ./allow";

/* ---- allow ---- */

static void
print_value(const struct option_value *value)
{
	char *shown = option_shown_text(value->option, value->text ? value->text : "");
	struct buf line = {0};

	log_add_printable(&line, slice_of(value->file));
	buf_addf(&line, ":%u: \"%s\" %s", value->line, value->option->name, value->held_back);
	if (*shown) {
		buf_add_text(&line, ": ");
		log_add_short(&line, slice_of(shown), VALUE_MAX);
	}
	puts(line.bytes);
	free(shown);
	buf_finish(&line);
}

static bool
is_in(char *const *paths, size_t count, const char *path)
{
	while (count)
		if (strcmp(paths[--count], path) == 0)
			return true;
	return false;
}

/*
 * Prints what is held back in a file, and adds the paths in it to *paths, a list of borrowed texts
 * with a NULL at its end. Returns the number of values.
 */
static size_t
gather(const struct config *config, const struct config_files_file *file, char ***paths)
{
	const struct option_values *values = &config->sources.values;
	size_t count = 0, path_count = 0;

	*paths = mem_array(values->count + 1, sizeof(**paths));
	for (size_t i = 0; i < values->count; i++) {
		const struct option_value *value = &values->items[i];

		if (!value->held_back || strcmp(value->file, file->path) != 0)
			continue;
		print_value(value);
		if (value->bounds && !is_in(*paths, path_count, value->bounds))
			(*paths)[path_count++] = value->bounds;
		count++;
	}
	(*paths)[path_count] = NULL;
	return count;
}

static int
allow_files(const struct config *config)
{
	bool is_done = true;
	size_t count = 0;

	for (size_t i = 0; i < config->sources.file_count && is_done; i++) {
		const struct config_files_file *file = &config->sources.files[i];
		char **paths;
		size_t in_file;

		if (!file->digest)
			continue;
		in_file = gather(config, file, &paths);
		is_done = in_file == 0 || allowed_files_add(file->real_path, file->digest, paths);
		count += in_file;
		free(paths);
	}
	if (count && is_done)
		puts("Allowed, until one of these files changes. A liveserve that runs here may "
		     "have to be restarted.");
	else if (is_done && !config->sources.is_broken)
		puts("There is nothing to allow: all that the settings files of this folder say is "
		     "harmless.");
	return is_done && !config->sources.is_broken ? 0 : 1;
}

/* ---- deny ---- */

static int
deny_files(const struct config *config)
{
	size_t count = 0;
	int code = 0;

	for (size_t i = 0; i < config->sources.file_count && code == 0; i++) {
		const struct config_files_file *file = &config->sources.files[i];
		char *path = config_files_real_path(file);
		bool was_allowed = false;

		if (path && !allowed_files_remove(path, &was_allowed))
			code = 1;
		if (was_allowed)
			printf("%s is not allowed any more.\n", file->path);
		count += was_allowed;
		free(path);
	}
	if (count && code == 0)
		puts("A liveserve that runs here may have to be restarted.");
	else if (code == 0)
		puts("There is nothing to deny: no settings file of this folder was allowed.");
	return code;
}

/* ---- the command line ---- */

/* Whether folder can be read; else logs why not. */
static bool
is_usable(const char *folder)
{
	struct stat state;

	if (stat(folder, &state) < 0) {
		log_error("cannot use \"%s\": %s; give the folder that holds the settings", folder,
			strerror(errno));
		return false;
	}
	if (S_ISDIR(state.st_mode) || slice_ends(slice_of(folder), ".code-workspace"))
		return true;
	log_error("\"%s\" is a file; give the folder that holds it", folder);
	return false;
}

/* Reads what follows the command, and calls act. */
static int
run(int (*act)(const struct config *config), int count, char **arguments)
{
	int first = count > 2 && strcmp(arguments[2], "--") == 0 ? 3 : 2, code = 2;
	static const char *const no_options[] = {NULL};
	const char *folder = count > first ? arguments[first] : ".";
	struct config config = {0};

	if (count > 2 && (strcmp(arguments[2], "--help") == 0 || strcmp(arguments[2], "-h") == 0)) {
		puts(usage);
		return 0;
	}
	if (first == 2 && count > 2 && folder[0] == '-')
		wrong_option_log(arguments[1], folder, no_options);
	else if (count > first + 1)
		log_error("one folder is enough: \"%s\" is one too many", arguments[first + 1]);
	else if (is_usable(folder) && config_read_folder(&config, folder) == CONFIG_RUN)
		code = act(&config);
	config_finish(&config);
	return code;
}

int
allow_run(int count, char **arguments)
{
	return run(allow_files, count, arguments);
}

int
allow_deny(int count, char **arguments)
{
	return run(deny_files, count, arguments);
}
