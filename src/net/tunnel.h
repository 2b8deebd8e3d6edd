/*
 * tunnel: carries bytes between two ports in both directions until both have ended.
 *
 * A port is a descriptor and the way in which it is read and written; a plain socket is one, TLS
 * over a socket another. What one port does not take at once is kept, and nothing more is read for
 * it until that is gone; so a tunnel holds at most one piece each way. The end of one side is
 * passed on to the other.
 */
#ifndef TUNNEL_H
#define TUNNEL_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/loop.h"

struct tunnels;
struct tunnel;

enum { TUNNEL_PIECE = 16 * 1024 };

struct tunnel_port {
	int fd; /* non-blocking; -1: none, and the port is read whenever the other one has room */
	/* As recv and send: -1 with EAGAIN when it has to wait; read returns 0 at the end. */
	ssize_t (*read)(void *context, int fd, char *bytes, size_t size);
	ssize_t (*write)(void *context, int fd, const char *bytes, size_t length);
	/* Nothing more will be written. */
	void (*finish)(void *context, int fd);
	/* Before fd is closed; may be NULL. */
	void (*close)(void *context);
	/* Whether it has to be writable before it can be read; may be NULL. */
	bool (*is_blocked)(void *context);
	void *context;
};

/* The port of a plain socket. */
struct tunnel_port tunnel_socket(int fd);

/* Keeps a pointer to loop. */
struct tunnels *tunnels_create(struct loop *loop);
/* What can be carried at once still is; then everything is closed. */
void tunnels_destroy(struct tunnels *tunnels);

/*
 * Begins between two ports and takes both: their descriptors are closed, also on failure, which is
 * NULL. bytes are the first that the second port is given. The tunnel is gone when both have ended.
 */
struct tunnel *tunnels_add(struct tunnels *tunnels, const struct tunnel_port *one,
	const struct tunnel_port *other, struct slice bytes);

/* Carries what can be carried now: for a port with more to read than its descriptor tells. */
void tunnel_turn(struct tunnel *tunnel);

#endif
