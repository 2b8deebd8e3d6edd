/*
 * htpasswd: the users and passwords of a file that Apache's htpasswd(1) has written.
 *
 * crypt(3) checks a password, which takes as long as its hash was made to take. The last value that
 * was right is remembered, so that a page of many files does not wait for each.
 */
#ifndef HTPASSWD_H
#define HTPASSWD_H

#include <stdbool.h>

#include "base/buf.h"

struct htpasswd;

/*
 * Reads the file at path: lines "USER:HASH"; empty lines and lines that begin with '#' are skipped.
 * A hash is bcrypt ($2y$, $2b$, $2a$), SHA-256 ($5$), SHA-512 ($6$) or yescrypt ($y$). Returns NULL
 * and logs an error when the file cannot be read, has another line or hash, or has no user.
 */
struct htpasswd *htpasswd_create(const char *path);
void htpasswd_destroy(struct htpasswd *htpasswd); /* NULL is fine */

/*
 * Whether authorization, the value of an Authorization field (RFC 7617), has the name and password
 * of a user. An absent slice has not. Blocks for as long as the hash takes.
 */
bool htpasswd_allows(struct htpasswd *htpasswd, struct slice authorization);

#endif
