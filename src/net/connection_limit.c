/*
 * connection_limit: see connection_limit.h. Owns a table from descriptors to addresses. Its one
 * idea: the descriptors of an address are checked only when it seems to have too many, so closed
 * sockets need not be reported.
 */
#define _GNU_SOURCE
#include "net/connection_limit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/hash.h"
#include "base/mem.h"

enum { THIS_MACHINE = 2 }; /* even, as no key of hash_address is */

struct connection_limit {
	uint64_t *keys; /* by descriptor: a key of the address; 0: not limited */
	size_t count;
};

struct connection_limit *
connection_limit_create(void)
{
	return mem_zero(sizeof(struct connection_limit));
}

void
connection_limit_destroy(struct connection_limit *connection_limit)
{
	if (!connection_limit)
		return;
	free(connection_limit->keys);
	free(connection_limit);
}

static uint64_t
hash_address(const void *bytes, size_t length)
{
	return hash_bytes((struct slice){bytes, length}) | 1;
}

/* A key of the addresses that are limited together; 0 for this machine and for other families. */
static uint64_t
key_of(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		const struct in_addr *four = &((const struct sockaddr_in *)address)->sin_addr;

		return ntohl(four->s_addr) >> 24 == 127 ? 0 : hash_address(four, sizeof(*four));
	}
	if (address->sa_family == AF_INET6) {
		const struct in6_addr *six = &((const struct sockaddr_in6 *)address)->sin6_addr;

		return IN6_IS_ADDR_LOOPBACK(six) ? 0 : hash_address(six, sizeof(*six) / 2);
	}
	return 0;
}

static bool
is_open_from(int socket, uint64_t key)
{
	struct sockaddr_storage address = {0};
	socklen_t length = sizeof(address);

	return getpeername(socket, (struct sockaddr *)&address, &length) == 0 &&
	       key_of((struct sockaddr *)&address) == key;
}

static size_t
count_of(const struct connection_limit *connection_limit, uint64_t key)
{
	size_t count = 0;

	for (size_t i = 0; i < connection_limit->count; i++)
		count += connection_limit->keys[i] == key;
	return count;
}

static void
forget_closed(struct connection_limit *connection_limit, uint64_t key)
{
	for (size_t i = 0; i < connection_limit->count; i++)
		if (connection_limit->keys[i] == key && !is_open_from((int)i, key))
			connection_limit->keys[i] = 0;
}

static void
set_key(struct connection_limit *connection_limit, size_t socket, uint64_t key)
{
	size_t count = connection_limit->count;

	if (socket >= count) {
		connection_limit->count = 2 * socket + 1;
		connection_limit->keys = mem_resize(connection_limit->keys,
			connection_limit->count * sizeof(*connection_limit->keys));
		for (size_t i = count; i < connection_limit->count; i++)
			connection_limit->keys[i] = 0;
	}
	connection_limit->keys[socket] = key;
}

/* The bytes before an address of IPv4 (RFC 4291 2.5.5.2). */
static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

struct peer
connection_limit_peer(const struct sockaddr *address)
{
	uint64_t key = key_of(address);
	struct peer peer = {.key = key ? key : THIS_MACHINE};

	if (address->sa_family == AF_INET) {
		memcpy(peer.address, mapped, sizeof(mapped));
		memcpy(peer.address + sizeof(mapped),
			&((const struct sockaddr_in *)address)->sin_addr, sizeof(struct in_addr));
	} else if (address->sa_family == AF_INET6) {
		memcpy(peer.address, &((const struct sockaddr_in6 *)address)->sin6_addr,
			sizeof(peer.address));
	}
	return peer;
}

void
connection_limit_add_address(struct buf *text, const struct peer *peer)
{
	const unsigned char *bytes = peer->address;
	char name[INET6_ADDRSTRLEN] = "";

	if (memcmp(bytes, mapped, sizeof(mapped)) == 0)
		inet_ntop(AF_INET, bytes + sizeof(mapped), name, sizeof(name));
	else
		inet_ntop(AF_INET6, bytes, name, sizeof(name));
	buf_add_text(text, name);
}

bool
connection_limit_is_local(uint64_t key)
{
	return key == THIS_MACHINE;
}

bool
connection_limit_admit(
	struct connection_limit *connection_limit, int socket, const struct sockaddr *address)
{
	uint64_t key = key_of(address);

	if (key == 0 && (size_t)socket >= connection_limit->count)
		return true;
	set_key(connection_limit, (size_t)socket, 0);
	if (key == 0)
		return true;
	if (count_of(connection_limit, key) >= CONNECTION_LIMIT_MAX)
		forget_closed(connection_limit, key);
	if (count_of(connection_limit, key) >= CONNECTION_LIMIT_MAX)
		return false;
	set_key(connection_limit, (size_t)socket, key);
	return true;
}
