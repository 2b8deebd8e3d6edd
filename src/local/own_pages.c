/*
 * own_pages: see own_pages.h. Owns nothing but its memory.
 */
#include "local/own_pages.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "local/devtools_file.h"
#include "local/stale_worker.h"
#include "security/access.h"

enum { PATH_SHOWN_MAX = 200 };

struct own_pages {
	struct own_pages_options options;
	struct response_handler handler; /* of the site */
	struct buf worker;               /* the path of the one that was asked for last */
	struct log_limit workers;
};

struct own_pages *
own_pages_create(const struct own_pages_options *options)
{
	struct own_pages *own_pages = mem_zero(sizeof(*own_pages));

	own_pages->options = *options;
	return own_pages;
}

void
own_pages_destroy(struct own_pages *own_pages)
{
	if (!own_pages)
		return;
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

/* The site has nothing at this address. Returns false when there is nothing of ours either. */
static bool
respond(struct own_pages *own_pages, const struct request *request, struct response *response)
{
	if (stale_worker_is_asked_for(request)) {
		note_worker(own_pages, request);
		stale_worker_respond(response);
		return true;
	}
	return devtools_file_respond(
		response, request, slice_of(root_path(own_pages->options.root)));
}

/* ---- the handler of the engines ---- */

static void
answer(void *context, const struct request *request, struct response *response)
{
	struct own_pages *own_pages = context;
	static const struct access_options nobody_else = {0};

	own_pages->handler.answer(own_pages->handler.context, request, response);
	if (response->status != 404 || response->waiters || response->takeover ||
		request->entry != own_pages->options.entry)
		return;
	if (respond(own_pages, request, response))
		access_add_fields(&nobody_else, request, false, &response->fields);
}

static void
refuse(void *context, int status, struct response *response)
{
	const struct own_pages *own_pages = context;

	own_pages->handler.refuse(own_pages->handler.context, status, response);
}

static void
begin(void *context)
{
	const struct own_pages *own_pages = context;

	if (own_pages->handler.begin)
		own_pages->handler.begin(own_pages->handler.context);
}

void
own_pages_wrap(struct own_pages *own_pages, struct response_handler *handler)
{
	own_pages->handler = *handler;
	*handler = (struct response_handler){
		.begin = begin, .answer = answer, .refuse = refuse, .context = own_pages};
}
