/*
 * connection_limit: see connection_limit.h. A table from descriptors to addresses. It learns that a descriptor was
 * closed by looking, and it only looks when an address seems to have too many: so neither wire nor
 * libwebsockets has to tell.
 */
#define _GNU_SOURCE
#include "net/connection_limit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"

struct guests {
	uint64_t *from; /* by descriptor: the address as a number; 0: nobody from elsewhere */
	size_t count;
};

struct guests *
guests_create(void)
{
	return mem_zero(sizeof(struct guests));
}

void
guests_destroy(struct guests *guests)
{
	if (!guests)
		return;
	free(guests->from);
	free(guests);
}

/* The same for all that count as one; 0 for this machine, and for what is no address. */
static uint64_t
number_of(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		const struct in_addr *four = &((const struct sockaddr_in *)address)->sin_addr;

		return ntohl(four->s_addr) >> 24 == 127 ? 0 : map_hash(1, four, sizeof(*four)) | 1;
	}
	if (address->sa_family == AF_INET6) {
		const struct in6_addr *six = &((const struct sockaddr_in6 *)address)->sin6_addr;

		return IN6_IS_ADDR_LOOPBACK(six) ? 0 : map_hash(1, six, sizeof(*six) / 2) | 1;
	}
	return 0;
}

static bool
is_still(int socket, uint64_t number)
{
	struct sockaddr_storage address = {0};
	socklen_t length = sizeof(address);

	return getpeername(socket, (struct sockaddr *)&address, &length) == 0 &&
	       number_of((struct sockaddr *)&address) == number;
}

static size_t
count_of(const struct guests *guests, uint64_t number)
{
	size_t count = 0;

	for (size_t i = 0; i < guests->count; i++)
		count += guests->from[i] == number;
	return count;
}

static void
forget_closed(struct guests *guests, uint64_t number)
{
	for (size_t i = 0; i < guests->count; i++)
		if (guests->from[i] == number && !is_still((int)i, number))
			guests->from[i] = 0;
}

static void
note(struct guests *guests, size_t socket, uint64_t number)
{
	size_t count = guests->count;

	if (socket >= count) {
		guests->count = 2 * socket + 1;
		guests->from = mem_resize(guests->from, guests->count * sizeof(*guests->from));
		for (size_t i = count; i < guests->count; i++)
			guests->from[i] = 0;
	}
	guests->from[socket] = number;
}

bool
guests_admit(struct guests *guests, int socket, const struct sockaddr *address)
{
	uint64_t number = number_of(address);

	if (number == 0 && (size_t)socket >= guests->count)
		return true;
	note(guests, (size_t)socket, 0);
	if (number == 0)
		return true;
	if (count_of(guests, number) >= GUESTS_MAX)
		forget_closed(guests, number);
	if (count_of(guests, number) >= GUESTS_MAX)
		return false;
	note(guests, (size_t)socket, number);
	return true;
}
