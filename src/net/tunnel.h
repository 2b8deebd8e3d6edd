/*
 * tunnel: carries bytes between two ports in both directions until both have ended.
 *
 * A port is a descriptor with the functions that read and write it: a plain socket is one, TLS over
 * a socket is another. Bytes that a port cannot take at once are kept, and until they are written
 * no more are read for it. So a tunnel holds at most one piece in each direction. The end of one
 * side is passed on to the other, which then has TUNNEL_HALF_OPEN_MS after each progress until the
 * tunnel is closed. The reset of a plain socket is passed on to another plain socket. A socket pair has no reset:
 * see tells_cut_off.
 */
#ifndef TUNNEL_H
#define TUNNEL_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/loop.h"
#include "base/slice.h"

struct tunnels;
struct tunnel;

enum {
	TUNNEL_PIECE = 16 * 1024,
	TUNNEL_HALF_OPEN_MS = 30000,
};

struct tunnel_port {
	int fd; /* non-blocking; -1: none, and the port is read whenever the other has room */
	/* As recv and send: -1 with EAGAIN when it has to wait; read returns 0 at the end. */
	ssize_t (*read)(void *context, int fd, char *bytes, size_t size);
	ssize_t (*write)(void *context, int fd, const char *bytes, size_t length);
	/* Called when nothing more will be written. */
	void (*finish)(void *context, int fd);
	/* Called before fd is closed; may be NULL. */
	void (*close)(void *context);
	/* Whether fd has to become writable before it can be read; may be NULL. */
	bool (*is_blocked)(void *context);
	/*
	 * The other port is one end of a socket pair, whose user has to know a connection that was cut off
	 * from one that has ended. When a read of this port fails, the other one is closed at once. After a
	 * proper end it is only shut, and closed when its user has closed the other end, or after
	 * TUNNEL_HALF_OPEN_MS. endpoint_was_cut_off tells them apart.
	 */
	bool tells_cut_off;
	void *context;
};

/* The port of a plain socket. */
struct tunnel_port tunnel_socket(int fd);

/* Keeps a pointer to loop. */
struct tunnels *tunnels_create(struct loop *loop);
/* Carries what can be carried at once, then closes everything. */
void tunnels_destroy(struct tunnels *tunnels);

/*
 * Begins a tunnel between two ports. Takes both: it closes their descriptors, also on failure.
 * bytes are written to the second port first. Returns NULL on failure. The tunnel frees itself when
 * both ports have ended.
 */
struct tunnel *tunnels_add(struct tunnels *tunnels, const struct tunnel_port *one,
	const struct tunnel_port *other, struct slice bytes);

/*
 * Carries what can be carried now, for a port that can be read without an event on its descriptor.
 */
void tunnel_turn(struct tunnel *tunnel);

#endif
