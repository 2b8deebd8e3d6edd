/*
 * importers: which scripts have asked for which files.
 *
 * Room: site. What a page loads it knows itself, but not what its workers load: that is seen only
 * here, by the Referer of their requests (RFC 9110 10.1.3; HTML Standard 8.1.3: it is the address
 * of the script). When such a file changes, the scripts that have asked for it count as changed
 * too, and theirs in turn.
 */
#ifndef IMPORTERS_H
#define IMPORTERS_H

#include "base/buf.h"
#include "watch/change.h"
#include "http/request.h"

struct importers;

enum {
	IMPORTERS_FILES_MAX = 4096, /* what is asked for beyond is not remembered */
	IMPORTERS_MAX = 64,         /* of one file */
};

struct importers *importers_create(void);
void importers_destroy(struct importers *importers);

/* The file called name (relative to the root) was asked for; remembers it if a script did that. */
void importers_note(struct importers *importers, const char *name, const struct request *request);

/* Adds to changes, as modified, every script that has asked for something in it. */
void importers_add(const struct importers *importers, struct changes *changes);

#endif
