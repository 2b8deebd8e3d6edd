/*
 * hidden_names: names that are nobody's business: settings and histories, keys, what editors left behind.
 *
 * Room: rules. Asked about the name that is then opened, decoded and without dot segments, so there
 * is no other spelling of it.
 */
#ifndef HIDDEN_NAMES_H
#define HIDDEN_NAMES_H

#include "base/buf.h"

/*
 * What hides one name, in words ("a dot in front"); NULL when nothing does. Hidden are: a dot in
 * front (but for ".well-known", RFC 8615), "*.key", "*.pem", and of editors "*~", "#*#", "*.swp",
 * "*.swo", "*.swx". Case, and dots and spaces at the end, make no difference: on some file systems
 * they lead to the same file.
 */
const char *hidden_name(struct slice name);

/* The same of a path: what hides the first name in it that is hidden. */
const char *hidden_path(struct slice path);

#endif
