/*
 * extra_watches: all paths that are watched in addition to the served folder.
 */
#ifndef EXTRA_WATCHES_H
#define EXTRA_WATCHES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/loop.h"
#include "fs/root.h"
#include "watch/watch.h"

struct extra_watches;

/* Watches nothing yet. Keeps pointers to loop, served and what options point to. Never NULL. */
struct extra_watches *extra_watches_create(struct loop *loop, const struct root *served,
	const struct watch_options *options, const struct watch_listener *listener);
void extra_watches_destroy(struct extra_watches *extra_watches); /* NULL is fine */

/*
 * Adds path (extra_watch_create), within bounds (root_set_bounds). Returns false with errno when there
 * is no such path, EXDEV when it does not lie there.
 */
bool extra_watches_add(struct extra_watches *extra_watches, const char *path, const char *bounds);

/* Sets new options, as watch_reconfigure() does. Keeps pointers to what they point to. */
void extra_watches_reconfigure(
	struct extra_watches *extra_watches, const struct watch_options *options);

/* Whether no change is being looked at that happened before the call (watch_is_quiet). */
bool extra_watches_are_quiet(const struct extra_watches *extra_watches);

/* The number of paths, and the root of each. */
size_t extra_watches_count(const struct extra_watches *extra_watches);
struct root *extra_watches_root(const struct extra_watches *extra_watches, size_t index);

/* Whether name, relative to the served folder, is watched by one of them. */
bool extra_watches_cover(const struct extra_watches *extra_watches, const char *name);

#endif
