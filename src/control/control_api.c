/*
 * control_api: answers requests that come through the control socket.
 *
 * It owns nothing but its options, and borrows the parts that it describes. Its one idea: an
 * endpoint is a row in a table and a handler function.
 */
#define _GNU_SOURCE
#include "control/control_api.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json_writer.h"
#include "base/log.h"
#include "base/mem.h"
#include "control/file_account.h"
#include "http/url.h"
#include "pages/page_record.h"

struct control_api {
	struct control_api_options options;
	const struct control_site
		*asked; /* the site that the request is for; NULL: that of no name */
};

struct control_api *
control_api_create(const struct control_api_options *options)
{
	struct control_api *control_api = mem_zero(sizeof(*control_api));

	control_api->options = *options;
	return control_api;
}

void
control_api_destroy(struct control_api *control_api)
{
	free(control_api);
}

static void
respond_text(struct response *response, int status, const struct buf *text)
{
	response_text(response, status, "text/plain; charset=utf-8", buf_slice(text));
}

/* The file name of a URL's path, without a slash at its end. Returns false when there is none. */
static bool
read_name(struct slice path, struct buf *name)
{
	if (url_to_path(path, name) != URL_OK)
		return false;
	buf_add_text(name, "");
	if (slice_ends(buf_slice(name), "/"))
		name->bytes[--name->length] = '\0';
	return true;
}

/* ---- why ---- */

/* Like every handler: rest is the path behind the endpoint. Returns false when it is malformed. */
static bool
handle_why(const struct control_api *control_api, struct slice rest, struct response *response)
{
	const struct control_api_options *options = &control_api->options;
	struct buf name = {0}, text = {0};
	bool is_path = read_name(rest, &name);

	if (is_path) {
		file_account_add(&text, name.bytes, options->root, options->watch, options->hub);
		respond_text(response, 200, &text);
	}
	buf_finish(&name);
	buf_finish(&text);
	return is_path;
}

/* ---- reload ---- */

/* Reloads, and adds the text of the response. Returns its status. */
static int
reload(const struct control_api *control_api, struct slice name, struct buf *text)
{
	const struct control_api_options *options = &control_api->options;
	size_t open = hub_page_count(options->hub), told;
	struct stat state;

	if (name.length && !root_stat(options->root, name.at, &state)) {
		buf_add_text(text, "There is no file ");
		log_add_printable(text, name);
	} else if (name.length && !S_ISREG(state.st_mode)) {
		log_add_printable(text, name);
		buf_add_text(text, " is not a file; without a path every page reloads");
	} else {
		told = control_api->asked
			       ? control_api->asked->reload(control_api->asked->context, name)
			       : options->reload(options->context, name);
		buf_addf(text, "told %zu of %zu page%s\n", told, open, open == 1 ? "" : "s");
		return 200;
	}
	buf_add_text(text, ".\n");
	return 404;
}

static bool
handle_reload(const struct control_api *control_api, struct slice rest, struct response *response)
{
	struct buf name = {0}, text = {0};
	bool is_path = read_name(rest, &name);

	if (is_path)
		respond_text(response, reload(control_api, buf_slice(&name), &text), &text);
	buf_finish(&name);
	buf_finish(&text);
	return is_path;
}

/* ---- stop ---- */

static bool
handle_stop(const struct control_api *control_api, struct slice rest, struct response *response)
{
	const struct buf text = {0};

	(void)rest;
	respond_text(response, 200, &text);
	control_api->options.stop(control_api->options.context);
	return true;
}

/* ---- wire ---- */

static bool
handle_wire(const struct control_api *control_api, struct slice rest, struct response *response)
{
	if (!control_api->options.wire)
		return false;
	control_api->options.wire(control_api->options.context, rest, response);
	return true;
}

/* ---- wait ---- */

static bool
handle_wait(const struct control_api *control_api, struct slice rest, struct response *response)
{
	if (!control_api->options.waits)
		return false;
	page_waits_respond(control_api->options.waits, rest, response);
	return true;
}

/* ---- status ---- */

static void
add_label(struct buf *text, const char *label)
{
	buf_addf(text, "  %-10s", label);
}

static void
add_watching(struct buf *text, const struct watch *watch)
{
	size_t watches = watch_folder_count(watch);

	if (watch_is_polling(watch))
		buf_add_text(text, "the files that pages use, by polling");
	else
		buf_addf(text, "%zu folder%s, by inotify", watches, watches == 1 ? "" : "s");
	buf_add_text(text, watch_is_walking(watch) ? "; still scanning\n" : "\n");
}

/* What "liveserve status" says of the sites of --vhost, in the answer for ROOT. */
static void
add_sites(struct buf *text, const struct control_api *control_api)
{
	const struct control_api_options *options = &control_api->options;

	for (size_t i = 0; i < options->site_count && !control_api->asked; i++) {
		const struct control_site *site = &options->sites[i];

		buf_addf(text, "\n  %-10s%s\n", "Site", site->url);
		add_label(text, "Serving");
		log_add_printable(text, slice_of(root_path(site->root)));
		buf_add_char(text, '\n');
		add_label(text, "Pages");
		page_record_add_count(text, site->hub);
		buf_add_char(text, '\n');
		add_label(text, "Watching");
		add_watching(text, site->watch);
	}
}

static bool
handle_status(const struct control_api *control_api, struct slice rest, struct response *response)
{
	struct buf text = {0};

	(void)rest;
	buf_addf(&text, "liveserve %s\n", control_api->options.version);
	add_label(&text, "Serving");
	log_add_printable(&text, slice_of(root_path(control_api->options.root)));
	buf_addf(&text, "\n  %-10s%s\n", "Open", control_api->options.url);
	if (control_api->options.wire_url)
		buf_addf(&text, "  %-10s%s\n", "Wire", control_api->options.wire_url);
	if (control_api->options.status_url)
		buf_addf(&text, "  %-10s%s\n", "Status", control_api->options.status_url);
	add_label(&text, "Pages");
	page_record_add_count(&text, control_api->options.hub);
	buf_addf(&text, "%s\n",
		hub_is_paused(control_api->options.hub) ? ", paused: they are told nothing" : "");
	add_label(&text, "Watching");
	add_watching(&text, control_api->options.watch);
	add_sites(&text, control_api);
	respond_text(response, 200, &text);
	buf_finish(&text);
	return true;
}

static void
add_state(struct buf *json, const struct watch *watch, const struct hub *hub)
{
	json_add_number_member(json, "pages", hub_page_count(hub));
	json_add_bool_member(json, "paused", hub_is_paused(hub));
	json_add_text_member(json, "mode", watch_is_polling(watch) ? "polling" : "inotify");
	json_add_number_member(json, "watches", watch_folder_count(watch));
	json_add_bool_member(json, "walking", watch_is_walking(watch));
}

static void
add_json_sites(struct buf *json, const struct control_api *control_api)
{
	const struct control_api_options *options = &control_api->options;

	json_add_name(json, "sites");
	buf_add_char(json, '[');
	for (size_t i = 0; i < options->site_count; i++) {
		const struct control_site *site = &options->sites[i];

		buf_add_text(json, i ? ",{" : "{");
		json_add_text_member(json, "name", site->name);
		json_add_text_member(json, "root", root_path(site->root));
		json_add_text_member(json, "url", site->url);
		add_state(json, site->watch, site->hub);
		buf_add_char(json, '}');
	}
	buf_add_char(json, ']');
}

static bool
handle_status_json(
	const struct control_api *control_api, struct slice rest, struct response *response)
{
	struct buf json = {0};

	(void)rest;
	buf_add_char(&json, '{');
	json_add_text_member(&json, "version", control_api->options.version);
	json_add_number_member(&json, "pid", (uint64_t)getpid());
	json_add_text_member(&json, "root", root_path(control_api->options.root));
	json_add_text_member(&json, "url", control_api->options.url);
	if (control_api->options.wire_url)
		json_add_text_member(&json, "wire", control_api->options.wire_url);
	if (control_api->options.status_url)
		json_add_text_member(&json, "status", control_api->options.status_url);
	add_state(&json, control_api->options.watch, control_api->options.hub);
	json_add_number_member(&json, "newest", journal_number(control_api->options.journal));
	page_record_add_list(&json, control_api->options.hub, control_api->options.places);
	if (control_api->options.site_count && !control_api->asked)
		add_json_sites(&json, control_api);
	buf_add_text(&json, "}\n");
	response_text(response, 200, "application/json", buf_slice(&json));
	buf_finish(&json);
	return true;
}

/* ---- the endpoints ---- */

typedef bool handler_fn(
	const struct control_api *control_api, struct slice rest, struct response *response);

static const struct {
	const char *method;
	const char *path;
	bool has_rest; /* a path follows, which begins with "/" */
	handler_fn *handle;
} endpoints[] = {
	{"GET", CONTROL_API_WHY, true, handle_why},
	{"POST", CONTROL_API_RELOAD, true, handle_reload},
	{"POST", CONTROL_API_STOP, false, handle_stop},
	{"GET", CONTROL_API_WIRE, true, handle_wire},
	{"GET", CONTROL_API_WAIT, true, handle_wait},
	{"GET", CONTROL_API_STATUS, false, handle_status},
	{"GET", CONTROL_API_STATUS_JSON, false, handle_status_json},
};

/* The same for the site that the request names, whose parts take the place of the others. */
static struct control_api
for_site(const struct control_api *control_api, const struct request *request)
{
	struct control_api asked = *control_api;

	for (size_t i = 0; i < asked.options.site_count; i++) {
		const struct control_site *site = &asked.options.sites[i];

		if (!slice_is_nocase(request->authority, site->name))
			continue;
		asked.asked = site;
		asked.options.root = site->root;
		asked.options.watch = site->watch;
		asked.options.hub = site->hub;
		asked.options.url = site->url;
		asked.options.journal = site->journal;
		asked.options.places = site->places;
	}
	return asked;
}

void
control_api_respond(const struct control_api *control_api, const struct request *request,
	struct response *response)
{
	const struct control_api asked = for_site(control_api, request);
	const struct control_api_options *options = &asked.options;

	if (options->editor && request->method == REQUEST_GET &&
		slice_is(request->path, CONTROL_API_EDITOR)) {
		options->editor(options->context, request, response);
		return;
	}
	for (size_t i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++) {
		const char *path = endpoints[i].path;
		struct slice rest = request->path;

		if (!slice_is(request->method_name, endpoints[i].method) ||
			!slice_starts(rest, path))
			continue;
		rest.at += strlen(path);
		rest.length -= strlen(path);
		if ((endpoints[i].has_rest ? slice_starts(rest, "/") : rest.length == 0) &&
			endpoints[i].handle(&asked, rest, response))
			return;
	}
	response_text(response, 404, "text/plain; charset=utf-8",
		SLICE_LITERAL("This liveserve does not know the request; it may be another "
			      "version.\n"));
}
