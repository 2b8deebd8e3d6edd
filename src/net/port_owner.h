/*
 * port_owner: which program listens on a TCP port of this machine.
 */
#ifndef PORT_OWNER_H
#define PORT_OWNER_H

#include <stdint.h>

/*
 * "node (process 1234)" for a program of this user, "a program of the user root" for one of another
 * user; NULL if that cannot be known. The caller frees.
 */
char *port_owner(uint16_t port);

#endif
