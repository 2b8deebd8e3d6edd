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
add_told(struct buf *line, const struct news *news)
{
	json_add_number_member(line, "told", news->told);
	json_add_number_member(line, "open", news->open);
	json_add_bool_member(line, "later", news->is_later);
}

static void
add_said(struct buf *line, const struct news_said *said)
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
record_write(struct buf *line, const struct news *news, const struct timespec *when)
{
	static const char *const events[] = {
		[NEWS_CHANGED] = "change",
		[NEWS_RELOADED] = "watched",
		[NEWS_UNCHANGED] = "unchanged",
		[NEWS_LOST] = "lost",
		[NEWS_ASKED] = "asked",
		[NEWS_PAUSED] = "paused",
		[NEWS_RESUMED] = "resumed",
		[NEWS_PROBLEM] = "problem",
		[NEWS_SAID] = "said",
		[NEWS_SETTINGS] = "settings",
	};

	begin(line, when, events[news->kind]);
	if (news->kind == NEWS_ASKED || news->kind == NEWS_PROBLEM) {
		json_add_name(line, "path");
		json_add_text(line, news->path);
	}
	if (news->problem) {
		json_add_number_member(line, "line", news->problem->line);
		json_add_text_member(line, "text", news->problem->what);
	}
	if (news->said)
		add_said(line, news->said);
	if (news->text)
		json_add_text_member(line, "text", news->text);
	if (news->changes) {
		add_changes(line, news->changes);
		add_left_out(line, news->changes);
	}
	if (news->kind != NEWS_UNCHANGED && news->kind < NEWS_PAUSED)
		add_told(line, news);
	end(line);
}

void
record_write_start(struct buf *line, const struct news_start *start, const struct timespec *when)
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
record_write_pages(struct buf *line, size_t open, bool is_paused, const struct timespec *when)
{
	begin(line, when, "pages");
	json_add_number_member(line, "open", open);
	json_add_bool_member(line, "paused", is_paused);
	end(line);
}

void
record_write_sentence(
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
record_write_stop(struct buf *line, const struct timespec *when)
{
	begin(line, when, "stop");
	end(line);
}
