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
#include "fs/path.h"

struct site {
	struct files *files;
	struct journal *journal;
	struct policy_options policy;
	struct buf refused; /* what was last said of a refusal */
	const struct desk *desk;
	struct header *headers; /* of every answer */
	size_t header_count;
	struct htpasswd *htpasswd; /* or NULL */
	struct upstream *upstreams;
	size_t upstream_count;
};

struct site *
site_create(struct files *files, struct journal *journal, const struct policy_options *policy)
{
	struct site *site = mem_zero(sizeof(*site));

	site->files = files;
	site->journal = journal;
	site->policy = *policy;
	return site;
}

void
site_follow(struct site *site, const struct policy_options *policy)
{
	const struct policy_options old = site->policy;

	site->policy = *policy;
	/* Where it listens, which stays. */
	site->policy.host = old.host;
	memcpy(site->policy.ports, old.ports, sizeof(old.ports));
}

void
site_destroy(struct site *site)
{
	if (!site)
		return;
	buf_finish(&site->refused);
	free(site->headers);
	for (size_t i = 0; i < site->upstream_count; i++)
		upstream_finish(&site->upstreams[i]);
	free(site->upstreams);
	free(site);
}

void
site_set_ports(struct site *site, uint16_t front, uint16_t livereload)
{
	site->policy.ports[0] = front;
	site->policy.ports[1] = livereload;
}

void
site_set_desk(struct site *site, const struct desk *desk)
{
	site->desk = desk;
}

void
site_set_headers(struct site *site, const char *const *headers)
{
	size_t count = 0;

	while (headers && headers[count])
		count++;
	free(site->headers);
	site->header_count = 0;
	site->headers = mem_array(count, sizeof(*site->headers));
	for (size_t i = 0; i < count; i++)
		if (header_read(&site->headers[site->header_count], headers[i]) == HEADER_OK)
			site->header_count++;
}

void
site_set_htpasswd(struct site *site, struct htpasswd *htpasswd)
{
	site->htpasswd = htpasswd;
}

void
site_set_proxies(struct site *site, const char *const *proxies)
{
	size_t count = 0;

	while (proxies && proxies[count])
		count++;
	site->upstreams = mem_array(count, sizeof(*site->upstreams));
	for (size_t i = 0; i < count; i++)
		if (upstream_read(&site->upstreams[site->upstream_count], proxies[i]) ==
			UPSTREAM_OK)
			site->upstream_count++;
}

const struct upstream *
site_upstream(const struct site *site, size_t index)
{
	return index < site->upstream_count ? &site->upstreams[index] : NULL;
}

/* ---- WebSockets ---- */

/* The page path of the old clients comes before "/ws": "/", "/about.html", "/a/b/". */
static bool
is_socket_path(struct slice path)
{
	return slice_ends(path, "/ws") || slice_is(path, DIALECT_LIVERELOAD_PATH);
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
choose_dialect(const struct request *request, enum dialect *dialect)
{
	if (!slice_is(request->path, DIALECT_LIVERELOAD_PATH) &&
		request_lists(request, REQUEST_SEC_WEBSOCKET_PROTOCOL, DIALECT_LIVESERVE_NAME)) {
		*dialect = DIALECT_LIVESERVE;
		return true;
	}
	*dialect = slice_is(request->path, DIALECT_LIVERELOAD_PATH) ? DIALECT_LIVERELOAD
								    : DIALECT_LIVE_SERVER;
	return !request_get(request, REQUEST_SEC_WEBSOCKET_PROTOCOL).at;
}

static void
refuse_socket(struct site *site, struct answer *answer, int status, const char *why)
{
	pages_error(answer, site->journal, status, slice_of(why));
}

/* Of a WebSocket, or of what would change something. */
static void
refuse_origin(struct site *site, const struct request *request, struct answer *answer)
{
	struct slice origin = request_get(request, REQUEST_ORIGIN);

	log_notice_once(&site->refused,
		"refused what a page of %.*s asked for: if that page is yours, start with "
		"--allow-origin=ORIGIN",
		(int)origin.length, origin.at);
	pages_error(answer, site->journal, 403,
		SLICE_LITERAL("Only pages of this server may do this. If the page is yours, start "
			      "liveserve with --allow-origin=ORIGIN."));
}

static void
answer_upgrade(struct site *site, const struct request *request, struct answer *answer)
{
	if (!is_socket_path(request->path)) {
		refuse_socket(site, answer, 404, "The WebSocket of liveserve is at /ws.");
	} else if (!policy_allows_origin(&site->policy, request)) {
		refuse_origin(site, request, answer);
	} else if (!slice_is(request_get(request, REQUEST_SEC_WEBSOCKET_VERSION), "13")) {
		answer_field(answer, "Sec-WebSocket-Version", SLICE_LITERAL("13"));
		/* Both go with a 426 (RFC 9110 15.5.22, 7.8). */
		answer_field(answer, "Upgrade", SLICE_LITERAL("websocket"));
		answer_field(answer, "Connection", SLICE_LITERAL("upgrade"));
		refuse_socket(site, answer, 426, "This WebSocket speaks version 13 (RFC 6455).");
	} else if (!is_socket_key(request_get(request, REQUEST_SEC_WEBSOCKET_KEY))) {
		refuse_socket(site, answer, 400, "Sec-WebSocket-Key has to be 16 bytes in base64.");
	} else if (!choose_dialect(request, &answer->dialect)) {
		refuse_socket(site, answer, 400,
			"Offer the subprotocol " DIALECT_LIVESERVE_NAME ", or none for the one of "
			"live-server.");
	} else {
		answer_status(answer, 101);
	}
}

/* ---- everything else ---- */

static void
refuse_host(struct site *site, const struct request *request, struct answer *answer)
{
	log_notice_once(&site->refused,
		"refused a request for http://%.*s/: if that name is yours, start with "
		"--allowed-host=NAME",
		(int)request->authority.length, request->authority.at);
	pages_error(answer, site->journal, 403,
		SLICE_LITERAL(
			"This server does not go by that name, so the request may come from a "
			"page that let its own name lead here. If the name is yours, start "
			"liveserve with --allowed-host=NAME."));
}

/* RFC 7617 2 */
static void
ask_for_password(struct site *site, struct answer *answer)
{
	answer_field(answer, "WWW-Authenticate",
		SLICE_LITERAL("Basic realm=\"liveserve\", charset=\"UTF-8\""));
	pages_error(answer, site->journal, 401,
		SLICE_LITERAL("This site is only for people with a password."));
}

/* Somebody typed the address without its scheme. */
static void
lead_to_https(struct site *site, const struct request *request, struct answer *answer)
{
	struct buf url = {0};

	if (request->authority.at && slice_starts(request->path, "/")) {
		buf_add_text(&url, "https://");
		buf_add_slice(&url, request->authority);
		path_add_query(request->path, &url);
		path_add_query(request->query, &url);
		answer_field(answer, "Location", buf_slice(&url));
		answer_text(answer, 307, "text/plain; charset=utf-8",
			SLICE_LITERAL("This server speaks HTTPS.\n"));
	} else {
		pages_error(answer, site->journal, 400,
			SLICE_LITERAL("This server speaks HTTPS, and this was HTTP."));
	}
	buf_finish(&url);
}

/* Whatever is no reading might change something. */
static void
answer_method(struct site *site, const struct request *request, struct answer *answer)
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

	if (!policy_allows_origin(&site->policy, request)) {
		refuse_origin(site, request, answer);
		return;
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (slice_is(request->method_name, known[i]))
			status = 405;
	answer_field(answer, "Allow", SLICE_LITERAL("GET, HEAD, OPTIONS"));
	pages_error(answer, site->journal, status,
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
answer_options(struct site *site, const struct request *request, struct answer *answer)
{
	if (policy_is_from_outside(request)) {
		pages_error(answer, site->journal, 403,
			SLICE_LITERAL("No page from outside may reach into this network."));
		return;
	}
	answer_field(answer, "Allow", SLICE_LITERAL("GET, HEAD, OPTIONS"));
	answer_status(answer, 204);
}

static bool
is_own_page(const struct request *request)
{
	return slice_starts(request->path, PAGES_FOLDER);
}

static void
answer_own_page(struct site *site, const struct request *request, struct answer *answer)
{
	if (policy_is_foreign(request))
		pages_error(answer, site->journal, 403,
			SLICE_LITERAL("This is for pages of this server only."));
	else
		pages_answer(answer, site->journal, request);
}

/* ---- what others answer ---- */

/* The pages' own socket stays ours wherever the upstream is. */
static bool
is_own_socket(const struct request *request)
{
	return wants_socket(request) &&
	       (slice_is(request->path, "/ws") ||
		       request_lists(
			       request, REQUEST_SEC_WEBSOCKET_PROTOCOL, DIALECT_LIVESERVE_NAME));
}

/* NULL when it is for us to answer. What is mounted goes before. */
static const struct upstream *
find_upstream(struct site *site, const struct request *request)
{
	const struct upstream *found = NULL;
	struct slice rest;

	for (size_t i = 0; i < site->upstream_count; i++)
		if (upstream_means(&site->upstreams[i], request->path, &rest) &&
			(!found || strlen(site->upstreams[i].route) > strlen(found->route)))
			found = &site->upstreams[i];
	if (!found || is_own_page(request) || is_own_socket(request) ||
		files_are_mounted(site->files, request->path))
		return NULL;
	return found;
}

static void
hand_on(struct site *site, const struct request *request, const struct upstream *upstream,
	struct answer *answer)
{
	bool is_reading = request->method != REQUEST_OTHER && !wants_socket(request);

	if (!is_reading && !policy_allows_origin(&site->policy, request))
		refuse_origin(site, request, answer);
	else if (request_get(request, REQUEST_TRANSFER_ENCODING).at)
		pages_error(answer, site->journal, 411,
			SLICE_LITERAL("What is handed on needs a Content-Length."));
	else
		answer->upstream = upstream;
}

static bool
asks_for_livereload(const struct request *request)
{
	return slice_is(request->path, PAGES_LIVERELOAD);
}

/* A file of the site goes before the script of ours that has its name. */
static void
answer_file(struct site *site, const struct request *request, struct answer *answer)
{
	files_answer(site->files, request, answer);
	if (answer->status != 404 || !asks_for_livereload(request))
		return;
	answer_clear(answer);
	pages_answer_livereload(answer, request);
}

/* At that port there are a WebSocket and the script for it, nothing else. */
static void
answer_livereload(struct site *site, const struct request *request, struct answer *answer)
{
	bool is_socket = slice_is(request->path, DIALECT_LIVERELOAD_PATH);

	if (is_socket && wants_socket(request))
		answer_upgrade(site, request, answer);
	else if (asks_for_livereload(request))
		pages_answer_livereload(answer, request);
	else
		pages_error(answer, site->journal, 404,
			SLICE_LITERAL("This port is for livereload.js only."));
}

/* What everybody but the user himself is answered. */
static void
decide(struct site *site, const struct request *request, struct answer *answer)
{
	const struct upstream *upstream;

	if (!policy_allows_host(&site->policy, request->authority)) {
		refuse_host(site, request, answer);
		return;
	}
	if (request->door == REQUEST_UNSEALED) {
		lead_to_https(site, request, answer);
		return;
	}
	if (site->htpasswd &&
		!htpasswd_allows(site->htpasswd, request_get(request, REQUEST_AUTHORIZATION))) {
		ask_for_password(site, answer);
		return;
	}
	upstream = request->is_for_livereload ? NULL : find_upstream(site, request);
	if (upstream) {
		hand_on(site, request, upstream, answer);
		return;
	}
	switch (request->method) {
	case REQUEST_OPTIONS:
		answer_options(site, request, answer);
		return;
	case REQUEST_OTHER:
		answer_method(site, request, answer);
		return;
	case REQUEST_GET:
	case REQUEST_HEAD:
		break;
	}
	if (request->is_for_livereload)
		answer_livereload(site, request, answer);
	else if (wants_socket(request))
		answer_upgrade(site, request, answer);
	else if (is_own_page(request))
		answer_own_page(site, request, answer);
	else
		answer_file(site, request, answer);
}

/* Several of one name all stand, so what the answer said by itself goes first. */
static void
add_headers(const struct site *site, struct answer *answer)
{
	for (size_t i = 0; i < site->header_count; i++)
		if (!header_adds_up(site->headers[i].name))
			answer_drop_field(answer, site->headers[i].name);
	for (size_t i = 0; i < site->header_count; i++) {
		buf_add_slice(&answer->fields, site->headers[i].name);
		buf_add_text(&answer->fields, ": ");
		buf_add_slice(&answer->fields, site->headers[i].value);
		buf_add_text(&answer->fields, "\r\n");
	}
}

void
site_answer(struct site *site, const struct request *request, struct answer *answer)
{
	if (request->door == REQUEST_BY_OWNER) {
		desk_answer(site->desk, request, answer);
		return;
	}
	decide(site, request, answer);
	if (request->is_for_livereload && answer->status == 200)
		policy_add_fields_for_all(&answer->fields);
	else if (!answer->upstream)
		policy_add_fields(&site->policy, request, !is_own_page(request), &answer->fields);
	add_headers(site, answer);
}

void
site_refuse(struct site *site, int status, struct answer *answer)
{
	pages_error(answer, site->journal, status,
		SLICE_LITERAL("This is no request that can be read in only one way."));
	policy_add_fields(&site->policy, NULL, false, &answer->fields);
	add_headers(site, answer);
}
