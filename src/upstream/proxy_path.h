/*
 * proxy_path: judges paths that are passed on as they were sent, so that another server will decode
 * them.
 *
 * Servers differ in what they take for a separator, and in when they decode and resolve dots. So a
 * path is judged by all of these readings: '\\', "%2f" and "%5c" may separate segments, empty
 * segments may vanish, and "..;x" and "..%3fx" may be "..". Routes are found in what is decoded once;
 * dots that lead up are also found where they were encoded twice or three times.
 */
#ifndef PROXY_PATH_H
#define PROXY_PATH_H

#include <stdbool.h>

#include "base/buf.h"

/* Whether path has nothing that servers read in different ways, so that it needs no judgement. */
bool proxy_path_is_plain(struct slice path);

/*
 * Whether the first segments of path, each decoded, are those of name ("a/b"; "" has none). If so,
 * *rest is what follows, which is "" or begins with '/'.
 */
bool proxy_path_is_below(struct slice path, const char *name, struct slice *rest);

/*
 * Decodes path, resolves its dots, drops its empty segments, and adds the result ("a/b") to name.
 * Returns false, and name is undefined, when path has a NUL or leads above its root.
 */
bool proxy_path_resolve(struct slice path, struct buf *name);

/* Whether some server may read rest as a path that leads above the place where it begins. */
bool proxy_path_may_climb(struct slice rest);

#endif
