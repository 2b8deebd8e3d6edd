/*
 * globs: a list of globs, compiled once. The last one that matches a path decides.
 */
#ifndef GLOBS_H
#define GLOBS_H

#include <stdbool.h>

#include "base/slice.h"

struct globs;

struct globs *globs_create(void);
void globs_destroy(struct globs *globs);

/*
 * Adds a copy of pattern (glob.h). A pattern with a '!' in front is negated: paths that match it
 * are excluded from the patterns before it. A pattern whose first byte is '!' itself is written
 * "\!".
 */
void globs_add(struct globs *globs, const char *pattern);

/*
 * Returns the pattern, as it was given, that matches path or a folder that path lies in; NULL when
 * there is none. If a folder matches, a negated pattern for a path in it has no effect, as in a
 * .gitignore. Valid as long as globs.
 *
 * A stranger may have written the patterns (the settings of a cloned repository). So the work for one
 * path has a limit: some hundred patterns with several stars. The last ones are compared first;
 * when the limit is reached, no further pattern matches, but for those with one star at most.
 */
const char *globs_match(const struct globs *globs, struct slice path);

/* Whether the last pattern that matches path is negated. */
bool globs_is_negated(const struct globs *globs, struct slice path);

#endif
