/*
 * config_watch: reads the settings again when one of their files changes.
 */
#ifndef CONFIG_WATCH_H
#define CONFIG_WATCH_H

#include "base/loop.h"
#include "fs/root.h"
#include "settings/config.h"

struct config_watch;

/*
 * The settings have changed. config is all that was read now: the values of options that are not
 * live may differ from those in use and must not be used. sentence says what has changed, for the
 * user. It is borrowed for the call.
 *
 * config lives until the next such call has returned, or until config_watch_destroy. So the function
 * must pass the new values to every part that still points into the config before it.
 */
typedef void config_watch_fn(void *context, const struct config *config, const char *sentence);

/*
 * Watches the files that start was read from with this command line, and the places where such
 * files could appear. Keeps pointers to all arguments but command; start must outlive it. A file that
 * cannot be read changes nothing.
 */
struct config_watch *config_watch_create(struct loop *loop, const struct root *served,
	const struct config *start, const struct config_command *command, config_watch_fn *fn,
	void *context);
void config_watch_destroy(struct config_watch *config_watch);

/* From now on open(context, path) opens the files. Keeps a pointer to context. */
void config_watch_set_opener(
	struct config_watch *config_watch, config_reader_open_fn *open, void *context);

/* Whether name, a file of the served folder, is one of the files that are watched. */
bool config_watch_covers(const struct config_watch *config_watch, const char *name);

#endif
