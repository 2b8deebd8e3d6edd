/*
 * tls_port: a TLS connection over a socket, as one port of a tunnel; for both sides of a handshake.
 */
#ifndef TLS_PORT_H
#define TLS_PORT_H

#include <openssl/ssl.h>
#include <stdbool.h>

#include "net/tunnel.h"

struct tls_port {
	SSL *ssl;
	bool is_blocked; /* a read has to wait until the socket can be written */
	bool is_broken;
};

/* The functions of a struct tunnel_port whose context begins with a struct tls_port. */
ssize_t tls_port_read(void *context, int fd, char *bytes, size_t size);
ssize_t tls_port_write(void *context, int fd, const char *bytes, size_t length);
bool tls_port_is_blocked(void *context);
/* Says to the other side that nothing more will come (RFC 8446 6.1), if the connection still works. */
void tls_port_finish(void *context, int fd);

#endif
