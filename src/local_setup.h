/*
 * local_setup: builds what the program answers for itself, from the settings: the status page, with the events and
 * requests that it shows, and own_pages.
 */
#ifndef LOCAL_SETUP_H
#define LOCAL_SETUP_H

#include "base/loop.h"
#include "control/control_api.h"
#include "live/hub.h"
#include "settings/config.h"
#include "site/mounts.h"
#include "ui/terminal.h"

struct local_setup;

/* The parts that it describes. */
struct local_setup_options {
	const struct config *config;
	struct loop *loop;
	const struct root *root;
	const struct hub *hub;
	const struct mounts *mounts;
	struct terminal *terminal;
	const char *url;                  /* of the site */
	const char *wire_url;             /* or NULL */
	const struct control_site *sites; /* of --vhost */
	size_t site_count;
};

/* Keeps all pointers of options. Never NULL. */
struct local_setup *local_setup_create(const struct local_setup_options *options);
void local_setup_destroy(struct local_setup *local); /* NULL is fine */

/* Of the status page; NULL when there is none. */
const char *local_setup_status_url(const struct local_setup *local);

/* own_pages_wrap */
void local_setup_wrap(struct local_setup *local, struct response_handler *handler);

#endif
