/*
 * router: decides the answer to every request and what follows from every change.
 *
 * Room: site. A request value goes in, an answer value comes out; no sockets here.
 */
#ifndef ROUTER_H
#define ROUTER_H

#include "control/control_api.h"
#include "http/response.h"
#include "site/static_files.h"
#include "security/htpasswd.h"
#include "live/journal.h"
#include "security/access.h"
#include "http/request.h"

struct router;

/* Keeps pointers to files, journal and what the options point to. */
struct router *router_create(struct static_files *static_files, struct journal *journal,
	const struct access_options *policy);
void router_destroy(struct router *router);

/* From now on other names and origins are let in. Keeps pointers to what policy points to. */
void router_reconfigure(struct router *router, const struct access_options *policy);
/* The server's ports, when there are two: access_options.ports. */
void router_set_ports(struct router *router, uint16_t front, uint16_t livereload);

/* Who answers what the user asks by control's socket. Keeps the pointer. */
void router_set_desk(struct router *router, const struct control_api *control_api);

/*
 * Fields that every answer has, each valid for custom_header_read; NULL at the end. They take the
 * place of what an answer says by itself, and of those given before. Keeps the texts.
 */
void router_set_headers(struct router *router, const char *const *headers);

/* Only they may come in, whatever they ask for. Keeps the pointer; NULL: everybody may. */
void router_set_htpasswd(struct router *router, struct htpasswd *htpasswd);

/*
 * Who answers for parts of the site, each valid for upstream_read; NULL at the end. Of several that
 * mean a path the one with the longest route does.
 */
void router_set_proxies(struct router *router, const char *const *proxies);
/* One after the other from index 0 on; NULL behind the last. */
const struct upstream *router_upstream(const struct router *router, size_t index);

/*
 * Answers any request. answer is cleared before. Status 101 means: hand the connection over to a
 * WebSocket that speaks answer->dialect; the request then has all that RFC 6455 4.2.1 asks for.
 */
void router_respond(
	struct router *router, const struct request *request, struct response *response);

/* Answers what could not be read as a request: status is request_parse's refusal. */
void router_refuse(struct router *router, int status, struct response *response);

#endif
