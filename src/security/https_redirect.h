/*
 * https_redirect: the answer to plain HTTP at a port that expects TLS, for users who typed an address without its scheme.
 */
#ifndef HTTPS_REDIRECT_H
#define HTTPS_REDIRECT_H

#include <stdbool.h>

#include "http/request.h"
#include "http/response.h"

/*
 * Responds with 308 (RFC 9110 15.4.9) to the same URL by HTTPS. The request's authority must be a name of this server
 * (access_allows_host), or the redirect could lead anywhere. Returns false, with nothing done, when the request does not
 * say what URL it is for.
 */
bool https_redirect_respond(struct response *response, const struct request *request);

#endif
