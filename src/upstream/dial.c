/*
 * dial: see dial.h. Owns the connection until it hands it over.
 */
#include "upstream/dial.h"

#include <errno.h>

/* A tls_handshake_fn. */
static void
encrypted(void *context, int plaintext, const char *fault)
{
	struct dial *dial = context;

	dial->fn(dial->context, plaintext, plaintext < 0 ? fault : NULL);
}

/* A connector_fn. */
static void
connected(void *context, int socket)
{
	struct dial *dial = context;
	const struct upstream *upstream = dial->destination->upstream;
	const struct tls_client_peer peer = {upstream->host, dial->destination->is_checked};

	if (socket >= 0 && upstream->is_tls)
		tls_handshake_start(&dial->handshake, dial->destination->tls_client, socket, &peer,
			encrypted, dial);
	else
		dial->fn(dial->context, socket, NULL);
}

void
dial_start(struct dial *dial, struct loop *loop, struct destination *destination, dial_fn *fn,
	void *context)
{
	int socket;

	dial->destination = destination;
	dial->fn = fn;
	dial->context = context;
	if (destination->upstream->is_tls && !destination->tls_client) {
		fn(context, -1, "cannot be asked by TLS");
		return;
	}
	if (destination->upstream->is_unix) {
		connected(dial, destination_open_unix(destination));
		return;
	}
	if (connector_start(&dial->connector, loop, &destination->addresses, connected, dial,
		    &socket) != CONNECTOR_WAITS)
		connected(dial, socket);
}

void
dial_stop(struct dial *dial)
{
	connector_stop(&dial->connector);
	tls_handshake_stop(&dial->handshake);
}
