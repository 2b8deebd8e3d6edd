/*
 * router: decides how a request is answered.
 *
 * Its input is a request value, its output a response value. It uses no sockets.
 */
#ifndef ROUTER_H
#define ROUTER_H

#include <stddef.h>

#include "control/control_api.h"
#include "events/page_events.h"
#include "html/script_tag.h"
#include "http/custom_header.h"
#include "http/response.h"
#include "live/page_sockets.h"
#include "proxy/proxy.h"
#include "security/access.h"
#include "security/authenticator.h"
#include "site/mounts.h"
#include "site/ruled_files.h"
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
	/*
	 * Fields for every response. They replace its own fields of the same names, mostly
	 * (custom_headers_add).
	 */
	const struct custom_header *headers;
	size_t header_count;
};

struct router_options {
	struct static_files *static_files;
	struct ruled_files
		*ruled_files; /* answers in their place, by rules of hosts; or NULL. Taken */
	const struct script_tag *script_tag;
	const struct control_api *control_api; /* answers requests from the owner's socket */
	struct page_sockets *page_sockets;     /* gets every valid WebSocket handshake */
	struct page_events *page_events;     /* the same without WebSockets; NULL: there is none */
	struct proxy *proxy;                 /* forwards requests to other servers; or NULL */
	bool files_come_first;               /* files of the site answer before these */
	struct authenticator *authenticator; /* asks for passwords; NULL: none is needed */
	/* Handed out to phones (phone_page.h), also by plain HTTP and without a password; absent: not. */
	struct slice phone_certificate;
	struct router_settings settings;
};

/* Copies options and keeps all pointers in it. Never NULL. */
struct router *router_create(const struct router_options *options);
void router_destroy(struct router *router); /* NULL is fine */

/*
 * Sets new settings, except host, ports and forwarded in access, because the listening sockets stay the same.
 */
void router_reconfigure(struct router *router, const struct router_settings *settings);

/*
 * The handler for the engines of HTTP. It answers every request. Its responses may become a takeover by a
 * WebSocket or by the proxy. Valid as long as router.
 */
struct response_handler router_handler(struct router *router);

#endif
