/*
 * system_store: the certificates that programs of this machine trust which have no store of their own, such as curl.
 * It is changed by the system's own program for that, and only by root.
 */
#ifndef SYSTEM_STORE_H
#define SYSTEM_STORE_H

#include <stdbool.h>

#include "base/buf.h"
#include "certificates/nss_store.h"

struct system_store {
	const char *program; /* path of update-ca-certificates, or of trust (p11-kit) */
	const char *folder;  /* where the former looks for certificates; NULL: the latter */
};

/* Finds that of this machine. Returns false when there is none that is known. */
bool system_store_find(struct system_store *store);

/*
 * Makes programs trust the certificate of the file; or, by remove, no longer. To be called by root. After STORE_FAILED
 * why has the reason.
 */
enum store_verdict system_store_add(
	const struct system_store *store, const char *certificate, struct buf *why);
enum store_verdict system_store_remove(
	const struct system_store *store, const char *certificate, struct buf *why);

/* The line for a shell that does the same by sudo. The caller frees. */
char *system_store_add_line(const struct system_store *store, const char *certificate);
char *system_store_remove_line(const struct system_store *store, const char *certificate);

/*
 * Whether something of ours is in it, as far as that can be seen without asking a program: only for a store with a
 * folder.
 */
bool system_store_has_ours(const struct system_store *store);

#endif
