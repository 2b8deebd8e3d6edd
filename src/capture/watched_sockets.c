/*
 * watched_sockets: see watched_sockets.h. It owns the descriptors once they are added.
 *
 * Its one idea: every way to get a socket that stands for the traffic of somebody else has a check of
 * its own here, and each check has a test.
 */
#define _GNU_SOURCE
#include "capture/watched_sockets.h"

#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Headers may be older than the kernel. */
#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif
#ifndef SO_BINDTOIFINDEX
#define SO_BINDTOIFINDEX 62
#endif

/* ---- addresses ---- */

static size_t
size_of(const struct watched_address *address)
{
	return address->family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr);
}

static struct watched_address
address_of(const struct sockaddr *name)
{
	struct watched_address address = {.family = name->sa_family};
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)name;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)name;

	if (name->sa_family == AF_INET) {
		memcpy(address.bytes, &v4->sin_addr, sizeof(v4->sin_addr));
	} else if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
		address.family = AF_INET;
		memcpy(address.bytes, v6->sin6_addr.s6_addr + 12, sizeof(v4->sin_addr));
	} else {
		memcpy(address.bytes, &v6->sin6_addr, sizeof(v6->sin6_addr));
	}
	return address;
}

struct watched_address
watched_socket_address(const struct watched_socket *socket)
{
	return address_of((const struct sockaddr *)&socket->name);
}

bool
watched_address_is_any(const struct watched_address *address)
{
	static const unsigned char any[16];

	return memcmp(address->bytes, any, size_of(address)) == 0;
}

bool
watched_address_is_loopback(const struct watched_address *address)
{
	if (address->family == AF_INET)
		return address->bytes[0] == IN_LOOPBACKNET;
	return memcmp(address->bytes, &in6addr_loopback, sizeof(in6addr_loopback)) == 0;
}

size_t
watched_addresses_of_machine(int family, struct watched_address addresses[WATCHED_ADDRESSES_MAX])
{
	struct ifaddrs *all, *at;
	size_t count = 0;

	if (getifaddrs(&all) < 0)
		return 0;
	for (at = all; at && count < WATCHED_ADDRESSES_MAX; at = at->ifa_next) {
		if (!at->ifa_addr || at->ifa_addr->sa_family != family)
			continue;
		addresses[count] = address_of(at->ifa_addr);
		count += !watched_address_is_loopback(&addresses[count]);
	}
	freeifaddrs(all);
	return count;
}

/* IP_FREEBIND lets every user listen on an address of another machine. */
static bool
is_of_machine(const struct watched_address *address)
{
	struct watched_address own[WATCHED_ADDRESSES_MAX];
	size_t count;

	if (watched_address_is_any(address) || watched_address_is_loopback(address))
		return true;
	count = watched_addresses_of_machine(address->family, own);
	for (size_t i = 0; i < count; i++)
		if (memcmp(own[i].bytes, address->bytes, size_of(address)) == 0)
			return true;
	return false;
}

uint16_t
watched_socket_port(const struct watched_socket *socket)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)&socket->name;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&socket->name;

	return ntohs(socket->name.ss_family == AF_INET ? v4->sin_port : v6->sin6_port);
}

/* ---- checks ---- */

/* Returns the value of an option of the socket level, or -1. */
static int
option_of(int fd, int option)
{
	int value = -1;
	socklen_t length = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, option, &value, &length) < 0 ? -1 : value;
}

/* Another user may have made a namespace, with a server on any port in it. */
static bool
is_of_this_namespace(int fd)
{
	uint64_t theirs = 0, ours = 1;
	socklen_t length = sizeof(theirs);
	int own = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool is_known;

	if (own < 0)
		own = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (own < 0)
		return false;
	is_known = getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &theirs, &length) == 0 &&
		   getsockopt(own, SOL_SOCKET, SO_NETNS_COOKIE, &ours, &length) == 0;
	close(own);
	return is_known && theirs == ours;
}

static bool
takes_both_families(int fd)
{
	int is_v6_only = 1;
	socklen_t length = sizeof(is_v6_only);

	return getsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &is_v6_only, &length) == 0 && !is_v6_only;
}

static const char *
read_socket(struct watched_socket *socket, int fd)
{
	int domain = option_of(fd, SO_DOMAIN);

	*socket = (struct watched_socket){.fd = fd, .name_length = sizeof(socket->name)};
	if (domain != AF_INET && domain != AF_INET6)
		return "is no TCP socket";
	if (option_of(fd, SO_TYPE) != SOCK_STREAM || option_of(fd, SO_PROTOCOL) != IPPROTO_TCP)
		return "is no TCP socket";
	if (option_of(fd, SO_ACCEPTCONN) != 1)
		return "does not listen";
	if (getsockname(fd, (struct sockaddr *)&socket->name, &socket->name_length) < 0)
		return "has no address";
	/* Two sockets of two users may listen on the same port of two interfaces. */
	if (option_of(fd, SO_BINDTOIFINDEX) != 0)
		return "is bound to one interface";
	socket->has_both_families = domain == AF_INET6 && takes_both_families(fd);
	return NULL;
}

const char *
watched_sockets_add_own(struct watched_sockets *sockets, int fd)
{
	const char *refusal;

	if (sockets->count == WATCHED_SOCKETS_MAX)
		return "is one too many";
	refusal = read_socket(&sockets->items[sockets->count], fd);
	if (!refusal)
		sockets->count++;
	return refusal;
}

const char *
watched_sockets_add(struct watched_sockets *sockets, int fd)
{
	const char *refusal = watched_sockets_add_own(sockets, fd);
	struct watched_address address;

	if (refusal)
		return refusal;
	address = watched_socket_address(&sockets->items[sockets->count - 1]);
	if (!is_of_this_namespace(fd))
		refusal = "is of another network namespace, or the kernel is older than 5.14 and "
			  "does not say";
	else if (!is_of_machine(&address))
		refusal = "listens on an address that this machine does not have";
	if (refusal)
		sockets->count--;
	return refusal;
}

bool
watched_sockets_listen(const struct watched_sockets *sockets)
{
	for (size_t i = 0; i < sockets->count; i++) {
		const struct watched_socket *before = &sockets->items[i];
		struct watched_socket now;

		if (read_socket(&now, before->fd) || now.name_length != before->name_length ||
			memcmp(&now.name, &before->name, now.name_length) != 0)
			return false;
	}
	return true;
}

void
watched_sockets_close(struct watched_sockets *sockets)
{
	while (sockets->count)
		close(sockets->items[--sockets->count].fd);
	for (size_t i = 0; i < 2; i++)
		if (sockets->tables[i])
			fclose(sockets->tables[i]);
	sockets->tables[0] = sockets->tables[1] = NULL;
}

/* ---- connections of others ---- */

enum { STATE_LISTEN = 10 }; /* of TCP sockets, as /proc/net/tcp has it */

static bool
has_port(const struct watched_sockets *sockets, unsigned port)
{
	for (size_t i = 0; i < sockets->count; i++)
		if (watched_socket_port(&sockets->items[i]) == port)
			return true;
	return false;
}

/* A row of /proc/net/tcp. Without a process (inode 0) the kernel may say root for the user. */
static bool
is_row_of_other(const struct watched_sockets *sockets, const char *row)
{
	unsigned port, state, user;
	unsigned long inode;

	if (sscanf(row,
		    " %*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*x:%*x %*x:%*x %*x %u %*d %lu",
		    &port, &state, &user, &inode) != 4)
		return false; /* the heading */
	return state != STATE_LISTEN && has_port(sockets, port) && user != getuid() &&
	       (inode != 0 || user != 0);
}

bool
watched_sockets_open_tables(struct watched_sockets *sockets)
{
	if (getuid() == 0)
		return true;
	sockets->tables[0] = fopen("/proc/self/net/tcp", "re");
	if (!sockets->tables[0])
		return false;
	/* A kernel without IPv6 has no such table. */
	sockets->tables[1] = fopen("/proc/self/net/tcp6", "re");
	return sockets->tables[1] || errno == ENOENT;
}

/* Returns true also when the table cannot be read. */
static bool
has_row_of_other(const struct watched_sockets *sockets, FILE *table)
{
	char row[512];
	bool is_found = false;

	if (fseek(table, 0, SEEK_SET) < 0)
		return true;
	while (!is_found && fgets(row, sizeof(row), table))
		is_found = is_row_of_other(sockets, row);
	return is_found || ferror(table);
}

bool
watched_sockets_are_shared(const struct watched_sockets *sockets)
{
	for (size_t i = 0; i < 2; i++)
		if (sockets->tables[i] && has_row_of_other(sockets, sockets->tables[i]))
			return true;
	return false;
}
