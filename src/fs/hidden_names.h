/*
 * hidden_names: names that are never served: settings and histories, keys, temporary files of editors.
 *
 * The name asked about is the one that is opened: decoded and without dot segments. So it has no other
 * spelling.
 */
#ifndef HIDDEN_NAMES_H
#define HIDDEN_NAMES_H

#include "base/slice.h"

/*
 * Why one name is hidden, in words ("a dot in front"); NULL when it is not. Hidden are names with a dot
 * in front (except ".well-known", RFC 8615), "*.key", "*.pem", and the editors' "*~", "#*#", "*.swp",
 * "*.swo", "*.swx". Case does not count, nor do dots and spaces at the end: on some file systems they
 * lead to the same file.
 */
const char *hidden_name(struct slice name);

/* The same of a path: why the first hidden name in it is hidden. */
const char *hidden_path(struct slice path);

#endif
