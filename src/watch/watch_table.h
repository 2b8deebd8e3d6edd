/*
 * watch_table: the records of the watched folders and of the files in use.
 *
 * It makes no system calls. Paths are relative to the root, without a slash at the beginning or
 * end; "" is the root. A folder with two paths (by a link) has one inotify watch and two records.
 */
#ifndef WATCH_TABLE_H
#define WATCH_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

#include "base/map.h"
#include "base/slice.h"

struct watch_table_folder {
	char *path;
	int watch; /* the number of its inotify watch; -1 when it has none */
	struct watch_table_folder *same_watch; /* the next record with this watch, or NULL */
	bool is_used;                          /* something in it, or below, was served */
	/*
	 * For polling: its own time and that of its newest entry, as they were in the last round.
	 */
	struct timespec changed, newest;
};

/* A file that was served, as it was then. */
struct watch_table_file {
	char *path;
	char *real;      /* the target of its links; NULL when path has none */
	bool is_outside; /* its links lead out of the root, so there are no events */
	struct stat state;
	uint64_t hash;  /* of its bytes; 0 when it was too large, or has to count as changed */
	bool is_absent; /* it was deleted, or its creation is not reported yet */
};

struct watch_table {
	struct map folders;
	struct map files;
	struct map watches;   /* from the number of a watch to the first folder with it */
	struct map requested; /* ignored paths that a page has requested */
	size_t link_count;    /* files whose real is another path */
};

/* A zeroed struct watch_table is empty. This frees all records. */
void watch_table_finish(struct watch_table *table);

/* The record of path, or NULL. */
struct watch_table_folder *watch_table_folder(const struct watch_table *table, struct slice path);
struct watch_table_file *watch_table_file(const struct watch_table *table, struct slice path);

/* Adds a record; there must be none of that path. */
struct watch_table_folder *watch_table_add_folder(struct watch_table *table, struct slice path);
struct watch_table_file *watch_table_add_file(struct watch_table *table, struct slice path);

/* Whether file, or the target of its links, lies below folder. */
bool watch_table_file_is_below(const struct watch_table_file *file, struct slice folder);

/* Notes that a page has requested path, which is ignored. Does nothing when very many are noted. */
void watch_table_add_requested(struct watch_table *table, struct slice path);
bool watch_table_is_requested(const struct watch_table *table, struct slice path);

/* Whether path is a folder with a record, a file in use, or a requested path. */
bool watch_table_knows(const struct watch_table *table, struct slice path);

/*
 * Sets the target of the links of file. Takes real, which is NULL or the file's own path when it
 * has no links.
 */
void watch_table_set_real(struct watch_table *table, struct watch_table_file *file, char *real);

/* Sets the number of the inotify watch of a folder; -1 when it no longer has one. */
void watch_table_set_watch(struct watch_table *table, struct watch_table_folder *folder, int watch);

/* The first folder with this watch, or NULL. same_watch leads to the others. */
struct watch_table_folder *watch_table_watched(const struct watch_table *table, int watch);

/* Called with the number of a watch that no folder needs any longer. */
typedef void watch_table_unwatch_fn(void *context, int watch);

/* Removes the folder at path and every folder below it. The files in use keep their records. */
void watch_table_remove_folders(struct watch_table *table, struct slice path,
	watch_table_unwatch_fn *unwatch, void *context);

#endif
