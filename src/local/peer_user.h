/*
 * peer_user: whether the other end of a TCP connection belongs to a process of this user, on this machine. The kernel
 * knows the user of each of its sockets (sock_diag(7)). A browser that comes through a container or from another machine
 * has no socket here, and is nobody's.
 */
#ifndef PEER_USER_H
#define PEER_USER_H

#include <stdbool.h>

struct peer_user;

/* Opens what is needed, which the sandbox would not allow later. Returns NULL when the kernel has no sock_diag. */
struct peer_user *peer_user_create(void);
void peer_user_destroy(struct peer_user *peer_user); /* NULL is fine */

/* Whether the peer of socket is of the user that created peer_user. False for NULL, and for whatever is not known. */
bool peer_user_is_own(const struct peer_user *peer_user, int socket);

#endif
