/*
 * import_notes: tells live/importers which script of the site has got which of its files.
 */
#ifndef IMPORT_NOTES_H
#define IMPORT_NOTES_H

#include "http/request.h"
#include "live/importers.h"
#include "names/shown_names.h"
#include "site/mounts.h"

/* Where files are looked for. */
struct import_notes_site {
	const struct mounts *mounts;
	const char *fallback; /* see static_files.h; or NULL */
	const struct shown_names_rules *names;
};

/*
 * To be called after request was answered with status; name is that of the file in the site. The
 * Referer counts only if it is a file or folder of the site, or a page made of the fallback, because a
 * visitor can write anything into it.
 */
void import_notes_add(struct importers *importers, const struct import_notes_site *site,
	const char *name, const struct request *request, int status);

#endif
