/*
 * globs: a list of globs, compiled once. The last one that means a path decides.
 */
#ifndef GLOBS_H
#define GLOBS_H

#include <stdbool.h>

#include "base/slice.h"

struct globs;

struct globs *globs_create(void);
void globs_destroy(struct globs *globs);

/*
 * Adds pattern (glob.h), which is copied. With a '!' in front it takes back what those before it
 * mean. A pattern whose first byte is '!' itself is written "\!".
 */
void globs_add(struct globs *globs, const char *pattern);

/*
 * The pattern, as it was given, by which path is meant, or a folder that path lies in; NULL when
 * there is none. So what lies in a folder that is meant comes back only with that folder, as in a
 * .gitignore. Valid as long as globs.
 */
const char *globs_mean(const struct globs *globs, struct slice path);

/* Whether the last pattern that means path has a '!'. */
bool globs_take_back(const struct globs *globs, struct slice path);

#endif
