/*
 * stale_worker: removes the service worker that an earlier project has left in the browser, for this host and port. Such
 * a worker answers for pages that it has never seen, often with the old project's.
 *
 * A browser asks for the worker's script again after a navigation. A 404 does not remove the worker: the update fails,
 * and the old one stays (Service Workers, "Update"). So the answer is a worker that removes itself and loads its pages
 * again.
 */
#ifndef STALE_WORKER_H
#define STALE_WORKER_H

#include "http/request.h"
#include "http/response.h"

/*
 * Whether request is the update of a worker, not a page that registers one: a page has to learn that its script is not
 * there. Chromium says which by Referer. Firefox does not, so there both count as an update.
 */
bool stale_worker_is_asked_for(const struct request *request);

/* Makes response a worker that removes itself. */
void stale_worker_respond(struct response *response);

#endif
