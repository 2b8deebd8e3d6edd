/*
 * router: see router.h.
 */
#include "site/router.h"

#include <stdlib.h>
#include <string.h>

#include "http/custom_header.h"
#include "base/log.h"
#include "base/mem.h"
#include "html/error_page.h"
#include "http/url.h"

struct router {
	struct static_files *static_files;
	struct journal *journal;
	struct access_options policy;
	struct buf refused; /* what was last said of a refusal */
	const struct control_api *control_api;
	struct custom_header *headers; /* of every answer */
	size_t header_count;
	struct htpasswd *htpasswd; /* or NULL */
	struct proxy *proxy; /* or NULL */
	router_upgrade_fn *upgrade;
	void *upgrade_context;
};

struct router *
router_create(struct static_files *static_files, struct journal *journal,
	const struct access_options *policy)
{
	struct router *router = mem_zero(sizeof(*router));

	router->static_files = static_files;
	router->journal = journal;
	router->policy = *policy;
	return router;
}

void
router_reconfigure(struct router *router, const struct access_options *policy)
{
	const struct access_options old = router->policy;

	router->policy = *policy;
	/* Where it listens, which stays. */
	router->policy.host = old.host;
	memcpy(router->policy.ports, old.ports, sizeof(old.ports));
}

void
router_destroy(struct router *router)
{
	if (!router)
		return;
	buf_finish(&router->refused);
	free(router->headers);
	free(router);
}

void
router_set_ports(struct router *router, uint16_t front, uint16_t livereload)
{
	router->policy.ports[0] = front;
	router->policy.ports[1] = livereload;
}

void
router_set_desk(struct router *router, const struct control_api *control_api)
{
	router->control_api = control_api;
}

void
router_set_headers(struct router *router, const char *const *headers)
{
	size_t count = 0;

	while (headers && headers[count])
		count++;
	free(router->headers);
	router->header_count = 0;
	router->headers = mem_array(count, sizeof(*router->headers));
	for (size_t i = 0; i < count; i++)
		if (custom_header_read(&router->headers[router->header_count], headers[i]) ==
			CUSTOM_HEADER_OK)
			router->header_count++;
}

void
router_set_htpasswd(struct router *router, struct htpasswd *htpasswd)
{
	router->htpasswd = htpasswd;
}

void
router_set_proxy(struct router *router, struct proxy *proxy)
{
	router->proxy = proxy;
}

void
router_set_upgrade(struct router *router, router_upgrade_fn *upgrade, void *context)
{
	router->upgrade = upgrade;
	router->upgrade_context = context;
}

/* ---- WebSockets ---- */

/* The page path of the old clients comes before "/ws": "/", "/about.html", "/a/b/". */
static bool
is_socket_path(struct slice path)
{
	return slice_ends(path, "/ws") || slice_is(path, PROTOCOL_LIVERELOAD_PATH);
}

/* 16 bytes in base64 (RFC 6455 4.1): 22 characters and "==". */
static bool
is_socket_key(struct slice key)
{
	if (key.length != 24 || key.at[22] != '=' || key.at[23] != '=')
		return false;
	for (size_t i = 0; i < 22; i++) {
		char c = key.at[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			    c == '+' || c == '/'))
			return false;
	}
	return true;
}

static bool
choose_protocol(const struct request *request, enum protocol *protocol)
{
	if (!slice_is(request->path, PROTOCOL_LIVERELOAD_PATH) &&
		request_lists(request, REQUEST_SEC_WEBSOCKET_PROTOCOL, PROTOCOL_LIVESERVE_NAME)) {
		*protocol = PROTOCOL_LIVESERVE;
		return true;
	}
	*protocol = slice_is(request->path, PROTOCOL_LIVERELOAD_PATH) ? PROTOCOL_LIVERELOAD
								      : PROTOCOL_LIVE_SERVER;
	return !request_get(request, REQUEST_SEC_WEBSOCKET_PROTOCOL).at;
}

static void
refuse_socket(struct router *router, struct response *response, int status, const char *why)
{
	pages_error(response, router->journal, status, slice_of(why));
}

/* Of a WebSocket, or of what would change something. */
static void
refuse_origin(struct router *router, const struct request *request, struct response *response)
{
	struct slice origin = request_get(request, REQUEST_ORIGIN);

	log_notice_once(&router->refused,
		"refused what a page of %.*s asked for: if that page is yours, start with "
		"--allow-origin=ORIGIN",
		(int)origin.length, origin.at);
	pages_error(response, router->journal, 403,
		SLICE_LITERAL("Only pages of this server may do this. If the page is yours, start "
			      "liveserve with --allow-origin=ORIGIN."));
}

static void
answer_upgrade(struct router *router, const struct request *request, struct response *response)
{
	enum protocol protocol;

	if (!is_socket_path(request->path)) {
		refuse_socket(router, response, 404, "The WebSocket of liveserve is at /ws.");
	} else if (!access_allows_origin(&router->policy, request)) {
		refuse_origin(router, request, response);
	} else if (!slice_is(request_get(request, REQUEST_SEC_WEBSOCKET_VERSION), "13")) {
		response_field(response, "Sec-WebSocket-Version", SLICE_LITERAL("13"));
		/* Both go with a 426 (RFC 9110 15.5.22, 7.8). */
		response_field(response, "Upgrade", SLICE_LITERAL("websocket"));
		response_field(response, "Connection", SLICE_LITERAL("upgrade"));
		refuse_socket(
			router, response, 426, "This WebSocket speaks version 13 (RFC 6455).");
	} else if (!is_socket_key(request_get(request, REQUEST_SEC_WEBSOCKET_KEY))) {
		refuse_socket(
			router, response, 400, "Sec-WebSocket-Key has to be 16 bytes in base64.");
	} else if (!choose_protocol(request, &protocol)) {
		refuse_socket(router, response, 400,
			"Offer the subprotocol " PROTOCOL_LIVESERVE_NAME ", or none for the one of "
			"live-server.");
	} else {
		response_status(response, 101);
		if (router->upgrade)
			router->upgrade(router->upgrade_context, protocol, response);
	}
}

/* ---- everything else ---- */

static void
refuse_host(struct router *router, const struct request *request, struct response *response)
{
	log_notice_once(&router->refused,
		"refused a request for http://%.*s/: if that name is yours, start with "
		"--allowed-host=NAME",
		(int)request->authority.length, request->authority.at);
	pages_error(response, router->journal, 403,
		SLICE_LITERAL(
			"This server does not go by that name, so the request may come from a "
			"page that let its own name lead here. If the name is yours, start "
			"liveserve with --allowed-host=NAME."));
}

/* RFC 7617 2 */
static void
ask_for_password(struct router *router, struct response *response)
{
	response_field(response, "WWW-Authenticate",
		SLICE_LITERAL("Basic realm=\"liveserve\", charset=\"UTF-8\""));
	pages_error(response, router->journal, 401,
		SLICE_LITERAL("This site is only for people with a password."));
}

/* Somebody typed the address without its scheme. */
static void
lead_to_https(struct router *router, const struct request *request, struct response *response)
{
	struct buf url = {0};

	if (request->authority.at && slice_starts(request->path, "/")) {
		buf_add_text(&url, "https://");
		buf_add_slice(&url, request->authority);
		url_add_query(request->path, &url);
		url_add_query(request->query, &url);
		response_field(response, "Location", buf_slice(&url));
		response_text(response, 307, "text/plain; charset=utf-8",
			SLICE_LITERAL("This server speaks HTTPS.\n"));
	} else {
		pages_error(response, router->journal, 400,
			SLICE_LITERAL("This server speaks HTTPS, and this was HTTP."));
	}
	buf_finish(&url);
}

/* Whatever is no reading might change something. */
static void
answer_method(struct router *router, const struct request *request, struct response *response)
{
	static const char *const known[] = {
		"POST",
		"PUT",
		"DELETE",
		"PATCH",
		"TRACE",
		"CONNECT",
		"PROPFIND",
	};
	int status = 501;

	if (!access_allows_origin(&router->policy, request)) {
		refuse_origin(router, request, response);
		return;
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (slice_is(request->method_name, known[i]))
			status = 405;
	response_field(response, "Allow", SLICE_LITERAL("GET, HEAD, OPTIONS"));
	pages_error(response, router->journal, status,
		SLICE_LITERAL("liveserve reads files (GET, HEAD); it takes nothing in."));
}

/* Upgrade is heeded only on a GET that asks for it by Connection too (RFC 9110 7.8). */
static bool
wants_socket(const struct request *request)
{
	return request->method == REQUEST_GET && !request->is_http10 && !request->has_body &&
	       request_lists(request, REQUEST_UPGRADE, "websocket") &&
	       request_lists(request, REQUEST_CONNECTION, "upgrade");
}

static void
answer_options(struct router *router, const struct request *request, struct response *response)
{
	if (access_is_from_outside(request)) {
		pages_error(response, router->journal, 403,
			SLICE_LITERAL("No page from outside may reach into this network."));
		return;
	}
	response_field(response, "Allow", SLICE_LITERAL("GET, HEAD, OPTIONS"));
	response_status(response, 204);
}

static bool
is_own_page(const struct request *request)
{
	return slice_starts(request->path, PAGES_FOLDER);
}

static void
answer_own_page(struct router *router, const struct request *request, struct response *response)
{
	if (access_is_foreign(request))
		pages_error(response, router->journal, 403,
			SLICE_LITERAL("This is for pages of this server only."));
	else
		pages_answer(response, router->journal, request);
}

/* ---- what others answer ---- */

/* The pages' own socket stays ours wherever the upstream is. */
static bool
is_own_socket(const struct request *request)
{
	return wants_socket(request) &&
	       (slice_is(request->path, "/ws") ||
		       request_lists(
			       request, REQUEST_SEC_WEBSOCKET_PROTOCOL, PROTOCOL_LIVESERVE_NAME));
}

/* NULL when it is for us to answer. What is mounted goes before. */
static const struct upstream *
find_upstream(struct router *router, const struct request *request)
{
	const struct upstream *found =
		router->proxy ? proxy_find(router->proxy, request->path) : NULL;

	if (!found || is_own_page(request) || is_own_socket(request) ||
		static_files_are_mounted(router->static_files, request->path))
		return NULL;
	return found;
}

static void
forward(struct router *router, const struct request *request, const struct upstream *upstream,
	struct response *response)
{
	bool is_reading = request->method != REQUEST_OTHER && !wants_socket(request);

	if (!is_reading && !access_allows_origin(&router->policy, request))
		refuse_origin(router, request, response);
	else if (request_get(request, REQUEST_TRANSFER_ENCODING).at)
		pages_error(response, router->journal, 411,
			SLICE_LITERAL("What is handed on needs a Content-Length."));
	else
		proxy_take_over(router->proxy, upstream, response);
}

static bool
asks_for_livereload(const struct request *request)
{
	return slice_is(request->path, PAGES_LIVERELOAD);
}

/* A file of the site goes before the script of ours that has its name. */
static void
answer_file(struct router *router, const struct request *request, struct response *response)
{
	static_files_respond(router->static_files, request, response);
	if (response->status != 404 || !asks_for_livereload(request))
		return;
	response_clear(response);
	pages_answer_livereload(response, request);
}

/* At that port there are a WebSocket and the script for it, nothing else. */
static void
answer_livereload(struct router *router, const struct request *request, struct response *response)
{
	bool is_socket = slice_is(request->path, PROTOCOL_LIVERELOAD_PATH);

	if (is_socket && wants_socket(request))
		answer_upgrade(router, request, response);
	else if (asks_for_livereload(request))
		pages_answer_livereload(response, request);
	else
		pages_error(response, router->journal, 404,
			SLICE_LITERAL("This port is for livereload.js only."));
}

/* What everybody but the user himself is answered. */
static void
decide(struct router *router, const struct request *request, struct response *response)
{
	const struct upstream *upstream;

	if (!access_allows_host(&router->policy, request->authority)) {
		refuse_host(router, request, response);
		return;
	}
	if (request->entry == REQUEST_PLAINTEXT) {
		lead_to_https(router, request, response);
		return;
	}
	if (router->htpasswd &&
		!htpasswd_allows(router->htpasswd, request_get(request, REQUEST_AUTHORIZATION))) {
		ask_for_password(router, response);
		return;
	}
	upstream = request->is_for_livereload ? NULL : find_upstream(router, request);
	if (upstream) {
		forward(router, request, upstream, response);
		return;
	}
	switch (request->method) {
	case REQUEST_OPTIONS:
		answer_options(router, request, response);
		return;
	case REQUEST_OTHER:
		answer_method(router, request, response);
		return;
	case REQUEST_GET:
	case REQUEST_HEAD:
		break;
	}
	if (request->is_for_livereload)
		answer_livereload(router, request, response);
	else if (wants_socket(request))
		answer_upgrade(router, request, response);
	else if (is_own_page(request))
		answer_own_page(router, request, response);
	else
		answer_file(router, request, response);
}

/* Several of one name all stand, so what the answer said by itself goes first. */
static void
add_headers(const struct router *router, struct response *response)
{
	for (size_t i = 0; i < router->header_count; i++)
		if (!custom_header_adds_up(router->headers[i].name))
			response_drop_field(response, router->headers[i].name);
	for (size_t i = 0; i < router->header_count; i++)
		fields_add(&response->fields, router->headers[i].name, router->headers[i].value);
}

void
router_respond(struct router *router, const struct request *request, struct response *response)
{
	if (request->entry == REQUEST_BY_OWNER) {
		control_api_respond(router->control_api, request, response);
		return;
	}
	decide(router, request, response);
	if (request->is_for_livereload && response->status == 200)
		access_add_fields_for_all(&response->fields);
	else if (!response->takeover)
		access_add_fields(
			&router->policy, request, !is_own_page(request), &response->fields);
	add_headers(router, response);
}

void
router_refuse(struct router *router, int status, struct response *response)
{
	pages_error(response, router->journal, status,
		SLICE_LITERAL("This is no request that can be read in only one way."));
	access_add_fields(&router->policy, NULL, false, &response->fields);
	add_headers(router, response);
}
