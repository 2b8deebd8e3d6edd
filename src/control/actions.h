/*
 * actions: what keys and signals make the running server do.
 *
 * The commands "liveserve reload" and the like are in control_api.h.
 */
#ifndef ACTIONS_H
#define ACTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/loop.h"
#include "control/control_api.h"
#include "live/hub.h"
#include "ui/browser.h"
#include "ui/event_text.h"
#include "ui/terminal.h"

struct actions;

struct actions_options {
	struct loop *loop;
	struct terminal *terminal;
	struct hub *const *hubs;
	size_t hub_count;
	struct browser *browser;
	control_api_reload_fn *reload;
	void *context; /* of reload */
};

/*
 * Handles signals from now on. Keeps all pointers of options. Returns NULL with errno when the
 * system gives no descriptor.
 */
struct actions *actions_create(const struct actions_options *options);
/* Restores the terminal's mode. NULL is fine. */
void actions_destroy(struct actions *actions);

/*
 * From now on the status line is updated each time before the loop waits. Keys are handled if the
 * program was started in a terminal. Keeps pointers to start and page_url, which is the URL that the
 * browser opens.
 */
void actions_begin(struct actions *actions, const struct event_start *start, const char *page_url);

/* Pauses or resumes, as the key p does; nothing if it is so already. */
void actions_set_paused(struct actions *actions, bool is_paused);

/* Ends the program as the key q does, after this round of the loop. */
void actions_quit(struct actions *actions);

/* Whether keys are handled; then the browser may have to be opened at any time. */
bool actions_has_keys(const struct actions *actions);

#endif
