/*
 * mounts: where the files of the site are: in the served folder, and in folders and files elsewhere
 * that are mounted at a route.
 *
 * Several places may have the same name. The place with the longest route is searched first, of
 * equal routes the one that was added first, the served folder last; the first that has the name
 * serves it. Each place has its own root and its own watch; changes are reported with names in the
 * site.
 */
#ifndef MOUNTS_H
#define MOUNTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/loop.h"
#include "fs/root.h"
#include "watch/watch.h"

struct mounts;

/* A folder or file that is to be served at a route, too. */
struct mounts_rule {
	char *route;      /* a name in the site without a slash at its end (route_read) */
	const char *path; /* of the folder or file, in this machine's file system */
};

/* One place that may have a name. */
struct mounts_place {
	struct root *root;
	struct watch *watch;
	const char *name; /* in root */
	bool is_file;     /* nothing else of root is served */
	size_t next;      /* of mounts_find() */
};

/*
 * Begins with the served folder alone. Keeps pointers to loop, root and what options point to. The
 * listener does not get a change that another place hides; when a file goes and another place has
 * the name, too, that is reported as a modification. Never NULL.
 */
struct mounts *mounts_create(struct loop *loop, struct root *root,
	const struct watch_options *options, const struct watch_listener *listener);
void mounts_destroy(struct mounts *mounts); /* NULL is fine */

/* Adds a place; rule is borrowed. Returns false with errno when its path cannot be opened. */
bool mounts_add(struct mounts *mounts, const struct mounts_rule *rule);

/* From now on links may lead out of every root (root_follow_links), also of those added later. */
void mounts_follow_links(struct mounts *mounts);

/* watch_reconfigure() for all watches. */
void mounts_reconfigure(struct mounts *mounts, const struct watch_options *options);

/*
 * Steps to the next place that may have name (in the site; a folder's ends with a slash, that of
 * the site's root is ""). Start with a zeroed place. Whether the file exists is not looked at.
 * place->name is valid as long as name is. Returns false after the last one.
 */
bool mounts_find(const struct mounts *mounts, const char *name, struct mounts_place *place);

/* Whether a place other than the served folder has a file or folder of this name. */
bool mounts_cover(const struct mounts *mounts, const char *name);

/* The number of places, the served folder included, and the root of each. */
size_t mounts_count(const struct mounts *mounts);
struct root *mounts_root(const struct mounts *mounts, size_t i);

/* The watch of the served folder. */
struct watch *mounts_watch(const struct mounts *mounts);

#endif
