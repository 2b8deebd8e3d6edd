/*
 * own_pages: see own_pages.h. Owns the socket by which the kernel is asked for users.
 */
#include "local/own_pages.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "events/page_events.h"
#include "local/devtools_file.h"
#include "local/peer_user.h"
#include "local/stale_worker.h"
#include "net/listener.h"
#include "security/access.h"

enum { PATH_SHOWN_MAX = 200 };

struct own_pages {
	struct own_pages_options options;
	struct response_filter filter; /* in front of the site */
	struct buf worker;             /* the path of the one that was asked for last */
	struct log_limit workers;
	struct peer_user *peer_user; /* NULL when the kernel does not know users */
};

struct own_pages *
own_pages_create(const struct own_pages_options *options)
{
	struct own_pages *own_pages = mem_zero(sizeof(*own_pages));

	own_pages->options = *options;
	own_pages->peer_user = options->status_url ? peer_user_create() : NULL;
	return own_pages;
}

void
own_pages_destroy(struct own_pages *own_pages)
{
	if (!own_pages)
		return;
	peer_user_destroy(own_pages->peer_user);
	log_limit_finish(&own_pages->workers);
	buf_finish(&own_pages->worker);
	free(own_pages);
}

/* Each browser asks; one line says so. */
static void
note_worker(struct own_pages *own_pages, const struct request *request)
{
	struct slice path = request->path;
	struct buf name = {0};

	if (slice_equal(buf_slice(&own_pages->worker), path))
		return;
	buf_clear(&own_pages->worker);
	buf_add_slice(&own_pages->worker, path);
	log_add_short(&name, path, PATH_SHOWN_MAX);
	log_notice_limited(&own_pages->workers, request->peer.key,
		"a browser asked for the service worker %s, which is not here: if an earlier "
		"project on "
		"this port has left it, it is removed now",
		name.bytes);
	buf_finish(&name);
}

/* ---- the way to the status page ---- */

/* A page of the site is not to ask, although it could not read where it is sent to. */
static bool
is_for_status(const struct own_pages *own_pages, const struct request *request)
{
	static const struct access_options access = {.host = "localhost"};
	struct slice mode = request_get(request, REQUEST_SEC_FETCH_MODE);
	struct slice dest = request_get(request, REQUEST_SEC_FETCH_DEST);

	return own_pages->options.status_url && request->method == REQUEST_GET &&
	       slice_is(request->path, OWN_PAGES_STATUS) &&
	       listener_peer_is_local(request->peer.key) && request->authority.at &&
	       access_allows_host(&access, request->authority) &&
	       (!mode.at || (slice_is(mode, "navigate") && slice_is(dest, "document")));
}

/* The fields that both answers have, and the end of the head. */
static const char last_fields[] =
	"Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
	"Cross-Origin-Resource-Policy: same-origin\r\nConnection: close\r\n\r\n";

static void
add_redirect(const struct own_pages *own_pages, struct buf *text)
{
	buf_addf(text,
		"HTTP/1.1 302 Found\r\n"
		"Location: %s\r\n"
		"Content-Length: 0\r\n%s",
		own_pages->options.status_url, last_fields);
}

static const char why[] =
	"The status page is for the user who has started this server, and it is not known that "
	"this is you.\nIn a terminal, \"liveserve status\" says where it is.\n";

enum { REFUSAL_LENGTH = sizeof(why) - 1 };

static void
add_refusal(struct buf *text)
{
	buf_addf(text,
		"HTTP/1.1 403 Forbidden\r\n"
		"Content-Type: text/plain; charset=utf-8\r\n"
		"Content-Length: %zu\r\n"
		"X-Content-Type-Options: nosniff\r\n%s%s",
		sizeof(why) - 1, last_fields, why);
}

/* A takeover_fn: only the socket says who is at its other end. Its buffer is empty, so all fits in. */
static void
send_to_status(void *context, const struct takeover *takeover)
{
	const struct own_pages *own_pages = context;
	struct response_end end = takeover->response->end;
	struct buf text = {0};
	bool is_own = peer_user_is_own(own_pages->peer_user, takeover->socket);

	if (is_own)
		add_redirect(own_pages, &text);
	else
		add_refusal(&text);
	if (send(takeover->socket, text.bytes, text.length, MSG_NOSIGNAL) < 0)
		log_verbose("a browser went away before it was told where the status page is");
	shutdown(takeover->socket, SHUT_WR);
	close(takeover->socket);
	response_end_tell(&end, is_own ? 302 : 403, is_own ? 0 : REFUSAL_LENGTH);
	buf_finish(&text);
}

/* ---- what is ours ---- */

/* The site has nothing at this address. Returns false when there is nothing of ours either. */
static bool
respond(struct own_pages *own_pages, const struct request *request, struct response *response)
{
	if (stale_worker_is_asked_for(request)) {
		note_worker(own_pages, request);
		stale_worker_respond(response);
		return true;
	}
	if (is_for_status(own_pages, request)) {
		response_clear(response);
		response_take_over(response, send_to_status, own_pages);
		return false;
	}
	return devtools_file_respond(
		response, request, slice_of(root_path(own_pages->options.root)));
}

/* ---- the handler of the engines ---- */

/* Puts an answer of ours in the place of one that says that the site has nothing. */
static void
replace_nothing(
	struct own_pages *own_pages, const struct request *request, struct response *response)
{
	static const struct access_options nobody_else = {0};

	if (response->status == 404 && !response->takeover && respond(own_pages, request, response))
		access_add_fields(&nobody_else, request, false, &response->fields);
}

/* Of a page without a WebSocket. Those of WebSockets are no requests either. */
static bool
is_message(const struct request *request, const struct response *response)
{
	return page_events_have_path(request->path) && response->takeover && response->status == 0;
}

static void
answer(void *context, const struct request *request, struct response *response)
{
	struct own_pages *own_pages = context;

	response_filter_pass(&own_pages->filter, request, response);
	if (response->waiters || request->entry != own_pages->options.entry)
		return;
	replace_nothing(own_pages, request, response);
	if (own_pages->options.recent && response->takeover != send_to_status &&
		!is_message(request, response))
		recent_note_request(own_pages->options.recent, request, response);
}

void
own_pages_wrap(struct own_pages *own_pages, struct response_handler *handler)
{
	own_pages->filter = (struct response_filter){.answer = answer, .context = own_pages};
	response_filter_put(&own_pages->filter, handler);
}
