/*
 * suggestions: finds names that are like one that is not there.
 */
#ifndef SUGGESTIONS_H
#define SUGGESTIONS_H

#include "base/buf.h"
#include "fs/root.h"

/*
 * Adds to html up to three links, separated by commas, to entries of the folder of name that differ
 * from name in few letters, in case or in the extension. Adds nothing when there are none. name is
 * relative to root, and front is the name of root in the site, with a slash at its end or empty.
 * Hidden names (hidden_names.h), and what lies in a hidden folder, are left out unless with_hidden.
 */
void suggestions_find(const struct root *root, struct slice front, struct slice name,
	bool with_hidden, struct buf *html);

#endif
