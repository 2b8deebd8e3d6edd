/*
 * listener: the listening sockets, and which connections are let in.
 *
 * Accepted sockets are passed to a function; the listener knows nothing of their protocol. A new
 * connection is closed at once when descriptors are short, or when its address has too many
 * connections (connection_limit.h).
 */
#ifndef LISTENER_H
#define LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/loop.h"
#include "net/connection_limit.h"

struct listener;

enum { LISTENER_SOCKETS_MAX = 16 }; /* addresses to listen on */

/* As a host: all addresses of this machine, of IPv4 and IPv6. */
#define LISTENER_EVERYWHERE "*"

struct listener_options {
	const char
		*host; /* a name or address; "localhost" is 127.0.0.1 and ::1, without a look-up */
	uint16_t port; /* 0: any free port */
	bool has_livereload;      /* a second port is open, for livereload.js */
	uint16_t livereload_port; /* 0: any free port */
	bool strict_port; /* when the port is taken, fail; otherwise the next ports are tried */
};

/*
 * Takes a connected, non-blocking socket. entry is the number that was given to listener_open or
 * listener_open_livereload, whose port the connection came to. peer is where it came
 * from.
 */
typedef void listener_accepted_fn(void *context, int socket, unsigned entry, struct peer peer);

/* Keeps a pointer to loop. Opens nothing yet. Never NULL. */
struct listener *listener_create(struct loop *loop, listener_accepted_fn *accepted, void *context);
/* Closes the listening sockets, not the accepted ones. NULL is allowed. */
void listener_destroy(struct listener *listener);

/* Raises the limit of descriptors to what the system allows this process, at most 32,768. */
void listener_raise_descriptor_limit(void);

/*
 * Whether fd, which was just opened, is one of the last descriptors. They are reserved for files that
 * are sent, and for the rest of the program, so a connection must not use it.
 */
bool listener_is_full(int fd);

enum listener_verdict {
	LISTENER_OPEN,
	LISTENER_BAD_HOST,     /* the host is unknown, or not an address of this machine */
	LISTENER_PORT_TAKEN,   /* all ports that were tried are in use */
	LISTENER_PORT_REFUSED, /* the port is below 1024 and this user may not open it */
	LISTENER_FAILED,       /* errno has the reason */
};

/*
 * Listens on every address of the host, with the same port on all of them. If the port is in use on
 * one of them, the next port is tried, up to 100 ports in all. Logs nothing. Connections get the
 * number entry. After any verdict but LISTENER_OPEN no socket is open, and it may be called again.
 */
enum listener_verdict listener_open(
	struct listener *listener, const struct listener_options *options, unsigned entry);

/* Logs an error: why listening on host and port of options failed, and what the user can do. */
void listener_log_failure(enum listener_verdict verdict, const struct listener_options *options);

/* The port that listener_open took. */
uint16_t listener_port(const struct listener *listener);

/*
 * Opens the port for livereload.js on the same host, if options->has_livereload. To be called after
 * listener_open. Connections get the number entry. Returns the port; 0 without one. No other port
 * is tried: if it cannot be opened, a notice is logged.
 */
uint16_t listener_open_livereload(
	struct listener *listener, const struct listener_options *options, unsigned entry);

/* Writes the listening sockets, which stay the listener's, to fds. Returns their number. */
size_t listener_sockets(const struct listener *listener, int fds[LISTENER_SOCKETS_MAX]);

/*
 * Takes a listening, non-blocking socket; its connections get the number entry. Returns false when there
 * are too many, or the kernel cannot watch it; then it is closed.
 */
bool listener_adopt(struct listener *listener, int fd, unsigned entry);

/*
 * Listens on other sockets from now on: fds has one for each of listener_sockets(), in their order, and
 * gets the former ones, which are the caller's then.
 */
void listener_swap(struct listener *listener, int *fds);

/* Whether a connection whose peer has this key comes from this machine. */
bool listener_peer_is_local(uint64_t peer);

#endif
