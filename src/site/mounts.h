/*
 * mounts: where the files of the site are: in the served folder, and in folders and files elsewhere
 * that were given a route.
 *
 * Room: things. A name of the site may lie in several places: that of the longest route is looked
 * at first, of equal ones the first given, the served folder last; the first that has the name
 * shows it. Each place has a root and a watch of its own; what they see is told by the site's
 * names.
 */
#ifndef MOUNTS_H
#define MOUNTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/loop.h"
#include "fs/root.h"
#include "watch/watch.h"

struct mounts;

/* A folder or file to be served at a route, as the option --mount gives it. */
struct mounts_rule {
	char *route;      /* as mounts_add takes it; of whoever made the rule */
	const char *path; /* of this machine; borrowed */
};

/* Where a name may lie. */
struct mounts_place {
	struct root *root;
	struct watch *watch;
	const char *name; /* in root */
	bool is_file;     /* nothing else of root is served there */
	size_t next;
};

/*
 * Begins with the served folder alone. Keeps pointers to loop, root and what the options point to.
 * A change that another place hides is not told; one that lets another place show through is told
 * as such.
 */
struct mounts *mounts_create(struct loop *loop, struct root *root,
	const struct watch_options *options, const struct watch_listener *listener);
void mounts_destroy(struct mounts *mounts);

/*
 * Serves the folder or file at path (of this machine) also under route (route_read). Returns false
 * with errno when it is not there.
 */
bool mounts_add(struct mounts *mounts, const char *route, const char *path);

/* Links may lead out of every root, also of those that come later. */
void mounts_follow_links(struct mounts *mounts);

/* As watch_reconfigure, for all of them. */
void mounts_reconfigure(struct mounts *mounts, const struct watch_options *options);

/*
 * Steps through the places of name (of the site; "" or with a slash at its end for a folder); a
 * zeroed place is before the first. Its name is valid as long as name. False at the end.
 */
bool mounts_find(const struct mounts *mounts, const char *name, struct mounts_place *place);

/* How many places there are, the served folder among them; and the root of each. */
size_t mounts_count(const struct mounts *mounts);
struct root *mounts_root(const struct mounts *mounts, size_t i);

/* The watch of the served folder. */
struct watch *mounts_watch(const struct mounts *mounts);

#endif
