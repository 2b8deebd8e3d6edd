/*
 * listening_socket: opens a socket that listens, with the options that accepted sockets inherit.
 */
#ifndef LISTENING_SOCKET_H
#define LISTENING_SOCKET_H

#include <sys/socket.h>

/*
 * Listens on a TCP address; one of IPv6 takes no connections of IPv4. Returns a non-blocking descriptor
 * that the caller closes, or -1 with errno.
 */
int listening_socket_open(const struct sockaddr *address, socklen_t length);

#endif
