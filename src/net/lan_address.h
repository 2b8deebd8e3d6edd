/*
 * lan_address: the addresses of this machine in its local networks.
 */
#ifndef LAN_ADDRESS_H
#define LAN_ADDRESS_H

#include <stddef.h>

struct lan_address {
	char *interface; /* such as "wlan0" */
	char *text;      /* IPv4, or IPv6 where the interface has no IPv4 address */
};

/* Of all network interfaces that are up, one address each; loopback is left out. */
struct lan_addresses {
	struct lan_address *items;
	size_t count;
};

/*
 * Fills addresses. The first one is that at which other machines can most likely reach this one: the
 * source address of packets to the internet. Sends no packet. Link-local addresses (RFC 4291 2.5.6) are
 * left out, because no browser can use them.
 */
void lan_addresses_find(struct lan_addresses *addresses);
/* The same with every address of every interface, in no order. */
void lan_addresses_find_all(struct lan_addresses *addresses);
void lan_addresses_finish(struct lan_addresses *addresses);

/*
 * "NAME.local": the name by which multicast DNS (RFC 6762) finds this machine, if it has a responder.
 * NULL when the machine has no name. The caller frees.
 */
char *lan_local_name(void);

#endif
