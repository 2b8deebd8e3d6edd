/*
 * config_watch: reads the settings again when one of their files changes.
 *
 * Room: top.
 */
#ifndef CONFIG_WATCH_H
#define CONFIG_WATCH_H

#include "settings/config.h"
#include "base/loop.h"
#include "fs/root.h"

struct follow;

/*
 * Others count now. settings lives until the next call, or follow_destroy; those that are not live
 * may be the same as ever. news is a sentence for the person.
 */
typedef void follow_fn(void *context, const struct config *settings, const char *news);

/*
 * Watches the files that start was read from, or could have been, by this command line. Keeps
 * pointers to all but the options. A file that is broken changes nothing.
 */
struct follow *follow_create(struct loop *loop, const struct root *served,
	const struct config *start, int count, char **arguments, follow_fn *fn, void *context);
void follow_destroy(struct follow *follow);

/* Who opens the files from now on. Keeps a pointer to context. */
void follow_set_opener(struct follow *follow, source_open_fn *open, void *context);

/* Whether name, of the served folder, is such a file. */
bool follow_covers(const struct follow *follow, const char *name);

#endif
