/*
 * extra_watch: watches a folder or a file that no page requests, such as a template, inside of the
 * served folder or elsewhere.
 *
 * It has its own watch, for which every file counts as used. So saving the same bytes is no change,
 * and where the kernel sends no events all files are polled.
 */
#ifndef EXTRA_WATCH_H
#define EXTRA_WATCH_H

#include <stdbool.h>

#include "base/loop.h"
#include "fs/root.h"
#include "watch/watch.h"

struct extra_watch;

/*
 * Watches path, with options. If the served folder lies below path, it is left out. Reported names
 * begin with path. Keeps a pointer to loop. Returns NULL with errno when there is no such path.
 */
struct extra_watch *extra_watch_create(struct loop *loop, const char *path,
	const struct root *served, const struct watch_options *options,
	const struct watch_listener *listener);
/*
 * Watches only the files called names (NULL at the end) in folder. A name may lie one folder
 * deeper, and need not exist. Changes are reported from now on, not only after the first walk.
 * Returns NULL with errno when there is no such folder.
 */
struct extra_watch *extra_watch_create_files(struct loop *loop, const char *folder,
	const char *const *names, const struct root *served, const struct watch_options *options,
	const struct watch_listener *listener);
void extra_watch_destroy(struct extra_watch *extra);

/* Sets new options, as watch_reconfigure() does. */
void extra_watch_reconfigure(struct extra_watch *extra, const struct watch_options *options);

/* The root of what is watched; extra owns it. */
struct root *extra_watch_root(const struct extra_watch *extra);

/* What watches it; extra owns it. */
struct watch *extra_watch_watch(const struct extra_watch *extra);

/* Whether name, relative to the served folder, is watched by extra. */
bool extra_watch_covers(const struct extra_watch *extra, const char *name);

#endif
