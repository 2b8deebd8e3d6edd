/*
 * name_redirect: see name_redirect.h. A relative address has at most one name in it; url_from_path
 * leaves no colon in it that could make it a scheme.
 */
#include "site/name_redirect.h"

#include <string.h>

#include "fs/path.h"
#include "html/navigation.h"
#include "http/url.h"

/* Adds the encoded name without the slash that url_from_path begins with. */
static void
add_name(struct slice name, struct buf *url)
{
	struct buf path = {0};

	url_from_path(name, &path);
	buf_add_text(url, path.bytes + 1);
	buf_finish(&path);
}

/* Adds the address of to, as it is written in a page at from. */
static void
add_relative(struct slice from, struct slice to, struct buf *url)
{
	size_t folder = from.length - path_base(from).length;

	if (to.length < folder || memcmp(to.at, from.at, folder) != 0) {
		buf_add_text(url, "../");
		add_name(path_base(to), url);
	} else if (to.length == folder) {
		buf_add_text(url, "./");
	} else {
		slice_drop(&to, folder);
		add_name(to, url);
	}
}

void
name_redirect_respond(struct response *response, const struct request *request, struct slice from,
	struct slice to)
{
	struct buf url = {0};

	if (navigation_wants_document(request) && !request->address.at)
		add_relative(from, to, &url);
	else
		url_from_path(to, &url);
	url_add_query(request->query, &url);
	response_field(response, "Location", buf_slice(&url));
	response_field(response, "Cache-Control", SLICE_LITERAL("no-cache"));
	/* Not 301, because browsers keep that, and another project may use the same port later. */
	response_text(response, 302, "text/plain; charset=utf-8",
		slice_ends(to, "/") || !to.length ? SLICE_LITERAL("See the folder.\n")
						  : SLICE_LITERAL("See the page.\n"));
	buf_finish(&url);
}
