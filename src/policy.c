/*
 * policy: see policy.h. Names are compared whole, never by a part of them.
 */
#include "policy.h"

#include <arpa/inet.h>
#include <string.h>

enum { HOST_MAX = 255 };

/* What may follow a host: nothing, or a colon and digits (RFC 3986 3.2.3: even none). */
static bool
is_port(const char *at, const char *end)
{
	if (at < end && *at++ != ':')
		return false;
	while (at < end && *at >= '0' && *at <= '9')
		at++;
	return at == end;
}

/* The host of host[:port], without brackets; false when it is malformed or too long for a name. */
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
	return ntohl(four.s_addr) >> 24 == 127      ? LOOPBACK
	       : four.s_addr == htonl(INADDR_ANY) ? ANY_ADDRESS
						  : OTHER_ADDRESS;
}

static bool
is_listed(const char *const *names, const char *host)
{
	for (; names && *names; names++)
		if (slice_is_nocase(slice_of(*names), host))
			return true;
	return false;
}

/* Whether what it is bound to can be reached from other machines. */
static bool
is_open(const char *bound)
{
	enum address address = address_of(bound, strchr(bound, ':'));

	return address != LOOPBACK && strcmp(bound, "localhost") != 0;
}

bool
policy_allows_host(const struct policy_options *options, struct slice authority)
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
		return is_open(options->host);
	case NO_ADDRESS:
		if (is_v6)
			return false;
		break;
	}
	name = slice_of(host);
	return slice_is_nocase(name, "localhost") ||
	       (name.length > 10 &&
		       slice_is_nocase((struct slice){name.at + name.length - 10, 10},
			       ".localhost")) ||
	       slice_is_nocase(name, options->host) || is_listed(options->allowed_hosts, host);
}

bool
policy_allows_origin(struct slice origin, struct slice authority, bool by_https)
{
	static const char *const schemes[] = {"https://", "http://"};
	size_t count = by_https ? 1 : 2;

	if (!origin.at)
		return true;
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(schemes[i]);

		if (slice_starts(origin, schemes[i]))
			return slice_equal_nocase(
				(struct slice){origin.at + length, origin.length - length},
				authority);
	}
	return false;
}
