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
	struct outage outage;
};

struct proxy {
	struct outage_options outage_options;
	proxy_outage_fn *outage; /* or NULL */
	void *context;
	const struct upstream *(*find_script)(
		void *context, const struct request *request, struct cgi_script *script);
	void *script_context;
	struct tls_client *tls_client; /* or NULL */
	struct exchanges *exchanges;
	struct destinations *destinations;
	struct way *ways;
	size_t count;
};

/* The takeover_fn of every proxied request. */
static void
begin_exchange(void *context, const struct takeover *takeover)
{
	struct way *way = context;

	exchange_begin(way->proxy->exchanges, way->destination, &way->outage, takeover);
}

/* An outage_fn. Pages are told first: the answers to what was held are newer than that. */
static void
note_outage(void *context, struct destination *destination, bool is_over, const char *sentence)
{
	const struct proxy *proxy = context;

	if (proxy->outage)
		proxy->outage(proxy->context, is_over, sentence);
	if (is_over)
		exchanges_release(proxy->exchanges, destination);
}

/* A destination_fn. */
static void
continue_exchanges(void *context, struct destination *destination)
{
	const struct proxy *proxy = context;

	exchanges_continue(proxy->exchanges, destination);
}

/* The certificate of a server on this machine is not checked: nobody is between here and there. */
static void
give_tls(struct proxy *proxy, const struct proxy_options *options)
{
	for (size_t i = 0; i < proxy->count; i++) {
		const struct upstream *upstream = &options->upstreams[i];
		struct destination *destination = destinations_at(proxy->destinations, i);

		if (!upstream->is_tls)
			continue;
		if (!proxy->tls_client)
			proxy->tls_client = tls_client_create(options->loop);
		destination->tls_client = proxy->tls_client;
		destination->is_checked = !options->is_insecure && !upstream_is_loopback(upstream);
	}
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
		.wait_ms = options->wait_ms,
		.find_script = options->find_script,
		.script_context = options->script_context,
	});
	proxy->find_script = options->find_script;
	proxy->script_context = options->script_context;
	proxy->outage = options->outage;
	proxy->context = options->context;
	proxy->outage_options = (struct outage_options){
		options->loop, options->wait_ms, note_outage, proxy};
	proxy->count = options->upstream_count;
	proxy->destinations = destinations_create(
		options->loop, options->upstreams, proxy->count, continue_exchanges, proxy);
	proxy->ways = mem_array(proxy->count, sizeof(*proxy->ways));
	give_tls(proxy, options);
	for (size_t i = 0; i < proxy->count; i++) {
		struct way *way = &proxy->ways[i];

		*way = (struct way){proxy, destinations_at(proxy->destinations, i), {0}};
		outage_init(&way->outage, &proxy->outage_options, way->destination);
	}
	return proxy;
}

void
proxy_destroy(struct proxy *proxy)
{
	if (!proxy)
		return;
	for (size_t i = 0; i < proxy->count; i++)
		outage_finish(&proxy->ways[i].outage);
	exchanges_destroy(proxy->exchanges);
	destinations_destroy(proxy->destinations);
	tls_client_destroy(proxy->tls_client);
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

enum proxy_verdict
proxy_find_for(
	const struct proxy *proxy, const struct request *request, const struct upstream **upstream)
{
	*upstream = proxy->find_script ? proxy->find_script(proxy->script_context, request, NULL)
				       : NULL;
	return *upstream ? PROXY_FOUND : proxy_find(proxy, request->path, upstream);
}

void
proxy_take_over(struct proxy *proxy, const struct upstream *upstream, struct response *response)
{
	for (size_t i = 0; i < proxy->count; i++)
		if (proxy->ways[i].destination->upstream == upstream)
			response_take_over(response, begin_exchange, &proxy->ways[i]);
	response->takeover_stays_in_loop = true;
}
