/*
 * watch_table: what is known of the served folder: which folders are watched, which files are in use.
 *
 * Room: things. Only memory, no system calls. Paths are relative to the root, without a leading or
 * trailing slash; "" is the root. A folder that can be reached by two paths (a link) has one kernel
 * watch and two records here.
 */
#ifndef WATCH_TABLE_H
#define WATCH_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

#include "base/buf.h"
#include "base/map.h"

struct tree_folder {
	char *path;
	int watch; /* the kernel's number; -1 when it has none */
	struct tree_folder *same_watch;
	bool is_used; /* something in it, or below, was served */
	/*
	 * Of one without a watch, when it was last looked at: its time, and that of its newest
	 * entry.
	 */
	struct timespec changed, newest;
};

/* A file that was served, as it was then. */
struct tree_file {
	char *path;
	char *real;      /* where links lead; NULL when path has none */
	bool is_outside; /* links lead out of the root, where nothing is heard */
	struct stat seen;
	uint64_t hash;  /* of its bytes; 0 when it was too large to be read for that */
	bool is_absent; /* it was deleted; pages may wait for it */
};

struct tree {
	struct map folders;
	struct map files;
	struct map watches; /* from the kernel's number to the first folder with it */
	size_t link_count;  /* files whose real is another path */
};

/* A zeroed struct tree is an empty one. */
void tree_finish(struct tree *tree);

/* NULL when there is none. */
struct tree_folder *tree_folder(const struct tree *tree, struct slice path);
struct tree_file *tree_file(const struct tree *tree, struct slice path);

/* Adds a record; there must be none of that path. */
struct tree_folder *tree_add_folder(struct tree *tree, struct slice path);
struct tree_file *tree_add_file(struct tree *tree, struct slice path);

/* Takes real, the path to which links lead; NULL or file's own path when there are none. */
void tree_set_real(struct tree *tree, struct tree_file *file, char *real);

/* Gives a folder its kernel watch (-1 takes it away). */
void tree_set_watch(struct tree *tree, struct tree_folder *folder, int watch);

/* The first folder with this kernel watch, the others by same_watch; NULL when there is none. */
struct tree_folder *tree_watched(const struct tree *tree, int watch);

/* Called with the number of a kernel watch that no folder needs any longer. */
typedef void tree_unwatch_fn(void *context, int watch);

/* Forgets the folder at path and every folder below it. Files in use stay known. */
void tree_remove_folders(
	struct tree *tree, struct slice path, tree_unwatch_fn *unwatch, void *context);

/* The path of an entry of a folder; the caller frees. */
char *tree_join(const char *folder, const char *name);

/* Whether path lies below folder (or is it); everything lies below "". */
bool tree_is_below(struct slice path, struct slice folder);

/* Whether a is before b. */
bool tree_is_earlier(const struct timespec *a, const struct timespec *b);

/* Whether two looks at a file saw the same state of it: then its bytes are the same. */
bool tree_same_state(const struct stat *a, const struct stat *b);

#endif
