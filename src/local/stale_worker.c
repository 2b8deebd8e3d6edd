/*
 * stale_worker: see stale_worker.h. It has no state.
 */
#include "local/stale_worker.h"

/*
 * The pages of the old worker are this one's as soon as it is active. They load again after it is gone, so from the
 * server. What the old project has stored stays.
 */
static const char script[] =
	"// liveserve: an earlier project on this port has left a service worker. This one removes "
	"it.\n"
	"self.addEventListener('install', () => self.skipWaiting());\n"
	"self.addEventListener('activate', (event) => event.waitUntil((async () => {\n"
	"  const pages = await self.clients.matchAll({ type: 'window' });\n"
	"  await self.registration.unregister();\n"
	"  await Promise.all(pages.map((page) => page.navigate(page.url).catch(() => {})));\n"
	"})()));\n";

/* Whether Referer, a URL, is that of path; a proxy in front of the server may show it below another one. */
static bool
has_path(struct slice referer, struct slice path)
{
	struct slice url;

	slice_split(&referer, '?', &url);
	if (url.length < path.length)
		return false;
	slice_drop(&url, url.length - path.length);
	return slice_equal(url, path);
}

bool
stale_worker_is_asked_for(const struct request *request)
{
	struct slice referer = request_get(request, REQUEST_REFERER);

	return request->method == REQUEST_GET &&
	       slice_is(request_get(request, REQUEST_SEC_FETCH_DEST), "serviceworker") &&
	       slice_is(request_get(request, REQUEST_SEC_FETCH_SITE), "same-origin") &&
	       (!referer.at || has_path(referer, request->path));
}

void
stale_worker_respond(struct response *response)
{
	response_clear(response);
	response_field(response, "Cache-Control", SLICE_LITERAL("no-store"));
	/* The old worker may have been for more than its own folder. */
	response_field(response, "Service-Worker-Allowed", SLICE_LITERAL("/"));
	response_text(response, 200, "text/javascript; charset=utf-8", SLICE_LITERAL(script));
}
