/*
 * extra_watch: watches a folder or a file that no page asks for, such as templates, inside of the root
 * or elsewhere.
 *
 * Room: things. A watch of its own, for which every file counts as used: so the same bytes again
 * are no change, and where the kernel tells nothing all files are looked at.
 */
#ifndef EXTRA_WATCH_H
#define EXTRA_WATCH_H

#include <stdbool.h>

#include "watch/change.h"
#include "base/loop.h"
#include "fs/root.h"
#include "watch/watch.h"

struct extra_watch;

/*
 * Watches path as options say; the served folder, when it lies below, is left out. Changes are told
 * with path in front of their names. Keeps a pointer to loop. Returns NULL with errno when there is
 * no such path.
 */
struct extra_watch *extra_watch_create(struct loop *loop, const char *path,
	const struct root *served, const struct watch_options *options,
	const struct watch_listener *listener);
/*
 * Watches nothing in folder but the files of these names (NULL at the end), which may be one folder
 * deeper, and need not be there; what happens from now on is told. NULL with errno when there is no
 * such folder.
 */
struct extra_watch *extra_watch_create_files(struct loop *loop, const char *folder,
	const char *const *names, const struct root *served, const struct watch_options *options,
	const struct watch_listener *listener);
void extra_watch_destroy(struct extra_watch *extra_watch);

/* From now on the options count that watch_reconfigure takes over. */
void extra_watch_reconfigure(struct extra_watch *extra_watch, const struct watch_options *options);

/* Where it looks. */
struct root *extra_watch_root(const struct extra_watch *extra_watch);

/* Whether a name of the served folder lies where lookout looks. */
bool extra_watch_covers(const struct extra_watch *extra_watch, const char *name);

#endif
