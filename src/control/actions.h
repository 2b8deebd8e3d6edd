/*
 * actions: what the person can make the server do while it runs: by keys and by signals.
 *
 * It owns the keys and the signals of the process. (control_api.h has what "liveserve reload" and
 * the like can do.)
 */
#ifndef ACTIONS_H
#define ACTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/loop.h"
#include "live/hub.h"
#include "ui/browser.h"
#include "ui/event_text.h"
#include "ui/terminal.h"

struct actions;

/*
 * Tells the pages that use path to show it again, or every page to reload if path is empty. Returns
 * the number of pages that were told.
 */
typedef size_t actions_reload_fn(void *context, struct slice path);

struct actions_options {
	struct loop *loop;
	struct terminal *terminal;
	struct hub *hub;
	struct browser *browser;
	actions_reload_fn *reload;
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
 * From now on keeps the status line up to date before the loop waits, and handles keys, if the program was started in a terminal. Keeps pointers to start and
 * page_url, which the browser opens.
 */
void actions_begin(struct actions *actions, const struct event_start *start, const char *page_url);

/* Whether keys are handled, so that the browser may have to be opened at any time. */
bool actions_has_keys(const struct actions *actions);

#endif
