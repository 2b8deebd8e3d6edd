/*
 * Hosts and origins: an input is "authority NUL origin". An allowed host is this machine by its
 * whole name, and an allowed origin ends with the authority.
 */
#include <ctype.h>
#include <string.h>

#include "fuzz.h"
#include "base/mem.h"
#include "security/access.h"

/* The host in lower case, without the port and one dot at the end. */
static char *
host_of(struct slice authority)
{
	char *host = mem_copy(authority.at, authority.length), *end;

	for (char *at = host; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	end = host[0] == '[' ? strchr(host, ']') : strchr(host, ':');
	if (end)
		end[host[0] == '['] = '\0';
	if (host[0] && host[0] != '[' && host[1] && host[strlen(host) - 1] == '.')
		host[strlen(host) - 1] = '\0';
	return host;
}

static bool
is_own(const char *host)
{
	size_t length = strlen(host);

	if (host[0] == '[')
		return strspn(host, "[]:.0123456789abcdef") == length;
	if (length >= 9 && strcmp(host + length - 9, "localhost") == 0)
		return length == 9 || host[length - 10] == '.';
	return strncmp(host, "127.", 4) == 0 && strspn(host, ".0123456789") == length;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct access_options options = {.host = "localhost"};
	struct slice origin = {(const char *)data, size};
	struct slice authority = fuzz_take_text(&origin);
	const struct request request = {.authority = authority, .fields[REQUEST_ORIGIN] = origin};
	char *host = host_of(authority);

	if (access_allows_host(&options, authority))
		CHECK(is_own(host));
	if (origin.at && access_allows_origin(&options, &request)) {
		struct slice rest = origin;

		CHECK(slice_starts(origin, "http"));
		CHECK(origin.length > authority.length);
		rest.at += rest.length - authority.length;
		rest.length = authority.length;
		CHECK(slice_equal_nocase(rest, authority));
	}
	free(host);
	return 0;
}
