/*
 * lan_address: see lan_address.h. No packet is sent.
 */
#define _GNU_SOURCE
#include "net/lan_address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <limits.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

static char *
to_text(const struct in_addr *address)
{
	char text[INET_ADDRSTRLEN];

	return inet_ntop(AF_INET, address, text, sizeof(text)) ? mem_text(text) : NULL;
}

/* The source address of packets to the internet. Connecting a UDP socket sends no packet. */
static char *
default_route(void)
{
	struct sockaddr_in far = {.sin_family = AF_INET, .sin_port = htons(9)}, own = {0};
	socklen_t length = sizeof(own);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char *text = NULL;

	if (fd < 0)
		return NULL;
	inet_pton(
		AF_INET, "192.0.2.1", &far.sin_addr); /* an address for documentation (RFC 5737) */
	if (connect(fd, (struct sockaddr *)&far, sizeof(far)) == 0 &&
		getsockname(fd, (struct sockaddr *)&own, &length) == 0 &&
		ntohl(own.sin_addr.s_addr) >> 24 != 127)
		text = to_text(&own.sin_addr);
	close(fd);
	return text;
}

/* The address as text; NULL for one that browsers of other machines cannot use. The caller frees. */
static char *
usable_text(const struct ifaddrs *one)
{
	const struct in6_addr *six;
	char text[INET6_ADDRSTRLEN];

	if (!one->ifa_addr || !(one->ifa_flags & IFF_UP) || (one->ifa_flags & IFF_LOOPBACK))
		return NULL;
	if (one->ifa_addr->sa_family == AF_INET)
		return to_text(&((const struct sockaddr_in *)one->ifa_addr)->sin_addr);
	if (one->ifa_addr->sa_family != AF_INET6)
		return NULL;
	six = &((const struct sockaddr_in6 *)one->ifa_addr)->sin6_addr;
	if (IN6_IS_ADDR_LINKLOCAL(six) || !inet_ntop(AF_INET6, six, text, sizeof(text)))
		return NULL;
	return mem_text(text);
}

static struct lan_address *
find_interface(const struct lan_addresses *addresses, const char *name)
{
	for (size_t i = 0; i < addresses->count; i++)
		if (strcmp(addresses->items[i].interface, name) == 0)
			return &addresses->items[i];
	return NULL;
}

/* Takes text. */
static void
/* NOLINTNEXTLINE(readability-non-const-parameter): lan_addresses_finish frees it. */
append(struct lan_addresses *addresses, const char *interface, char *text)
{
	addresses->items = mem_resize(
		addresses->items, (addresses->count + 1) * sizeof(*addresses->items));
	addresses->items[addresses->count++] = (struct lan_address){mem_text(interface), text};
}

/* An interface keeps its first address, unless that is IPv6 and this one is IPv4. Takes text. */
static void
add_address(struct lan_addresses *addresses, const char *interface, char *text)
{
	struct lan_address *known = find_interface(addresses, interface);

	if (known && (!strchr(known->text, ':') || strchr(text, ':'))) {
		free(text);
	} else if (known) {
		free(known->text);
		known->text = text;
	} else {
		append(addresses, interface, text);
	}
}

/* Moves the interface with this address to the front, and makes it its address. */
static void
put_first(struct lan_addresses *addresses, const struct ifaddrs *all, const char *address)
{
	for (const struct ifaddrs *one = all; one; one = one->ifa_next) {
		char *text = usable_text(one);
		bool is_it = text && strcmp(text, address) == 0;
		struct lan_address *found = is_it ? find_interface(addresses, one->ifa_name) : NULL;

		if (found) {
			struct lan_address first = addresses->items[0];

			free(found->text);
			found->text = mem_text(address);
			addresses->items[0] = *found;
			if (found != addresses->items)
				*found = first;
		}
		free(text);
		if (found)
			return;
	}
}

void
lan_addresses_find(struct lan_addresses *addresses)
{
	struct ifaddrs *all = NULL;
	char *first;

	*addresses = (struct lan_addresses){0};
	if (getifaddrs(&all) < 0)
		return;
	for (const struct ifaddrs *one = all; one; one = one->ifa_next) {
		char *text = usable_text(one);

		if (text)
			add_address(addresses, one->ifa_name, text);
	}
	first = default_route();
	if (first)
		put_first(addresses, all, first);
	free(first);
	freeifaddrs(all);
}

void
lan_addresses_find_all(struct lan_addresses *addresses)
{
	struct ifaddrs *all = NULL;

	*addresses = (struct lan_addresses){0};
	if (getifaddrs(&all) < 0)
		return;
	for (const struct ifaddrs *one = all; one; one = one->ifa_next) {
		char *text = usable_text(one);

		if (text)
			append(addresses, one->ifa_name, text);
	}
	freeifaddrs(all);
}

void
lan_addresses_finish(struct lan_addresses *addresses)
{
	for (size_t i = 0; i < addresses->count; i++) {
		free(addresses->items[i].interface);
		free(addresses->items[i].text);
	}
	free(addresses->items);
	*addresses = (struct lan_addresses){0};
}

char *
lan_local_name(void)
{
	char name[HOST_NAME_MAX + 1] = "";

	if (gethostname(name, sizeof(name) - 1) < 0)
		return NULL;
	name[strcspn(name, ".")] = '\0';
	return *name && strcmp(name, "localhost") != 0 ? mem_format("%s.local", name) : NULL;
}
