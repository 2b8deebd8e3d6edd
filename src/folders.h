/*
 * folders: the folders of the settings, beside the served one: those that are mounted, and those that are
 * only watched.
 */
#ifndef FOLDERS_H
#define FOLDERS_H

#include <stdbool.h>
#include <stddef.h>

#include "settings/config.h"
#include "site/mounts.h"
#include "watch/extra_watches.h"

/*
 * Adds what config names. A path of a settings file that is not there is left out. Returns false after an
 * error about the first path of the command line that is not there.
 */
bool folders_add_mounts(struct mounts *mounts, struct config *config);
bool folders_add_watches(struct extra_watches *extra_watches, struct config *config);

/* The roots of all of them. Sets *count. The caller frees the array, not the roots. */
struct root **folders_roots(
	const struct mounts *mounts, const struct extra_watches *extra_watches, size_t *count);

#endif
