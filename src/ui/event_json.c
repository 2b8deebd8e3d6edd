/*
 * event_json: see event_json.h.
 */
#define _GNU_SOURCE
#include "ui/event_json.h"

#include "base/json_writer.h"

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
add_told(struct buf *line, const struct event *event)
{
	json_add_number_member(line, "told", event->told);
	json_add_number_member(line, "open", event->open);
	json_add_bool_member(line, "later", event->is_later);
}

static void
add_said(struct buf *line, const struct page_message *said)
{
	json_add_text_member(line, "level", said->level);
	json_add_name(line, "page");
	json_add_text(line, said->page);
	if (said->browser)
		json_add_text_member(line, "browser", said->browser);
	json_add_name(line, "text");
	json_add_text(line, said->text);
	json_add_name(line, "source");
	json_add_text(line, said->source);
}

void
event_json_write(struct buf *line, const struct event *event, const struct timespec *when)
{
	static const char *const events[] = {
		[EVENT_CHANGED] = "change",
		[EVENT_RELOADED] = "watched",
		[EVENT_UNCHANGED] = "unchanged",
		[EVENT_LOST] = "lost",
		[EVENT_ASKED] = "asked",
		[EVENT_PAUSED] = "paused",
		[EVENT_RESUMED] = "resumed",
		[EVENT_PROBLEM] = "problem",
		[EVENT_SAID] = "said",
		[EVENT_SETTINGS] = "settings",
	};

	begin(line, when, events[event->kind]);
	if (event->kind == EVENT_ASKED || event->kind == EVENT_PROBLEM) {
		json_add_name(line, "path");
		json_add_text(line, event->path);
	}
	if (event->problem) {
		json_add_number_member(line, "line", event->problem->line);
		json_add_text_member(line, "text", event->problem->what);
	}
	if (event->said)
		add_said(line, event->said);
	if (event->text)
		json_add_text_member(line, "text", event->text);
	if (event->changes) {
		add_changes(line, event->changes);
		add_left_out(line, event->changes);
	}
	if (event->kind != EVENT_UNCHANGED && event->kind < EVENT_PAUSED)
		add_told(line, event);
	end(line);
}

void
event_json_write_start(
	struct buf *line, const struct event_start *start, const struct timespec *when)
{
	begin(line, when, "start");
	json_add_text_member(line, "version", start->version);
	json_add_text_member(line, "root", start->root);
	json_add_text_member(line, "url", start->url);
	if (start->network)
		json_add_text_member(line, "network", start->network);
	json_add_text_member(line, "mode", start->is_polling ? "polling" : "inotify");
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
event_json_write_sentence(
	struct buf *line, enum log_level level, const char *sentence, const struct timespec *when)
{
	static const char *const events[] = {
		[LOG_QUIET] = "error",
		[LOG_NORMAL] = "notice",
		[LOG_VERBOSE] = "verbose",
	};

	begin(line, when, events[level]);
	json_add_text_member(line, "text", sentence);
	end(line);
}

void
event_json_write_stop(struct buf *line, const struct timespec *when)
{
	begin(line, when, "stop");
	end(line);
}
