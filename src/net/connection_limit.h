/*
 * connection_limit: limits the connections from one address, so that no other machine can take all
 * that the server can have.
 *
 * Connections from this machine are not limited: whoever can open those can do worse.
 */
#ifndef CONNECTION_LIMIT_H
#define CONNECTION_LIMIT_H

#include <stdbool.h>
#include <sys/socket.h>

enum { CONNECTION_LIMIT_MAX = 512 }; /* from one IPv4 address, or one IPv6 network (/64) */

struct connection_limit;

struct connection_limit *connection_limit_create(void);
void connection_limit_destroy(struct connection_limit *connection_limit);

/*
 * Returns whether the connected socket, which came from address, is within the limit. Nobody has to
 * say when it is closed. When false, the caller closes it.
 */
bool connection_limit_admit(
	struct connection_limit *connection_limit, int socket, const struct sockaddr *address);

#endif
