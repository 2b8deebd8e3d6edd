/*
 * listener: the listening sockets, and which connections are let in.
 *
 * Accepted sockets are handed to a function; what is spoken on them is not known here. A new
 * connection is closed at once when descriptors are short, or when its address has too many
 * (connection_limit).
 */
#ifndef LISTENER_H
#define LISTENER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"

struct listener;

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
 * listener_open_livereload, whose port the connection came to.
 */
typedef void listener_accepted_fn(void *context, int socket, unsigned entry);

/* Keeps a pointer to loop. Opens nothing yet. Never NULL. */
struct listener *listener_create(struct loop *loop, listener_accepted_fn *accepted, void *context);
/* Closes the listening sockets; accepted ones belong to others. NULL is fine. */
void listener_destroy(struct listener *listener);

/* From now on the process may have as many descriptors as the system allows, up to 32,768. */
void listener_raise_descriptor_limit(void);

enum listener_verdict {
	LISTENER_OPEN,
	LISTENER_BAD_HOST,     /* the host is unknown, or not an address of this machine */
	LISTENER_PORT_TAKEN,   /* also when no port of those that were tried is free */
	LISTENER_PORT_REFUSED, /* the port is below 1024 and this user may not open it */
	LISTENER_FAILED,       /* errno says why */
};

/*
 * Listens on every address of the host, all with the same port. When the port is taken on one of
 * them, tries the next port, 100 in all. Logs nothing. After another verdict than LISTENER_OPEN
 * nothing listens, and it may be called again.
 */
enum listener_verdict listener_open(
	struct listener *listener, const struct listener_options *options, unsigned entry);

/* Logs an error: why the host and port of options cannot be had, and what the user can do. */
void listener_log_failure(enum listener_verdict verdict, const struct listener_options *options);

/* The port that listener_open took. */
uint16_t listener_port(const struct listener *listener);

/*
 * Opens the port for livereload.js, if options ask for it, on the same host. Call it after
 * listener_open. Returns the port, or 0: no other port is tried. If it is taken, by another
 * LiveReload perhaps, a notice says so.
 */
uint16_t listener_open_livereload(
	struct listener *listener, const struct listener_options *options, unsigned entry);

#endif
