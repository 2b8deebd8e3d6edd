/*
 * same_machine: see same_machine.h.
 */
#include "overlay/same_machine.h"

#include <arpa/inet.h>
#include <string.h>

/* Whether host is an address of 127.0.0.0/8. */
static bool
is_loopback_v4(struct slice host)
{
	char text[INET_ADDRSTRLEN] = "";
	struct in_addr address;

	if (host.length >= sizeof(text))
		return false;
	memcpy(text, host.at, host.length);
	return inet_pton(AF_INET, text, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

static bool
is_loopback_name(struct slice authority)
{
	struct slice host = {0};

	if (slice_is(authority, "[::1]") || slice_starts(authority, "[::1]:"))
		return true;
	slice_split(&authority, ':', &host);
	if (host.length && host.at[host.length - 1] == '.')
		host.length--;
	return slice_is_nocase(host, "localhost") || slice_ends_nocase(host, ".localhost") ||
	       is_loopback_v4(host);
}

bool
same_machine_has_sent(const struct request *request)
{
	return connection_limit_is_local(request->peer.key) && request->authority.length &&
	       is_loopback_name(request->authority) && !request_get(request, REQUEST_FORWARDED).at;
}
