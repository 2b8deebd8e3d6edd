/*
 * route: "ROUTE=TARGET", what a part of the site leads to: a path of this machine, another server.
 *
 * Room: rules.
 */
#ifndef ROUTE_H
#define ROUTE_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Reads "/lib=../lib/dist", or with live-server's ':' for the first '='. Adds the route to name as
 * a name relative to the site's root (url_to_path), without a slash at its end, and sets target
 * to what stands behind. Returns false when the route does not begin with '/' or is no path, and
 * when there is no target; name is then as it was.
 */
bool route_read(const char *text, struct buf *name, const char **target);

/*
 * The part of name behind route, both without a slash in front: "" for the route itself, what
 * follows its slash for what lies below, NULL for what is not the route's. The route "" has all.
 */
const char *route_rest(const char *route, const char *name);

#endif
