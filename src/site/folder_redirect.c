/*
 * folder_redirect: see folder_redirect.h. A relative address is the last part of the name; url_from_path
 * leaves no colon in it that could make it a scheme.
 */
#include "site/folder_redirect.h"

#include "fs/path.h"
#include "html/navigation.h"
#include "http/url.h"

void
folder_redirect_respond(struct response *response, const struct request *request, struct slice name)
{
	bool is_relative = navigation_wants_document(request);
	struct buf url = {0};

	url_from_path(is_relative ? path_base(name) : name, &url);
	buf_add_char(&url, '/');
	url_add_query(request->query, &url);
	response_field(response, "Location", slice_of(url.bytes + is_relative));
	response_field(response, "Cache-Control", SLICE_LITERAL("no-cache"));
	/* Not 301, because browsers keep that, and another project may use the same port later. */
	response_text(
		response, 302, "text/plain; charset=utf-8", SLICE_LITERAL("See the folder.\n"));
	buf_finish(&url);
}
