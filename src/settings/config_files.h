/*
 * config_files: finds the settings files that belong to a folder, and reads them.
 *
 * Room: top. From the weakest to the strongest: the environment's PORT; ~/.live-server.json and
 * ~/.config/liveserve.json; .live-server.json and .liveserve.json in the folder; VS Code's settings
 * for it.
 */
#ifndef CONFIG_FILES_H
#define CONFIG_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "settings/option.h"
#include "settings/config_reader.h"

/* A file that may be there. */
struct config_files_file {
	char *folder;
	char *name;        /* in it; may hold a '/' */
	char *path;        /* of both */
	struct stat state; /* before it was read; zeroes when there was none */
};

struct config_files {
	/* What to read for. */
	const struct option_spec *table;
	const char *folder; /* as it was asked for, or NULL: the current one, or the workspace's */
	const char *workspace;       /* a .code-workspace, or NULL */
	config_reader_open_fn *open; /* NULL: this process opens the files by itself */
	void *context;
	/* What came of it. */
	struct option_values values;
	char *root; /* the folder that the choices are for; a choice "root" says what is served */
	char *workspace_folder;          /* the one that the workspace is about */
	struct config_files_file *files; /* where something was, or might have been, read */
	size_t file_count;
	bool is_broken; /* a file could not be read, or is no JSON */
};

/*
 * Reads all there is. What is wrong in a file is said and left out. Returns false only when the
 * workspace cannot be used, after one sentence. config_files_finish in every case.
 */
bool config_files_read(struct config_files *settings);
void config_files_finish(struct config_files *settings);

#endif
