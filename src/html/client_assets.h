/*
 * client_assets: responds to requests for the scripts that run in the browser.
 */
#ifndef CLIENT_ASSETS_H
#define CLIENT_ASSETS_H

#include <stdbool.h>

#include "http/request.h"
#include "http/response.h"

/* All of liveserve's own URLs lie below this path. */
#define CLIENT_ASSETS_FOLDER "/" CLIENT_ASSETS_FOLDER_BELOW
/* The same, relative to the root. */
#define CLIENT_ASSETS_FOLDER_BELOW "__liveserve/"
/* The path at which pages of other servers load the LiveReload script. */
#define CLIENT_ASSETS_LIVERELOAD "/livereload.js"

/* Whether path (of a request, not decoded) lies below CLIENT_ASSETS_FOLDER. */
bool client_assets_have_path(struct slice path);

/*
 * Responds to a GET or HEAD for a script below CLIENT_ASSETS_FOLDER, or for
 * CLIENT_ASSETS_LIVERELOAD, with 200 or 304 (RFC 9110 13). What fetch() asks for may be used for some
 * seconds without another request; a browser asks each time for the script of an element. Returns
 * false, without a change of response, when there is no script at this path.
 */
bool client_assets_respond(struct response *response, const struct request *request);

#endif
