/*
 * folder_redirect: leads from the name of a folder to the same name with a slash at its end.
 */
#ifndef FOLDER_REDIRECT_H
#define FOLDER_REDIRECT_H

#include "http/request.h"
#include "http/response.h"

/*
 * Responds with 302 and a Location (RFC 9110 10.2.2): name is that of the folder in the site,
 * without a slash. The query stays. What asks for a document is given an address relative to its
 * own, because a proxy in front of the server may have taken a prefix off the path. Others get the
 * path, because some of them compare it.
 */
void folder_redirect_respond(
	struct response *response, const struct request *request, struct slice name);

#endif
