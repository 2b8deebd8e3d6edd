/*
 * suggestions: which names of the root are like one that is not there.
 *
 * Room: site.
 */
#ifndef SUGGESTIONS_H
#define SUGGESTIONS_H

#include "base/buf.h"
#include "fs/root.h"

/*
 * Adds up to three links in HTML, parted by commas, to the entries of name's folder that differ
 * from it in few letters, in case or in their extension; nothing when there are none. front is what
 * the site calls root, with a slash behind it, or empty. Hidden names (hidden_names.h), and what lies in
 * such a folder, are no suggestions unless with_hidden.
 */
void suggestions_find(const struct root *root, struct slice front, struct slice name,
	bool with_hidden, struct buf *html);

#endif
