/*
 * watch_table: what is known of the served folder: which folders are watched, and which files are in
 * use.
 *
 * Only memory, no system calls. Paths are relative to the root, without a slash in front or at the
 * end; "" is the root. A folder that can be reached by two paths (a link) has one watch of the kernel
 * and two records here.
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
	int watch; /* the kernel's number; -1 when it has none */
	struct watch_table_folder *same_watch;
	bool is_used; /* something in it, or below, was served */
	/* Of a folder without a watch, at the last look: its own time and that of its newest entry. */
	struct timespec changed, newest;
};

/* A file that was served, as it was then. */
struct watch_table_file {
	char *path;
	char *real;      /* where links lead; NULL when path has none */
	bool is_outside; /* links lead out of the root, where there are no events */
	struct stat state;
	uint64_t hash;  /* of its bytes; 0 when it was too large to be read for that */
	bool is_absent; /* it was deleted; pages may wait for it */
};

struct watch_table {
	struct map folders;
	struct map files;
	struct map watches; /* from the kernel's number to the first folder with it */
	struct map asked;   /* paths that are ignored, but a page has asked for them */
	size_t link_count;  /* files whose real is another path */
};

/* A zeroed struct watch_table is an empty one. */
void watch_table_finish(struct watch_table *table);

/* NULL when there is none. */
struct watch_table_folder *watch_table_folder(const struct watch_table *table, struct slice path);
struct watch_table_file *watch_table_file(const struct watch_table *table, struct slice path);

/* Adds a record; there must be none of that path. */
struct watch_table_folder *watch_table_add_folder(struct watch_table *table, struct slice path);
struct watch_table_file *watch_table_add_file(struct watch_table *table, struct slice path);

/* Whether file, or what its links lead to, lies below folder. */
bool watch_table_file_is_below(const struct watch_table_file *file, struct slice folder);

/* Notes that a page has asked for path, which is ignored. Of very many, the first ones are noted. */
void watch_table_add_asked(struct watch_table *table, struct slice path);
bool watch_table_is_asked(const struct watch_table *table, struct slice path);

/* Whether path is a folder with a record, a file in use, or was asked for. */
bool watch_table_knows(const struct watch_table *table, struct slice path);

/*
 * Takes real, the path to which links lead. NULL, or the file's own path, when there are none. The
 * caller must not use it afterwards.
 */
void watch_table_set_real(struct watch_table *table, struct watch_table_file *file, char *real);

/* Sets the number of the kernel's watch on a folder; -1 takes it away. */
void watch_table_set_watch(struct watch_table *table, struct watch_table_folder *folder, int watch);

/* The first folder with this watch, the others by same_watch; NULL when there is none. */
struct watch_table_folder *watch_table_watched(const struct watch_table *table, int watch);

/* Called with the number of a watch that no folder needs any longer. */
typedef void watch_table_unwatch_fn(void *context, int watch);

/* Removes the folder at path and every folder below it. The files in use keep their records. */
void watch_table_remove_folders(struct watch_table *table, struct slice path,
	watch_table_unwatch_fn *unwatch, void *context);

#endif
