/*
 * connection_limit: how many connections there are from one address, so that nobody from elsewhere takes all
 * there can be.
 *
 * Room: things. Connections from this machine are not counted: whoever opens those can do worse.
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
 * Whether the connected socket, which came from address, is not one too many. Nobody has to say
 * when it is closed.
 */
bool connection_limit_admit(
	struct connection_limit *connection_limit, int socket, const struct sockaddr *address);

#endif
