/*
 * client_assets: answers requests for the scripts that run in the browser.
 */
#ifndef CLIENT_ASSETS_H
#define CLIENT_ASSETS_H

#include <stdbool.h>

#include "http/request.h"
#include "http/response.h"

/* Everything that liveserve serves of its own lies below this path. */
#define CLIENT_ASSETS_FOLDER "/__liveserve/"
/* Where pages of other servers look for the LiveReload script. */
#define CLIENT_ASSETS_LIVERELOAD "/livereload.js"

/* Whether path (of a request, still encoded) lies below CLIENT_ASSETS_FOLDER. */
bool client_assets_have_path(struct slice path);

/*
 * Answers a GET or HEAD for a script below CLIENT_ASSETS_FOLDER, or for CLIENT_ASSETS_LIVERELOAD,
 * with 200 or 304 (RFC 9110 13). Returns false, the response unchanged, when there is no script at
 * this path.
 */
bool client_assets_respond(struct response *response, const struct request *request);

#endif
