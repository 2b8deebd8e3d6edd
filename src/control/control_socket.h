/*
 * control_socket: the socket by which the user who runs a server reaches it, at both of its ends.
 *
 * Room: things. A Unix stream socket in a folder that only this user can enter,
 * $XDG_RUNTIME_DIR/liveserve or else /tmp/liveserve-UID, named after the folder that is served. So
 * whoever connects is the user, and a server is found by its folder, without a port. What is said
 * over it is not decided here.
 */
#ifndef CONTROL_SOCKET_SOCKET_H
#define CONTROL_SOCKET_SOCKET_H

#include "base/loop.h"

struct control_socket;

/* Takes a connected, non-blocking socket. */
typedef void control_accept_fn(void *context, int socket);

/*
 * Listens for the folder at root, a real path. The socket of a server that is no longer there is
 * replaced, and so is that of one that is: the newer wins. Keeps a pointer to loop. NULL when there
 * is no place for the socket, after one notice.
 */
struct control_socket *control_socket_create(
	struct loop *loop, const char *root, control_accept_fn *accept, void *context);
/* Takes the socket away, unless it is another server's by now. */
void control_socket_destroy(struct control_socket *control_socket);

/* The path of the socket. */
const char *control_socket_path(const struct control_socket *control_socket);

/*
 * Connects to the server of the folder at root, a real path. Returns a socket that waits, or -1
 * when no server of this user runs there.
 */
int control_socket_connect(const char *root);

#endif
