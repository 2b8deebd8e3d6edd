/*
 * served_site: one site: a root, and all parts that are for this root alone. Its pages are told of its own changes,
 * use its own settings, and know nothing of other sites of the process.
 */
#ifndef SERVED_SITE_H
#define SERVED_SITE_H

#include <stdbool.h>
#include <stddef.h>

#include "document_hold.h"
#include "events/page_events.h"
#include "fs/root.h"
#include "http/response.h"
#include "https_setup.h"
#include "live/hub.h"
#include "live/page_sockets.h"
#include "local/own_pages.h"
#include "local_setup.h"
#include "page_setup.h"
#include "pages/page_waits.h"
#include "publisher.h"
#include "script_files.h"
#include "security/authenticator.h"
#include "settings/config.h"
#include "settings/config_watch.h"
#include "site/router.h"
#include "ui/first_page.h"
#include "ui/terminal.h"
#include "watch/extra_watches.h"
#include "wire/live_capture.h"

/* What all sites share. */
struct served_process {
	int argument_count;
	char **arguments; /* the command line */
	struct loop *loop;
	struct terminal *terminal;
	struct https_setup *https;         /* or NULL */
	struct live_capture *live_capture; /* or NULL */
	struct first_page *first_page;     /* or NULL */
	struct page_waits *page_waits;     /* or NULL */
};

/* The owner calls the functions in their order here; served_site_finish in every case. Zeroed at first. */
struct served_site {
	const struct served_process *process;
	struct config *config;
	const struct config_vhost *vhost; /* NULL: the site of no name */
	struct root *root;
	struct publisher *publisher;
	struct mounts *mounts;
	struct extra_watches *extra_watches;
	struct journal *journal;
	struct problems *problems;
	struct importers *importers;
	struct hub *hub;
	struct points *points;
	struct document_hold *document_hold;
	struct page_sockets *page_sockets;
	struct page_events *page_events;
	struct page_setup page_setup;
	struct authenticator *authenticator; /* or NULL */
	struct script_files scripts;
	struct proxy *proxy; /* or NULL */
	struct static_files *static_files;
	struct router *router;
	struct own_pages *own_pages; /* NULL: local_setup has them */
	struct config_watch *config_watch;
};

/* Opens the root. Keeps all pointers. Returns false after an error. */
bool served_site_open(struct served_site *site, const struct served_process *process,
	struct config *config, const struct config_vhost *vhost);

/* Creates what publishes changes. process has its loop and its terminal. */
void served_site_begin(struct served_site *site);

/* Reads who has a password, and opens the other folders. Returns false after an error. */
bool served_site_open_folders(struct served_site *site);

/* Follows the settings files from now on. */
void served_site_follow_settings(struct served_site *site);

/*
 * Creates what answers requests, with control_api for those of the owner (NULL: no such request comes), and local, which
 * has the status page (NULL: the site has none). Returns the handler, valid until served_site_finish.
 */
struct response_handler served_site_answer(
	struct served_site *site, const struct control_api *control_api, struct local_setup *local);

/* Ends what uses connections; to be called after the engines, and before the parts of the process. */
void served_site_disconnect(struct served_site *site);
/* To be called while the process has its loop. */
void served_site_finish(struct served_site *site);

#endif
