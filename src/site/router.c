/*
 * router: see router.h. Borrows all parts but ruled_files. The decision is a table, `rules`: the first rule that
 * applies answers.
 */
#define _GNU_SOURCE
#include "site/router.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "html/client_assets.h"
#include "html/error_page.h"
#include "html/navigation.h"
#include "html/phone_page.h"
#include "http/url.h"
#include "live/protocol.h"
#include "security/https_redirect.h"
#include "site/login.h"

struct router {
	struct router_options options;
	struct log_limit refused_hosts, refused_origins;
};

struct router *
router_create(const struct router_options *options)
{
	struct router *router = mem_zero(sizeof(*router));

	router->options = *options;
	return router;
}

void
router_reconfigure(struct router *router, const struct router_settings *settings)
{
	struct access_options access = settings->access;

	access_keep_ports(&access, &router->options.settings.access);
	router->options.settings = *settings;
	router->options.settings.access = access;
}

void
router_destroy(struct router *router)
{
	if (!router)
		return;
	ruled_files_destroy(router->options.ruled_files);
	log_limit_finish(&router->refused_hosts);
	log_limit_finish(&router->refused_origins);
	free(router);
}

static void
refuse(struct router *router, struct response *response, int status, const char *explanation)
{
	error_page_respond(response, router->options.script_tag, status, slice_of(explanation));
}

/* The value of an option to paste; what a stranger may have made for a shell is only named. */
static struct slice
pasted(struct slice value, const char *name)
{
	return access_is_plain(value) ? value : slice_of(name);
}

/* The Origin of a WebSocket, or of a request that may change something, is not allowed. */
static void
refuse_origin(struct router *router, const struct request *request, struct response *response)
{
	struct slice origin = request_get(request, REQUEST_ORIGIN);
	bool is_named = origin.at && memmem(origin.at, origin.length, "://", 3);
	struct slice value = is_named ? pasted(origin, "ORIGIN") : slice_of("ORIGIN");

	log_notice_limited(&router->refused_origins, request->peer.key,
		"refused a request from a page of %.*s: if that page is yours, start with "
		"--allow-origin=%.*s",
		(int)origin.length, origin.at, (int)value.length, value.at);
	refuse(router, response, 403,
		"Only pages of this server may do this. If the page is yours, start "
		"liveserve with --allow-origin=ORIGIN.");
}

/* ---- WebSockets ---- */

/* Clients of live-server append "/ws" to the path of their page: "/ws", "/about.html/ws". */
static bool
is_websocket_path(struct slice path)
{
	return slice_ends(path, "/ws") || slice_is(path, PROTOCOL_LIVERELOAD_PATH);
}

/* A 426 has all of these fields (RFC 9110 15.5.22, 7.8). */
static void
refuse_version(struct router *router, struct response *response)
{
	response_field(response, "Sec-WebSocket-Version", SLICE_LITERAL("13"));
	response_field(response, "Upgrade", SLICE_LITERAL("websocket"));
	response_field(response, "Connection", SLICE_LITERAL("upgrade"));
	refuse(router, response, 426, "This WebSocket has version 13 (RFC 6455).");
}

static void
respond_upgrade(struct router *router, const struct request *request, struct response *response)
{
	enum protocol protocol;

	if (!is_websocket_path(request->path)) {
		refuse(router, response, 404, "The WebSocket of liveserve is at /ws.");
	} else if (!access_allows_origin(&router->options.settings.access, request)) {
		refuse_origin(router, request, response);
	} else if (!slice_is(request_get(request, REQUEST_SEC_WEBSOCKET_VERSION), "13")) {
		refuse_version(router, response);
	} else if (!page_sockets_is_key(request_get(request, REQUEST_SEC_WEBSOCKET_KEY))) {
		refuse(router, response, 400, "Sec-WebSocket-Key has to be 16 bytes in base64.");
	} else if (!page_sockets_choose(request, &protocol)) {
		refuse(router, response, 400,
			"Offer the subprotocol " PROTOCOL_LIVESERVE_NAME
			", or none for the one of live-server.");
	} else {
		response_status(response, 101);
		page_sockets_take_over(router->options.page_sockets, protocol, response);
	}
}

/* ---- who has access ---- */

static bool
has_wrong_host(const struct router *router, const struct request *request)
{
	return !access_allows_host(&router->options.settings.access, request->authority);
}

static void
refuse_host(struct router *router, const struct request *request, struct response *response)
{
	struct slice rest = request->authority, name = {0}, value;

	slice_split(&rest, ':', &name);
	value = pasted(name, "NAME");
	log_notice_limited(&router->refused_hosts, request->peer.key,
		"refused a request for http://%.*s/: if that name is yours, start with "
		"--allowed-host=%.*s",
		(int)request->authority.length, request->authority.at, (int)value.length, value.at);
	refuse(router, response, 403,
		"This server does not have that name, so the request may come from a page "
		"of an attacker (DNS rebinding). If the name is yours, start "
		"liveserve with --allowed-host=NAME.");
}

/* What comes before HTTPS and a password can be had. */
static bool
is_phone_page(const struct router *router, const struct request *request)
{
	return router->options.phone_certificate.at && request->entry == ROUTER_PAGES &&
	       phone_page_is_for(request);
}

static void
respond_with_phone_page(
	struct router *router, const struct request *request, struct response *response)
{
	phone_page_respond(response, request, router->options.phone_certificate);
}

static bool
is_plaintext(const struct router *router, const struct request *request)
{
	(void)router;
	return request->scheme == REQUEST_HTTP_TO_TLS;
}

static void
redirect_to_https(struct router *router, const struct request *request, struct response *response)
{
	if (!https_redirect_respond(response, request))
		refuse(router, response, 400, "This server uses HTTPS, and the request was HTTP.");
}

static bool
has_no_password(const struct router *router, const struct request *request)
{
	const struct authenticator *authenticator = router->options.authenticator;

	return authenticator && !authenticator_knows(authenticator, request);
}

static void
log_in(struct router *router, const struct request *request, struct response *response)
{
	login_respond(router->options.authenticator, router->options.script_tag, request, response);
}

/* ---- other servers ---- */

/* The WebSocket of our script is never proxied, even if an upstream has the whole site. */
static bool
is_own_websocket(const struct request *request)
{
	return request_is_websocket(request) &&
	       (slice_is(request->path, "/ws") ||
		       request_lists(
			       request, REQUEST_SEC_WEBSOCKET_PROTOCOL, PROTOCOL_LIVESERVE_NAME));
}

/* Our own pages and mounts come before upstreams. */
static bool
is_for_upstream(const struct router *router, const struct request *request)
{
	const struct proxy *proxy = router->options.proxy;
	const struct upstream *upstream = NULL;

	if (!proxy || request->entry == ROUTER_LIVERELOAD ||
		proxy_find_for(proxy, request, &upstream) == PROXY_NONE)
		return false;
	return (upstream && upstream->suffix) ||
	       (!client_assets_have_path(request->path) && !is_own_websocket(request) &&
		       !static_files_are_mounted(router->options.static_files, request->path) &&
		       !(router->options.files_come_first &&
			       static_files_answer_first(router->options.static_files, request)));
}

/* Upgrade and bodies are for those who may change something, whatever becomes of them. */
static bool
only_reads(const struct request *request)
{
	return request->method != REQUEST_OTHER && !request->has_body &&
	       !request_get(request, REQUEST_UPGRADE).at;
}

static void
respond_by_upstream(struct router *router, const struct request *request, struct response *response)
{
	const struct upstream *upstream;

	if (!only_reads(request) &&
		!access_allows_origin(&router->options.settings.access, request))
		refuse_origin(router, request, response);
	else if (proxy_find_for(router->options.proxy, request, &upstream) == PROXY_FOUND)
		proxy_take_over(router->options.proxy, upstream, response);
	else
		refuse(router, response, 400,
			"The path of this request can be read in two ways. Send it without \"..\", "
			"empty segments and encoded slashes.");
}

/* ---- OPTIONS ---- */

static bool
is_options(const struct router *router, const struct request *request)
{
	(void)router;
	return request->method == REQUEST_OPTIONS;
}

static void
respond_to_options(struct router *router, const struct request *request, struct response *response)
{
	if (access_is_from_outside(request)) {
		refuse(router, response, 403, "Pages from outside have no access to this network.");
		return;
	}
	response_field(response, "Allow", SLICE_LITERAL("GET, HEAD, OPTIONS"));
	response_status(response, 204);
}

/* ---- messages of pages without a WebSocket ---- */

static bool
is_for_page_events(const struct router *router, const struct request *request)
{
	return router->options.page_events && request->entry == ROUTER_PAGES &&
	       page_events_have_path(request->path);
}

static void
respond_by_page_events(
	struct router *router, const struct request *request, struct response *response)
{
	const struct access_options *access = &router->options.settings.access;

	if (!access_allows_origin(access, request))
		refuse_origin(router, request, response);
	else
		page_events_respond(router->options.page_events, access, request, response);
}

/* ---- other methods ---- */

static bool
is_other_method(const struct router *router, const struct request *request)
{
	(void)router;
	return request->method == REQUEST_OTHER;
}

/* A method that is not known to only read may change something, so the origin is checked. */
static void
refuse_method(struct router *router, const struct request *request, struct response *response)
{
	static const char *const known[] = {
		"POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND"};
	int status = 501;

	if (!access_allows_origin(&router->options.settings.access, request)) {
		refuse_origin(router, request, response);
		return;
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (slice_is(request->method_name, known[i]))
			status = 405;
	response_field(response, "Allow", SLICE_LITERAL("GET, HEAD, OPTIONS"));
	refuse(router, response, status, "liveserve only serves files (GET, HEAD).");
}

/* ---- the port for livereload.js: a WebSocket and the script for it, nothing else ---- */

static bool
is_livereload_websocket(const struct router *router, const struct request *request)
{
	(void)router;
	return request->entry == ROUTER_LIVERELOAD &&
	       slice_is(request->path, PROTOCOL_LIVERELOAD_PATH) && request_is_websocket(request);
}

static bool
is_livereload_script(const struct router *router, const struct request *request)
{
	(void)router;
	return request->entry == ROUTER_LIVERELOAD &&
	       slice_is(request->path, CLIENT_ASSETS_LIVERELOAD);
}

static bool
is_at_livereload_port(const struct router *router, const struct request *request)
{
	(void)router;
	return request->entry == ROUTER_LIVERELOAD;
}

static void
refuse_at_livereload_port(
	struct router *router, const struct request *request, struct response *response)
{
	(void)request;
	refuse(router, response, 404, "This port is for livereload.js only.");
}

/* ---- the port of the pages ---- */

static bool
is_websocket(const struct router *router, const struct request *request)
{
	(void)router;
	return request_is_websocket(request);
}

static bool
is_own_path(const struct router *router, const struct request *request)
{
	(void)router;
	return client_assets_have_path(request->path);
}

static void
respond_with_script(struct router *router, const struct request *request, struct response *response)
{
	if (!client_assets_respond(response, request))
		refuse(router, response, 404, "liveserve has no page of this name.");
}

static void
respond_with_own_page(
	struct router *router, const struct request *request, struct response *response)
{
	if (access_is_cross_origin(request))
		refuse(router, response, 403, "This is for pages of this server only.");
	else
		respond_with_script(router, request, response);
}

static bool
always(const struct router *router, const struct request *request)
{
	(void)router;
	(void)request;
	return true;
}

/* If the site has a file called livereload.js, it has priority over our script of that name. */
static void
respond_with_file(struct router *router, const struct request *request, struct response *response)
{
	ruled_files_respond(
		router->options.ruled_files, router->options.static_files, request, response);
	if (response->status != 404 || !slice_is(request->path, CLIENT_ASSETS_LIVERELOAD))
		return;
	response_clear(response);
	client_assets_respond(response, request);
}

/* ---- the decision ---- */

struct rule {
	bool (*applies)(const struct router *router, const struct request *request);
	void (*respond)(
		struct router *router, const struct request *request, struct response *response);
};

/* The first rule that applies answers, or pauses the request. */
static const struct rule rules[] = {
	{has_wrong_host, refuse_host},
	{is_phone_page, respond_with_phone_page},
	{is_plaintext, redirect_to_https},
	{has_no_password, log_in},
	{is_for_upstream, respond_by_upstream},
	{is_options, respond_to_options},
	{is_for_page_events, respond_by_page_events},
	{is_other_method, refuse_method},
	{is_livereload_websocket, respond_upgrade},
	{is_livereload_script, respond_with_script},
	{is_at_livereload_port, refuse_at_livereload_port},
	{is_websocket, respond_upgrade},
	{is_own_path, respond_with_own_page},
	{always, respond_with_file},
};

static void
decide(struct router *router, const struct request *request, struct response *response)
{
	const struct rule *rule = rules;

	while (!rule->applies(router, request))
		rule++;
	rule->respond(router, request, response);
}

static void
add_headers(const struct router *router, struct response *response)
{
	custom_headers_add(router->options.settings.headers, router->options.settings.header_count,
		&response->fields);
}

static void
answer(void *context, const struct request *request, struct response *response)
{
	struct router *router = context;

	if (request->entry == ROUTER_OWNER) {
		control_api_respond(router->options.control_api, request, response);
		return;
	}
	/* An error is the same text at every address, unless a browser shows it as a page. */
	response->depth = navigation_wants_document(request) ? request_depth(request)
							     : URL_DEPTH_NONE;
	decide(router, request, response);
	if (response->waiters)
		return;
	if (request->entry == ROUTER_LIVERELOAD && response->status == 200)
		access_add_fields_for_all(&response->fields);
	else if (!response->takeover)
		access_add_fields(&router->options.settings.access, request,
			!client_assets_have_path(request->path), &response->fields);
	add_headers(router, response);
}

static void
refuse_invalid(void *context, const struct refused_request *refused, struct response *response)
{
	struct router *router = context;

	refuse(router, response, refused->status, "This request is invalid or ambiguous.");
	access_add_fields(&router->options.settings.access, NULL, false, &response->fields);
	add_headers(router, response);
}

static void
begin(void *context)
{
	static_files_begin(((struct router *)context)->options.static_files);
}

struct response_handler
router_handler(struct router *router)
{
	return (struct response_handler){
		.answer = answer, .refuse = refuse_invalid, .context = router, .begin = begin};
}
