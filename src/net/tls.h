/*
 * tls: decrypts TLS connections for modules that read and write plaintext.
 *
 * The only module that includes OpenSSL's headers. A tunnel joins the connection with one end of a
 * socket pair; the user of the other end need not know about TLS.
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

/*
 * Keeps a pointer to loop and borrows options. Logs an error and returns NULL when the options give
 * no usable certificate with its key.
 */
struct tls *tls_create(struct loop *loop, const struct tls_options *options);
/* Sends what can be sent at once, then closes all connections. */
void tls_destroy(struct tls *tls);

/*
 * Takes a connected, non-blocking socket on which the client begins a handshake. Returns another
 * non-blocking socket that carries the plaintext, which the caller closes; -1 on failure.
 */
int tls_accept(struct tls *tls, int socket);

/*
 * The owner of socket, which tls_accept returned, is about to close it before everything was said.
 * The client gets a reset after what was sent, so that it does not take the end for a proper one.
 */
void tls_cut_off(struct tls *tls, int socket);

#endif
