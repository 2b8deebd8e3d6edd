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
remember_file(struct settings *settings, const char *folder, const char *name)
{
	struct settings_file *file;

	settings->files = mem_resize(
		settings->files, (settings->file_count + 1) * sizeof(*settings->files));
	file = &settings->files[settings->file_count++];
	*file = (struct settings_file){
		.folder = mem_text(*folder ? folder : "."),
		.name = mem_text(name),
		.path = path_join(folder, name),
	};
	if (stat(file->path, &file->state) < 0)
		file->state = (struct stat){0};
}

static void
close_source(struct source *source)
{
	source_close(source);
	free((char *)source->file);
}

/* Opens the file of that name in the folder; close_source when it is SOURCE_READ. */
static enum source_verdict
open_source(struct settings *settings, struct source *source, const char *folder, const char *name)
{
	char *file = path_join(folder, name);
	enum source_verdict verdict;

	remember_file(settings, folder, name);
	source->table = settings->table;
	source->choices = &settings->choices;
	source->open = settings->open;
	source->context = settings->context;
	source->file = file;
	/* A folder that is closed to this program has nothing to say to it. */
	verdict = *folder && access(folder, X_OK) < 0 ? SOURCE_NONE : source_open(source);
	if (verdict == SOURCE_WRONG)
		settings->is_broken = true;
	if (verdict != SOURCE_READ)
		close_source(source);
	return verdict;
}

/* ---- our own, and live-server's ---- */

static bool
is_for_files(const struct setting *setting)
{
	return setting->name && !setting->is_for_line && setting->kind != SETTING_ACTION &&
	       setting->kind != SETTING_REPORT;
}

static void
complain_of_key(const struct source *source, const char *key)
{
	struct near near = {.wanted = slice_of(key)};

	for (const struct setting *row = source->table; row->help; row++)
		if (is_for_files(row) && row->kind != SETTING_REFUSED)
			near_consider(&near, row->name);
	source_complain_of_key(source, key, near.word);
}

static void
take_own(struct source *source, const char *key, const struct cJSON *value)
{
	const struct setting *setting = setting_find(source->table, key);

	if (strcmp(key, "$schema") == 0)
		return; /* for editors */
	if (setting && is_for_files(setting))
		source_take(source, setting, key, value);
	else
		complain_of_key(source, key);
}

static void
read_file(struct settings *settings, enum setting_layer layer, const char *folder, const char *name,
	source_member_fn *take)
{
	bool is_home = layer == SETTING_HOME;
	/* At home no folder is meant but the one that is served. */
	struct source source = {.layer = layer, .folder = is_home ? settings->root : folder};

	/* Much else happens at home, so what is not there is not waited for. */
	if (is_home && !is_there(folder, name))
		return;
	if (open_source(settings, &source, folder, name) != SOURCE_READ)
		return;
	source_each(&source, NULL, "", take);
	close_source(&source);
}

static void
read_home(struct settings *settings)
{
	const char *home = getenv("HOME"), *config = getenv("XDG_CONFIG_HOME");
	bool has_home = home && *home == '/', has_config = config && *config == '/';
	char *folder = has_config ? mem_text(config)
		       : has_home ? mem_format("%s/.config", home)
				  : NULL;

	if (has_home)
		read_file(settings, SETTING_HOME, home, LIVE_SERVER_NAME, foreign_take_live_server);
	if (folder)
		read_file(settings, SETTING_HOME, folder, "liveserve.json", take_own);
	free(folder);
}

static void
read_environment(struct settings *settings)
{
	static char name[] = "PORT";
	const struct choice place = {.layer = SETTING_ENVIRONMENT, .file = name};
	const char *port = getenv(name);

	if (port && *port)
		choices_add(&settings->choices, settings->table,
			setting_find(settings->table, "port"), port, &place);
}

/* ---- VS Code's ---- */

/* Takes the settings out of an open source, whose folder is the one that VS Code has open. */
static void
take_vscode(struct settings *settings, struct source *source, const char *object)
{
	char *served = realpath(settings->root, NULL);
	char *opened = realpath(source->folder, NULL);
	const char *inside = served && opened ? path_below(served, opened) : NULL;
	char *root = foreign_root(source, object);

	source->layer = SETTING_VSCODE;
	source->decides_root = inside && !*inside;
	source->inside = source->decides_root && root ? root : inside;
	source_each(source, object, FOREIGN_VSCODE, foreign_take_vscode);
	free(root);
	free(opened);
	free(served);
}

static void
read_vscode_in(struct settings *settings, const char *folder)
{
	struct source source = {.folder = folder};

	if (open_source(settings, &source, folder, VSCODE_NAME) != SOURCE_READ)
		return;
	take_vscode(settings, &source, NULL);
	close_source(&source);
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
read_vscode(struct settings *settings)
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
open_workspace(struct settings *settings, struct source *source)
{
	struct slice path = slice_of(settings->workspace), parent = path_parent(path);
	char *holder = parent.length ? mem_copy(parent.at, parent.length)
				     : mem_text(path.at[0] == '/' ? "/" : ".");
	enum source_verdict verdict;
	char *folder;

	verdict = open_source(settings, source, holder, path_base(path).at);
	if (verdict == SOURCE_NONE)
		log_error("there is no workspace in \"%s\"", settings->workspace);
	if (verdict == SOURCE_READ) {
		source->folder = holder;
		folder = foreign_workspace_folder(source);
		source->folder = settings->workspace_folder = folder ? folder : mem_text(holder);
	}
	free(holder);
	return verdict == SOURCE_READ;
}

/* What open_workspace has opened. */
static void
read_workspace(struct settings *settings, struct source *source)
{
	take_vscode(settings, source, "settings");
	close_source(source);
	read_vscode_in(settings, settings->workspace_folder);
}

/* ---- all of it ---- */

bool
settings_read(struct settings *settings)
{
	struct source workspace = {0};
	const char *folder = settings->folder;

	if (settings->workspace && !open_workspace(settings, &workspace))
		return false;
	if (!folder)
		folder = settings->workspace_folder ? settings->workspace_folder : ".";
	settings->root = mem_text(folder);
	read_environment(settings);
	read_home(settings);
	read_file(settings, SETTING_PROJECT, settings->root, LIVE_SERVER_NAME,
		foreign_take_live_server);
	read_file(settings, SETTING_PROJECT, settings->root, OWN_NAME, take_own);
	if (settings->workspace)
		read_workspace(settings, &workspace);
	else
		read_vscode(settings);
	return true;
}

void
settings_finish(struct settings *settings)
{
	for (size_t i = 0; i < settings->file_count; i++) {
		free(settings->files[i].folder);
		free(settings->files[i].name);
		free(settings->files[i].path);
	}
	free(settings->files);
	free(settings->root);
	free(settings->workspace_folder);
	choices_finish(&settings->choices);
	*settings = (struct settings){0};
}
