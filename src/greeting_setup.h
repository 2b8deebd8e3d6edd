/*
 * greeting_setup: makes what is printed at the start (ui/greeting.h) out of the settings and of what has become of
 * them.
 */
#ifndef GREETING_SETUP_H
#define GREETING_SETUP_H

#include "fs/root.h"
#include "https_setup.h"
#include "net/listener.h"
#include "settings/config.h"
#include "ui/greeting.h"
#include "ui/terminal.h"
#include "watch/watch.h"
#include "wire/live_capture.h"

struct greeting_setup {
	const struct config *config;
	struct root *root;
	const struct listener *listener; /* it listens */
	const struct live_capture *wire; /* or NULL */
	const struct https_setup *https; /* or NULL */
	const struct watch *watch;
	struct terminal *terminal;
};

/* greeting_init() with these. The caller calls greeting_finish(). */
void greeting_setup_init(struct greeting *greeting, const struct greeting_setup *setup);

#endif
