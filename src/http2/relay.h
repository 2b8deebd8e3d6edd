/*
 * relay: lets a takeover (http/response.h) answer a request that came by HTTP/2: the takeover gets one end of a
 * socket pair, and a connection of HTTP/1.1 is spoken on it.
 *
 * The relay writes the request's body and reads the response, as strictly as those of other servers are read.
 * It holds RELAY_DATA_MAX bytes of the response and one piece more; then nothing is read until they were taken.
 * Of the request it holds what it was given, which flow control limits.
 */
#ifndef RELAY_H
#define RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/loop.h"
#include "base/slice.h"
#include "http/fields.h"

enum {
	RELAY_DATA_MAX = 64 * 1024,
	RELAY_PIECE = 16 * 1024,
};

struct relay;

struct relay_options {
	struct loop *loop;
	bool is_head;    /* the request is a HEAD: its response has no body */
	bool has_chunks; /* the body of the request is sent in chunks */
	/*
	 * Called by the loop for each head: interim ones (below 200), and then the final one, with whether a
	 * body follows. fields are borrowed.
	 */
	void (*head)(void *context, int status, const struct fields *fields, bool has_body);
	/* Called by the loop after that: there may be more to be read, or the request has moved, or it is over. */
	void (*moved)(void *context);
	void *context;
};

/*
 * *socket becomes the end for the takeover, which is non-blocking. Keeps a copy of *options. Returns NULL, and
 * leaves *socket alone, when descriptors are short.
 */
struct relay *relay_create(const struct relay_options *options, int *socket);
/* Closes the connection; the functions of options are not called any more. NULL is allowed. */
void relay_destroy(struct relay *relay);

/* Sends bytes of the request's body. */
void relay_send(struct relay *relay, struct slice bytes);
/* The body of the request is complete. */
void relay_send_end(struct relay *relay);
/* The bytes that were sent and are not taken yet. */
size_t relay_pending(const struct relay *relay);

/* Takes up to size bytes of the response's body. Returns how many there are now. */
size_t relay_read(struct relay *relay, char *bytes, size_t size);
/* Whether there are bytes to be taken. */
bool relay_has_data(const struct relay *relay);
/* The body is complete, and all of it was taken. */
bool relay_is_complete(const struct relay *relay);
/* The response is malformed, or has ended too early; what is left of it is worth nothing. */
bool relay_has_failed(const struct relay *relay);

/* The bytes of memory that it holds; 0 for NULL. */
size_t relay_memory(const struct relay *relay);

#endif
