/*
 * lan_address: this machine's address in its network.
 *
 * Room: things.
 */
#ifndef LAN_ADDRESS_H
#define LAN_ADDRESS_H

/*
 * The IPv4 address by which others in the network reach this machine, best guess first: that of the
 * way out, else that of the first network there is. NULL when there is only loopback. The caller
 * frees.
 */
char *lan_address(void);

#endif
