/*
 * wire_page: see wire_page.h. It owns its port; a path of it is a row in a table.
 */
#define _GNU_SOURCE
#include "wire/wire_page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "bundled/bundled_file.h"
#include "local/private_port.h"
#include "wire/packet_export.h"
#include "wire/packet_report.h"
#include "wire/packet_view.h"
#include "wire/view_file.h"
#include "wire/viewers.h"

enum { KEY_LENGTH = 24 };

/* A report has its styles in it. */
static const char report_policy[] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
				    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

struct wire_page {
	struct wire_page_options options;
	struct private_port *port;
	struct viewers *viewers;
};

static void
respond_nothing(struct response *response, int status)
{
	response_clear(response);
	response_text(response, status, "text/plain; charset=utf-8", (struct slice){0});
}

/* ---- answers ---- */

struct place {
	const char *method, *name;
	bool has_rest; /* more follows behind name */
	void (*respond)(struct wire_page *page, const struct request *request, struct slice rest,
		struct response *response);
};

static void
respond_with_packet(struct wire_page *page, const struct request *request, struct slice rest,
	struct response *response)
{
	struct buf json = {0};
	uint64_t number;

	(void)request;
	if (slice_number(rest, &number) && number <= UINT32_MAX &&
		packet_view_add(&json, page->options.store, (uint32_t)number))
		response_text(response, 200, "application/json", buf_slice(&json));
	else
		respond_nothing(response, 404);
	buf_finish(&json);
}

/* Whether the query has the part "name=value". */
static bool
has_query(const struct request *request, const char *part)
{
	struct slice rest = request->query, found;

	if (rest.length)
		slice_drop(&rest, 1); /* the question mark */
	while (slice_split(&rest, '&', &found))
		if (slice_is(found, part))
			return true;
	return false;
}

static void
respond_with_file(struct wire_page *page, const struct request *request, struct slice rest,
	struct response *response)
{
	struct live_feed_state state = {0};
	struct packet_export_options options = {
		.has_keys = has_query(request, "keys=1"),
		.has_comments = has_query(request, "comments=1"),
	};
	uint64_t length;
	int fd;

	(void)rest;
	page->options.describe(page->options.context, &state);
	options.how = *state.how ? state.how : NULL;
	fd = packet_export_write(page->options.store, &options, &length);
	if (fd < 0) {
		log_error("cannot make the capture file: %s; clear the page, and try again",
			strerror(errno));
		respond_nothing(response, 500);
		return;
	}
	response_text(response, 200, "application/x-pcapng", (struct slice){0});
	response_field(response, "Content-Disposition",
		SLICE_LITERAL("attachment; filename=\"liveserve.pcapng\""));
	body_set_file(&response->body, fd);
	body_add_file(&response->body, 0, length);
}

static void
respond_with_report(struct wire_page *page, const struct request *request, struct slice rest,
	struct response *response)
{
	bool is_markdown = slice_ends(request->path, ".md");
	struct report_options options = {.language = LANGUAGE_ENGLISH};
	struct live_feed_state state = {0};
	struct buf text = {0};

	(void)rest;
	page->options.describe(page->options.context, &state);
	options.name = state.site;
	options.port = state.port;
	if (has_query(request, "language=zh"))
		options.language = LANGUAGE_CHINESE;
	packet_report_write(
		page->options.store, &options, is_markdown ? REPORT_MARKDOWN : REPORT_HTML, &text);
	response_drop_field(response, SLICE_LITERAL("Content-Security-Policy"));
	response_field(response, "Content-Security-Policy", slice_of(report_policy));
	response_text(response, 200,
		is_markdown ? "text/markdown; charset=utf-8" : "text/html; charset=utf-8",
		buf_slice(&text));
	buf_finish(&text);
}

static void
clear(struct wire_page *page, const struct request *request, struct slice rest,
	struct response *response)
{
	(void)request, (void)rest;
	packet_store_clear(page->options.store);
	viewers_wake(page->viewers);
	response_status(response, 204);
}

static void
respond_with_live(struct wire_page *page, const struct request *request, struct slice rest,
	struct response *response)
{
	(void)rest;
	if (!request_is_websocket(request) ||
		!slice_is(request_get(request, REQUEST_SEC_WEBSOCKET_VERSION), "13") ||
		request_get(request, REQUEST_SEC_WEBSOCKET_KEY).length != KEY_LENGTH ||
		!request_lists(request, REQUEST_SEC_WEBSOCKET_PROTOCOL, LIVE_FEED_PROTOCOL))
		respond_nothing(response, 400);
	else if (!viewers_take_over(page->viewers, response))
		respond_nothing(response, 503);
}

static const struct place places[] = {
	{"GET", "live", false, respond_with_live},
	{"GET", "packet/", true, respond_with_packet},
	{"GET", "capture.pcapng", false, respond_with_file},
	{"GET", "report.html", false, respond_with_report},
	{"GET", "report.md", false, respond_with_report},
	{"POST", "clear", false, clear},
};

/* One of the files of view/. Returns false when name is none. */
static bool
respond_with_view(const struct request *request, struct slice name, struct response *response)
{
	const struct bundled_file *file;
	const char *type = "text/html; charset=utf-8";

	if (request->method != REQUEST_GET && request->method != REQUEST_HEAD)
		return false;
	name = name.length ? name : SLICE_LITERAL("index.html");
	file = bundled_file_find(view_files, name);
	if (!file)
		return false;
	if (slice_ends(name, ".js"))
		type = "text/javascript; charset=utf-8";
	else if (slice_ends(name, ".css"))
		type = "text/css; charset=utf-8";
	response_text(response, 200, type, (struct slice){file->text, file->length});
	return true;
}

static const struct place *
find_place(const struct request *request, struct slice *name)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const struct place *place = &places[i];

		if (!slice_is(request->method_name, place->method) ||
			!(place->has_rest ? slice_starts(*name, place->name)
					  : slice_is(*name, place->name)))
			continue;
		slice_drop(name, strlen(place->name));
		return place;
	}
	return NULL;
}

/* ---- what private_port calls ---- */

static void
answer(void *context, const struct request *request, struct slice name, struct response *response)
{
	struct wire_page *page = context;
	const struct place *place = find_place(request, &name);

	if (place)
		place->respond(page, request, name, response);
	else if (!respond_with_view(request, name, response))
		respond_nothing(response, 404);
}

/* ---- life ---- */

struct wire_page *
wire_page_create(const struct wire_page_options *options)
{
	struct wire_page *page = mem_zero(sizeof(*page));
	const char *why;

	page->options = *options;
	page->viewers = viewers_create(&(struct viewers_options){.loop = options->loop,
		.store = options->store,
		.describe = options->describe,
		.context = options->context});
	page->port = private_port_create(&(struct private_port_options){.loop = options->loop,
						 .port = options->port,
						 .answer = answer,
						 .context = page},
		&why);
	if (page->port)
		return page;
	log_error("cannot open a port on localhost for the wire's page: %s; start without --wire",
		why);
	wire_page_destroy(page);
	return NULL;
}

void
wire_page_destroy(struct wire_page *page)
{
	if (!page)
		return;
	private_port_destroy(page->port);
	viewers_destroy(page->viewers);
	free(page);
}

const char *
wire_page_url(const struct wire_page *page)
{
	return private_port_url(page->port);
}

void
wire_page_wake(struct wire_page *page)
{
	viewers_wake(page->viewers);
}
