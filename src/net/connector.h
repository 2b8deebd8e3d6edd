/*
 * connector: connects to the first of several addresses that accepts.
 *
 * An address that refuses is followed by the next one at once, an address that is silent after
 * CONNECTOR_NEXT_MS, and both are waited for (a small form of RFC 8305).
 */
#ifndef CONNECTOR_H
#define CONNECTOR_H

#include <stdbool.h>
#include <sys/socket.h>

#include "base/loop.h"

enum {
	CONNECTOR_ADDRESSES_MAX = 8,
	CONNECTOR_NEXT_MS = 300,
	CONNECTOR_STALL_MS = 30000, /* then the kernel gives up a silent connection (tcp(7)) */
};

struct connector_addresses {
	struct connector_address {
		struct sockaddr_storage storage;
		socklen_t length;
	} items[CONNECTOR_ADDRESSES_MAX];
	size_t count;
	size_t first; /* the index of the one to begin with: the one that accepted last */
};

enum connector_verdict {
	CONNECTOR_WAITS, /* the function will be called */
	CONNECTOR_CONNECTED,
	CONNECTOR_FAILED, /* errno has the reason; EMFILE also when the last descriptors are reserved */
};

/* Called once. socket is connected, non-blocking, and belongs to the function; or -1 with errno. */
typedef void connector_fn(void *context, int socket);

/* Zeroed is idle. The members are private. */
struct connector {
	struct loop *loop;
	struct connector_addresses *addresses;
	connector_fn *fn;
	void *context;
	struct connector_attempt {
		struct connector *connector;
		struct loop_source source;
		size_t index;
		bool is_running;
	} attempts[CONNECTOR_ADDRESSES_MAX];
	size_t tried;
	int error; /* of the last address that failed */
	struct loop_timer timer;
};

/*
 * Begins to connect. Keeps pointers to all that it is given until the function was called or
 * connector_stop. If the verdict is CONNECTOR_CONNECTED, *socket is the caller's, and the function is
 * not called. Sets addresses->first.
 */
enum connector_verdict connector_start(struct connector *connector, struct loop *loop,
	struct connector_addresses *addresses, connector_fn *fn, void *context, int *socket);

/* Stops connecting. Does nothing when the connector is idle. */
void connector_stop(struct connector *connector);

#endif
