/*
 * folder_walk: the folders that are still to be read, and their entries, one by one.
 *
 * So a caller can stop at any time, in the middle of a large folder too, and go on later.
 */
#ifndef FOLDER_WALK_H
#define FOLDER_WALK_H

#include <dirent.h>
#include <stdbool.h>

#include "base/slice.h"
#include "fs/root.h"

struct folder_walk_item {
	struct folder_walk_item *next;
	char *path;
	bool is_new; /* as given to folder_walk_add() */
};

/* A zeroed struct folder_walk has nothing to read. */
struct folder_walk {
	struct folder_walk_item *first, *last;
	DIR *listing; /* of the first folder, once it is open */
};

void folder_walk_finish(struct folder_walk *walk);

/* Adds the folder at path to the end of the queue. */
void folder_walk_add(struct folder_walk *walk, struct slice path, bool is_new);

/* Opens the first folder. Returns false with errno when that is not possible. */
bool folder_walk_open(struct folder_walk *walk, const struct root *root);

/*
 * The next entry of the first folder, which is open; never "." and "..". Sets *is_folder. Returns
 * NULL after the last one. The caller frees the path.
 */
char *folder_walk_next(struct folder_walk *walk, bool *is_folder);

/* Removes the first folder from the queue, and closes it. */
void folder_walk_drop(struct folder_walk *walk);

#endif
