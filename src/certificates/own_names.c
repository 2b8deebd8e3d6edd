/*
 * own_names: see own_names.h.
 */
#include "certificates/own_names.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/slice.h"
#include "net/lan_address.h"
#include "net/listener.h"

enum { NAME_MAX_LENGTH = 253 }; /* RFC 1035 2.3.4, as text */

void
own_names_finish(struct own_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
	*names = (struct own_names){0};
}

/* Takes item. */
static void
add_item(struct own_names *names, char *item)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->items[i], item) == 0) {
			free(item);
			return;
		}
	names->items = mem_resize(names->items, (names->count + 1) * sizeof(*names->items));
	names->items[names->count++] = item;
}

/* Whether host is an address; then *item is that for a certificate, or NULL for "all addresses". */
static bool
read_address(const char *host, char **item)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr six;
	struct in_addr four;

	*item = NULL;
	if (inet_pton(AF_INET, host, &four) == 1) {
		if (four.s_addr != htonl(INADDR_ANY))
			*item = mem_format("IP:%s", inet_ntop(AF_INET, &four, text, sizeof(text)));
		return true;
	}
	if (inet_pton(AF_INET6, host, &six) != 1)
		return false;
	if (!IN6_IS_ADDR_UNSPECIFIED(&six))
		*item = mem_format("IP:%s", inet_ntop(AF_INET6, &six, text, sizeof(text)));
	return true;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_';
}

/* "*.dev.test" is one, too; "*.test" is not, because no browser accepts that. */
static bool
is_name(struct slice name)
{
	struct slice label;

	if (name.length > NAME_MAX_LENGTH)
		return false;
	if (slice_starts(name, "*.") && memchr(name.at + 2, '.', name.length - 2))
		slice_drop(&name, 2);
	while (slice_split(&name, '.', &label)) {
		if (label.length == 0)
			return false;
		for (size_t i = 0; i < label.length; i++)
			if (!is_letter(label.at[i]))
				return false;
	}
	return true;
}

bool
own_names_add(struct own_names *names, const char *host)
{
	struct slice name = slice_of(host);
	char *item;

	if (strcmp(host, LISTENER_EVERYWHERE) == 0)
		return true;
	if (read_address(host, &item)) {
		if (item)
			add_item(names, item);
		return true;
	}
	if (name.length > 1 && slice_ends(name, "."))
		name.length--;
	if (!is_name(name))
		return false;
	add_item(names, mem_format("DNS:%.*s", (int)name.length, name.at));
	return true;
}

void
own_names_add_machine(struct own_names *names)
{
	char *local = lan_local_name();

	own_names_add(names, "localhost");
	own_names_add(names, "127.0.0.1");
	own_names_add(names, "::1");
	if (local)
		own_names_add(names, local);
	free(local);
}

void
own_names_add_interfaces(struct own_names *names)
{
	struct lan_addresses addresses;

	lan_addresses_find_all(&addresses);
	for (size_t i = 0; i < addresses.count; i++)
		own_names_add(names, addresses.items[i].text);
	lan_addresses_finish(&addresses);
}

bool
own_names_is_loopback(const char *host)
{
	struct slice name = slice_of(host);
	struct in_addr four;

	if (inet_pton(AF_INET, host, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	return name.length > strlen(".localhost") && slice_ends_nocase(name, ".localhost") &&
	       is_name(name);
}
