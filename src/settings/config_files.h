/*
 * config_files: finds the settings files of a folder, and reads them.
 *
 * The sources, the weakest first: the variable PORT of the environment; ~/.live-server.json and
 * ~/.config/liveserve.json; VS Code's for all folders (compat.h); .live-server.json and .liveserve.json in the folder; the settings of VS
 * Code for the folder.
 */
#ifndef CONFIG_FILES_H
#define CONFIG_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "settings/config_reader.h"
#include "settings/option.h"

/* A file that was read, or would be read if it existed and were safe (fs/safe_file.h). */
struct config_files_file {
	char *folder;
	char *name; /* in the folder; may contain '/' */
	char *path; /* folder and name */
	enum safe_file_place place;
	int refused;          /* why it is not used: a reason of safe_file.h; 0: it is used */
	struct stat state;    /* before it was read; zeroes: there was no file */
	char *real_path;      /* config_files_real_path(), if it was read and is not at home */
	char *digest;         /* of the bytes that were read (allowed_files.h), or NULL */
	char **allowed_paths; /* not NULL: the user has allowed the file with these bytes */
};

struct config_files {
	/* Set by the caller. */
	const struct option_spec *table;
	const char *folder;          /* as given; NULL: that of the workspace, or the current one */
	const char *workspace;       /* the path of a .code-workspace, or NULL */
	config_reader_open_fn *open; /* NULL: this process opens the files itself */
	void *context;
	bool trusts_folder; /* what any file says counts: --allow-settings */
	bool asks_anew; /* no file counts as allowed, and every digest is set: liveserve allow */
	/* Set by config_files_read. */
	struct option_values values;
	char *root; /* the folder that the values are for; the option "root" may name another */
	char *workspace_folder; /* the folder of the workspace that is served, or NULL */
	/* The folder that the user has named, without links: reach.h. NULL: there is none. */
	char *bounds;
	struct config_files_file *files;
	size_t file_count;
	bool is_broken; /* a file could not be read, or is not JSON */
};

/*
 * Reads all sources. What is wrong in a file is reported and left out. Returns false only when the
 * workspace cannot be used, after one log line. Call config_files_finish in every case.
 */
bool config_files_read(struct config_files *sources);

/*
 * The path of a file by which it is allowed: that of its folder without links, and its name. Links
 * in the name are not followed, because relative paths in the file begin in the folder. NULL when
 * the folder is gone. The caller frees.
 */
char *config_files_real_path(const struct config_files_file *file);

void config_files_finish(struct config_files *sources);

/* The paths of the files, with a NULL at the end. The caller frees the array. */
const char **config_files_paths(const struct config_files *sources);

/* The sentence to log about a file that is refused; NULL for another file. The caller frees. */
char *config_files_refusal(const struct config_files_file *file);

/*
 * Opens the file with this number in the files of a struct config_files, which is context, as
 * safe_file_open() does. For a process outside of the sandbox.
 */
int config_files_open(const void *context, size_t index);

#endif
