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

struct config_watch;

/*
 * Others count now. settings lives until the next call, or config_watch_destroy; those that are not live
 * may be the same as ever. news is a sentence for the person.
 */
typedef void config_watch_fn(void *context, const struct config *settings, const char *news);

/*
 * Watches the files that start was read from, or could have been, by this command line. Keeps
 * pointers to all but the options. A file that is broken changes nothing.
 */
struct config_watch *config_watch_create(struct loop *loop, const struct root *served,
	const struct config *start, int count, char **arguments, config_watch_fn *fn,
	void *context);
void config_watch_destroy(struct config_watch *config_watch);

/* Who opens the files from now on. Keeps a pointer to context. */
void config_watch_set_opener(
	struct config_watch *config_watch, config_reader_open_fn *open, void *context);

/* Whether name, of the served folder, is such a file. */
bool config_watch_covers(const struct config_watch *config_watch, const char *name);

#endif
