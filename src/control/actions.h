/*
 * actions: what the person can tell the server while it runs: by keys, by signals and through desk.
 *
 * Room: top. Owns the keys and the signals.
 */
#ifndef ACTIONS_H
#define ACTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/browser.h"
#include "live/hub.h"
#include "base/loop.h"
#include "ui/event_text.h"
#include "ui/terminal.h"

struct actions;

/* Reloads the pages that use path; every page if path is empty. Returns how many were told. */
typedef size_t actions_reload_fn(void *context, struct slice path);

struct actions_options {
	struct loop *loop;
	struct terminal *terminal;
	struct hub *hub;
	struct browser *browser;
	actions_reload_fn *reload;
	void *context; /* of reload */
};

/* Takes the signals. Keeps all pointers. NULL with errno when the system gives no descriptor. */
struct actions *actions_create(const struct actions_options *options);
/* Gives the terminal back. */
void actions_destroy(struct actions *actions);

/* The server is open: from now on keys are heard. Keeps pointers to start and page, a URL. */
void actions_begin(struct actions *actions, const struct event_start *start, const char *page);

/* Whether the browser may have to be opened at any time. */
bool actions_has_keys(const struct actions *actions);

/* Once a turn of the loop: shows how things stand. False when the program is to end. */
bool actions_go_on(struct actions *actions);

#endif
