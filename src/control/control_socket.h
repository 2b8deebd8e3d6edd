/*
 * control_socket: the Unix stream socket through which a person reaches their own server. This
 * module has both ends.
 *
 * The socket is in a folder that only this user can enter, $XDG_RUNTIME_DIR/liveserve or else
 * /tmp/liveserve-UID, so every peer is that user. It is named after the served folder, so a server
 * is found without a port. http1.c reads what comes over it, and control_api.c answers.
 */
#ifndef CONTROL_SOCKET_H
#define CONTROL_SOCKET_H

#include "base/loop.h"

struct control_socket;

/* A client has connected. Takes the socket, which is non-blocking. */
typedef void control_socket_accepted_fn(void *context, int socket);

/*
 * Listens for the folder at root, a real path. It replaces the socket of another server for that
 * folder, whether that still runs or not: the newest server wins. Keeps a pointer to loop. Returns
 * NULL when there is no folder for the socket, and logs one notice.
 */
struct control_socket *control_socket_create(
	struct loop *loop, const char *root, control_socket_accepted_fn *accepted, void *context);
/* Removes the socket's file, unless another server has replaced it. NULL is fine. */
void control_socket_destroy(struct control_socket *control_socket);

/*
 * The path of the socket's file. Valid as long as control_socket. NULL for NULL: a server goes on
 * without a socket when control_socket_create fails.
 */
const char *control_socket_path(const struct control_socket *control_socket);

/*
 * Connects to the server of the folder at root, a real path. Returns a blocking socket, which the
 * caller closes, or -1 when no server of this user runs there.
 */
int control_socket_connect(const char *root);

#endif
