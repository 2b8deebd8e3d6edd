/*
 * lan_address: see lan_address.h. No packet is sent.
 */
#define _GNU_SOURCE
#include "net/lan_address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>
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

static char *
first_interface(void)
{
	struct ifaddrs *all = NULL;
	char *text = NULL;

	if (getifaddrs(&all) < 0)
		return NULL;
	for (const struct ifaddrs *one = all; one && !text; one = one->ifa_next)
		if (one->ifa_addr && one->ifa_addr->sa_family == AF_INET &&
			(one->ifa_flags & IFF_UP) && !(one->ifa_flags & IFF_LOOPBACK))
			text = to_text(&((const struct sockaddr_in *)one->ifa_addr)->sin_addr);
	freeifaddrs(all);
	return text;
}

char *
lan_address(void)
{
	char *address = default_route();

	return address ? address : first_interface();
}
