/*
 * status_page: what the server does, as a page for the user who has started it: the open pages, the last changes and who
 * was told of them, what is watched, and the last requests. It is at a private_port.
 *
 *   GET /SECRET/              the page; and status.js, status.css
 *   GET /SECRET/state         what changes in it, as HTML
 *   GET /SECRET/manual.md     the manual as text; also install.md, settings.md and security.md
 */
#ifndef STATUS_PAGE_H
#define STATUS_PAGE_H

#include "base/loop.h"
#include "control/control_api.h"
#include "live/hub.h"
#include "local/recent.h"
#include "watch/watch.h"

struct status_page;

/* A folder or file that is watched besides ROOT. */
struct status_watch {
	const char *what; /* "mounted at /lib" */
	const char *path;
};

struct status_page_options {
	struct loop *loop;
	const struct root *root;
	const struct hub *hub;
	const struct watch *watch; /* of root */
	const struct recent *recent;
	const char *version;                /* of the program */
	const char *url;                    /* of the site */
	const char *wire_url;               /* of the wire's page; NULL: there is none */
	const struct status_watch *watches; /* copied, but not the texts */
	size_t watch_count;
	const struct control_site *sites; /* of --vhost */
	size_t site_count;
};

/* Keeps all pointers. Returns NULL after a line in the log when there is no port for it. */
struct status_page *status_page_create(const struct status_page_options *options);
void status_page_destroy(struct status_page *status_page); /* NULL is fine */

const char *status_page_url(const struct status_page *status_page);

#endif
