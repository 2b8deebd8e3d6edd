/*
 * https_redirect: see https_redirect.h.
 */
#include "security/https_redirect.h"

#include "http/url.h"

bool
https_redirect_respond(struct response *response, const struct request *request)
{
	struct buf url = {0};

	if (!request->authority.at || !slice_starts(request->path, "/"))
		return false;
	buf_add_text(&url, "https://");
	buf_add_slice(&url, request->authority);
	url_add_query(request->path, &url);
	url_add_query(request->query, &url);
	response_field(response, "Location", buf_slice(&url));
	/* Another server may use HTTP at this port tomorrow. */
	response_field(response, "Cache-Control", SLICE_LITERAL("no-store"));
	response_text(response, 308, "text/plain; charset=utf-8",
		SLICE_LITERAL("This server uses HTTPS.\n"));
	buf_finish(&url);
	return true;
}
