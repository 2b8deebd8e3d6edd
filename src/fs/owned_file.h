/*
 * owned_file: reads and replaces a file of the user in a folder that somebody else may have made.
 *
 * No link is followed: neither the folder nor the file may be one, and both are opened by the
 * descriptor of the folder that they lie in. What is no plain file, or belongs to another user, is
 * not touched. Every failure is one log line, which says what to do.
 */
#ifndef OWNED_FILE_H
#define OWNED_FILE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/buf.h"

struct owned_file {
	int folder;        /* what owned_file_open_folder() returned */
	const char *name;  /* in the folder, without '/' */
	const char *path;  /* for messages */
	struct stat state; /* when it was read; zeroes: there was none */
};

/*
 * Opens the folder called name, without '/', in parent. It is made if it is missing; parent may be a
 * link. Returns a descriptor that the caller closes, or -1.
 */
int owned_file_open_folder(const char *parent, const char *name);

/*
 * Adds the bytes of the file to text; a missing file is like an empty one. The caller has set folder,
 * name and path.
 */
bool owned_file_read(struct owned_file *file, struct buf *text);

/*
 * Replaces the file by one with this text and the same mode. The new file is complete before it gets
 * the name. Nothing happens when the file is no longer the one that was read.
 */
bool owned_file_replace(const struct owned_file *file, struct slice text);

#endif
