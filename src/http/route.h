/*
 * route: parses "ROUTE=TARGET": a path of the site, and the folder or server behind it.
 */
#ifndef ROUTE_H
#define ROUTE_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Parses "/lib=../lib/dist"; ':' is allowed in place of '=', as in live-server. Adds the route to
 * name, relative to the root of the site (url_to_path) and without a slash at its end, and sets
 * *target to the text after the '='. Returns false, and leaves name as it was, when the route does
 * not begin with '/' or is no path, and when the target is empty.
 */
bool route_read(const char *text, struct buf *name, const char **target);

/*
 * The part of name behind route, both without a slash in front: "" if name is the route, NULL if
 * name does not lie below it. All names lie below the route "". Points into name.
 */
const char *route_rest(const char *route, const char *name);

#endif
