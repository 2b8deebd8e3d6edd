/*
 * connection_limit: limits the connections from one address, so that no other machine can use up
 * all descriptors of the server.
 *
 * Connections from this machine are not limited: a local program has other ways to do harm.
 */
#ifndef CONNECTION_LIMIT_H
#define CONNECTION_LIMIT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum { CONNECTION_LIMIT_MAX = 512 }; /* from one IPv4 address, or one IPv6 network (/64) */

struct connection_limit;

/*
 * A number for the source of address, never 0: the same for all loopback addresses, and for all of
 * an IPv6 network (/64). The port does not count.
 */
uint64_t connection_limit_peer(const struct sockaddr *address);

/* Whether peer is that number of this machine: of a loopback address, or of a socket that is no IP socket. */
bool connection_limit_is_local(uint64_t peer);

struct connection_limit *connection_limit_create(void);
void connection_limit_destroy(struct connection_limit *connection_limit);

/*
 * Counts a connected socket that came from address. Returns false when its address has too many
 * connections; then the caller closes the socket. Closed sockets need not be reported.
 */
bool connection_limit_admit(
	struct connection_limit *connection_limit, int socket, const struct sockaddr *address);

#endif
