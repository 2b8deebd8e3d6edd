/*
 * router: decides who answers a request.
 *
 * A request value goes in, a response value comes out; no decision sees a socket.
 */
#ifndef ROUTER_H
#define ROUTER_H

#include <stddef.h>

#include "control/control_api.h"
#include "html/script_tag.h"
#include "http/custom_header.h"
#include "http/http1.h"
#include "http/request.h"
#include "http/response.h"
#include "live/websocket.h"
#include "proxy/proxy.h"
#include "security/access.h"
#include "security/htpasswd.h"
#include "site/static_files.h"

struct router;

/* The entry of a request: by which socket of the program it came (request.h). */
enum router_entry {
	ROUTER_PAGES,      /* the port of the pages */
	ROUTER_LIVERELOAD, /* the port for livereload.js */
	ROUTER_OWNER,      /* the control socket, which only the user can open */
};

/* What can change while the program runs. */
struct router_settings {
	struct access_options access;
	/* Fields of every response, in place of its own of the same names (custom_header_adds_up). */
	const struct custom_header *headers;
	size_t header_count;
};

struct router_options {
	struct static_files *static_files;
	const struct script_tag *script_tag;
	const struct control_api *control_api; /* answers what comes by the owner's socket */
	struct websockets *websockets;         /* gets every allowed handshake of a WebSocket */
	struct proxy *proxy;                   /* passes requests on to other servers; or NULL */
	struct htpasswd *htpasswd;             /* only these users are let in; NULL: everybody */
	struct router_settings settings;
};

/* Copies options and keeps all pointers in it. Never NULL. */
struct router *router_create(const struct router_options *options);
void router_destroy(struct router *router); /* NULL is fine */

/* From now on these settings count. The host and the ports of access stay: it listens there. */
void router_reconfigure(struct router *router, const struct router_settings *settings);

/* What http1_create is to be given: requests are answered by router_respond and router_refuse. */
struct http1_handler router_handler(struct router *router);

/*
 * Answers any request. The response must be clear. It may become a takeover: by a WebSocket, or by
 * the proxy.
 */
void router_respond(
	struct router *router, const struct request *request, struct response *response);

/* Answers bytes that are no request, with the status that request_parse() returned. */
void router_refuse(struct router *router, int status, struct response *response);

#endif
