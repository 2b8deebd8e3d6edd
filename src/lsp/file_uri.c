/*
 * file_uri: see file_uri.h. What "file:" names is decoded only here, and only once.
 */
#include "lsp/file_uri.h"

#include "http/media_type.h"
#include "http/url.h"

static const char scheme[] = "file:";

/* Drops "//" and the name of this machine: none, or "localhost". Returns false for another one. */
static bool
drop_host(struct slice *rest)
{
	struct slice host = {rest->at + 2, 0};

	if (!slice_starts(*rest, "//"))
		return true;
	slice_drop(rest, 2);
	while (host.length < rest->length && rest->at[host.length] != '/')
		host.length++;
	slice_drop(rest, host.length);
	return host.length == 0 || slice_is_nocase(host, "localhost");
}

/* Adds the byte that is percent-encoded at the front of rest. Returns false when it is none, or a NUL. */
static bool
decode(struct slice *rest, struct buf *path)
{
	int high = rest->length > 2 ? slice_hex_value(rest->at[1]) : -1;
	int low = rest->length > 2 ? slice_hex_value(rest->at[2]) : -1;

	if (high < 0 || low < 0 || high + low == 0)
		return false;
	buf_add_char(path, (char)(high * 16 + low));
	slice_drop(rest, 3);
	return true;
}

char *
file_uri_to_path(struct slice uri)
{
	struct buf path = {0};

	if (!slice_starts_nocase(uri, scheme))
		return NULL;
	slice_drop(&uri, sizeof(scheme) - 1);
	if (!drop_host(&uri) || uri.length == 0 || uri.at[0] != '/')
		return NULL;
	while (uri.length) {
		/* A query or a fragment is no part of the path. */
		if (*uri.at == '?' || *uri.at == '#')
			break;
		if (*uri.at != '%') {
			buf_add_char(&path, *uri.at);
			slice_drop(&uri, 1);
		} else if (!decode(&uri, &path)) {
			buf_finish(&path);
			return NULL;
		}
	}
	return buf_take(&path);
}

void
file_uri_from_path(struct slice path, struct buf *uri)
{
	buf_add_text(uri, "file://");
	if (path.length)
		slice_drop(&path, 1); /* url_from_path adds it */
	url_from_path(path, uri);
}

void
file_uri_add_page(const char *first, const char *name, struct buf *url)
{
	struct slice site = slice_of(first);

	if (!name || media_type_of(slice_of(name))->kind == MEDIA_TYPE_PLAIN) {
		buf_add_slice(url, site);
		return;
	}
	if (slice_ends(site, "/"))
		site.length--; /* url_from_path adds it */
	buf_add_slice(url, site);
	url_from_path(slice_of(name), url);
}
