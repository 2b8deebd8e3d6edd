/*
 * config_files: see config_files.h.
 */
#define _GNU_SOURCE
#include "settings/config_files.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "settings/compat.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/edit_distance.h"
#include "fs/path.h"
#include "settings/config_reader.h"

#define OWN_NAME ".liveserve.json"
#define LIVE_SERVER_NAME ".live-server.json"
#define VSCODE_NAME ".vscode/settings.json"

/* ---- files ---- */

static bool
is_there(const char *folder, const char *name)
{
	char *path = path_join(folder, name);
	bool found = access(path, F_OK) == 0;

	free(path);
	return found;
}

static void
remember_file(struct config_files *settings, const char *folder, const char *name)
{
	struct config_files_file *file;

	settings->files = mem_resize(
		settings->files, (settings->file_count + 1) * sizeof(*settings->files));
	file = &settings->files[settings->file_count++];
	*file = (struct config_files_file){
		.folder = mem_text(*folder ? folder : "."),
		.name = mem_text(name),
		.path = path_join(folder, name),
	};
	if (stat(file->path, &file->state) < 0)
		file->state = (struct stat){0};
}

static void
close_source(struct config_reader *reader)
{
	config_reader_close(reader);
	free((char *)reader->file);
}

/* Opens the file of that name in the folder; close_source when it is CONFIG_READER_READ. */
static enum config_reader_verdict
open_source(struct config_files *settings, struct config_reader *reader, const char *folder,
	const char *name)
{
	char *file = path_join(folder, name);
	enum config_reader_verdict verdict;

	remember_file(settings, folder, name);
	reader->table = settings->table;
	reader->values = &settings->values;
	reader->open = settings->open;
	reader->context = settings->context;
	reader->file = file;
	/* A folder that is closed to this program has nothing to say to it. */
	verdict = *folder && access(folder, X_OK) < 0 ? CONFIG_READER_NONE
						      : config_reader_open(reader);
	if (verdict == CONFIG_READER_WRONG)
		settings->is_broken = true;
	if (verdict != CONFIG_READER_READ)
		close_source(reader);
	return verdict;
}

/* ---- our own, and live-server's ---- */

static bool
is_for_files(const struct option_spec *option)
{
	return option->name && !option->command_line_only && option->kind != OPTION_ACTION &&
	       option->kind != OPTION_REPORT;
}

static void
complain_of_key(const struct config_reader *reader, const char *key)
{
	struct nearest_word near = {.wanted = slice_of(key)};

	for (const struct option_spec *row = reader->table; row->help; row++)
		if (is_for_files(row) && row->kind != OPTION_REFUSED)
			nearest_word_consider(&near, row->name);
	config_reader_complain_of_key(reader, key, near.word);
}

static void
take_own(struct config_reader *reader, const char *key, const struct cJSON *value)
{
	const struct option_spec *option = option_find(reader->table, key);

	if (strcmp(key, "$schema") == 0)
		return; /* for editors */
	if (option && is_for_files(option))
		config_reader_take(reader, option, key, value);
	else
		complain_of_key(reader, key);
}

static void
read_file(struct config_files *settings, enum option_layer layer, const char *folder,
	const char *name, config_reader_member_fn *take)
{
	bool is_home = layer == OPTION_HOME;
	/* At home no folder is meant but the one that is served. */
	struct config_reader reader = {.layer = layer, .folder = is_home ? settings->root : folder};

	/* Much else happens at home, so what is not there is not waited for. */
	if (is_home && !is_there(folder, name))
		return;
	if (open_source(settings, &reader, folder, name) != CONFIG_READER_READ)
		return;
	config_reader_each(&reader, NULL, "", take);
	close_source(&reader);
}

static void
read_home(struct config_files *settings)
{
	const char *home = getenv("HOME"), *config = getenv("XDG_CONFIG_HOME");
	bool has_home = home && *home == '/', has_config = config && *config == '/';
	char *folder = has_config ? mem_text(config)
		       : has_home ? mem_format("%s/.config", home)
				  : NULL;

	if (has_home)
		read_file(settings, OPTION_HOME, home, LIVE_SERVER_NAME, foreign_take_live_server);
	if (folder)
		read_file(settings, OPTION_HOME, folder, "liveserve.json", take_own);
	free(folder);
}

static void
read_environment(struct config_files *settings)
{
	static char name[] = "PORT";
	const struct option_value place = {.layer = OPTION_ENVIRONMENT, .file = name};
	const char *port = getenv(name);

	if (port && *port)
		option_values_add(&settings->values, settings->table,
			option_find(settings->table, "port"), port, &place);
}

/* ---- VS Code's ---- */

/* Takes the settings out of an open source, whose folder is the one that VS Code has open. */
static void
take_vscode(struct config_files *settings, struct config_reader *reader, const char *object)
{
	char *served = realpath(settings->root, NULL);
	char *opened = realpath(reader->folder, NULL);
	const char *inside = served && opened ? path_below(served, opened) : NULL;
	char *root = compat_root(reader, object);

	reader->layer = OPTION_VSCODE;
	reader->decides_root = inside && !*inside;
	reader->inside = reader->decides_root && root ? root : inside;
	config_reader_each(reader, object, COMPAT_VSCODE, foreign_take_vscode);
	free(root);
	free(opened);
	free(served);
}

static void
read_vscode_in(struct config_files *settings, const char *folder)
{
	struct config_reader reader = {.folder = folder};

	if (open_source(settings, &reader, folder, VSCODE_NAME) != CONFIG_READER_READ)
		return;
	take_vscode(settings, &reader, NULL);
	close_source(&reader);
}

/* Settings can start programs and open folders: those of a parent must be of somebody trusted. */
static bool
holds_settings(const char *folder, const struct stat *served)
{
	char *path = path_join(folder, VSCODE_NAME);
	struct stat file;
	bool found = stat(path, &file) == 0;

	free(path);
	return found &&
	       (file.st_uid == geteuid() || file.st_uid == 0 || file.st_uid == served->st_uid);
}

/* The nearest folder above the served one that has settings; NULL when there is none. The caller
 * frees. */
static char *
find_parent(const char *folder)
{
	char *path = realpath(folder, NULL), *slash;
	struct stat served;

	if (!path || stat(path, &served) < 0) {
		free(path);
		return NULL;
	}
	while ((slash = strrchr(path, '/')) && slash[1]) {
		slash[slash == path] = '\0'; /* "/" keeps its slash */
		if (holds_settings(path, &served))
			return path;
	}
	free(path);
	return NULL;
}

static void
read_vscode(struct config_files *settings)
{
	bool is_here = is_there(settings->root, VSCODE_NAME);
	char *parent = is_here ? NULL : find_parent(settings->root);

	if (parent)
		remember_file(settings, settings->root, VSCODE_NAME);
	read_vscode_in(settings, parent ? parent : settings->root);
	free(parent);
}

/* ---- a workspace ---- */

/* Opens the workspace; the folder that it is about is then settings->root. */
static bool
open_workspace(struct config_files *settings, struct config_reader *reader)
{
	struct slice path = slice_of(settings->workspace), parent = path_parent(path);
	char *holder = parent.length ? mem_copy(parent.at, parent.length)
				     : mem_text(path.at[0] == '/' ? "/" : ".");
	enum config_reader_verdict verdict;
	char *folder;

	verdict = open_source(settings, reader, holder, path_base(path).at);
	if (verdict == CONFIG_READER_NONE)
		log_error("there is no workspace in \"%s\"", settings->workspace);
	if (verdict == CONFIG_READER_READ) {
		reader->folder = holder;
		folder = compat_workspace_folder(reader);
		reader->folder = settings->workspace_folder = folder ? folder : mem_text(holder);
	}
	free(holder);
	return verdict == CONFIG_READER_READ;
}

/* What open_workspace has opened. */
static void
read_workspace(struct config_files *settings, struct config_reader *reader)
{
	take_vscode(settings, reader, "settings");
	close_source(reader);
	read_vscode_in(settings, settings->workspace_folder);
}

/* ---- all of it ---- */

bool
config_files_read(struct config_files *settings)
{
	struct config_reader workspace = {0};
	const char *folder = settings->folder;

	if (settings->workspace && !open_workspace(settings, &workspace))
		return false;
	if (!folder)
		folder = settings->workspace_folder ? settings->workspace_folder : ".";
	settings->root = mem_text(folder);
	read_environment(settings);
	read_home(settings);
	read_file(settings, OPTION_PROJECT, settings->root, LIVE_SERVER_NAME,
		foreign_take_live_server);
	read_file(settings, OPTION_PROJECT, settings->root, OWN_NAME, take_own);
	if (settings->workspace)
		read_workspace(settings, &workspace);
	else
		read_vscode(settings);
	return true;
}

void
config_files_finish(struct config_files *settings)
{
	for (size_t i = 0; i < settings->file_count; i++) {
		free(settings->files[i].folder);
		free(settings->files[i].name);
		free(settings->files[i].path);
	}
	free(settings->files);
	free(settings->root);
	free(settings->workspace_folder);
	option_values_finish(&settings->values);
	*settings = (struct config_files){0};
}
