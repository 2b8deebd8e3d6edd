/*
 * tls: HTTPS: turns a connection that speaks TLS into one that can be read in the clear.
 *
 * Room: wire. The only module that includes OpenSSL's headers. Its work is done by a pump between
 * the connection and one end of a socket pair; whoever gets the other end need not know.
 */
#ifndef TLS_H
#define TLS_H

#include <stdbool.h>

#include "base/loop.h"

struct tls;

enum { TLS_HANDSHAKE = 22 }; /* the first byte that a client sends (RFC 8446 5.1) */

struct tls_options {
	bool is_on;
	const char *cert, *key; /* files in PEM form */
	const char *passphrase; /* for the key; or NULL */
};

/* Keeps a pointer to loop. Returns NULL after a sentence on what is wrong with the options. */
struct tls *tls_create(struct loop *loop, const struct tls_options *options);
/* What can be sent at once still is; then everything is closed. */
void tls_destroy(struct tls *tls);

/*
 * Takes a connected, non-blocking socket on which the client begins a handshake. Returns another
 * one on which it is spoken with in the clear, which the caller closes; -1 when there is none.
 */
int tls_accept(struct tls *tls, int socket);

#endif
