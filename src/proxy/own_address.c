/*
 * own_address: see own_address.h. Owns nothing. All fields are copied if one of them is rewritten, which
 * is seldom.
 */
#include "proxy/own_address.h"

#include <string.h>

#include "http/url.h"

/* ---- addresses ---- */

/* The parts of "host:port" or "[host]:port"; port is absent when it is not there. */
static struct slice
split_authority(struct slice authority, struct slice *port)
{
	struct slice host = authority, rest;
	size_t length = 0;

	*port = (struct slice){0};
	if (slice_starts(authority, "[")) {
		slice_drop(&authority, 1);
		slice_split(&authority, ']', &host);
		rest = authority;
		if (slice_starts(rest, ":"))
			*port = (struct slice){rest.at + 1, rest.length - 1};
		return host;
	}
	while (length < authority.length && authority.at[length] != ':')
		length++;
	host.length = length;
	if (length < authority.length)
		*port = (struct slice){authority.at + length + 1, authority.length - length - 1};
	return host;
}

static bool
is_loopback(struct slice host)
{
	return slice_is_nocase(host, "localhost") || slice_is(host, "127.0.0.1") ||
	       slice_is(host, "::1");
}

/* Whether authority is that of upstream. The names of this machine's own address are all the same. */
static bool
is_upstream(const struct upstream *upstream, struct slice authority)
{
	struct slice port, host = split_authority(authority, &port);

	const char *usual = upstream->is_tls ? "443" : "80";

	return slice_is(port.at ? port : slice_of(usual), upstream->port) &&
	       (slice_is_nocase(host, upstream->host) ||
		       (is_loopback(host) && is_loopback(slice_of(upstream->host))));
}

/* ---- Location ---- */

/* Takes "http://host:port", or "//host:port", of upstream off the front of location. */
static bool
take_origin(struct slice *location, const struct upstream *upstream)
{
	struct slice rest = *location, authority;

	const char *scheme = upstream->is_tls ? "https:" : "http:";

	if (slice_starts_nocase(rest, scheme))
		slice_drop(&rest, strlen(scheme));
	if (!slice_starts(rest, "//"))
		return false;
	slice_drop(&rest, strlen("//"));
	authority = (struct slice){rest.at, 0};
	while (authority.length < rest.length && !strchr("/?#", rest.at[authority.length]))
		authority.length++;
	slice_drop(&rest, authority.length);
	*location = rest;
	return is_upstream(upstream, authority);
}

/* Takes the path of upstream's URL off the front of path. */
static bool
take_base(struct slice *path, const struct upstream *upstream)
{
	if (!slice_starts(*path, upstream->base))
		return false;
	slice_drop(path, strlen(upstream->base));
	return path->length == 0 || strchr("/?#", *path->at);
}

/*
 * "./" at the root, so that the address is not empty and its first segment is no scheme. What follows
 * is below the root, whatever it is.
 */
static bool
rewrite_location(struct slice location, const struct upstream *upstream,
	const struct own_address_client *client, struct buf *to)
{
	if (!take_origin(&location, upstream) || !take_base(&location, upstream))
		return false;
	if (client->depth == 0)
		buf_add_text(to, "./");
	else
		url_add_root(client->depth, to);
	if (*upstream->route)
		buf_add_text(to, upstream->route + 1);
	else if (slice_starts(location, "/"))
		slice_drop(&location, 1);
	buf_add_slice(to, location);
	return true;
}

/* ---- Set-Cookie ---- */

/* Whether attribute is a Domain that names upstream, and the client would not take it for its own. */
static bool
is_foreign_domain(struct slice attribute, const struct upstream *upstream,
	const struct own_address_client *client)
{
	struct slice name, port, own = split_authority(client->authority, &port);

	slice_split(&attribute, '=', &name);
	attribute = slice_trim(attribute);
	if (!slice_is_nocase(slice_trim(name), "Domain") || attribute.length == 0)
		return false;
	if (*attribute.at == '.')
		slice_drop(&attribute, 1);
	return slice_is_nocase(attribute, upstream->host) && !slice_equal_nocase(attribute, own);
}

/*
 * Whether attribute is a Secure that a client of HTTP cannot keep to. SameSite=None needs Secure, and so
 * do names with these prefixes, which are left as they are.
 */
static bool
is_too_secure(struct slice attribute, struct slice cookie, const struct upstream *upstream,
	const struct own_address_client *client)
{
	if (client->is_https || !upstream->is_tls || slice_starts_nocase(cookie, "__Host-") ||
		slice_starts_nocase(cookie, "__Secure-"))
		return false;
	attribute = slice_trim(attribute);
	return slice_is_nocase(attribute, "Secure") || slice_is_nocase(attribute, "SameSite=None");
}

static bool
rewrite_cookie(struct slice cookie, const struct upstream *upstream,
	const struct own_address_client *client, struct buf *to)
{
	bool is_first = true, is_changed = false;
	struct slice whole = cookie, part;

	while (slice_split(&cookie, ';', &part)) {
		if (!is_first && (is_foreign_domain(part, upstream, client) ||
					 is_too_secure(part, whole, upstream, client))) {
			is_changed = true;
			continue;
		}
		if (!is_first)
			buf_add_char(to, ';');
		buf_add_slice(to, part);
		is_first = false;
	}
	return is_changed;
}

/* ---- fields ---- */

/* Adds the new value of field to value, which is empty. Returns false when it stays. */
static bool
rewrite(struct field field, const struct upstream *upstream,
	const struct own_address_client *client, struct buf *value)
{
	if (slice_is_nocase(field.name, "Location"))
		return rewrite_location(field.value, upstream, client, value);
	return slice_is_nocase(field.name, "Set-Cookie") &&
	       rewrite_cookie(field.value, upstream, client, value);
}

void
own_address_rewrite(struct fields *fields, const struct upstream *upstream,
	const struct own_address_client *client)
{
	struct fields rewritten = {0};
	struct buf value = {0};
	bool is_changed = false;

	for (size_t i = 0; i < fields->count; i++) {
		struct field field = fields_at(fields, i);

		buf_clear(&value);
		if (rewrite(field, upstream, client, &value)) {
			field.value = buf_slice(&value);
			is_changed = true;
		}
		fields_add(&rewritten, field.name, field.value);
	}
	if (is_changed)
		fields_copy(fields, &rewritten);
	fields_finish(&rewritten);
	buf_finish(&value);
}
