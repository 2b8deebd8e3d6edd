/*
 * route: "ROUTE=TARGET": a part of the site, and the folder or the server that is shown there.
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
 * The part of name behind route, both without a slash in front: "" for the route itself, the rest
 * of the name for what lies below it, NULL for other names. All names lie below the route "".
 */
const char *route_rest(const char *route, const char *name);

#endif
