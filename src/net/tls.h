/*
 * tls: decrypts TLS connections for modules that read and write plaintext.
 *
 * A tunnel joins the connection with one end of a socket pair; the user of the other end need not know
 * about TLS.
 */
#ifndef TLS_H
#define TLS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/loop.h"
#include "base/slice.h"

struct tls;

enum { TLS_HANDSHAKE = 22 }; /* the first byte that a client sends (RFC 8446 5.1) */

/*
 * Hears one line of the key log (RFC 9850), without its line break, at the moment when OpenSSL begins to
 * use that secret. Three lines of a TLS 1.3 connection come before their first record is sent. The
 * fourth, CLIENT_TRAFFIC_SECRET_0, comes when the client's Finished has been read; the first request
 * may be in the same packet, so a sniffer may see that packet before the line is here. Whoever has the
 * lines of a connection can read all of it. Borrows line.
 */
typedef void tls_key_line_fn(void *context, struct slice line);

/* A client that has begun a handshake. */
struct tls_client {
	int socket;
	const char *server_name; /* that it asks for (RFC 6066 3); or NULL */
};

/*
 * Called in each handshake, before a certificate is chosen. It may call tls_renew(), which then counts for this
 * handshake, too.
 */
typedef void tls_greeted_fn(void *context, const struct tls_client *client);

struct tls_options {
	bool is_on;
	const char *cert, *key;           /* files in PEM form; both or neither */
	const char *passphrase;           /* for the key; or NULL */
	struct slice cert_text, key_text; /* without files: what would be in them */
	tls_greeted_fn *greeted;          /* or NULL */
	void *greeted_context;
	bool has_http2; /* clients may choose HTTP/2, by ALPN (RFC 7301) */
	/* Opens a file for reading, as file_open() does; NULL: file_open(). */
	int (*open)(void *open_context, const char *path);
	void *open_context;
	/* Gets the secrets of all connections, as long as there are any; NULL: nobody gets them. */
	tls_key_line_fn *hear_key_line;
	void *key_line_context;
};

/*
 * Keeps a pointer to loop and borrows options. Logs an error and returns NULL when the options give
 * no usable certificate with its key.
 */
struct tls *tls_create(struct loop *loop, const struct tls_options *options);
/*
 * Uses the certificate and key of these options from the next handshake on; all else stays as it was. Connections that
 * are open stay open. When they are not usable, adds a sentence to why, returns false, and the former ones stay.
 */
bool tls_renew(struct tls *tls, const struct tls_options *options, struct buf *why);
/* Sends what can be sent at once, then closes all connections. */
void tls_destroy(struct tls *tls);

/*
 * Takes a connected, non-blocking socket on which the client begins a handshake. Returns another
 * non-blocking socket that carries the plaintext, which the caller closes; -1 on failure.
 */
int tls_accept(struct tls *tls, int socket);

/*
 * Whether the client at the other end of socket, which tls_accept has returned, has agreed on HTTP/2. Known when
 * there is something to be read.
 */
bool tls_has_http2(const struct tls *tls, int socket);

/*
 * The owner of socket, which tls_accept returned, is about to close it before everything was said.
 * The client gets a reset after what was sent, so that it does not take the end for a proper one.
 */
void tls_cut_off(struct tls *tls, int socket);

#endif
