/*
 * files_first: whether a file of the site answers a request before another server does.
 *
 * Only files of a type that browsers use: the sources of the other server may lie in the same folder,
 * and "index.php" is for it to run, not for a visitor to read.
 */
#ifndef FILES_FIRST_H
#define FILES_FIRST_H

#include <stdbool.h>

#include "http/request.h"
#include "site/mounts.h"

/*
 * Whether request, a GET or HEAD, is for such a file in one of mounts, or for a folder that has an index.
 * A hidden name is none, and neither is what a link leads to outside of its root. mounts NULL: false.
 */
bool files_first_answer(const struct mounts *mounts, const struct request *request);

#endif
