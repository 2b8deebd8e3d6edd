/*
 * lan_address: the address of this machine in its local network.
 */
#ifndef LAN_ADDRESS_H
#define LAN_ADDRESS_H

/*
 * The IPv4 address at which other machines in the network can most likely reach this one: the
 * source address of packets to the internet, or else the address of the first network interface.
 * NULL when there is only loopback. The caller frees.
 */
char *lan_address(void);

#endif
