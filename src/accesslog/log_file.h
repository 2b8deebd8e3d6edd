/*
 * log_file: a file that lines are appended to, and that another program may rename or remove at any time, as
 * logrotate(8) does: then a new file of the old name is begun. No signal is needed.
 */
#ifndef LOG_FILE_H
#define LOG_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "fs/root.h"

struct log_file;

enum {
	LOG_FILE_FLUSH = 64 * 1024,      /* bytes: lines are written at once when there are more */
	LOG_FILE_QUEUE_MAX = 256 * 1024, /* bytes that wait while nothing can be written */
	LOG_FILE_RETRY_MS = 1000,        /* until the file is opened again after that has failed */
};

/*
 * Opens the file, or creates it for its owner alone. To be called before the sandbox is entered. Returns NULL after
 * an error line: path lies in one of the roots, which are served or watched; or it is a link, another user's or no
 * plain file; or it cannot be opened.
 */
struct log_file *log_file_create(const char *path, struct root *const *roots, size_t root_count);
/* Writes what is left. NULL is allowed. */
void log_file_destroy(struct log_file *file);

/* The path, absolute and without links, and the folder that it is in. */
const char *log_file_path(const struct log_file *file);
const char *log_file_folder(const struct log_file *file);

/* Opens the file, which may be another one by now. Returns a descriptor that the caller closes, or -1 with errno. */
int log_file_open(const struct log_file *file);
/* For the sandbox: open(context, path) is used in place of log_file_open() from now on. */
void log_file_set_opener(
	struct log_file *file, int (*open)(void *context, const char *path), void *context);

/*
 * Adds a whole line, which log_file_flush() writes. If nothing can be written, such as on a full disk, that is logged
 * once, lines wait as long as there is room, and then they are lost; how many is logged when writing works again.
 */
void log_file_add(struct log_file *file, struct slice line);

/* Writes all lines. Before that, looks whether the file still has its name. */
void log_file_flush(struct log_file *file);

#endif
