/*
 * phone_page: the page that hands out the certificate of the authority of --https (certificates/authority.h) to phones,
 * with the steps to install it.
 *
 * A phone cannot trust the server before it has the certificate, so the page also comes by plain HTTP. Whoever can
 * change packets in the network could hand out another certificate. Therefore the page asks the user to compare the
 * fingerprint that the phone shows with the one in the terminal, and does not show it itself.
 */
#ifndef PHONE_PAGE_H
#define PHONE_PAGE_H

#include <stdbool.h>

#include "http/request.h"
#include "http/response.h"

#define PHONE_PAGE_PATH "/__liveserve/phone"

/* Whether the request is for the page or the certificate. */
bool phone_page_is_for(const struct request *request);

/* Answers such a request, whose authority is a name of this server. Copies certificate (DER). */
void phone_page_respond(
	struct response *response, const struct request *request, struct slice certificate);

#endif
