/*
 * pool: connections to upstreams that are kept after an answer, for a later request.
 *
 * A kept connection is closed when the upstream ends it or sends what nobody has asked for, and after
 * POOL_IDLE_MS: a server that shuts down may wait for its connections, and some servers serve only one
 * at a time.
 */
#ifndef POOL_H
#define POOL_H

#include "base/loop.h"
#include "upstream/destination.h"

enum {
	POOL_IDLE_MS = 2000,
	POOL_MAX = 128, /* connections that are kept, to all destinations together */
};

struct pool;

/* Keeps a pointer to loop. Never NULL. */
struct pool *pool_create(struct loop *loop);
/* Closes all that it keeps. */
void pool_destroy(struct pool *pool);

/*
 * Keeps socket, a non-blocking connection to destination that carries plaintext, and on which nothing is
 * under way. Takes the socket; of POOL_MAX, the one that was kept longest is closed for it.
 */
void pool_put(struct pool *pool, const struct destination *destination, int socket);

/*
 * Returns the connection to destination that was kept last, which is the caller's; -1 if there is none. The
 * loop has it handed over: loop_add is to be called for it at once.
 * The upstream may close it at this moment, so only what can be asked again may be sent on it.
 */
int pool_take(struct pool *pool, const struct destination *destination);

/*
 * Closes the connection to destination that was kept longest, if there is one: a new one is about to be
 * opened, and the upstream may have room for no more.
 */
void pool_make_room(struct pool *pool, const struct destination *destination);

#endif
