/*
 * import_notes: tells live/importers which script of the site has got which of its files.
 */
#ifndef IMPORT_NOTES_H
#define IMPORT_NOTES_H

#include "http/request.h"
#include "live/importers.h"
#include "site/mounts.h"

/*
 * To be called after request was answered with status; name is that of the file in the site. The
 * Referer counts only if it is a file of the site, too, because a visitor can write anything into it.
 */
void import_notes_add(struct importers *importers, const struct mounts *mounts, const char *name,
	const struct request *request, int status);

#endif
