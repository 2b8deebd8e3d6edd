/*
 * upstream: parses "/api=http://localhost:3000/v1": a path of the site, and the server behind it. A URL
 * alone stands for the whole site. The URL may be https://, or "unix:/run/app.sock".
 */
#ifndef UPSTREAM_H
#define UPSTREAM_H

#include <stdbool.h>

#include "base/slice.h"

struct upstream {
	char *route; /* "/api", as canonical URL (url_from_path); "" for all of the site */
	char *name;  /* the route without its encoding and its first slash: "api" */
	char *host;  /* without the brackets of an IPv6 address */
	char *port;
	char *base;  /* replaces the route in the path: "/v1", or "" */
	char *shown; /* "http://localhost:3000", for messages */
	char *path;  /* of a Unix socket; or NULL, as port is then */
	bool is_tls; /* https:// */
	bool is_unix;
	/*
	 * ".php": a FastCGI server for the files that end with it, in any case of letters. It has no
	 * route. NULL: the server speaks HTTP.
	 */
	char *suffix;
};

enum upstream_verdict {
	UPSTREAM_OK,
	/* A wrong route (route_read), or neither http[s]://host[:port][/path] nor unix:/path. */
	UPSTREAM_MALFORMED,
};

/* Parses text into upstream, which is overwritten. The caller finishes it, also on failure. */
enum upstream_verdict upstream_read(struct upstream *upstream, const char *text);
/*
 * Parses ".php=127.0.0.1:9000" into upstream, which is overwritten. Returns false when it is none. The caller
 * finishes it, also on failure.
 */
bool upstream_read_fastcgi(struct upstream *upstream, const char *text);
void upstream_finish(struct upstream *upstream);

/* The name and port of the server, as a Host has them: "localhost:3000". Borrows from upstream. */
struct slice upstream_authority(const struct upstream *upstream);

/* Whether the host is this machine, by its name or address (RFC 6761 6.3). */
bool upstream_is_loopback(const struct upstream *upstream);

/*
 * Whether path, as it was sent, is the route or lies below it, segment by segment. The segments of
 * the route may be percent-encoded in any way. If so, *rest is the part after the route, which is ""
 * or begins with '/'.
 */
bool upstream_matches(const struct upstream *upstream, struct slice path, struct slice *rest);

/* The first FastCGI server for a file of that name, decoded; NULL when there is none. */
const struct upstream *upstream_for_script(
	const struct upstream *upstreams, size_t count, struct slice name);

/* Whether name, a path that is decoded and has no first slash, is the route or lies below it. */
bool upstream_covers(const struct upstream *upstream, const char *name);

#endif
