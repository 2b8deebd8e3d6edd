/*
 * name_redirect: leads from one address of a file or folder to the one where it is shown: from "docs" to
 * "docs/", and with --clean-urls=redirect from "about.html" to "about".
 */
#ifndef NAME_REDIRECT_H
#define NAME_REDIRECT_H

#include "http/request.h"
#include "http/response.h"

/*
 * Responds with 302 and a Location (RFC 9110 10.2.2). from is the requested name in the site, to the
 * name that it leads to: in the same folder, that folder itself, or from without its slash. A folder's
 * ends with a slash. The query stays. What asks for a document is given an address relative to its
 * own, because a proxy in front of the server may have taken a prefix off the path. Others get the
 * path, because some of them compare it, and so does a request that a rule has rewritten.
 */
void name_redirect_respond(struct response *response, const struct request *request,
	struct slice from, struct slice to);

#endif
