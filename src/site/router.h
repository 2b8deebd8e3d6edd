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

struct site;

/* Keeps pointers to files, journal and what the options point to. */
struct site *site_create(
	struct files *files, struct journal *journal, const struct policy_options *policy);
void site_destroy(struct site *site);

/* From now on other names and origins are let in. Keeps pointers to what policy points to. */
void site_follow(struct site *site, const struct policy_options *policy);
/* The server's ports, when there are two: policy_options.ports. */
void site_set_ports(struct site *site, uint16_t front, uint16_t livereload);

/* Who answers what the user asks by control's socket. Keeps the pointer. */
void site_set_desk(struct site *site, const struct desk *desk);

/*
 * Fields that every answer has, each valid for header_read; NULL at the end. They take the place of
 * what an answer says by itself, and of those given before. Keeps the texts.
 */
void site_set_headers(struct site *site, const char *const *headers);

/* Only they may come in, whatever they ask for. Keeps the pointer; NULL: everybody may. */
void site_set_htpasswd(struct site *site, struct htpasswd *htpasswd);

/*
 * Who answers for parts of the site, each valid for upstream_read; NULL at the end. Of several that
 * mean a path the one with the longest route does.
 */
void site_set_proxies(struct site *site, const char *const *proxies);
/* One after the other from index 0 on; NULL behind the last. */
const struct upstream *site_upstream(const struct site *site, size_t index);

/*
 * Answers any request. answer is cleared before. Status 101 means: hand the connection over to a
 * WebSocket that speaks answer->dialect; the request then has all that RFC 6455 4.2.1 asks for.
 */
void site_answer(struct site *site, const struct request *request, struct answer *answer);

/* Answers what could not be read as a request: status is request_parse's refusal. */
void site_refuse(struct site *site, int status, struct answer *answer);

#endif
