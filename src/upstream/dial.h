/*
 * dial: opens a connection to an upstream, whatever lies on the way: TCP to one of its addresses, TLS over
 * that, or a Unix socket.
 */
#ifndef DIAL_H
#define DIAL_H

#include "net/connector.h"
#include "net/tls_client.h"
#include "upstream/destination.h"

/*
 * Called once, perhaps before dial_start returns. socket carries plaintext, is non-blocking, and belongs
 * to the function; or it is -1. Then fault is the end of a sentence about the upstream, valid for the
 * call; or NULL, and errno has the reason (connector.h).
 */
typedef void dial_fn(void *context, int socket, const char *fault);

/* Zeroed is idle. The members are private. */
struct dial {
	struct destination *destination;
	struct connector connector;
	struct tls_handshake handshake;
	dial_fn *fn;
	void *context;
};

/*
 * Begins to connect to destination, which is DESTINATION_KNOWN. Keeps pointers to all that it is given
 * until fn was called or dial_stop.
 */
void dial_start(struct dial *dial, struct loop *loop, struct destination *destination, dial_fn *fn,
	void *context);
/* Does nothing when the dial is idle. */
void dial_stop(struct dial *dial);

#endif
