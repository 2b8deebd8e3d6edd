/*
 * importers: which scripts have requested which files.
 *
 * A page knows what it loads itself, but not what its workers load. The server learns this from the
 * Referer of their requests (RFC 9110 10.1.3), which is the address of the script. If such a file
 * changes, the scripts that requested it count as changed, and so do the scripts that requested
 * those. A script for a shared worker or a worklet is requested by the page itself, which does not
 * learn of it either; in Firefox this is also so for the XSLT of an XML document. Then the document
 * counts as changed: its name is the path in its address, which for an index is that of the folder.
 * The worker of a blob sends no Referer, or only the origin, when it imports; then all pages may use
 * the file.
 */
#ifndef IMPORTERS_H
#define IMPORTERS_H

#include "http/request.h"
#include "watch/change.h"

struct importers;

/* A visitor can write any Referer, so the memory is limited. What was noted last stays. */
enum {
	IMPORTERS_NAME_MAX = 1024,        /* bytes of a name; longer ones are not remembered */
	IMPORTERS_MAX = 64,               /* scripts of one file that are remembered */
	IMPORTERS_BYTES_MAX = 512 * 1024, /* in all, with what each file takes */
};

/* The name of a script that has no address. No file is called so. */
#define IMPORTERS_UNKNOWN "/"

struct importers *importers_create(void);
/* NULL is fine. */
void importers_destroy(struct importers *importers);

/*
 * The name of the script or document (relative to the root; a folder's ends in '/') that sent request
 * for the file called name, or IMPORTERS_UNKNOWN. NULL when it was no script of this server, or is
 * already noted. Valid until the next call.
 */
const char *importers_script(
	struct importers *importers, const char *name, const struct request *request);

/*
 * To be called when the file called name was served to script, a file of the site. Remembers both
 * names.
 */
void importers_note(struct importers *importers, const char *name, const char *script);

/* Whether it was noted that script requested the file called name. */
bool importers_knows(const struct importers *importers, const char *name, const char *script);

/* The bytes that are used, at most IMPORTERS_BYTES_MAX. */
size_t importers_size(const struct importers *importers);

/*
 * Adds to changes, as modified, all scripts that have requested a file in it, also indirectly. If a
 * script without an address has, further_count grows. A file that comes or goes changes the listing of
 * its folder.
 */
void importers_add(const struct importers *importers, struct changes *changes);

#endif
