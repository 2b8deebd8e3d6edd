/*
 * file_account: what is known of a file of the site, or of a folder, as "liveserve why" prints it: how it is watched, who uses
 * it, what happened to it last, and whether its next change would be announced.
 */
#ifndef FILE_ACCOUNT_H
#define FILE_ACCOUNT_H

#include "base/buf.h"
#include "fs/root.h"
#include "live/hub.h"
#include "watch/watch.h"

/*
 * Adds several lines to text. name is relative to root, without a slash at its end; "" is root itself. watch and hub are those
 * of root.
 */
void file_account_add(struct buf *text, const char *name, const struct root *root,
	const struct watch *watch, const struct hub *hub);

#endif
