/*
 * tls_peer: a server that speaks TLS by OpenSSL on a socket that it is given, for tests of clients. It does
 * nothing by itself: its functions are conditions for clock_wait, which take a step each time.
 */
#ifndef TLS_PEER_H
#define TLS_PEER_H

#include <openssl/ssl.h>
#include <stdbool.h>

struct tls_peer {
	SSL_CTX *context;
	SSL *ssl;
	int fd;               /* -1: closed */
	const char *expected; /* see tls_peer_hears */
	char heard[256];      /* what has come, as text */
	size_t length;
};

/* Writes a key and a certificate that is its own authority, for names ("DNS:localhost,IP:127.0.0.1"). */
void tls_peer_write_pair(const char *cert, const char *key, const char *names);

/* Takes fd, which becomes non-blocking. The files are read now. tls_peer_finish ends it. */
void tls_peer_start(struct tls_peer *peer, int fd, const char *cert, const char *key);
void tls_peer_finish(struct tls_peer *peer);

/* Whether the handshake is over, well or not. */
bool tls_peer_is_ready(void *peer);
/* Whether the text peer->expected has come, and nothing else. */
bool tls_peer_hears(void *peer);
/* Whether the client has said that nothing more will come (close_notify). */
bool tls_peer_hears_end(void *peer);

void tls_peer_say(struct tls_peer *peer, const char *text);
/* Says that nothing more will come, and closes the socket. */
void tls_peer_say_end(struct tls_peer *peer);
/* Closes the socket without a word. */
void tls_peer_drop(struct tls_peer *peer);

#endif
