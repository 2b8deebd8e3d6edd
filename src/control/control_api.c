/*
 * control_api: see control_api.h. A new question is a row in the table and a function that fills the answer.
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

struct control_api {
	const struct root *root;
	const struct watch *watch;
	const struct hub *hub;
	struct control_api_server server;
};

struct control_api *
control_api_create(const struct root *root, const struct watch *watch, const struct hub *hub)
{
	struct control_api *control_api = mem_zero(sizeof(*control_api));

	control_api->root = root;
	control_api->watch = watch;
	control_api->hub = hub;
	return control_api;
}

void
control_api_destroy(struct control_api *control_api)
{
	free(control_api);
}

void
control_api_set_server(struct control_api *control_api, const struct control_api_server *server)
{
	control_api->server = *server;
}

static void
answer_plain(struct response *response, int status, const struct buf *text)
{
	response_text(response, status, "text/plain; charset=utf-8", buf_slice(text));
}

/* The name that the path of a URL means, without a slash at its end. False when it is none. */
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

struct subject {
	const char *name; /* without a slash at its end */
	bool exists;
	struct stat state;
	struct watch_account account;
};

static bool
is_folder(const struct subject *subject)
{
	return subject->exists && S_ISDIR(subject->state.st_mode);
}

static void
add_label(struct buf *text, const char *label)
{
	buf_addf(text, "  %-10s", label);
}

static void
add_what(struct buf *text, const struct subject *subject)
{
	add_label(text, "Is");
	if (!subject->exists)
		buf_add_text(text, "not there");
	else if (is_folder(subject))
		buf_add_text(text, "a folder");
	else
		buf_addf(text, "a file of %lld bytes", (long long)subject->state.st_size);
	if (subject->account.real) {
		buf_add_text(text, ", really ");
		log_add_printable(text, slice_of(subject->account.real));
	}
	buf_add_char(text, '\n');
}

static void
add_watched(struct buf *text, const struct subject *subject)
{
	static const char *const words[] = {
		[WATCH_NOT] = "no",
		[WATCH_HEARD] = "by inotify",
		[WATCH_POLLED] = "by looking at it from time to time",
	};

	add_label(text, "Watched");
	buf_add_text(text, words[subject->account.how]);
	buf_add_char(text, '\n');
}

static void
add_ignored(struct buf *text, const struct subject *subject)
{
	add_label(text, "Ignored");
	if (subject->account.ignored_by) {
		buf_add_text(text, "by \"");
		log_add_printable(text, slice_of(subject->account.ignored_by));
		buf_add_char(text, '"');
	} else {
		buf_add_text(text, "no");
	}
	buf_add_char(text, '\n');
}

static size_t
pages_using(const struct control_api *control_api, const struct subject *subject)
{
	char *path;
	size_t pages;

	if (!subject->account.is_used)
		return 0;
	path = mem_format("%s%s", subject->name, is_folder(subject) ? "/" : "");
	pages = hub_pages_using(control_api->hub, slice_of(path));
	free(path);
	return pages;
}

static void
add_used(struct buf *text, const struct control_api *control_api, const struct subject *subject)
{
	size_t pages = pages_using(control_api, subject);

	add_label(text, "Used");
	if (!subject->account.is_used)
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
add_last(struct buf *text, const struct subject *subject)
{
	static const char *const words[] = {
		[WATCH_HISTORY_CREATED] = "created",
		[WATCH_HISTORY_MODIFIED] = "changed",
		[WATCH_HISTORY_DELETED] = "deleted",
		[WATCH_HISTORY_SAME] = "saved with the same bytes, nothing to tell",
		[WATCH_HISTORY_TOUCHED] = "touched, nothing to tell",
		[WATCH_HISTORY_IGNORED] = "changed, but ignored",
	};
	const struct watch_history_entry *last = subject->account.last;

	add_label(text, "Last seen");
	if (!last) {
		buf_add_text(text, "no change, as far as liveserve remembers\n");
		return;
	}
	add_time(text, last->when);
	buf_addf(text, " %s", words[last->outcome]);
	if (last->outcome <= WATCH_HISTORY_DELETED)
		buf_addf(text, ", told %zu page%s", last->told, last->told == 1 ? "" : "s");
	buf_add_char(text, '\n');
}

/* Whether the next change would be announced, and if not, why. */
static const char *
verdict(const struct subject *subject)
{
	const struct watch_account *account = &subject->account;

	if (account->is_used)
		return account->how == WATCH_NOT ? "no, its folder is gone" : "would be announced";
	if (account->ignored_by)
		return "would not be announced, until a page asks for it";
	if (account->how == WATCH_HEARD)
		return "would be announced";
	if (account->how == WATCH_POLLED)
		return "would be announced only if its name is new, until a page asks for it";
	return account->is_walking ? "would not be announced yet: its folder is still on the way"
				   : "would not be announced, until a page asks for it";
}

static void
describe(const struct control_api *control_api, const struct subject *subject, struct buf *text)
{
	log_add_printable(text, slice_of(*subject->name ? subject->name : "."));
	buf_add_char(text, '\n');
	add_what(text, subject);
	add_watched(text, subject);
	add_ignored(text, subject);
	if (!is_folder(subject))
		add_used(text, control_api, subject);
	add_last(text, subject);
	add_label(text, "A change");
	buf_add_text(text, verdict(subject));
	buf_add_char(text, '\n');
}

/* Returns false when rest is no path. */
static bool
answer_why(const struct control_api *control_api, struct slice rest, struct response *response)
{
	struct buf name = {0}, text = {0};
	struct subject subject = {0};
	bool is_path = read_name(rest, &name);

	if (is_path) {
		subject.name = name.bytes;
		subject.exists = root_stat(control_api->root, subject.name, &subject.state);
		watch_describe(
			control_api->watch, subject.name, is_folder(&subject), &subject.account);
		describe(control_api, &subject, &text);
		answer_plain(response, 200, &text);
	}
	buf_finish(&name);
	buf_finish(&text);
	return is_path;
}

/* ---- reload ---- */

/* Returns the status. */
static int
reload(const struct control_api *control_api, struct slice name, struct buf *text)
{
	const struct control_api_server *server = &control_api->server;
	size_t open = hub_page_count(control_api->hub), told;
	struct stat state;

	if (name.length && !root_stat(control_api->root, name.at, &state)) {
		buf_add_text(text, "There is no file ");
		log_add_printable(text, name);
	} else if (name.length && !S_ISREG(state.st_mode)) {
		log_add_printable(text, name);
		buf_add_text(text, " is no file; without a path every page reloads");
	} else {
		told = server->reload(server->context, name);
		buf_addf(text, "told %zu of %zu page%s\n", told, open, open == 1 ? "" : "s");
		return 200;
	}
	buf_add_text(text, ".\n");
	return 404;
}

static bool
answer_reload(const struct control_api *control_api, struct slice rest, struct response *response)
{
	struct buf name = {0}, text = {0};
	bool is_path = read_name(rest, &name);

	if (is_path)
		answer_plain(response, reload(control_api, buf_slice(&name), &text), &text);
	buf_finish(&name);
	buf_finish(&text);
	return is_path;
}

/* ---- status ---- */

static bool
answer_status_text(
	const struct control_api *control_api, struct slice rest, struct response *response)
{
	size_t watches = watch_folder_count(control_api->watch),
	       pages = hub_page_count(control_api->hub);
	struct buf text = {0};

	(void)rest;
	buf_addf(&text, "liveserve %s\n", control_api->server.version);
	add_label(&text, "Serving");
	log_add_printable(&text, slice_of(root_path(control_api->root)));
	buf_addf(&text, "\n  %-10s%s\n", "Open", control_api->server.url);
	buf_addf(&text, "  %-10s%zu open%s\n", "Pages", pages,
		hub_is_paused(control_api->hub) ? ", paused: they are told nothing" : "");
	add_label(&text, "Watching");
	if (watch_is_polling(control_api->watch))
		buf_add_text(&text, "by looking at the files that pages use");
	else
		buf_addf(&text, "%zu folder%s, by inotify", watches, watches == 1 ? "" : "s");
	buf_add_text(
		&text, watch_is_walking(control_api->watch) ? "; more are on the way\n" : "\n");
	answer_plain(response, 200, &text);
	buf_finish(&text);
	return true;
}

static bool
answer_status_json(
	const struct control_api *control_api, struct slice rest, struct response *response)
{
	struct buf json = {0};

	(void)rest;
	buf_add_char(&json, '{');
	json_add_text_member(&json, "version", control_api->server.version);
	json_add_number_member(&json, "pid", (uint64_t)getpid());
	json_add_text_member(&json, "root", root_path(control_api->root));
	json_add_text_member(&json, "url", control_api->server.url);
	json_add_number_member(&json, "pages", hub_page_count(control_api->hub));
	json_add_bool_member(&json, "paused", hub_is_paused(control_api->hub));
	json_add_text_member(
		&json, "mode", watch_is_polling(control_api->watch) ? "polling" : "inotify");
	json_add_number_member(&json, "watches", watch_folder_count(control_api->watch));
	json_add_bool_member(&json, "walking", watch_is_walking(control_api->watch));
	buf_add_text(&json, "}\n");
	response_text(response, 200, "application/json", buf_slice(&json));
	buf_finish(&json);
	return true;
}

/* ---- all questions ---- */

static const struct {
	const char *method;
	const char *path;
	bool goes_on; /* with "/" and what is handed over */
	bool (*response)(const struct control_api *control_api, struct slice rest,
		struct response *response);
} questions[] = {
	{"GET", CONTROL_API_WHY, true, answer_why},
	{"POST", CONTROL_API_RELOAD, true, answer_reload},
	{"GET", CONTROL_API_STATUS, false, answer_status_text},
	{"GET", CONTROL_API_STATUS_JSON, false, answer_status_json},
};

void
control_api_respond(const struct control_api *control_api, const struct request *request,
	struct response *response)
{
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		const char *path = questions[i].path;
		struct slice rest = request->path;

		if (!slice_is(request->method_name, questions[i].method) ||
			!slice_starts(rest, path))
			continue;
		rest.at += strlen(path);
		rest.length -= strlen(path);
		if ((questions[i].goes_on ? slice_starts(rest, "/") : rest.length == 0) &&
			questions[i].response(control_api, rest, response))
			return;
	}
	response_text(response, 404, "text/plain; charset=utf-8",
		SLICE_LITERAL("This liveserve does not understand the question; it may be of "
			      "another version.\n"));
}
