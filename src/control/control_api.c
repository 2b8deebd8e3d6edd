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
#include <time.h>
#include <unistd.h>

#include "base/json_writer.h"
#include "base/log.h"
#include "base/mem.h"
#include "http/url.h"
#include "pages/page_record.h"

struct control_api {
	struct control_api_options options;
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

/* The file or folder that the request names. */
struct target {
	const char *name; /* without a slash at its end */
	bool exists;
	struct stat state;
	struct watch_description account;
};

static bool
is_folder(const struct target *target)
{
	return target->exists && S_ISDIR(target->state.st_mode);
}

static void
add_label(struct buf *text, const char *label)
{
	buf_addf(text, "  %-10s", label);
}

static void
add_type(struct buf *text, const struct target *target)
{
	add_label(text, "Is");
	if (!target->exists)
		buf_add_text(text, "not there");
	else if (is_folder(target))
		buf_add_text(text, "a folder");
	else
		buf_addf(text, "a file of %lld bytes", (long long)target->state.st_size);
	if (target->account.real) {
		buf_add_text(text, ", really ");
		log_add_printable(text, slice_of(target->account.real));
	}
	buf_add_char(text, '\n');
}

static void
add_watched(struct buf *text, const struct target *target)
{
	static const char *const names[] = {
		[WATCH_NONE] = "no",
		[WATCH_BY_EVENTS] = "by inotify",
		[WATCH_BY_POLLING] = "by polling",
	};

	add_label(text, "Watched");
	buf_add_text(text, names[target->account.method]);
	buf_add_char(text, '\n');
}

static void
add_ignored(struct buf *text, const struct target *target)
{
	add_label(text, "Ignored");
	if (target->account.ignored_by) {
		buf_add_text(text, "by \"");
		log_add_printable(text, slice_of(target->account.ignored_by));
		buf_add_char(text, '"');
	} else {
		buf_add_text(text, "no");
	}
	buf_add_char(text, '\n');
}

static size_t
pages_using(const struct control_api *control_api, const struct target *target)
{
	char *path;
	size_t pages;

	if (!target->account.is_used)
		return 0;
	path = mem_format("%s%s", target->name, is_folder(target) ? "/" : "");
	pages = hub_pages_using(control_api->options.hub, slice_of(path));
	free(path);
	return pages;
}

static void
add_used(struct buf *text, const struct control_api *control_api, const struct target *target)
{
	size_t pages = pages_using(control_api, target);

	add_label(text, "Used");
	if (!target->account.is_used)
		buf_add_text(text, "no page has asked for it\n");
	else if (pages == 0)
		buf_add_text(text, "it was asked for, but no page is open that uses it\n");
	else
		buf_addf(text, "by %zu open page%s\n", pages, pages == 1 ? "" : "s");
}

static void
add_time(struct buf *text, time_t when)
{
	struct tm local;
	char time_text[16] = "";

	if (localtime_r(&when, &local))
		strftime(time_text, sizeof(time_text), "%H:%M:%S", &local);
	buf_add_text(text, time_text);
}

static void
add_last(struct buf *text, const struct target *target)
{
	static const char *const names[] = {
		[WATCH_HISTORY_CREATED] = "created",
		[WATCH_HISTORY_MODIFIED] = "changed",
		[WATCH_HISTORY_DELETED] = "deleted",
		[WATCH_HISTORY_SAME] = "saved with the same bytes, nothing to tell",
		[WATCH_HISTORY_TOUCHED] = "touched, nothing to tell",
		[WATCH_HISTORY_IGNORED] = "changed, but ignored",
	};
	const struct watch_history_entry *last = target->account.last;

	add_label(text, "Last seen");
	if (!last) {
		buf_add_text(text, "no change, as far as liveserve remembers\n");
		return;
	}
	add_time(text, last->when);
	buf_addf(text, " %s", names[last->outcome]);
	if (last->outcome <= WATCH_HISTORY_DELETED)
		buf_addf(text, ", told %zu page%s", last->page_count,
			last->page_count == 1 ? "" : "s");
	buf_add_char(text, '\n');
}

/* Whether the next change would be announced, and if not, why. */
static const char *
predict(const struct target *target)
{
	const struct watch_description *account = &target->account;

	if (account->is_used)
		return account->method == WATCH_NONE ? "no, its folder is gone"
						     : "would be announced";
	if (account->ignored_by)
		return "would not be announced, until a page asks for it";
	if (account->method == WATCH_BY_EVENTS)
		return "would be announced";
	if (account->method == WATCH_BY_POLLING)
		return "would be announced only if its name is new, until a page asks for it";
	return account->is_walking ? "would not be announced yet: its folder is not scanned yet"
				   : "would not be announced, until a page asks for it";
}

static void
describe(const struct control_api *control_api, const struct target *target, struct buf *text)
{
	log_add_printable(text, slice_of(*target->name ? target->name : "."));
	buf_add_char(text, '\n');
	add_type(text, target);
	add_watched(text, target);
	add_ignored(text, target);
	if (!is_folder(target))
		add_used(text, control_api, target);
	add_last(text, target);
	add_label(text, "A change");
	buf_add_text(text, predict(target));
	buf_add_char(text, '\n');
}

/* Like every handler: rest is the path behind the endpoint. Returns false when it is malformed. */
static bool
handle_why(const struct control_api *control_api, struct slice rest, struct response *response)
{
	struct buf name = {0}, text = {0};
	struct target target = {0};
	bool is_path = read_name(rest, &name);

	if (is_path) {
		target.name = name.bytes;
		target.exists = root_stat(control_api->options.root, target.name, &target.state);
		watch_describe(control_api->options.watch, target.name, is_folder(&target),
			&target.account);
		describe(control_api, &target, &text);
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
		told = options->reload(options->context, name);
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

static bool
handle_status(const struct control_api *control_api, struct slice rest, struct response *response)
{
	size_t watches = watch_folder_count(control_api->options.watch),
	       pages = hub_page_count(control_api->options.hub);
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
	buf_addf(&text, "  %-10s%zu open%s\n", "Pages", pages,
		hub_is_paused(control_api->options.hub) ? ", paused: they are told nothing" : "");
	add_label(&text, "Watching");
	if (watch_is_polling(control_api->options.watch))
		buf_add_text(&text, "the files that pages use, by polling");
	else
		buf_addf(&text, "%zu folder%s, by inotify", watches, watches == 1 ? "" : "s");
	buf_add_text(
		&text, watch_is_walking(control_api->options.watch) ? "; still scanning\n" : "\n");
	respond_text(response, 200, &text);
	buf_finish(&text);
	return true;
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
	json_add_number_member(&json, "pages", hub_page_count(control_api->options.hub));
	json_add_bool_member(&json, "paused", hub_is_paused(control_api->options.hub));
	json_add_text_member(&json, "mode",
		watch_is_polling(control_api->options.watch) ? "polling" : "inotify");
	json_add_number_member(&json, "watches", watch_folder_count(control_api->options.watch));
	json_add_bool_member(&json, "walking", watch_is_walking(control_api->options.watch));
	json_add_number_member(&json, "newest", journal_number(control_api->options.journal));
	page_record_add_list(&json, control_api->options.hub, control_api->options.places);
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

void
control_api_respond(const struct control_api *control_api, const struct request *request,
	struct response *response)
{
	const struct control_api_options *options = &control_api->options;

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
			endpoints[i].handle(control_api, rest, response))
			return;
	}
	response_text(response, 404, "text/plain; charset=utf-8",
		SLICE_LITERAL("This liveserve does not know the request; it may be another "
			      "version.\n"));
}
