/*
 * allowed_files: the settings files that the user has allowed to do more than others: liveserve
 * allow.
 *
 * They are remembered outside of the folders that they lie in, in $XDG_DATA_HOME/liveserve/allow/
 * (~/.local/share/liveserve/allow/), one small file for each. Its name is the SHA-256 of the path of
 * the settings file. It holds that path, the SHA-256 of its bytes, and the paths outside of the
 * folder that it may name. So a file with other bytes is not allowed, nor is a copy of it elsewhere.
 *
 * What another user owns or may write to does not count.
 */
#ifndef ALLOWED_FILES_H
#define ALLOWED_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

/* The folder with the records. It need not exist. NULL without a home folder. The caller frees. */
char *allowed_files_folder(void);

/* The name of the record of the settings file at this path. The caller frees. */
char *allowed_files_name(const char *path);

enum { ALLOWED_FILES_DIGEST_SIZE = 65 }; /* SHA-256 in hexadecimal, and a NUL */

void allowed_files_digest(struct slice bytes, char digest[ALLOWED_FILES_DIGEST_SIZE]);

/* Opens a file for reading, as open(2) does: a descriptor, or -1 with errno. */
typedef int allowed_files_open_fn(void *context, const char *path);

/*
 * Whether the user has allowed the settings file at path (absolute, without links) with the bytes of
 * this digest. Then *paths is the list of paths that it may name, with a NULL at its end;
 * allowed_files_free_paths() frees it. open(context, path) opens the record; NULL: this process
 * opens it itself.
 */
bool allowed_files_find(const char *path, const char *digest, allowed_files_open_fn *open,
	void *context, char ***paths);
void allowed_files_free_paths(char **paths); /* NULL is fine */

/*
 * Remembers that the user allows it, in place of what was remembered for this path; paths as above.
 * Returns false after one log line when that cannot be written.
 */
bool allowed_files_add(const char *path, const char *digest, char *const *paths);

/*
 * Forgets it. *was_allowed says whether there was something to forget. Returns false after one log
 * line when the record cannot be removed.
 */
bool allowed_files_remove(const char *path, bool *was_allowed);

#endif
