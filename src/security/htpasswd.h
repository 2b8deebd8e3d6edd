/*
 * htpasswd: who may come in, by a file of Apache's htpasswd.
 *
 * Room: things. Passwords are checked by crypt(3), which takes as long as the hashes ask for;
 * what was right once is remembered, so that a page of many files does not wait for each.
 */
#ifndef HTPASSWD_H
#define HTPASSWD_H

#include <stdbool.h>

#include "base/buf.h"

struct htpasswd;

/*
 * Reads the file at path: lines "USER:HASH", empty ones and those that begin with '#' left out.
 * Returns NULL after a sentence when it cannot be read, has a line of another form or nobody in it,
 * or a hash that is neither bcrypt ($2y$, $2b$, $2a$), SHA-256 ($5$), SHA-512 ($6$) nor yescrypt
 * ($y$).
 */
struct htpasswd *htpasswd_create(const char *path);
void htpasswd_destroy(struct htpasswd *htpasswd);

/* Whether the value of an Authorization field (absent: no) is that of somebody in the file. */
bool htpasswd_allows(struct htpasswd *htpasswd, struct slice authorization);

#endif
