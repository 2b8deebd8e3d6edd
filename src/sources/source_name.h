/*
 * source_name: which file a source map means by a source.
 */
#ifndef SOURCE_NAME_H
#define SOURCE_NAME_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Adds the name of a source, relative to the served folder, to name: "../src/app.ts" for
 * "../../src/app.ts" in a map that lies in the folder "dist" of it. "." and ".." are resolved; the name
 * has ".." in front if the file lies elsewhere. root is the absolute path of the served folder: an
 * absolute path below it is a name in it.
 *
 * Returns false when source has a scheme but "file:" ("webpack://app/./src/a.js"). Then the name is a
 * guess: what follows the scheme and the host, from the served folder on.
 */
bool source_name_add(struct slice source, struct slice folder, const char *root, struct buf *name);

#endif
