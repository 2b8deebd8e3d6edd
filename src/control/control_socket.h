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

#include <stdint.h>
#include <sys/types.h>

#include "base/loop.h"

struct control_socket;

/* A client has connected. Takes the socket, which is non-blocking. */
typedef void control_socket_accepted_fn(void *context, int socket);

/*
 * Listens for the folder at root, a real path. It replaces the socket of another server for that
 * folder, whether that still runs or not: the newest server wins. port is that of the pages, which
 * control_socket_find_all tells others. Keeps a pointer to loop. Returns NULL when there is no folder
 * for the socket, and logs one notice.
 */
struct control_socket *control_socket_create(struct loop *loop, const char *root, uint16_t port,
	control_socket_accepted_fn *accepted, void *context);
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

/* A server of this user that runs. */
struct control_socket_found {
	uint64_t hash; /* of its folder: control_socket_is_of */
	int fd;        /* connected to it, non-blocking */
	pid_t pid;     /* of the process that has begun to listen; 0 in another PID namespace */
	uint16_t port; /* of its pages; 0: not known */
};

/* Takes found->fd. */
typedef void control_socket_found_fn(void *context, const struct control_socket_found *found);

/*
 * Connects to each server of this user, also to those that control_socket_connect does not reach
 * because a newer one serves the same folder. Removes the sockets of servers that have ended. Never
 * waits.
 */
void control_socket_find_all(control_socket_found_fn *fn, void *context);

/* Whether hash is that of the folder at root, a real path. */
bool control_socket_is_of(uint64_t hash, const char *root);

#endif
