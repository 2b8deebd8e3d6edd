/*
 * folder_walk: see folder_walk.h. Owns the queue and one open folder.
 */
#define _GNU_SOURCE
#include "fs/folder_walk.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "fs/path.h"

void
folder_walk_finish(struct folder_walk *walk)
{
	while (walk->first)
		folder_walk_drop(walk);
}

void
folder_walk_add(struct folder_walk *walk, struct slice path, bool is_new)
{
	struct folder_walk_item *item = mem_zero(sizeof(*item));

	item->path = mem_copy(path.at, path.length);
	item->is_new = is_new;
	if (walk->first)
		walk->last->next = item;
	else
		walk->first = item;
	walk->last = item;
}

void
folder_walk_drop(struct folder_walk *walk)
{
	struct folder_walk_item *item = walk->first;

	if (walk->listing)
		closedir(walk->listing);
	walk->listing = NULL;
	walk->first = item->next;
	free(item->path);
	free(item);
}

bool
folder_walk_open(struct folder_walk *walk, const struct root *root)
{
	walk->listing = root_open_folder(root, walk->first->path);
	return walk->listing;
}

static bool
entry_is_folder(DIR *folder, const struct dirent *entry)
{
	struct stat state;

	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type == DT_DIR;
	return fstatat(dirfd(folder), entry->d_name, &state, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(state.st_mode);
}

char *
folder_walk_next(struct folder_walk *walk, bool *is_folder)
{
	const struct dirent *entry;

	do {
		entry = readdir(walk->listing);
	} while (entry && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0));
	if (!entry)
		return NULL;
	*is_folder = entry_is_folder(walk->listing, entry);
	return path_join(walk->first->path, entry->d_name);
}
