/*
 * suggestions: finds names that are similar to a missing one.
 */
#ifndef SUGGESTIONS_H
#define SUGGESTIONS_H

#include "base/buf.h"
#include "fs/root.h"

/*
 * Adds to html up to three links, separated by commas, to similar names: those in the folder of
 * name that differ from it in few letters, in case or in the extension. Adds nothing when there are
 * none. name is relative to root; front is the name of root in the site, empty or with a slash at
 * its end. The links are relative to an address of this request_depth(),
 * or absolute for URL_DEPTH_NONE. Hidden names (hidden_names.h) and names in hidden folders are included only if
 * with_hidden.
 */
void suggestions_find(const struct root *root, struct slice front, struct slice name,
	bool with_hidden, size_t depth, struct buf *html);

#endif
