/*
 * own_names: the names and addresses that a certificate of this machine is for, as "DNS:localhost" and
 * "IP:127.0.0.1". Each is in the list once.
 */
#ifndef OWN_NAMES_H
#define OWN_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* A zeroed struct is an empty list. */
struct own_names {
	char **items;
	size_t count;
};

void own_names_finish(struct own_names *names);

/*
 * Adds a host as a user or a URL says it: a name, "*.dev.test" for all names one label below, or an address. What stands for all addresses ("*", "0.0.0.0",
 * "::") is left out. Returns false for what can be neither name nor address, or has more than 253 bytes.
 */
bool own_names_add(struct own_names *names, const char *host);

/* Adds what every certificate is for: localhost, the loopback addresses, and NAME.local of this machine. */
void own_names_add_machine(struct own_names *names);

/* Adds the addresses that this machine's interfaces have now. */
void own_names_add_interfaces(struct own_names *names);

/*
 * Whether host always means this machine, on whatever machine it is: a name below localhost (RFC 6761 6.3), or an
 * address from 127.0.0.0/8. For all else a list of names says so.
 */
bool own_names_is_loopback(const char *host);

#endif
