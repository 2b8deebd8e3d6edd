/*
 * init_file: reads and replaces a file in the folder .vscode of another folder.
 *
 * The folder may be written by somebody else. So no link is followed: neither .vscode nor the file
 * may be one, and both are opened by the descriptor of their folder. A file that is a folder, a
 * device or the like, or belongs to another user, is not touched. Every failure is one log line.
 */
#ifndef INIT_FILE_H
#define INIT_FILE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/buf.h"

struct init_file {
	int folder;        /* what init_file_open_folder() returned */
	const char *name;  /* in the folder, without '/' */
	const char *path;  /* for messages */
	struct stat state; /* when it was read; zeroes: there was none */
};

/*
 * Opens .vscode in folder, which is made if it is missing. Returns a descriptor that the caller
 * closes, or -1.
 */
int init_file_open_folder(const char *folder);

/*
 * Adds the bytes of the file to text; a missing file is like an empty one. The caller has set folder,
 * name and path.
 */
bool init_file_read(struct init_file *file, struct buf *text);

/*
 * Replaces the file by one with this text and the same mode. The new file is complete before it gets
 * the name. Nothing happens when the file is no longer the one that was read.
 */
bool init_file_replace(const struct init_file *file, struct slice text);

#endif
