/*
 * ssi_request: what a document with server-side includes is told of its request.
 */
#ifndef SSI_REQUEST_H
#define SSI_REQUEST_H

#include "http/request.h"
#include "ssi/ssi_variables.h"

/*
 * Sets the variables: those of CGI (RFC 3875 4.1), HTTP_* for the fields of the request, and those that
 * mod_include adds. name is that of the document's file in the site. request: NULL sets only what every
 * request for the document has in common. Left out are the folder on this machine, and the fields Authorization and Proxy.
 */
void ssi_request_set_variables(
	struct ssi_variables *variables, const struct request *request, const char *name);

#endif
