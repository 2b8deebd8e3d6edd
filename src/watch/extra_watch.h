/*
 * extra_watch: watches a folder or a file that no page asks for, such as templates, inside of the root
 * or elsewhere.
 *
 * It has a watch of its own, to which every file counts as used. So the same bytes again are no
 * change, and where the kernel tells nothing all files are looked at.
 */
#ifndef EXTRA_WATCH_H
#define EXTRA_WATCH_H

#include <stdbool.h>

#include "base/loop.h"
#include "fs/root.h"
#include "watch/watch.h"

struct extra_watch;

/*
 * Watches path as options say. The served folder is left out when it lies below. Changes are told
 * with path in front of their names. Keeps a pointer to loop. Returns NULL with errno when there is
 * no such path.
 */
struct extra_watch *extra_watch_create(struct loop *loop, const char *path,
	const struct root *served, const struct watch_options *options,
	const struct watch_listener *listener);
/*
 * Watches only the files of these names in folder (NULL at the end). A name may lie one folder deeper,
 * and need not be there. What happens from now on is told. Returns NULL with errno when there is no
 * such folder.
 */
struct extra_watch *extra_watch_create_files(struct loop *loop, const char *folder,
	const char *const *names, const struct root *served, const struct watch_options *options,
	const struct watch_listener *listener);
void extra_watch_destroy(struct extra_watch *extra);

/* From now on these options count, as in watch_reconfigure(). */
void extra_watch_reconfigure(struct extra_watch *extra, const struct watch_options *options);

/* The root of what is watched; it belongs to extra_watch. */
struct root *extra_watch_root(const struct extra_watch *extra);

/* Whether name, seen from the served folder, lies in what is watched. */
bool extra_watch_covers(const struct extra_watch *extra, const char *name);

#endif
