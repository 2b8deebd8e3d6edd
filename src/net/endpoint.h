/*
 * endpoint: one end of a conversation: a connected socket in the loop, and the bytes that it has not
 * taken yet.
 */
#ifndef ENDPOINT_H
#define ENDPOINT_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/loop.h"

/* Zeroed is closed. Others may read the members, and change them only by the functions. */
struct endpoint {
	struct loop *loop;
	struct loop_source source;
	struct buf pending; /* to be sent */
	bool is_open;
	bool is_unwatched; /* it has hung up and is not in the loop */
	bool has_ended;    /* there is nothing more to be received */
	bool has_moved;    /* bytes were sent or received; others clear it */
};

/* Takes a non-blocking socket, also on failure: returns false when the kernel cannot watch it. */
bool endpoint_open(struct endpoint *endpoint, struct loop *loop, int socket, loop_source_fn *fn,
	void *context);
/* Closes the socket and drops what is pending. Does nothing when it is closed. */
void endpoint_close(struct endpoint *endpoint);
/* Leaves the loop and returns the socket, which is the caller's from now on. */
int endpoint_release(struct endpoint *endpoint);
/* The same for a socket that loop_add is called for at once (loop_hand_over). */
int endpoint_hand_over(struct endpoint *endpoint);

/*
 * Sends bytes behind what is pending, and keeps what the socket does not take. Returns false when
 * the connection is broken.
 */
bool endpoint_send(struct endpoint *endpoint, struct slice bytes);
/* Sends what is pending. Returns false when the connection is broken. */
bool endpoint_flush(struct endpoint *endpoint);

/* As recv. At the end, and when the connection is broken, has_ended is set. */
ssize_t endpoint_receive(struct endpoint *endpoint, char *bytes, size_t size);

/*
 * For an end of a socket pair, when endpoint_receive has returned 0: whether the other end was closed, not only
 * shut. Who is cut off closes at once; who has said all shuts its end and waits (tunnel.h, http2/relay.c). This
 * end must not be shut.
 */
bool endpoint_was_cut_off(const struct endpoint *endpoint);

/*
 * Waits for what can be received if reads, and for room if something is pending. Without either the
 * function is still called when the socket has hung up; see endpoint_hangs_up.
 */
void endpoint_watch(struct endpoint *endpoint, bool reads);

/* In the function: whether it was called because the socket has hung up, as nothing was awaited. */
bool endpoint_hangs_up(const struct endpoint *endpoint);
/* Leaves the loop, which would report a hang-up again and again. The socket stays open. */
void endpoint_unwatch(struct endpoint *endpoint);

#endif
