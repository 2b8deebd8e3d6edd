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
#include "security/allowed_files.h"
#include "settings/compat.h"
#include "settings/config_reader.h"
#include "settings/reach.h"

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
	free(file->real_path);
	free(file->digest);
	allowed_files_free_paths(file->allowed_paths);
}

/* Removes the last record. */
static void
forget_file(struct config_files *sources)
{
	free_file(&sources->files[--sources->file_count]);
}

/* ---- whether the user has allowed a file ---- */

char *
config_files_real_path(const struct config_files_file *file)
{
	char *folder = realpath(file->folder, NULL);
	char *path = folder ? path_join(folder, file->name) : NULL;

	free(folder);
	return path;
}

/* Whether the file is one of the home folder, too, because the served folder is that folder. */
static bool
is_at_home(const struct config_files_file *file)
{
	const char *home = getenv("HOME");
	char *folder = home && *home == '/' ? realpath(home, NULL) : NULL;
	char *path = folder ? path_join(folder, LIVE_SERVER_NAME) : NULL;
	bool is_same = path && file->real_path && strcmp(path, file->real_path) == 0;

	free(path);
	free(folder);
	return is_same;
}

/*
 * A config_reader_seen_fn for a file of the folder, the last one that was recorded. The hash costs
 * time that few users need: those who have allowed something.
 */
static void
judge_bytes(struct config_reader *reader, struct slice bytes)
{
	struct config_files *sources = reader->seen_context;
	struct config_files_file *file = &sources->files[sources->file_count - 1];
	char *store = allowed_files_folder();
	bool has_store = store && access(store, X_OK) == 0;

	file->real_path = config_files_real_path(file);
	if (file->real_path && (sources->asks_anew || has_store)) {
		file->digest = mem_zero(ALLOWED_FILES_DIGEST_SIZE);
		allowed_files_digest(bytes, file->digest);
	}
	if (file->digest && !sources->asks_anew)
		allowed_files_find(file->real_path, file->digest, sources->open, sources->context,
			&file->allowed_paths);
	reader->allowed_paths = file->allowed_paths;
	reader->trust = sources->trusts_folder || is_at_home(file) ? OPTION_OF_USER
			: file->allowed_paths                      ? OPTION_ALLOWED
								   : OPTION_OF_FOLDER;
	free(store);
}

/* The records of allowed files are files to be watched, and to be opened from the sandbox. */
static void
record_allowed_files(struct config_files *sources)
{
	char *store = allowed_files_folder();
	size_t count = sources->asks_anew ? 0 : sources->file_count;

	for (size_t i = 0; i < count; i++) {
		char *name = sources->files[i].digest
				     ? allowed_files_name(sources->files[i].real_path)
				     : NULL;

		if (name && store)
			record_file(sources, &(struct safe_file){store, name, SAFE_FILE_HOME});
		free(name);
	}
	free(store);
}

/* ---- opening ---- */

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
	reader->seen = reader->layer == OPTION_HOME ? NULL : judge_bytes;
	reader->seen_context = sources;
	reader->trust = reader->layer == OPTION_HOME ? OPTION_OF_USER : OPTION_OF_FOLDER;
	/* A folder that this program may not enter is treated as empty. */
	verdict = config_reader_is_missing(reader) || (*folder && access(folder, X_OK) < 0)
			  ? CONFIG_READER_NONE
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
	const struct option_value place = {
		.layer = OPTION_ENVIRONMENT, .file = name, .trust = OPTION_OF_USER};
	const char *port = getenv(name);

	if (port && *port)
		option_values_add(&sources->values, sources->table,
			option_find(sources->table, "port"), port, &place);
}

/* ---- VS Code ---- */

static bool
is_there(const char *folder, const char *name)
{
	char *path = name ? path_join(folder, name) : NULL;
	bool found = path && access(path, F_OK) == 0;

	free(path);
	return found;
}

/*
 * Reads the settings in an open file. Its folder is the one that is open in VS Code. A "root" that is
 * for all folders counts only for those that have it.
 */
static void
read_vscode_keys(struct config_files *sources, struct config_reader *reader, const char *object)
{
	char *served = realpath(sources->root, NULL);
	char *opened = realpath(reader->folder, NULL);
	const char *inside = served && opened ? path_below(served, opened) : NULL;
	char *root = compat_root(reader, object);

	reader->decides_root = inside && !*inside &&
			       (reader->layer != OPTION_HOME || is_there(served, root));
	reader->inside = reader->decides_root && root ? root : inside;
	config_reader_each(reader, object, COMPAT_VSCODE, compat_read_vscode);
	free(root);
	free(opened);
	free(served);
}

/* The user's settings for all folders. A file that has none of ours is not parsed. */
static void
read_vscode_user(struct config_files *sources)
{
	char *folders[COMPAT_VSCODE_FOLDERS_MAX];
	size_t count = compat_vscode_folders(folders);

	for (size_t i = 0; i < count; i++) {
		struct config_reader reader = {.layer = OPTION_HOME,
			.folder = sources->root,
			.word = "\"" COMPAT_VSCODE "settings."};
		const struct safe_file place = {folders[i], "settings.json", SAFE_FILE_HOME};

		if (open_source(sources, &reader, &place) == CONFIG_READER_READ) {
			read_vscode_keys(sources, &reader, NULL);
			close_source(&reader);
		}
		free(folders[i]);
	}
}

/* Returns whether the folder has such a file, and it can be used. */
static bool
read_vscode_in(struct config_files *sources, const char *folder, enum safe_file_place where)
{
	struct config_reader reader = {.layer = OPTION_VSCODE, .folder = folder};
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

/* Called for the member "folders", so that the line of the value is known. */
static void
add_workspace_folder(struct config_reader *reader, const char *key, const struct cJSON *value)
{
	struct config_files *sources = reader->seen_context;

	(void)value;
	if (strcmp(key, "folders") == 0)
		config_reader_add_text(reader, "workspace", sources->workspace_folder);
}

/*
 * The workspace file names the folder that is served, so this path is judged as that of a setting.
 * If it does not count, the folder of the file is served, and the value is kept to be reported.
 */
static void
judge_workspace_folder(
	struct config_files *sources, struct config_reader *reader, const char *holder)
{
	struct option_values *values = &sources->values; /* there are no others yet */
	struct option_value *value;

	sources->bounds = realpath(holder, NULL);
	config_reader_each(reader, NULL, "folders", add_workspace_folder);
	value = values->count ? &values->items[0] : NULL;
	if (value)
		reach_judge(value, sources->bounds);
	if (value && value->held_back) {
		free(sources->workspace_folder);
		sources->workspace_folder = mem_text(holder);
		return;
	}
	if (value && value->bounds) {
		free(sources->bounds);
		sources->bounds = mem_text(value->bounds);
	}
	option_values_finish(values);
}

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
		log_error(
			"there is no workspace in \"%s\"; give --workspace a file that VS Code has "
			"saved (File, Save Workspace As...)",
			sources->workspace);
	if (verdict == CONFIG_READER_READ) {
		reader->folder = holder;
		folder = compat_workspace_folder(reader);
		sources->workspace_folder = folder ? folder : mem_text(holder);
		judge_workspace_folder(sources, reader, holder);
		reader->folder = sources->workspace_folder;
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
	struct config_reader workspace = {.layer = OPTION_VSCODE};
	const char *folder = sources->folder;

	if (sources->workspace && !open_workspace(sources, &workspace))
		return false;
	if (!folder)
		folder = sources->workspace_folder ? sources->workspace_folder : ".";
	sources->root = mem_text(folder);
	if (sources->folder || !sources->bounds) {
		free(sources->bounds);
		sources->bounds = realpath(folder, NULL);
	}
	read_environment(sources);
	read_home(sources);
	read_vscode_user(sources);
	read_file(
		sources, OPTION_PROJECT, sources->root, LIVE_SERVER_NAME, compat_read_live_server);
	read_file(sources, OPTION_PROJECT, sources->root, OWN_NAME, read_own_key);
	if (sources->workspace)
		read_workspace(sources, &workspace);
	else
		read_vscode(sources);
	record_allowed_files(sources);
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
	free(sources->bounds);
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
