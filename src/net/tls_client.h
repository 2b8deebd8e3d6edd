/*
 * tls_client: TLS on connections that this program opens, for modules that read and write plaintext.
 *
 * As in tls.h, a tunnel joins the connection with one end of a socket pair. The handshake comes before
 * that, so whoever has asked for it learns why it failed. A connection that is cut off, without the alert
 * close_notify, is known by endpoint_was_cut_off (endpoint.h).
 */
#ifndef TLS_CLIENT_H
#define TLS_CLIENT_H

#include <stdbool.h>

#include "base/loop.h"

struct tls_client;

/*
 * Reads the certificates of the authorities that this system trusts, or those in the file that the
 * variable SSL_CERT_FILE names; so it is to be called before the sandbox is entered. Keeps a pointer to
 * loop. Returns NULL after a log line when OpenSSL does not start.
 */
struct tls_client *tls_client_create(struct loop *loop);
/* Sends what can be sent at once, then closes all connections. NULL is allowed. */
void tls_client_destroy(struct tls_client *client);

/* Who is expected at the other end. */
struct tls_client_peer {
	const char *host; /* a name, which is also sent (SNI, RFC 6066 3), or an address */
	bool is_checked;  /* its certificate has to be valid for host, and signed by an authority */
};

/*
 * Called once. plaintext is a non-blocking socket that carries the plaintext and belongs to the
 * function; or -1, and fault is the end of a sentence about the peer, valid for the call.
 */
typedef void tls_handshake_fn(void *context, int plaintext, const char *fault);

enum { TLS_HANDSHAKE_FAULT_SIZE = 256 };

/* A handshake that runs. Zeroed is idle. The members are private. */
struct tls_handshake {
	struct tls_client *client;
	struct loop_source source;
	void *ssl;
	tls_handshake_fn *fn;
	void *context;
	char fault[TLS_HANDSHAKE_FAULT_SIZE];
	bool is_running;
};

/*
 * Begins a handshake on a connected, non-blocking socket, which it takes, also on failure. handshake is
 * idle. Keeps pointers to all but peer until fn was called or tls_handshake_stop. fn may be called before
 * this function returns.
 */
void tls_handshake_start(struct tls_handshake *handshake, struct tls_client *client, int socket,
	const struct tls_client_peer *peer, tls_handshake_fn *fn, void *context);
/* Closes the connection. Does nothing when the handshake is idle. */
void tls_handshake_stop(struct tls_handshake *handshake);

#endif
