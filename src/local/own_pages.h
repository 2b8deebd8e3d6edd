/*
 * own_pages: what this program answers for itself, where the site has nothing: the file for developer tools, and what
 * removes a service worker of another project.
 *
 * It stands around the handler of the site. So the site's own file of a name comes first, and who may ask is decided
 * before.
 */
#ifndef OWN_PAGES_H
#define OWN_PAGES_H

#include "fs/root.h"
#include "http/response.h"

struct own_pages;

struct own_pages_options {
	const struct root *root; /* the served folder */
	unsigned entry;          /* requests of other entries are left alone (request.h) */
};

/* Keeps pointers. Never NULL. */
struct own_pages *own_pages_create(const struct own_pages_options *options);
void own_pages_destroy(struct own_pages *own_pages); /* NULL is fine */

/* Puts itself around handler. Once. */
void own_pages_wrap(struct own_pages *own_pages, struct response_handler *handler);

#endif
