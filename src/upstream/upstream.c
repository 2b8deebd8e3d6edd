/*
 * upstream: see upstream.h. Owns its texts. The URL is parsed from the front of a slice.
 */
#include "upstream/upstream.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

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
		upstream->port = mem_text(upstream->is_tls ? "443" : "80");
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
	       slice_starts(slice_of(text), "https://") || slice_starts(slice_of(text), "unix:") ||
	       route_read(text, name, target);
}

/* "unix:/run/app.sock". There is no URL below it, and its name is that of this machine. */
static bool
take_socket(struct upstream *upstream, const char *target)
{
	const char *path = target + strlen("unix:");
	size_t length = strlen(path);

	if (*path != '/' || length >= sizeof(((struct sockaddr_un *)NULL)->sun_path) ||
		strpbrk(path, "\r\n"))
		return false;
	upstream->is_unix = true;
	upstream->path = mem_text(path);
	upstream->host = mem_text("localhost");
	upstream->port = mem_text("");
	upstream->base = mem_text("");
	upstream->shown = mem_text(target);
	return true;
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
	if (slice_starts(slice_of(target), "unix:"))
		return take_socket(upstream, target) ? UPSTREAM_OK : UPSTREAM_MALFORMED;
	upstream->is_tls = slice_starts(slice_of(target), "https://");
	if (!upstream->is_tls && !slice_starts(slice_of(target), "http://"))
		return UPSTREAM_MALFORMED;
	rest = slice_of(target + strlen(upstream->is_tls ? "https://" : "http://"));
	if (!take_host(upstream, &rest) || !take_port(upstream, &rest))
		return UPSTREAM_MALFORMED;
	upstream->shown = mem_copy(target, (size_t)(rest.at - target));
	return take_base(upstream, rest) ? UPSTREAM_OK : UPSTREAM_MALFORMED;
}

/* ".php": letters and digits. */
static bool
take_suffix(struct upstream *upstream, struct slice text)
{
	enum { SUFFIX_MAX = 16 };

	if (text.length < 2 || text.length > SUFFIX_MAX || *text.at != '.')
		return false;
	for (size_t i = 1; i < text.length; i++)
		if (!isalnum((unsigned char)text.at[i]))
			return false;
	upstream->suffix = mem_copy(text.at, text.length);
	return true;
}

bool
upstream_read_fastcgi(struct upstream *upstream, const char *text)
{
	const char *target = strchr(text, '=');
	struct slice rest;

	*upstream = (struct upstream){0};
	if (!target || !take_suffix(upstream, (struct slice){text, (size_t)(target - text)}))
		return false;
	rest = slice_of(++target);
	upstream->route = mem_text("");
	upstream->name = mem_text("");
	if (slice_starts(rest, "unix:"))
		return take_socket(upstream, target);
	upstream->base = mem_text("");
	upstream->shown = mem_text(target);
	return take_host(upstream, &rest) && slice_starts(rest, ":") &&
	       take_port(upstream, &rest) && rest.length == 0;
}

const struct upstream *
upstream_for_script(const struct upstream *upstreams, size_t count, struct slice name)
{
	for (size_t i = 0; i < count; i++)
		if (upstreams[i].suffix && slice_ends_nocase(name, upstreams[i].suffix))
			return &upstreams[i];
	return NULL;
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
	free(upstream->path);
	free(upstream->suffix);
	*upstream = (struct upstream){0};
}

struct slice
upstream_authority(const struct upstream *upstream)
{
	struct slice shown = slice_of(upstream->shown);

	if (upstream->is_unix)
		return slice_of(upstream->host);
	slice_drop(&shown, strlen(upstream->is_tls ? "https://" : "http://"));
	return shown;
}

/* An address of this machine, not a name that looks like one ("127.0.0.1.example"). */
static bool
is_loopback_address(const char *host)
{
	struct in_addr address;
	struct in6_addr address6;

	if (inet_pton(AF_INET, host, &address) == 1)
		return ntohl(address.s_addr) >> 24 == IN_LOOPBACKNET;
	return inet_pton(AF_INET6, host, &address6) == 1 && IN6_IS_ADDR_LOOPBACK(&address6);
}

bool
upstream_is_loopback(const struct upstream *upstream)
{
	struct slice host = slice_of(upstream->host);

	return slice_is_nocase(host, "localhost") || slice_ends_nocase(host, ".localhost") ||
	       is_loopback_address(upstream->host);
}

bool
upstream_matches(const struct upstream *upstream, struct slice path, struct slice *rest)
{
	size_t length = strlen(upstream->route);

	if (upstream->suffix)
		return false;
	if (!slice_starts(path, upstream->route))
		return proxy_path_is_below(path, upstream->name, rest);
	*rest = (struct slice){path.at + length, path.length - length};
	return rest->length == 0 || *rest->at == '/';
}

bool
upstream_covers(const struct upstream *upstream, const char *name)
{
	return !upstream->suffix && route_rest(upstream->name, name);
}
