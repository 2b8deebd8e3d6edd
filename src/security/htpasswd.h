/*
 * htpasswd: the users of a file that Apache's htpasswd(1) has written, and the hashing of
 * passwords.
 *
 * crypt(3) is slow on purpose. So a check is an object that can be run in another thread.
 */
#ifndef HTPASSWD_H
#define HTPASSWD_H

#include <stdbool.h>
#include <stddef.h>

struct htpasswd;

/*
 * Reads the file at path: lines "USER:HASH". Empty lines and lines that begin with '#' are skipped.
 * A hash is bcrypt ($2y$, $2b$, $2a$), SHA-256 ($5$), SHA-512 ($6$) or yescrypt ($y$). Returns NULL
 * and logs an error when the file cannot be read, has another line or hash, or has no user.
 */
struct htpasswd *htpasswd_create(const char *path);
void htpasswd_destroy(struct htpasswd *htpasswd); /* NULL is allowed */

/* The number of lines with a user, at least 1. */
size_t htpasswd_count(const struct htpasswd *htpasswd);

/*
 * Finds a user by name. Returns its number, which is below htpasswd_count; -1 when there is none.
 * If the file has a name twice, its first line counts.
 */
ptrdiff_t htpasswd_find(const struct htpasswd *htpasswd, const char *name);

/* Whether one password is that of one user. */
struct htpasswd_check;

/* Copies what it needs. user is a number from htpasswd_find. Never returns NULL. */
struct htpasswd_check *htpasswd_check_create(
	const struct htpasswd *htpasswd, size_t user, const char *password);
/* Overwrites the password before its memory is freed. NULL is allowed. */
void htpasswd_check_destroy(struct htpasswd_check *check);

/* Gets the memory for htpasswd_check_run (32 KiB), so that its thread needs none. */
void htpasswd_check_prepare(struct htpasswd_check *check);

/* Computes the hash, which takes long. May be called in any thread, after htpasswd_check_prepare. */
void htpasswd_check_run(struct htpasswd_check *check);

/* The result; false before htpasswd_check_run. */
bool htpasswd_check_is_right(const struct htpasswd_check *check);

#endif
