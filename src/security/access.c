/*
 * access: see access.h. Names and origins are always compared as a whole, never a part of them.
 */
#define _GNU_SOURCE
#include "security/access.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

enum { HOST_MAX = 255 };

/* ---- hosts ---- */

/* Whether the text is empty, or a colon and digits, or only a colon (RFC 3986 3.2.3). */
static bool
is_port(const char *at, const char *end)
{
	if (at < end && *at++ != ':')
		return false;
	while (at < end && *at >= '0' && *at <= '9')
		at++;
	return at == end;
}

/* Copies the host of host[:port], without brackets. Returns false when malformed or too long. */
static bool
split_host(struct slice authority, char host[HOST_MAX + 1], bool *is_v6)
{
	const char *end = authority.at + authority.length, *mark;

	*is_v6 = slice_starts(authority, "[");
	mark = memchr(authority.at, *is_v6 ? ']' : ':', authority.length);
	if (*is_v6 && !mark)
		return false;
	if (mark && !is_port(mark + *is_v6, end))
		return false;
	authority.at += *is_v6;
	authority.length = (size_t)((mark ? mark : end) - authority.at);
	if (authority.length > HOST_MAX)
		return false;
	memcpy(host, authority.at, authority.length);
	host[authority.length] = '\0';
	if (!*is_v6 && authority.length > 1 && host[authority.length - 1] == '.')
		host[authority.length - 1] = '\0';
	return true;
}

enum address {
	NO_ADDRESS,
	LOOPBACK,
	ANY_ADDRESS, /* 0.0.0.0 or :: */
	OTHER_ADDRESS,
};

static enum address
address_of(const char *host, bool is_v6)
{
	struct in6_addr six;
	struct in_addr four;

	if (is_v6) {
		if (inet_pton(AF_INET6, host, &six) != 1)
			return NO_ADDRESS;
		return IN6_IS_ADDR_LOOPBACK(&six)      ? LOOPBACK
		       : IN6_IS_ADDR_UNSPECIFIED(&six) ? ANY_ADDRESS
						       : OTHER_ADDRESS;
	}
	if (inet_pton(AF_INET, host, &four) != 1)
		return NO_ADDRESS;
	return ntohl(four.s_addr) >> 24 == 127    ? LOOPBACK
	       : four.s_addr == htonl(INADDR_ANY) ? ANY_ADDRESS
						  : OTHER_ADDRESS;
}

static bool
is_listed(const struct access_list *list, struct slice name)
{
	for (size_t i = 0; i < list->count; i++)
		if (slice_is_nocase(name, list->items[i]))
			return true;
	return false;
}

/* Whether name is that of pattern (".dev.test"), or below it. */
static bool
is_below(struct slice name, const char *pattern)
{
	return slice_is_nocase(name, pattern + 1) ||
	       (name.length > strlen(pattern) && slice_ends_nocase(name, pattern));
}

static bool
is_allowed_host(const struct access_list *list, struct slice name)
{
	for (size_t i = 0; i < list->count; i++)
		if (*list->items[i] == '.' ? is_below(name, list->items[i])
					   : slice_is_nocase(name, list->items[i]))
			return true;
	return false;
}

bool
access_is_host_pattern(const char *text)
{
	/* RFC 6761, 6762, 8375 and ICANN's "internal"; home.arpa has a dot in it. */
	static const char *const private[] = {".test", ".localhost", ".local", ".internal", ".lan",
		".home", ".example", ".invalid"};
	struct slice name = slice_of(text);

	if (*text != '.')
		return *text && !strpbrk(text, "/: \t");
	if (strpbrk(text, "/: \t*") || strstr(text, "..") || name.length < 2 ||
		text[name.length - 1] == '.')
		return false;
	for (size_t i = 0; i < sizeof(private) / sizeof(private[0]); i++)
		if (slice_is_nocase(name, private[i]))
			return true;
	return strchr(text + 1, '.');
}

/* Whether other machines can reach the address that the server is bound to. */
static bool
is_reachable(const char *bound)
{
	enum address address = address_of(bound, strchr(bound, ':'));

	return address != LOOPBACK && strcmp(bound, "localhost") != 0;
}

/* "https://code.example" of "https://code.example/proxy/9000" */
static struct slice
origin_of(const char *url)
{
	struct slice host = slice_of(strstr(url, "://") + 3), name;

	slice_split(&host, '/', &name);
	return (struct slice){url, (size_t)(name.at + name.length - url)};
}

/* Whether name is the host of the URL. */
static bool
is_host_of(struct slice name, const char *url)
{
	struct slice origin = origin_of(url), host;

	slice_drop(&origin, (size_t)(strstr(url, "://") + 3 - url));
	slice_split(&origin, ':', &host);
	return slice_equal_nocase(name, host);
}

static bool
is_forwarded_host(const struct access_options *options, struct slice name)
{
	for (size_t i = 0; i < options->forwarded_count; i++)
		if (is_host_of(name, options->forwarded[i].url))
			return true;
	return false;
}

void
access_keep_ports(struct access_options *options, const struct access_options *old)
{
	options->host = old->host;
	memcpy(options->ports, old->ports, sizeof(options->ports));
	options->forwarded = old->forwarded;
	options->forwarded_count = old->forwarded_count;
}

bool
access_allows_host(const struct access_options *options, struct slice authority)
{
	char host[HOST_MAX + 1];
	struct slice name;
	bool is_v6;

	if (!authority.at)
		return true;
	if (!split_host(authority, host, &is_v6))
		return false;
	switch (address_of(host, is_v6)) {
	case LOOPBACK:
		return true;
	case ANY_ADDRESS:
		return false;
	case OTHER_ADDRESS:
		return is_reachable(options->host);
	case NO_ADDRESS:
		if (is_v6)
			return false;
		break;
	}
	name = slice_of(host);
	return slice_is_nocase(name, "localhost") ||
	       (name.length > strlen(".localhost") && slice_ends_nocase(name, ".localhost")) ||
	       slice_is_nocase(name, options->host) ||
	       (options->local_name && slice_is_nocase(name, options->local_name)) ||
	       is_forwarded_host(options, name) || is_allowed_host(&options->allowed_hosts, name);
}

/* ---- origins ---- */

bool
access_is_origin(const char *text)
{
	const char *host = strstr(text, "://");
	size_t scheme = host ? (size_t)(host - text) : 0;

	return scheme && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789+.-") == scheme &&
	       host[3] && !strpbrk(host + 3, "/?#@*\\ \t");
}

/* The length of the pattern without its '*'; 0 when text is no pattern. */
static size_t
pattern_length(const char *text)
{
	static const char end[] = "-extension://*";
	size_t length = strlen(text);

	return length >= sizeof(end) && slice_ends((struct slice){text, length}, end) &&
			       strspn(text, "abcdefghijklmnopqrstuvwxyz-") == length - 4
		       ? length - 1
		       : 0;
}

bool
access_is_origin_pattern(const char *text)
{
	return pattern_length(text) > 0 || access_is_origin(text);
}

bool
access_is_plain(struct slice text)
{
	static const char signs[] = {'-', '.', '_', ':', '/', '[', ']'};

	for (size_t i = 0; i < text.length; i++)
		if (!isalnum((unsigned char)text.at[i]) &&
			!memchr(signs, text.at[i], sizeof(signs)))
			return false;
	return text.length > 0 && text.at[0] != '-';
}

/* Whether the origin is of an extension that the list has a pattern for. */
static bool
has_pattern(const struct access_list *list, struct slice origin)
{
	for (size_t i = 0; i < list->count; i++) {
		size_t length = pattern_length(list->items[i]);
		struct slice host = origin;

		if (length == 0 || origin.length <= length)
			continue;
		host.length = length;
		if (!slice_equal_nocase(host, (struct slice){list->items[i], length}))
			continue;
		host = origin;
		slice_drop(&host, length);
		if (access_is_plain(host) && !memchr(host.at, '/', host.length))
			return true;
	}
	return false;
}

static bool
is_own_origin(const struct request *request)
{
	static const char *const schemes[] = {"https://", "http://"};
	size_t count = request->scheme == REQUEST_HTTPS ? 1 : 2;
	struct slice origin = request_get(request, REQUEST_ORIGIN);

	for (size_t i = 0; i < count; i++) {
		if (!slice_starts(origin, schemes[i]))
			continue;
		slice_drop(&origin, strlen(schemes[i]));
		return slice_equal_nocase(origin, request->authority);
	}
	return false;
}

static bool
is_loopback(const char *host, bool is_v6)
{
	return slice_is_nocase(slice_of(host), "localhost") || address_of(host, is_v6) == LOOPBACK;
}

/* Whether the origin is this server's other port, at the host that the request is for. */
static bool
is_other_port(const struct access_options *options, const struct request *request)
{
	const char *scheme = request->scheme == REQUEST_HTTPS ? "https://" : "http://";
	struct slice origin = request_get(request, REQUEST_ORIGIN), port;
	char host[HOST_MAX + 1], own[HOST_MAX + 1];
	const char *colon;
	bool is_v6, is_own_v6;
	uint64_t number = 0;

	if (!options->ports[1] || !slice_starts(origin, scheme))
		return false;
	slice_drop(&origin, strlen(scheme));
	colon = memrchr(origin.at, ':', origin.length);
	if (!colon || !split_host(origin, host, &is_v6) ||
		!split_host(request->authority, own, &is_own_v6))
		return false;
	port = (struct slice){colon + 1, (size_t)(origin.at + origin.length - colon - 1)};
	if (!slice_number(port, &number) ||
		(number != options->ports[0] && number != options->ports[1]))
		return false;
	return slice_is_nocase(slice_of(host), own) ||
	       (is_loopback(host, is_v6) && is_loopback(own, is_own_v6));
}

/* Whether origin is "http://localhost:PORT", also with https. */
static bool
is_localhost(struct slice origin, uint16_t port)
{
	uint64_t number;

	if (slice_starts_nocase(origin, "http://localhost:"))
		slice_drop(&origin, strlen("http://localhost:"));
	else if (slice_starts_nocase(origin, "https://localhost:"))
		slice_drop(&origin, strlen("https://localhost:"));
	else
		return false;
	return slice_number(origin, &number) && number == port;
}

static bool
is_forwarded_origin(const struct access_options *options, const struct request *request)
{
	struct slice origin = request_get(request, REQUEST_ORIGIN);
	struct slice rest = request->authority, name = {0};

	slice_split(&rest, ':', &name);
	for (size_t i = 0; i < options->forwarded_count; i++) {
		const struct access_forwarded *forwarded = &options->forwarded[i];

		if (slice_equal_nocase(origin, origin_of(forwarded->url)) ||
			(is_host_of(name, forwarded->url) && is_localhost(origin, forwarded->port)))
			return true;
	}
	return false;
}

bool
access_allows_origin(const struct access_options *options, const struct request *request)
{
	struct slice origin = request_get(request, REQUEST_ORIGIN);

	return !origin.at || is_own_origin(request) || is_other_port(options, request) ||
	       is_forwarded_origin(options, request) ||
	       is_listed(&options->allowed_origins, origin) ||
	       has_pattern(&options->allowed_origins, origin);
}

bool
access_is_cross_origin(const struct request *request)
{
	struct slice site = request_get(request, REQUEST_SEC_FETCH_SITE);

	if (request_get(request, REQUEST_ORIGIN).at && !is_own_origin(request))
		return true;
	return slice_is(site, "cross-site") || slice_is(site, "same-site");
}

bool
access_is_from_outside(const struct request *request)
{
	return request_get(request, REQUEST_PRIVATE_NETWORK).at ||
	       request_get(request, REQUEST_LOCAL_NETWORK).at;
}

/* ---- fields of a response ---- */

/*
 * With nosniff, a browser ignores a script or a style sheet with a wrong media type. Other servers
 * accept any file name for these, so a page's own scripts and style sheets are sent without
 * nosniff. Cross-Origin-Resource-Policy keeps them from other sites.
 */
static bool
is_part_of_own_page(const struct request *request)
{
	struct slice dest = request_get(request, REQUEST_SEC_FETCH_DEST);

	return (slice_is(dest, "script") || slice_is(dest, "style")) &&
	       slice_is(request_get(request, REQUEST_SEC_FETCH_SITE), "same-origin");
}

/* Credentials are not allowed, so such a page can read only what needs no password. */
static void
add_cors(const struct access_options *options, const struct request *request, struct fields *fields)
{
	struct slice origin = request_get(request, REQUEST_ORIGIN);

	fields_add_to_list(fields, SLICE_LITERAL("Vary"), SLICE_LITERAL("Origin"));
	if (!origin.at || (!options->cors_for_everybody && !is_listed(&options->cors, origin)))
		return;
	fields_add(fields, SLICE_LITERAL("Access-Control-Allow-Origin"),
		options->cors_for_everybody ? SLICE_LITERAL("*") : origin);
	if (request->method != REQUEST_OPTIONS)
		return;
	fields_add(fields, SLICE_LITERAL("Access-Control-Allow-Methods"),
		SLICE_LITERAL("GET, HEAD, OPTIONS"));
	fields_add(fields, SLICE_LITERAL("Access-Control-Allow-Headers"), SLICE_LITERAL("*"));
}

void
access_add_fields_for_all(struct fields *fields)
{
	fields_add(fields, SLICE_LITERAL("Cross-Origin-Resource-Policy"),
		SLICE_LITERAL("cross-origin"));
	fields_add(fields, SLICE_LITERAL("X-Content-Type-Options"), SLICE_LITERAL("nosniff"));
}

void
access_add_fields(const struct access_options *options, const struct request *request,
	bool cors_applies, struct fields *fields)
{
	/* A file with rules of a host may have set it, too. */
	fields_drop(fields, SLICE_LITERAL("Cross-Origin-Resource-Policy"));
	fields_add(fields, SLICE_LITERAL("Cross-Origin-Resource-Policy"),
		cors_applies && options->cors_for_everybody ? SLICE_LITERAL("cross-origin")
							    : SLICE_LITERAL("same-origin"));
	if (!request || !is_part_of_own_page(request)) {
		fields_drop(fields, SLICE_LITERAL("X-Content-Type-Options"));
		fields_add(
			fields, SLICE_LITERAL("X-Content-Type-Options"), SLICE_LITERAL("nosniff"));
	}
	if (request && cors_applies && (options->cors_for_everybody || options->cors.count))
		add_cors(options, request, fields);
}
