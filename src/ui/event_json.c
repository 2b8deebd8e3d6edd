/*
 * event_json: makes the lines of --log-format=json out of events.
 *
 * It has no state and owns nothing; each function adds to the caller's buffer.
 */
#define _GNU_SOURCE
#include "ui/event_json.h"

#include "base/json_writer.h"
#include "ui/frame_text.h"

/* Bytes of texts from outside that are printed. */
enum { URL_MAX = 1024, TEXT_MAX = 4096 };

static void
add_short_member(struct buf *line, const char *name, struct slice text, size_t most)
{
	json_add_name(line, name);
	json_add_short(line, text, most);
}

static void
begin(struct buf *line, const struct timespec *when, const char *event)
{
	char second[32] = "";
	struct tm parts;

	if (gmtime_r(&when->tv_sec, &parts))
		strftime(second, sizeof(second), "%Y-%m-%dT%H:%M:%S", &parts);
	buf_addf(line, "{\"time\":\"%s.%03dZ\"", second, (int)(when->tv_nsec / 1000000));
	json_add_text_member(line, "event", event);
}

static void
end(struct buf *line)
{
	buf_add_text(line, "}\n");
}

static void
add_changes(struct buf *line, const struct changes *changes)
{
	json_add_name(line, "changes");
	buf_add_char(line, '[');
	for (size_t i = 0; i < changes->count; i++) {
		buf_add_text(line, i ? ",{" : "{");
		json_add_text_member(line, "path", changes->items[i].path);
		json_add_text_member(line, "kind", change_kind_name(changes->items[i].kind));
		buf_add_char(line, '}');
	}
	buf_add_char(line, ']');
	if (changes->further_count)
		json_add_number_member(line, "further", changes->further_count);
}

static void
add_left_out(struct buf *line, const struct changes *changes)
{
	static const char *const names[] = {
		[LEFT_OUT_SAME] = "same",
		[LEFT_OUT_TOUCHED] = "touched",
		[LEFT_OUT_IGNORED] = "ignored",
	};

	for (size_t i = 0; i < LEFT_OUT_COUNT; i++)
		json_add_number_member(line, names[i], changes->left_out[i].count);
}

static void
add_pages(struct buf *line, const struct event *event)
{
	json_add_number_member(line, "told", event->pages_told);
	json_add_number_member(line, "open", event->pages_open);
	json_add_bool_member(line, "later", event->is_deferred);
}

static void
add_page_message(struct buf *line, const struct page_message *message)
{
	json_add_text_member(line, "level", message->level);
	add_short_member(line, "page", message->page, URL_MAX);
	if (message->browser)
		json_add_text_member(line, "browser", message->browser);
	add_short_member(line, "text", message->text, TEXT_MAX);
	add_short_member(line, "source", message->source, URL_MAX);
}

/* Where the error of a page is in the files of the person. */
static void
add_place(struct buf *line, const struct error_place *place)
{
	add_short_member(line, "file", buf_slice(&place->file), URL_MAX);
	json_add_number_member(line, "line", place->line);
	if (place->column)
		json_add_number_member(line, "column", place->column);
}

/* Whether open pages get a message about such an event. */
static bool
is_for_pages(enum event_kind kind)
{
	return kind == EVENT_CHANGED || kind == EVENT_CHANGED_ELSEWHERE ||
	       kind == EVENT_CHANGES_LOST || kind == EVENT_RELOAD_REQUESTED;
}

void
event_json_write(struct buf *line, const struct event *event, const struct timespec *when)
{
	static const char *const events[] = {
		[EVENT_CHANGED] = "change",
		[EVENT_CHANGED_ELSEWHERE] = "watched",
		[EVENT_UNCHANGED] = "unchanged",
		[EVENT_CHANGES_LOST] = "lost",
		[EVENT_RELOAD_REQUESTED] = "asked",
		[EVENT_PAUSED] = "paused",
		[EVENT_RESUMED] = "resumed",
		[EVENT_PROBLEM] = "problem",
		[EVENT_PROBLEM_GONE] = "fixed",
		[EVENT_ERRORS_OUTDATED] = "outdated",
		[EVENT_PAGE_MESSAGE] = "said",
		[EVENT_SETTINGS_CHANGED] = "settings",
		[EVENT_REMARK] = "remark",
	};

	begin(line, when, events[event->kind]);
	if (event->site)
		json_add_text_member(line, "site", event->site);
	if (event->kind == EVENT_RELOAD_REQUESTED || event->kind == EVENT_PROBLEM ||
		event->kind == EVENT_PROBLEM_GONE || event->kind == EVENT_ERRORS_OUTDATED)
		add_short_member(line, "path", event->path, TEXT_MAX);
	if (event->file)
		json_add_text_member(line, "file", event->file);
	if (event->problem) {
		json_add_number_member(line, "line", event->problem->line);
		json_add_number_member(line, "column", event->problem->column);
		json_add_text_member(line, "text", event->problem->what);
	}
	if (event->page_message)
		add_page_message(line, event->page_message);
	if (event->page_message && event->place)
		add_place(line, event->place);
	if (event->place)
		frame_text_add_member(line, &event->place->frame);
	if (event->text)
		add_short_member(line, "text", slice_of(event->text), TEXT_MAX);
	if (event->changes) {
		add_changes(line, event->changes);
		add_left_out(line, event->changes);
	}
	if (is_for_pages(event->kind))
		add_pages(line, event);
	end(line);
}

void
event_json_write_request(struct buf *line, const struct event_request *request)
{
	begin(line, &request->when, "request");
	add_short_member(line, "address", request->address, TEXT_MAX);
	if (request->user.at)
		add_short_member(line, "user", request->user, TEXT_MAX);
	if (request->host.at)
		add_short_member(line, "host", request->host, TEXT_MAX);
	if (request->method.at) {
		add_short_member(line, "method", request->method, TEXT_MAX);
		add_short_member(line, "url", request->url, TEXT_MAX);
		add_short_member(line, "protocol", request->protocol, TEXT_MAX);
	} else {
		add_short_member(line, "malformed", request->line, TEXT_MAX);
	}
	json_add_number_member(line, "status", (uint64_t)request->status);
	json_add_number_member(line, "bytes", request->bytes);
	if (request->referer.at)
		add_short_member(line, "referer", request->referer, TEXT_MAX);
	if (request->agent.at)
		add_short_member(line, "agent", request->agent, TEXT_MAX);
	end(line);
}

static void
add_sites(struct buf *line, const struct event_start *start)
{
	json_add_name(line, "sites");
	buf_add_char(line, '[');
	for (size_t i = 0; i < start->site_count; i++) {
		buf_add_text(line, i ? ",{" : "{");
		json_add_text_member(line, "url", start->sites[i].url);
		json_add_text_member(line, "folder", start->sites[i].note);
		buf_add_char(line, '}');
	}
	buf_add_char(line, ']');
}

/* "network" is the most likely URL, "networks" all of them. */
static void
add_network(struct buf *line, const struct event_start *start)
{
	json_add_text_member(line, "network", start->network_url);
	json_add_name(line, "networks");
	buf_add_char(line, '[');
	json_add_text(line, slice_of(start->network_url));
	for (size_t i = 0; i < start->more_count; i++) {
		buf_add_char(line, ',');
		json_add_text(line, slice_of(start->more_urls[i].url));
	}
	buf_add_char(line, ']');
}

void
event_json_write_start(
	struct buf *line, const struct event_start *start, const struct timespec *when)
{
	begin(line, when, "start");
	json_add_text_member(line, "version", start->version);
	json_add_text_member(line, "root", start->root);
	json_add_text_member(line, "url", start->url);
	if (start->site_count)
		add_sites(line, start);
	if (start->network_url)
		add_network(line, start);
	if (start->phone_url) {
		json_add_text_member(line, "phone", start->phone_url);
		json_add_text_member(line, "fingerprint", start->fingerprint);
	}
	json_add_text_member(line, "mode", start->is_polling ? "polling" : "inotify");
	if (start->wire)
		json_add_text_member(line, "wire", start->wire);
	end(line);
}

void
event_json_write_pages(struct buf *line, size_t open, bool is_paused, const struct timespec *when)
{
	begin(line, when, "pages");
	json_add_number_member(line, "open", open);
	json_add_bool_member(line, "paused", is_paused);
	end(line);
}

void
event_json_write_log(
	struct buf *line, enum log_level level, const char *message, const struct timespec *when)
{
	static const char *const events[] = {
		[LOG_QUIET] = "error",
		[LOG_NORMAL] = "notice",
		[LOG_VERBOSE] = "verbose",
	};

	begin(line, when, events[level]);
	json_add_text_member(line, "text", message);
	end(line);
}

void
event_json_write_missing(struct buf *line, uint64_t lines, const struct timespec *when)
{
	begin(line, when, "missing");
	json_add_number_member(line, "lines", lines);
	end(line);
}

void
event_json_write_stop(struct buf *line, const struct timespec *when)
{
	begin(line, when, "stop");
	end(line);
}
