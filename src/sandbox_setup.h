/*
 * sandbox_setup: enters the sandbox, with the rights that the parts of the server need.
 */
#ifndef SANDBOX_SETUP_H
#define SANDBOX_SETUP_H

#include "https_setup.h"
#include "security/privdrop.h"
#include "settings/config.h"
#include "settings/config_watch.h"
#include "site/mounts.h"
#include "watch/extra_watches.h"

/* The parts that open files later. */
struct sandbox_setup {
	const struct config *config;
	struct mounts *mounts;
	struct extra_watches *extra_watches;
	struct https_setup *https; /* or NULL */
	struct config_watch *config_watch;
	const char *socket; /* a file that may be removed; or NULL */
	bool connects;      /* connections may be opened */
};

/*
 * Comes last: what was not opened before cannot be opened any more. Keeps a pointer to the config. Returns NULL where the
 * system has no Landlock, after a log line; the caller destroys.
 */
struct privdrop *sandbox_setup_enter(const struct sandbox_setup *setup);

#endif
