/*
 * watched_sockets: the listening sockets whose packets may be captured.
 *
 * Whoever holds a listening socket may see its packets; nobody may see others. So liveserve-capture
 * gets sockets, not ports, and takes addresses and ports from the kernel. The checks here keep a user
 * from naming the traffic of others by a socket of his own.
 */
#ifndef WATCHED_SOCKETS_H
#define WATCHED_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>

enum { WATCHED_SOCKETS_MAX = 16 };

struct watched_socket {
	int fd;
	struct sockaddr_storage name; /* as getsockname gives it */
	socklen_t name_length;
	bool has_both_families; /* IPv6, and takes IPv4 connections as well */
};

/* Zeroed there is none. */
struct watched_sockets {
	struct watched_socket items[WATCHED_SOCKETS_MAX];
	size_t count;
	FILE *tables[2]; /* of the connections of this namespace, if those of others matter */
};

/*
 * Adds fd, which stays open for as long as its packets are captured: then no other user gets its port.
 * Returns NULL, or why it is refused, as the rest of a sentence that begins with "that descriptor":
 * it is no TCP socket, does not listen, is of another network namespace, is bound to one interface, or
 * its address is not one of this machine.
 */
const char *watched_sockets_add(struct watched_sockets *sockets, int fd);

/*
 * The same without the checks of namespace and address: for a process in a network of its own, where
 * all traffic is its own.
 */
const char *watched_sockets_add_own(struct watched_sockets *sockets, int fd);

/*
 * Whether all sockets still listen on the same addresses as before. Once this was false, others may
 * have got the port, so nothing that was captured since the last true may be passed on.
 */
bool watched_sockets_listen(const struct watched_sockets *sockets);

/*
 * Opens the kernel's tables of connections for watched_sockets_are_shared(), which then needs no rights.
 * Without this call, and for root, connections of other users do not matter. Returns false with errno.
 */
bool watched_sockets_open_tables(struct watched_sockets *sockets);

/*
 * Whether a connection of another user has one of the ports at this end. There may be one that is
 * older than the listening socket (SO_REUSEADDR). True also when that cannot be found out.
 */
bool watched_sockets_are_shared(const struct watched_sockets *sockets);

/* Closes all descriptors. */
void watched_sockets_close(struct watched_sockets *sockets);

/* The port of the socket, in the byte order of this machine. */
uint16_t watched_socket_port(const struct watched_socket *socket);

/* An IP address: 4 or 16 bytes in the order of the network. */
struct watched_address {
	int family; /* AF_INET or AF_INET6 */
	unsigned char bytes[16];
};

/* The address of the socket. An IPv4 address that is written as an IPv6 one is AF_INET. */
struct watched_address watched_socket_address(const struct watched_socket *socket);

bool watched_address_is_any(const struct watched_address *address);
bool watched_address_is_loopback(const struct watched_address *address);

enum { WATCHED_ADDRESSES_MAX = 32 };

/*
 * Writes the addresses of this machine of that family, except those of loopback, at most
 * WATCHED_ADDRESSES_MAX. Returns their number; 0 also when the system does not say.
 */
size_t watched_addresses_of_machine(
	int family, struct watched_address addresses[WATCHED_ADDRESSES_MAX]);

#endif
