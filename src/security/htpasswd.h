/*
 * htpasswd: the users and passwords of a file that Apache's htpasswd(1) has written.
 *
 * crypt(3) checks a password, which is slow on purpose. The last correct value is remembered, so
 * that a page with many files needs only one check.
 */
#ifndef HTPASSWD_H
#define HTPASSWD_H

#include <stdbool.h>

#include "base/slice.h"

struct htpasswd;

/*
 * Reads the file at path: lines "USER:HASH". Empty lines and lines that begin with '#' are skipped.
 * A hash is bcrypt ($2y$, $2b$, $2a$), SHA-256 ($5$), SHA-512 ($6$) or yescrypt ($y$). Returns NULL
 * and logs an error when the file cannot be read, has another line or hash, or has no user.
 */
struct htpasswd *htpasswd_create(const char *path);
void htpasswd_destroy(struct htpasswd *htpasswd); /* NULL is allowed */

/*
 * Whether authorization, the value of an Authorization field (RFC 7617), has the name and password
 * of a user. False for an absent field. Blocks while crypt(3) computes the hash.
 */
bool htpasswd_allows(struct htpasswd *htpasswd, struct slice authorization);

#endif
