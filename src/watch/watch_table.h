/*
 * watch_table: the records of the watched folders and of the files in use.
 *
 * It makes no system calls. Paths are relative to the root, without a slash at the beginning or
 * end; "" is the root. A folder with two paths (by a link) has one inotify watch and two records.
 *
 * Through a link to a folder above, one file has any number of paths. So what has another real name
 * than its path, or does not exist, is limited in number and memory: what was not used for longest
 * is forgotten.
 */
#ifndef WATCH_TABLE_H
#define WATCH_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

#include "fs/lru.h"
#include "base/map.h"
#include "base/slice.h"
#include "fs/path_tree.h"

struct watch_table_folder {
	struct path_node node;
	bool is_known; /* it has a record; else it is only a parent folder of one */
	bool is_used;  /* something in it, or below, was served */
	bool is_new;   /* since it is watched, its files were reported as new ones */
	/* It has more paths than there are records: names in it are not reported with all of them.
	 */
	bool is_crowded;
	uint64_t changed_at; /* for folder_watches: the last event of a folder in it */
	int watch;           /* the number of its inotify watch; -1 when it has none */
	struct watch_table_folder *same_watch; /* the next record with this watch, or NULL */
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
	uint64_t hash;       /* of its bytes; 0 when it was too large, or has to count as changed */
	bool is_absent;      /* it was deleted, or its creation is not reported yet */
	bool is_early;       /* absent, but a page has got its bytes, so its end is a change */
	uint64_t changed_at; /* for folder_watches: the last event of its path */
	unsigned visited;    /* for compare: the last round that has looked at it */
	/* What follows is for watch_table only. */
	struct watch_table_name *name, *real_name;
	struct watch_table_file *next_linked; /* the next with the same real name */
	struct watch_table_file *next_inode;  /* the next with the same inode */
	struct lru_item use;
};

/* What is known about one path that a page, or a link, has named. */
struct watch_table_name {
	struct path_node node;
	struct watch_table_file *file;   /* the file in use with this path, or NULL */
	struct watch_table_file *linked; /* the files whose real name this is */
	uint64_t forgotten_us;   /* until then, pages may use paths to it that were forgotten */
	struct lru_item request; /* in a list: it is ignored, and a page has requested it */
};

/* Whether an open page uses path. */
typedef bool watch_table_in_use_fn(void *context, const char *path);

struct watch_table {
	struct path_tree folders;
	struct path_tree names;
	struct path_node *detached; /* folders that were removed and are not freed yet */
	size_t detached_count;
	size_t folder_count; /* records that are not freed yet */
	size_t file_count;
	size_t alias_count;     /* records of folders beyond the first of each watch */
	struct map watches;     /* from the number of a watch to the first folder with it */
	struct map inodes;      /* from device and inode to the first file with them */
	size_t link_count;      /* files whose real is another path */
	struct lru spare;       /* files that are absent, have links, or lie outside: limited */
	struct lru hard_linked; /* all other files with more than one name */
	struct lru requested;   /* names */
	uint64_t events;        /* how many there were; new records have it as changed_at */
	watch_table_in_use_fn *is_in_use; /* set by the owner, or NULL: no path is */
	void *context;                    /* its first argument */
};

enum {
	WATCH_TABLE_SPARE_MAX = 4096,              /* files */
	WATCH_TABLE_SPARE_BYTES = 4 * 1024 * 1024, /* the memory of these, about */
	WATCH_TABLE_REQUESTED_MAX = 10 * 1000,
	WATCH_TABLE_REQUESTED_BYTES = 2 * 1024 * 1024,
	WATCH_TABLE_ALIASES_MAX = 1000, /* in all */
	WATCH_TABLE_ALIASES_OF_ONE = 16,
};

/* A zeroed struct watch_table is empty. This frees all records. */
void watch_table_finish(struct watch_table *table);

/* ---- folders ---- */

/* The record of path, or NULL. */
struct watch_table_folder *watch_table_folder(const struct watch_table *table, struct slice path);

/* Adds a record; there must be none of that path. */
struct watch_table_folder *watch_table_add_folder(struct watch_table *table, struct slice path);

/* Replaces path by that of folder. Returns false when folder was removed. */
bool watch_table_folder_path(
	const struct watch_table *table, const struct watch_table_folder *folder, struct buf *path);

/* The next record of all; NULL at the end. See hash_table_next(). Includes removed ones. */
struct watch_table_folder *watch_table_next_folder(
	const struct watch_table *table, struct hash_table_place *place);

/* Sets the number of the inotify watch of a folder; -1 when it no longer has one. */
void watch_table_set_watch(struct watch_table *table, struct watch_table_folder *folder, int watch);

/*
 * The first folder with this watch, or NULL. same_watch leads to the others. Some of them may have
 * been removed.
 */
struct watch_table_folder *watch_table_watched(const struct watch_table *table, int watch);

/*
 * Whether a further record may have this watch. If not, names in that folder are from now on not
 * reported with every path that leads there, and watch_table_is_crowded() says so.
 */
bool watch_table_has_room(struct watch_table *table, int watch);

/* Whether there are paths to folder by which names in it are not reported. */
bool watch_table_is_crowded(const struct watch_table *table, struct slice folder);

/*
 * Removes the folder at path and every folder below it, in one step: they are not found any more.
 * Their memory and their watches are kept until watch_table_purge() has freed them. The files in
 * use keep their records.
 */
void watch_table_remove_folders(struct watch_table *table, struct slice path);

/* Called with the number of a watch that no folder needs any longer. */
typedef void watch_table_unwatch_fn(void *context, int watch);

/* Frees one removed folder. Returns false when there is none. */
bool watch_table_purge(struct watch_table *table, watch_table_unwatch_fn *unwatch, void *context);

/* ---- files in use ---- */

/* The record of path, or NULL. */
struct watch_table_file *watch_table_file(const struct watch_table *table, struct slice path);

/* Adds a record; there must be none of that path. */
struct watch_table_file *watch_table_add_file(struct watch_table *table, struct slice path);

/*
 * Sets the target of the links of file. Takes real, which is NULL or the file's own path when it
 * has no links.
 */
void watch_table_set_real(struct watch_table *table, struct watch_table_file *file, char *real);

/* Sets the state of file; NULL: it has none. */
void watch_table_set_state(
	struct watch_table *table, struct watch_table_file *file, const struct stat *state);

/* To be called when file was used, or its record has changed: it is forgotten last. */
void watch_table_keep(struct watch_table *table, struct watch_table_file *file);

/*
 * Forgets the files that are beyond the limits, except kept, which may be NULL. Pointers to other
 * files are invalid afterwards.
 */
void watch_table_trim(struct watch_table *table, const struct watch_table_file *kept);

/* The first file with the inode of state; next_inode leads to the others. NULL: there is none. */
struct watch_table_file *watch_table_inode(
	const struct watch_table *table, const struct stat *state);

/* The next record of all; NULL at the end. See hash_table_next(). */
struct watch_table_file *watch_table_next_file(
	const struct watch_table *table, struct hash_table_place *place);

/* Whether file, or the target of its links, lies below folder. */
bool watch_table_file_is_below(const struct watch_table_file *file, struct slice folder);

/*
 * Whether a page may use the file at path by another path that was forgotten. A change of path then
 * has to count as a change of anything.
 */
bool watch_table_is_forgotten(const struct watch_table *table, struct slice path);

/* ---- names ---- */

/* What is known about path, or NULL. */
struct watch_table_name *watch_table_name(const struct watch_table *table, struct slice path);
/* The next name below top; NULL at the end. */
struct watch_table_name *watch_table_next_name(
	const struct watch_table_name *name, const struct watch_table_name *top);

/* Notes that a page has requested path, which is ignored. May forget the one noted first. */
void watch_table_add_requested(struct watch_table *table, struct slice path);
bool watch_table_is_requested(const struct watch_table *table, struct slice path);

/* Whether path is a folder with a record, a file in use, or a requested path. */
bool watch_table_knows(const struct watch_table *table, struct slice path);

#endif
