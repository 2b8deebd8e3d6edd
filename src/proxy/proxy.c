/*
 * proxy: see proxy.h. Owns the destinations and the exchanges; borrows the upstreams.
 */
#include "proxy/proxy.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "proxy/exchange.h"
#include "upstream/proxy_path.h"

/* A destination; also the context of a takeover. */
struct way {
	struct proxy *proxy;
	struct destination *destination;
};

struct proxy {
	struct exchanges *exchanges;
	struct destinations *destinations;
	struct way *ways;
	size_t count;
};

/* The takeover_fn of every proxied request. */
static void
begin_exchange(void *context, const struct takeover *takeover)
{
	const struct way *way = context;

	exchange_begin(way->proxy->exchanges, way->destination, takeover);
}

/* A destination_fn. */
static void
continue_exchanges(void *context, struct destination *destination)
{
	const struct proxy *proxy = context;

	exchanges_continue(proxy->exchanges, destination);
}

struct proxy *
proxy_create(const struct proxy_options *options)
{
	struct proxy *proxy;

	if (options->upstream_count == 0)
		return NULL;
	proxy = mem_zero(sizeof(*proxy));
	proxy->exchanges = exchanges_create(&(struct exchanges_options){
		.loop = options->loop,
		.script_tag = options->script_tag,
		.injects = options->injects,
		.has_own_host = options->has_own_host,
		.tls = options->tls,
		.drops_authorization = options->drops_authorization,
	});
	proxy->count = options->upstream_count;
	proxy->destinations = destinations_create(
		options->loop, options->upstreams, proxy->count, continue_exchanges, proxy);
	proxy->ways = mem_array(proxy->count, sizeof(*proxy->ways));
	for (size_t i = 0; i < proxy->count; i++)
		proxy->ways[i] = (struct way){proxy, destinations_at(proxy->destinations, i)};
	return proxy;
}

void
proxy_destroy(struct proxy *proxy)
{
	if (!proxy)
		return;
	exchanges_destroy(proxy->exchanges);
	destinations_destroy(proxy->destinations);
	free(proxy->ways);
	free(proxy);
}

/* Whether upstream, which matches, replaces found, which may be NULL. */
static bool
is_better(const struct upstream *upstream, const struct upstream *found)
{
	return !found || strlen(upstream->route) > strlen(found->route);
}

/* The upstream for path as it was sent, and the part behind its route. */
static const struct upstream *
find_as_sent(const struct proxy *proxy, struct slice path, struct slice *rest)
{
	const struct upstream *found = NULL;

	for (size_t i = 0; i < proxy->count; i++) {
		const struct upstream *upstream = proxy->ways[i].destination->upstream;
		struct slice part;

		if (upstream_matches(upstream, path, &part) && is_better(upstream, found)) {
			found = upstream;
			*rest = part;
		}
	}
	return found;
}

static const struct upstream *
find_resolved(const struct proxy *proxy, const char *name)
{
	const struct upstream *found = NULL;

	for (size_t i = 0; i < proxy->count; i++) {
		const struct upstream *upstream = proxy->ways[i].destination->upstream;

		if (upstream_covers(upstream, name) && is_better(upstream, found))
			found = upstream;
	}
	return found;
}

/* Whether path stays with the upstream that was found for it, however it is read. */
static bool
is_clear(const struct proxy *proxy, struct slice path, struct slice rest,
	const struct upstream *found)
{
	struct buf name = {0};
	const struct upstream *resolved = NULL; /* a path above the root has none */

	if (proxy_path_resolve(path, &name))
		resolved = find_resolved(proxy, buf_slice(&name).at);
	buf_finish(&name);
	return resolved == found && (!found || !proxy_path_may_climb(rest));
}

enum proxy_verdict
proxy_find(const struct proxy *proxy, struct slice path, const struct upstream **upstream)
{
	struct slice rest = {0};
	const struct upstream *found;

	if (!slice_starts(path, "/"))
		return PROXY_NONE;
	found = find_as_sent(proxy, path, &rest);
	if (!proxy_path_is_plain(path) && !is_clear(proxy, path, rest, found))
		return PROXY_AMBIGUOUS;
	if (!found)
		return PROXY_NONE;
	*upstream = found;
	return PROXY_FOUND;
}

void
proxy_take_over(struct proxy *proxy, const struct upstream *upstream, struct response *response)
{
	for (size_t i = 0; i < proxy->count; i++)
		if (proxy->ways[i].destination->upstream == upstream)
			response_take_over(response, begin_exchange, &proxy->ways[i]);
}
