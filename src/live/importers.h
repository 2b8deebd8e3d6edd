/*
 * importers: which scripts have requested which files.
 *
 * A page knows what it loads itself, but not what its workers load. The server learns this from the
 * Referer of their requests (RFC 9110 10.1.3), which is the address of the script. If such a file
 * changes, the scripts that requested it count as changed, and so do the scripts that requested
 * those. A script for a shared worker or a worklet is requested by the page itself, which does not
 * learn of it either; then the document counts as changed.
 */
#ifndef IMPORTERS_H
#define IMPORTERS_H

#include "http/request.h"
#include "watch/change.h"

struct importers;

enum {
	IMPORTERS_FILES_MAX = 4096, /* files that are remembered */
	IMPORTERS_MAX = 64,         /* scripts of one file that are remembered */
};

struct importers *importers_create(void);
/* NULL is fine. */
void importers_destroy(struct importers *importers);

/*
 * To be called with a request for the file called name (relative to the root). If a script sent it,
 * remembers both names.
 */
void importers_note(struct importers *importers, const char *name, const struct request *request);

/* Adds to changes, as modified, all scripts that have requested a file in it, also indirectly. */
void importers_add(const struct importers *importers, struct changes *changes);

#endif
