/*
 * connection_limit: who is at the other end of a connection, and limits for the connections from one address, so
 * that no other machine can use up all descriptors of the server.
 *
 * Connections from this machine are not limited: a local program has other ways to do harm.
 */
#ifndef CONNECTION_LIMIT_H
#define CONNECTION_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum { CONNECTION_LIMIT_MAX = 512 }; /* from one IPv4 address, or one IPv6 network (/64) */

struct connection_limit;

struct sockaddr;

struct peer {
	/*
	 * For limits per source: the same number for the same address whatever its port, for all loopback
	 * addresses, and for all of an IPv6 network (/64). 0: the owner, by the control socket.
	 */
	uint64_t key;
	unsigned char address[16]; /* one of IPv4 as IPv6 has it (RFC 4291 2.5.5.2) */
};

/* The peer with this address of IPv4 or IPv6. */
struct peer connection_limit_peer(const struct sockaddr *address);

/* Whether key is that of this machine: of a loopback address, or of a socket that is no IP socket. */
bool connection_limit_is_local(uint64_t key);

/* Adds the address of peer: "192.0.2.1" or "2001:db8::1", without the port. */
void connection_limit_add_address(struct buf *text, const struct peer *peer);

struct connection_limit *connection_limit_create(void);
void connection_limit_destroy(struct connection_limit *connection_limit);

/*
 * Counts a connected socket that came from address. Returns false when its address has too many
 * connections; then the caller closes the socket. Closed sockets need not be reported.
 */
bool connection_limit_admit(
	struct connection_limit *connection_limit, int socket, const struct sockaddr *address);

#endif
