/*
 * config_files: see config_files.h. A missing file of the served folder is recorded, too, so that
 * config_watch can wait for it.
 */
#define _GNU_SOURCE
#include "settings/config_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/edit_distance.h"
#include "base/log.h"
#include "base/mem.h"
#include "fs/path.h"
#include "settings/compat.h"
#include "settings/config_reader.h"

#define OWN_NAME ".liveserve.json"
#define LIVE_SERVER_NAME ".live-server.json"
#define VSCODE_NAME ".vscode/settings.json"

/* ---- files ---- */

static struct safe_file
place_of(const struct config_files_file *file)
{
	return (struct safe_file){file->folder, file->name, file->place};
}

static struct config_files_file *
record_file(struct config_files *sources, const struct safe_file *place)
{
	struct config_files_file *file;

	sources->files = mem_resize(
		sources->files, (sources->file_count + 1) * sizeof(*sources->files));
	file = &sources->files[sources->file_count++];
	*file = (struct config_files_file){
		.folder = mem_text(*place->folder ? place->folder : "."),
		.name = mem_text(place->name),
		.path = path_join(place->folder, place->name),
		.place = place->place,
	};
	if (stat(file->path, &file->state) < 0)
		file->state = (struct stat){0};
	return file;
}

static void
free_file(struct config_files_file *file)
{
	free(file->folder);
	free(file->name);
	free(file->path);
}

/* Removes the last record. */
static void
forget_file(struct config_files *sources)
{
	free_file(&sources->files[--sources->file_count]);
}

static void
close_source(struct config_reader *reader)
{
	config_reader_close(reader);
	free((char *)reader->file);
}

/*
 * Opens the file at place. A missing file is only recorded in the served folder: other folders, where
 * much else changes, would have to be watched. After CONFIG_READER_READ the caller calls
 * close_source.
 */
static enum config_reader_verdict
open_source(
	struct config_files *sources, struct config_reader *reader, const struct safe_file *place)
{
	const char *folder = place->folder;
	const struct config_files_file *file = record_file(sources, place);
	size_t index = sources->file_count - 1;
	enum config_reader_verdict verdict;

	reader->table = sources->table;
	reader->values = &sources->values;
	reader->open = sources->open;
	reader->context = sources->context;
	reader->file = mem_text(file->path);
	reader->place = *place;
	/* A folder that this program may not enter is treated as empty. */
	verdict = *folder && access(folder, X_OK) < 0 ? CONFIG_READER_NONE
						      : config_reader_open(reader);
	if (verdict == CONFIG_READER_REFUSED)
		sources->files[index].refused = errno;
	if (verdict == CONFIG_READER_WRONG)
		sources->is_broken = true;
	if (verdict != CONFIG_READER_READ)
		close_source(reader);
	if (verdict == CONFIG_READER_NONE && place->place != SAFE_FILE_INSIDE)
		forget_file(sources);
	return verdict;
}

/* ---- liveserve's and live-server's ---- */

static bool
is_for_files(const struct option_spec *option)
{
	return option->name && !option->command_line_only && option->kind != OPTION_ACTION &&
	       option->kind != OPTION_REPORT;
}

static void
complain_of_key(struct config_reader *reader, const char *key)
{
	struct nearest_word near = {.wanted = slice_of(key)};

	if (!config_reader_may_complain(reader))
		return;
	for (const struct option_spec *row = reader->table; row->help; row++)
		if (is_for_files(row) && row->kind != OPTION_REFUSED)
			nearest_word_consider(&near, row->name);
	config_reader_complain_of_key(reader, key, near.word);
}

static void
read_own_key(struct config_reader *reader, const char *key, const struct cJSON *value)
{
	const struct option_spec *option = option_find(reader->table, key);

	if (strcmp(key, "$schema") == 0)
		return; /* only for editors */
	if (option && is_for_files(option))
		config_reader_add_json(reader, option, key, value);
	else
		complain_of_key(reader, key);
}

static void
read_file(struct config_files *sources, enum option_layer layer, const char *folder,
	const char *name, config_reader_member_fn *read_key)
{
	bool is_home = layer == OPTION_HOME;
	/* Paths in a file of the home folder are relative to the served folder. */
	struct config_reader reader = {.layer = layer, .folder = is_home ? sources->root : folder};
	const struct safe_file place = {folder, name, is_home ? SAFE_FILE_HOME : SAFE_FILE_INSIDE};

	if (open_source(sources, &reader, &place) != CONFIG_READER_READ)
		return;
	config_reader_each(&reader, NULL, "", read_key);
	close_source(&reader);
}

static void
read_home(struct config_files *sources)
{
	const char *home = getenv("HOME"), *config = getenv("XDG_CONFIG_HOME");
	bool has_home = home && *home == '/', has_config = config && *config == '/';
	char *folder = has_config ? mem_text(config)
		       : has_home ? mem_format("%s/.config", home)
				  : NULL;

	if (has_home)
		read_file(sources, OPTION_HOME, home, LIVE_SERVER_NAME, compat_read_live_server);
	if (folder)
		read_file(sources, OPTION_HOME, folder, "liveserve.json", read_own_key);
	free(folder);
}

static void
read_environment(struct config_files *sources)
{
	static char name[] = "PORT";
	const struct option_value place = {.layer = OPTION_ENVIRONMENT, .file = name};
	const char *port = getenv(name);

	if (port && *port)
		option_values_add(&sources->values, sources->table,
			option_find(sources->table, "port"), port, &place);
}

/* ---- VS Code ---- */

/* Reads the settings in an open file. Its folder is the one that is open in VS Code. */
static void
read_vscode_keys(struct config_files *sources, struct config_reader *reader, const char *object)
{
	char *served = realpath(sources->root, NULL);
	char *opened = realpath(reader->folder, NULL);
	const char *inside = served && opened ? path_below(served, opened) : NULL;
	char *root = compat_root(reader, object);

	reader->layer = OPTION_VSCODE;
	reader->decides_root = inside && !*inside;
	reader->inside = reader->decides_root && root ? root : inside;
	config_reader_each(reader, object, COMPAT_VSCODE, compat_read_vscode);
	free(root);
	free(opened);
	free(served);
}

/* Returns whether the folder has such a file, and it can be used. */
static bool
read_vscode_in(struct config_files *sources, const char *folder, enum safe_file_place where)
{
	struct config_reader reader = {.folder = folder};
	const struct safe_file place = {folder, VSCODE_NAME, where};
	enum config_reader_verdict verdict = open_source(sources, &reader, &place);

	if (verdict == CONFIG_READER_READ) {
		read_vscode_keys(sources, &reader, NULL);
		close_source(&reader);
	}
	return verdict != CONFIG_READER_NONE && verdict != CONFIG_READER_REFUSED;
}

/* The settings of the served folder, or of the nearest folder above that has some. */
static void
read_vscode(struct config_files *sources)
{
	bool found = read_vscode_in(sources, sources->root, SAFE_FILE_INSIDE);
	char *path = found ? NULL : realpath(sources->root, NULL), *slash;

	while (!found && path && (slash = strrchr(path, '/')) && slash[1]) {
		slash[slash == path] = '\0'; /* "/" keeps its slash */
		found = read_vscode_in(sources, path, SAFE_FILE_ABOVE);
	}
	free(path);
}

/* ---- a workspace ---- */

/* Opens the workspace, and sets workspace_folder. */
static bool
open_workspace(struct config_files *sources, struct config_reader *reader)
{
	struct slice path = slice_of(sources->workspace), parent = path_parent(path);
	char *holder = parent.length ? mem_copy(parent.at, parent.length)
				     : mem_text(path.at[0] == '/' ? "/" : ".");
	enum config_reader_verdict verdict;
	char *folder;

	verdict = open_source(
		sources, reader, &(struct safe_file){holder, path_base(path).at, SAFE_FILE_INSIDE});
	if (verdict == CONFIG_READER_NONE || verdict == CONFIG_READER_EMPTY)
		log_error("there is no workspace in \"%s\"", sources->workspace);
	if (verdict == CONFIG_READER_READ) {
		reader->folder = holder;
		folder = compat_workspace_folder(reader);
		reader->folder = sources->workspace_folder = folder ? folder : mem_text(holder);
	}
	free(holder);
	return verdict == CONFIG_READER_READ;
}

/* Reads what open_workspace has opened, and closes it. */
static void
read_workspace(struct config_files *sources, struct config_reader *reader)
{
	read_vscode_keys(sources, reader, "settings");
	close_source(reader);
	read_vscode_in(sources, sources->workspace_folder, SAFE_FILE_INSIDE);
}

/* ---- all sources ---- */

bool
config_files_read(struct config_files *sources)
{
	struct config_reader workspace = {0};
	const char *folder = sources->folder;

	if (sources->workspace && !open_workspace(sources, &workspace))
		return false;
	if (!folder)
		folder = sources->workspace_folder ? sources->workspace_folder : ".";
	sources->root = mem_text(folder);
	read_environment(sources);
	read_home(sources);
	read_file(
		sources, OPTION_PROJECT, sources->root, LIVE_SERVER_NAME, compat_read_live_server);
	read_file(sources, OPTION_PROJECT, sources->root, OWN_NAME, read_own_key);
	if (sources->workspace)
		read_workspace(sources, &workspace);
	else
		read_vscode(sources);
	return true;
}

void
config_files_finish(struct config_files *sources)
{
	for (size_t i = 0; i < sources->file_count; i++)
		free_file(&sources->files[i]);
	free(sources->files);
	free(sources->root);
	free(sources->workspace_folder);
	option_values_finish(&sources->values);
	*sources = (struct config_files){0};
}

const char **
config_files_paths(const struct config_files *sources)
{
	const char **paths = mem_array(sources->file_count + 1, sizeof(*paths));

	for (size_t i = 0; i < sources->file_count; i++)
		paths[i] = sources->files[i].path;
	return paths;
}

char *
config_files_refusal(const struct config_files_file *file)
{
	const struct safe_file place = place_of(file);

	return file->refused ? safe_file_refusal(&place, file->refused) : NULL;
}

int
config_files_open(const void *context, size_t index)
{
	const struct config_files *sources = context;
	const struct safe_file place = place_of(&sources->files[index]);

	return safe_file_open(&place);
}
