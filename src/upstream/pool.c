/*
 * pool: see pool.h. Owns the kept connections, in a list from the one that was kept last to the one that
 * was kept longest.
 */
#include "upstream/pool.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/timeouts.h"

static const unsigned idle_ms[] = {POOL_IDLE_MS};

struct kept {
	struct timeout timeout; /* the first member: idle_is_over gets the connection by it */
	struct kept *newer, *older;
	struct pool *pool;
	const struct destination *destination;
	struct loop_source source;
};

struct pool {
	struct loop *loop;
	struct timeouts timeouts;
	struct kept *newest, *oldest;
	size_t count;
};

/* Frees kept and returns its socket, which has left the loop. */
static int
forget(struct kept *kept)
{
	struct pool *pool = kept->pool;
	int socket = kept->source.fd;

	if (kept->newer)
		kept->newer->older = kept->older;
	else
		pool->newest = kept->older;
	if (kept->older)
		kept->older->newer = kept->newer;
	else
		pool->oldest = kept->newer;
	pool->count--;
	timeouts_leave(&pool->timeouts, &kept->timeout);
	free(kept);
	return socket;
}

static void
drop(struct kept *kept)
{
	loop_remove(kept->pool->loop, &kept->source);
	close(forget(kept));
}

/* A timeouts_fn. */
static void
idle_is_over(struct timeout *timeout)
{
	drop((struct kept *)timeout);
}

/* A loop_source_fn: the upstream has ended the connection, or broken the rules. */
static void
kept_ready(void *context, unsigned events)
{
	(void)events;
	drop(context);
}

struct pool *
pool_create(struct loop *loop)
{
	struct pool *pool = mem_zero(sizeof(*pool));

	pool->loop = loop;
	timeouts_init(&pool->timeouts, loop, idle_ms, 1, idle_is_over);
	return pool;
}

void
pool_destroy(struct pool *pool)
{
	struct timeout *timeout;

	while ((timeout = timeouts_any(&pool->timeouts)))
		drop((struct kept *)timeout);
	timeouts_finish(&pool->timeouts);
	free(pool);
}

void
pool_put(struct pool *pool, const struct destination *destination, int socket)
{
	struct kept *kept = mem_zero(sizeof(*kept));

	if (!loop_add(pool->loop, &kept->source, socket, LOOP_READ, kept_ready, kept)) {
		close(socket);
		free(kept);
		return;
	}
	if (pool->count == POOL_MAX)
		drop(pool->oldest);
	kept->pool = pool;
	kept->destination = destination;
	kept->older = pool->newest;
	if (kept->older)
		kept->older->newer = kept;
	else
		pool->oldest = kept;
	pool->newest = kept;
	pool->count++;
	timeouts_enter(&pool->timeouts, &kept->timeout, 0);
}

/* What the loop has not reported yet counts, too. */
static bool
is_silent(int socket)
{
	char byte;

	return recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

int
pool_take(struct pool *pool, const struct destination *destination)
{
	struct kept *older;

	for (struct kept *kept = pool->newest; kept; kept = older) {
		older = kept->older;
		if (kept->destination != destination)
			continue;
		if (is_silent(kept->source.fd)) {
			loop_hand_over(pool->loop, &kept->source);
			return forget(kept);
		}
		drop(kept);
	}
	return -1;
}

void
pool_make_room(struct pool *pool, const struct destination *destination)
{
	for (struct kept *kept = pool->oldest; kept; kept = kept->newer)
		if (kept->destination == destination) {
			drop(kept);
			return;
		}
}
