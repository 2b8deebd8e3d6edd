/*
 * own_pages: what this program answers for itself, where the site has nothing: the way to the status page, the file for
 * developer tools, and what removes a service worker of another project.
 *
 * It stands around the handler of the site. So the site's own file of a name comes first, and who may ask is decided
 * before. It also notes each request for the status page.
 */
#ifndef OWN_PAGES_H
#define OWN_PAGES_H

#include "fs/root.h"
#include "http/response.h"
#include "local/recent.h"

struct own_pages;

struct own_pages_options {
	const struct root *root; /* the served folder */
	unsigned entry;          /* requests of other entries are left alone (request.h) */
	struct recent *recent;   /* or NULL */
	const char *status_url;  /* of the status page; NULL: there is none */
};

/* A navigation to it leads to the status page, if it comes from the user who runs this server. */
#define OWN_PAGES_STATUS "/__liveserve/"

/* Keeps pointers. Never NULL. */
struct own_pages *own_pages_create(const struct own_pages_options *options);
void own_pages_destroy(struct own_pages *own_pages); /* NULL is fine */

/* Puts itself around handler. Once. */
void own_pages_wrap(struct own_pages *own_pages, struct response_handler *handler);

#endif
