/*
 * hidden_names: names that are never served: settings and histories, keys, temporary files of
 * editors.
 *
 * Callers pass the name that is opened: percent-decoded and without dot segments.
 */
#ifndef HIDDEN_NAMES_H
#define HIDDEN_NAMES_H

#include "base/slice.h"

/*
 * Why one name is hidden, in words ("a dot in front"); NULL when it is not. Hidden are names with a
 * dot in front (except ".well-known", RFC 8615), "*.key", "*.pem", and the editors' "*~", "#*#",
 * "*.swp", "*.swo", "*.swx". Case does not count, nor do dots and spaces at the end: on some file
 * systems they lead to the same file.
 */
const char *hidden_name(struct slice name);

/* The same for a path: why its first hidden name is hidden. NULL when none is. */
const char *hidden_path(struct slice path);

/*
 * The same for the path to which links of another name lead. Hidden are files with a hidden name, and
 * all that lies in the folders of version control and of keys (.git, .hg, .svn, .ssh, .gnupg, .aws).
 * Other folders with a dot in front are not: package managers link to files in them.
 */
const char *hidden_target(struct slice path);

#endif
