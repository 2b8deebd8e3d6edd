/*
 * destination: the upstreams, and where they are.
 *
 * Names are looked up when a request needs them, at most every DESTINATION_FRESH_MS. Old addresses
 * are used while new ones are looked up.
 */
#ifndef DESTINATION_H
#define DESTINATION_H

#include "base/buf.h"
#include "base/loop.h"
#include "net/connector.h"
#include "net/tls_client.h"
#include "upstream/resolver.h"
#include "upstream/upstream.h"

enum {
	DESTINATION_FRESH_MS = 30000, /* how long the addresses of a name are good */
	DESTINATION_RETRY_MS = 2000,  /* until a name without addresses is looked up again */
};

struct destinations;

struct destination {
	struct destinations *destinations;
	const struct upstream *upstream;
	struct connector_addresses addresses;
	bool is_name;                  /* the addresses change */
	bool is_asked;                 /* a look-up runs */
	uint64_t due_us;               /* when the name is to be looked up again */
	struct tls_client *tls_client; /* for https://; or NULL. Whoever has it sets it */
	bool is_checked;               /* the certificate is; set together with tls_client */
	struct buf last_failure;
	unsigned told; /* by destination_tell_trouble: a bit for each kind */
};

/* A look-up of the destination has ended. */
typedef void destination_fn(void *context, struct destination *destination);

/*
 * Keeps pointers to loop, upstreams and context. Starts the process for look-ups if one of the
 * upstreams has a name, and that for Unix sockets if one has one. Never NULL; if there can be no process, logs that, and names are unknown.
 */
struct destinations *destinations_create(struct loop *loop, const struct upstream *upstreams,
	size_t count, destination_fn *fn, void *context);
void destinations_destroy(struct destinations *destinations);

/* The destination at index, which is below the count of upstreams. */
struct destination *destinations_at(struct destinations *destinations, size_t index);

enum destination_verdict {
	DESTINATION_KNOWN,   /* destination->addresses has at least one */
	DESTINATION_AWAITED, /* the function will be called */
	DESTINATION_UNKNOWN,
};

/* Looks the name up, if that is due. */
enum destination_verdict destination_find(struct destination *destination);

/*
 * Connects to the Unix socket of the upstream, which is_unix. Returns a non-blocking socket, which the
 * caller closes, or -1 with errno. The sandbox allows no such connections, so a small process outside of
 * it makes them; it knows the paths, and is only told which.
 */
int destination_open_unix(const struct destination *destination);

/* None of the addresses has accepted. They may be old. */
void destination_distrust(struct destination *destination);

/*
 * Logs why a request failed, but not twice in a row; a NULL says that the upstream works, and allows
 * it again.
 */
void destination_note(struct destination *destination, const char *failure);

/*
 * Tells the person once for each kind of trouble, 0 to 31, why something does not work with this
 * upstream. what is the end of a sentence that begins with its name.
 */
void destination_tell_trouble(struct destination *destination, unsigned kind, const char *what);

#endif
