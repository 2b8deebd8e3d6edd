/*
 * signer: a process of its own that has the authority's key, and signs certificates for the server.
 *
 * The server talks to strangers, so it never has that key, not even at the start: the process reads it, or makes it.
 * It then gives up all its rights (security/confinement.h), and signs only for
 *
 *   - the names that it was started with,
 *   - the addresses that this machine's interfaces have at that moment, and
 *   - names below localhost and loopback addresses, which are this machine on every machine.
 *
 * It ends when the server ends, for any reason.
 */
#ifndef SIGNER_H
#define SIGNER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"

struct signer;

enum { SIGNER_MORE_MAX = 32 }; /* names in one request */

/*
 * Starts the process. hosts are names and addresses of this machine beside those that own_names_add_machine() knows.
 * A notice is logged for each for which no certificate would count, and when a new authority was made. Returns NULL
 * after one log line: see authority_files_load(). Signals are to be blocked, or the user's Ctrl-C ends the process
 * before the server.
 */
struct signer *signer_create(const char *const *hosts, size_t count);
/* Ends the process. NULL is allowed. */
void signer_destroy(struct signer *signer);

/* The certificate of the authority (DER), valid as long as signer. */
struct slice signer_authority(const struct signer *signer);

/*
 * Has a certificate signed for the public key (SubjectPublicKeyInfo), and adds it (DER) to certificate. more are
 * names below localhost, and loopback addresses, that it is for as well; others among them are left out. Blocks for
 * some milliseconds. Returns false after at most one log line. Once the process has ended, that is every time.
 */
bool signer_sign(struct signer *signer, struct slice key, const char *const *more,
	size_t more_count, struct buf *certificate);

#endif
