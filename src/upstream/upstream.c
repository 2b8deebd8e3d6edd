/*
 * upstream: see upstream.h. Owns its texts. The URL is parsed from the front of a slice.
 */
#include "upstream/upstream.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "http/route.h"
#include "http/url.h"
#include "upstream/proxy_path.h"

/*
 * Takes a host, or an address in brackets, up to ':', '/' or the end. Returns false when it is
 * empty.
 */
static bool
take_host(struct upstream *upstream, struct slice *rest)
{
	bool is_bracketed = slice_starts(*rest, "[");
	const char *start = rest->at + is_bracketed;
	size_t length = strcspn(start, is_bracketed ? "]/" : ":/?#@\\ ");

	if (length == 0 || (is_bracketed && start[length] != ']'))
		return false;
	upstream->host = mem_copy(start, length);
	length += is_bracketed ? 2 : 0;
	slice_drop(rest, length);
	return true;
}

static bool
take_port(struct upstream *upstream, struct slice *rest)
{
	size_t length = 0;
	uint64_t port;

	if (!slice_starts(*rest, ":")) {
		upstream->port = mem_text("80");
		return true;
	}
	length = strcspn(rest->at + 1, "/");
	if (!slice_number((struct slice){rest->at + 1, length}, &port) || port == 0 ||
		port > UINT16_MAX)
		return false;
	upstream->port = mem_copy(rest->at + 1, length);
	slice_drop(rest, 1 + length);
	return true;
}

static bool
take_base(struct upstream *upstream, struct slice rest)
{
	for (size_t i = 0; i < rest.length; i++)
		if (rest.at[i] <= ' ' || rest.at[i] > '~' || strchr("?#\\", rest.at[i]))
			return false;
	while (slice_ends(rest, "/"))
		rest.length--;
	upstream->base = mem_copy(rest.at, rest.length);
	return rest.length == 0 || *rest.at == '/';
}

/* Sets *target to the URL. A URL alone has the route "". */
static bool
read_route(const char *text, struct buf *name, const char **target)
{
	*target = text;
	return slice_starts(slice_of(text), "http://") ||
	       slice_starts(slice_of(text), "https://") || route_read(text, name, target);
}

static char *
to_route(const struct buf *name)
{
	struct buf url = {0};

	if (name->length == 0)
		return mem_text("");
	url_from_path(buf_slice(name), &url);
	return buf_take(&url);
}

enum upstream_verdict
upstream_read(struct upstream *upstream, const char *text)
{
	struct buf name = {0};
	const char *target;
	struct slice rest;

	*upstream = (struct upstream){0};
	if (!read_route(text, &name, &target)) {
		buf_finish(&name);
		return UPSTREAM_MALFORMED;
	}
	upstream->route = to_route(&name);
	buf_add_text(&name, "");
	upstream->name = buf_take(&name);
	if (slice_starts(slice_of(target), "https://"))
		return UPSTREAM_TLS;
	if (!slice_starts(slice_of(target), "http://"))
		return UPSTREAM_MALFORMED;
	rest = slice_of(target + strlen("http://"));
	if (!take_host(upstream, &rest) || !take_port(upstream, &rest))
		return UPSTREAM_MALFORMED;
	upstream->shown = mem_copy(target, (size_t)(rest.at - target));
	return take_base(upstream, rest) ? UPSTREAM_OK : UPSTREAM_MALFORMED;
}

void
upstream_finish(struct upstream *upstream)
{
	free(upstream->route);
	free(upstream->name);
	free(upstream->host);
	free(upstream->port);
	free(upstream->base);
	free(upstream->shown);
	*upstream = (struct upstream){0};
}

bool
upstream_matches(const struct upstream *upstream, struct slice path, struct slice *rest)
{
	size_t length = strlen(upstream->route);

	if (!slice_starts(path, upstream->route))
		return proxy_path_is_below(path, upstream->name, rest);
	*rest = (struct slice){path.at + length, path.length - length};
	return rest->length == 0 || *rest->at == '/';
}

bool
upstream_covers(const struct upstream *upstream, const char *name)
{
	return route_rest(upstream->name, name);
}
