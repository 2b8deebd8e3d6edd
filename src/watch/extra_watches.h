/*
 * extra_watches: the paths that are watched beside the served folder, as one.
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

/* Watches path, too (extra_watch_create). Returns false with errno when there is no such path. */
bool extra_watches_add(struct extra_watches *extra_watches, const char *path);

/* From now on these options count, as in watch_reconfigure(). */
void extra_watches_reconfigure(
	struct extra_watches *extra_watches, const struct watch_options *options);

/* How many there are, and the root of each. */
size_t extra_watches_count(const struct extra_watches *extra_watches);
struct root *extra_watches_root(const struct extra_watches *extra_watches, size_t index);

/* Whether name, seen from the served folder, lies in one of them. */
bool extra_watches_cover(const struct extra_watches *extra_watches, const char *name);

#endif
