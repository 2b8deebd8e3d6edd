/*
 * mounts: the places of the site's files: the served folder, and other folders and files that are
 * mounted at a route.
 *
 * Several places may have the same name; the first one that has it serves it. Places with longer
 * routes are searched first; of equal routes, the one that was added first; the served folder last.
 * Each place has its own root and its own watch. Changes are reported with names in the site.
 */
#ifndef MOUNTS_H
#define MOUNTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/loop.h"
#include "fs/root.h"
#include "overlay/overlays.h"
#include "watch/watch.h"

struct mounts;

/* A folder or file to be mounted at a route. */
struct mounts_rule {
	char *route;        /* a name in the site without a slash at its end (route_read) */
	const char *path;   /* of the folder or file, in this machine's file system */
	const char *bounds; /* for root_set_bounds() */
};

/* One place that may have a name. */
struct mounts_place {
	struct root *root;
	struct watch *watch;
	const char *name; /* in root */
	bool is_file;     /* no other name in root is served */
	size_t next;      /* for mounts_find() */
};

/*
 * Starts with the served folder only. Keeps pointers to loop, root and what options point to. A
 * change is not reported if an earlier place has the same name. If a file is deleted and a later
 * place has the same name, that is reported as a modification. Never NULL.
 */
struct mounts *mounts_create(struct loop *loop, struct root *root,
	const struct watch_options *options, const struct watch_listener *listener);
void mounts_destroy(struct mounts *mounts); /* NULL is fine */

/* Adds a place. Borrows rule. Returns false with errno when its path cannot be opened. */
bool mounts_add(struct mounts *mounts, const struct mounts_rule *rule);

/* Allows links to lead out of every root (root_follow_links), also out of those added later. */
void mounts_follow_links(struct mounts *mounts);

/* Calls watch_reconfigure() for all watches. */
void mounts_reconfigure(struct mounts *mounts, const struct watch_options *options);

/*
 * Sets *place to the next place that may have name, by its route; it does not check whether the
 * file exists. *place must be zeroed at the start. name is relative to the site; a folder's ends
 * with a slash, and "" is the site's root. place->name is valid as long as name is. Returns false
 * after the last place.
 */
bool mounts_find(const struct mounts *mounts, const char *name, struct mounts_place *place);

/*
 * watch_state() of name, relative to the site, in the first place that has it; or the state of the text that lies over
 * it.
 */
enum watch_verdict mounts_state(const struct mounts *mounts, const char *name, uint64_t *state);

/*
 * Sets *place to the next place that has the file at path (absolute, without links) in its folder, as mounts_find() does;
 * the file need not exist. Returns its name in the site, which the caller frees; NULL after the last place. Places are left
 * out where another file of the same name is served in its place. place->name is valid as long as path is.
 */
char *mounts_find_file(const struct mounts *mounts, const char *path, struct mounts_place *place);

/*
 * The absolute path of the file that is served under name: of the text that lies over it, or else of what is there. The
 * caller frees. NULL when there is none. *is_draft, if it is not NULL, says whether it is such a text.
 */
char *mounts_path_of(const struct mounts *mounts, const char *name, bool *is_draft);

/* Whether a place other than the served folder has a file or folder of this name. */
bool mounts_cover(const struct mounts *mounts, const char *name);

/*
 * From now on the texts in overlays (overlay/overlays.h), which have the absolute paths of files, lie over the files of all
 * places. Keeps a pointer. NULL removes them.
 */
void mounts_set_overlays(struct mounts *mounts, struct overlays *overlays);
/* What was set; or NULL. */
struct overlays *mounts_overlays(const struct mounts *mounts);
/* Opens the text that lies over the file at place (overlays_open). Returns -1 when there is none. */
int mounts_open_overlay(const struct mounts *mounts, const struct mounts_place *place);

/* Whether no change is being looked at that happened before the call (watch_is_quiet). */
bool mounts_are_quiet(const struct mounts *mounts);

/* The number of places, the served folder included, and the root of each. */
size_t mounts_count(const struct mounts *mounts);
struct root *mounts_root(const struct mounts *mounts, size_t i);

/* The root of the served folder. */
const struct root *mounts_served_root(const struct mounts *mounts);

/* The watch of the served folder. */
struct watch *mounts_watch(const struct mounts *mounts);

#endif
