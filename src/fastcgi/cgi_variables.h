/*
 * cgi_variables: what a script is told of its request (RFC 3875 4.1), as the parameters of FastCGI.
 */
#ifndef CGI_VARIABLES_H
#define CGI_VARIABLES_H

#include <stdbool.h>

#include "base/buf.h"
#include "http/request.h"

/* Where the script of a request is. The caller finishes it. */
struct cgi_script {
	struct buf file;      /* SCRIPT_FILENAME: an absolute path */
	struct buf root;      /* DOCUMENT_ROOT */
	struct buf name;      /* SCRIPT_NAME: "/blog/index.php", not encoded */
	struct buf path_info; /* "/a/b", not encoded; or empty */
};

void cgi_script_finish(struct cgi_script *script);

struct cgi_variables_options {
	const struct cgi_script *script;
	const char *client;       /* the address of the client */
	const char *port;         /* of this server, when the request does not say it; or "" */
	bool is_document;         /* see proxy_head.h: asked for whole, and not compressed */
	bool drops_authorization; /* the password is for this server */
};

/*
 * Adds the variables to params, but for CONTENT_LENGTH of a chunked body. head is the bytes of the
 * request's head. Fields whose names CGI cannot tell from others' ('_'), those of the connection, those
 * in which a client could pretend to be a proxy, and Proxy, which programs take for a setting of their
 * own (httpoxy), are left out. Returns whether the client waits for a "100 Continue".
 */
bool cgi_variables_add(struct buf *params, const struct request *request, struct slice head,
	const struct cgi_variables_options *options);

/* Adds one variable (FastCGI 1.0 3.4). */
void cgi_variables_add_one(struct buf *params, const char *name, struct slice value);

#endif
