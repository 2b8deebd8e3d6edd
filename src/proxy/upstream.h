/*
 * upstream: another server that answers for a part of the site: "/api=http://localhost:3000/v1".
 */
#ifndef UPSTREAM_H
#define UPSTREAM_H

#include <stdbool.h>

#include "base/buf.h"

struct upstream {
	char *route; /* "/api", as canonical URL (url_from_path); "" for all of the site */
	char *host;  /* without the brackets of an IPv6 address */
	char *port;
	char *base;  /* what takes the route's place: "/v1"; "" for nothing */
	char *shown; /* "http://localhost:3000", for messages */
};

enum upstream_verdict {
	UPSTREAM_OK,
	UPSTREAM_MALFORMED, /* no route (route_read), or no http://host[:port][/path] */
	UPSTREAM_TLS,       /* https://, which is not supported */
};

/* Reads text into upstream, which is overwritten. The caller finishes it, also on failure. */
enum upstream_verdict upstream_read(struct upstream *upstream, const char *text);
void upstream_finish(struct upstream *upstream);

/*
 * Whether path, as it was sent, is the route or lies below. If so, *rest is what follows the route:
 * "" or from a '/' on.
 */
bool upstream_matches(const struct upstream *upstream, struct slice path, struct slice *rest);

#endif
