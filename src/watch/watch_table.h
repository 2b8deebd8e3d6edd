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

struct watch_table_folder {
	char *path;
	int watch; /* the kernel's number; -1 when it has none */
	struct watch_table_folder *same_watch;
	bool is_used; /* something in it, or below, was served */
	/*
	 * Of one without a watch, when it was last looked at: its time, and that of its newest
	 * entry.
	 */
	struct timespec changed, newest;
};

/* A file that was served, as it was then. */
struct watch_table_file {
	char *path;
	char *real;      /* where links lead; NULL when path has none */
	bool is_outside; /* links lead out of the root, where nothing is heard */
	struct stat seen;
	uint64_t hash;  /* of its bytes; 0 when it was too large to be read for that */
	bool is_absent; /* it was deleted; pages may wait for it */
};

struct watch_table {
	struct map folders;
	struct map files;
	struct map watches; /* from the kernel's number to the first folder with it */
	size_t link_count;  /* files whose real is another path */
};

/* A zeroed struct tree is an empty one. */
void watch_table_finish(struct watch_table *table);

/* NULL when there is none. */
struct watch_table_folder *watch_table_folder(const struct watch_table *table, struct slice path);
struct watch_table_file *watch_table_file(const struct watch_table *table, struct slice path);

/* Adds a record; there must be none of that path. */
struct watch_table_folder *watch_table_add_folder(struct watch_table *table, struct slice path);
struct watch_table_file *watch_table_add_file(struct watch_table *table, struct slice path);

/* Takes real, the path to which links lead; NULL or file's own path when there are none. */
void watch_table_set_real(struct watch_table *table, struct watch_table_file *file, char *real);

/* Gives a folder its kernel watch (-1 takes it away). */
void watch_table_set_watch(struct watch_table *table, struct watch_table_folder *folder, int watch);

/* The first folder with this kernel watch, the others by same_watch; NULL when there is none. */
struct watch_table_folder *watch_table_watched(const struct watch_table *table, int watch);

/* Called with the number of a kernel watch that no folder needs any longer. */
typedef void watch_table_unwatch_fn(void *context, int watch);

/* Forgets the folder at path and every folder below it. Files in use stay known. */
void watch_table_remove_folders(struct watch_table *table, struct slice path,
	watch_table_unwatch_fn *unwatch, void *context);

#endif
