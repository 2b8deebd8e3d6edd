/*
 * authority_files: the authority (authority.h) in the user's data folder, $XDG_DATA_HOME/liveserve/authority/:
 *
 *   key.pem            its key and its certificate; for the user alone
 *   certificate.pem    the certificate once more, for programs that are to trust it
 */
#ifndef AUTHORITY_FILES_H
#define AUTHORITY_FILES_H

#include <stdbool.h>
#include <time.h>

#include "certificates/authority.h"

/*
 * Reads the authority. If there is none, makes it, and sets *is_new; the first of several processes makes it for
 * all. Returns NULL after one log line that says what to do: it cannot be read or written, others may read the
 * key, or it does not count now.
 */
struct authority *authority_files_load(time_t now, bool *is_new);

/* Whether the authority counts now. If not, writes to why, as a whole sentence, what to do. */
bool authority_files_counts(const struct authority *authority, time_t now, struct buf *why);

/* The path of certificate.pem; NULL without a home folder. The caller frees. */
char *authority_files_certificate(void);

#endif
