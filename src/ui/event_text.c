/*
 * event_text: see event_text.h.
 */
#define _GNU_SOURCE
#include "ui/event_text.h"

#include <string.h>

#include "base/log.h"

static const char BOLD[] = "\033[1m", CYAN[] = "\033[36m", RED[] = "\033[31m";

/* Bytes of what a page says. */
enum { ADDRESS_MAX = 200, TEXT_MAX = 1000 };

/* A line in the making. */
struct writer {
	struct buf *line;
	bool has_colour;
};

static void
add_styled(const struct writer *writer, const char *style, struct slice text)
{
	if (writer->has_colour)
		buf_add_text(writer->line, style);
	log_add_printable(writer->line, text);
	if (writer->has_colour)
		buf_add_text(writer->line, EVENT_TEXT_PLAIN);
}

static void
add_time(const struct writer *writer, time_t when)
{
	struct tm local;
	char text[16] = "";

	if (localtime_r(&when, &local))
		strftime(text, sizeof(text), "%H:%M:%S", &local);
	add_styled(writer, EVENT_TEXT_DIM, slice_of(text));
	buf_add_text(writer->line, "  ");
}

static void
add_paths(const struct writer *writer, const char *first, size_t count)
{
	add_styled(writer, BOLD, slice_of(first));
	if (count > 1)
		buf_addf(writer->line, " and %zu more", count - 1);
}

/* " (3 with the same bytes, 1 ignored)": all that is said of what was left out, from why on. */
static void
add_left_out(struct buf *line, const struct changes *changes, enum left_out why)
{
	static const char *const words[] = {
		[LEFT_OUT_SAME] = "with the same bytes",
		[LEFT_OUT_TOUCHED] = "only touched",
		[LEFT_OUT_IGNORED] = "ignored",
	};
	const char *before = " (";

	for (int i = (int)why; i < LEFT_OUT_COUNT; i++) {
		if (changes->left_out[i].count == 0)
			continue;
		buf_addf(line, "%s%zu %s", before, changes->left_out[i].count, words[i]);
		before = ", ";
	}
	if (*before == ',')
		buf_add_char(line, ')');
}

static void
add_told(struct buf *line, const struct event *event)
{
	const char *verb = event->is_later ? "to be told after the pause:" : "told";

	if (event->open == 0)
		buf_add_text(line, ", no page is open");
	else if (event->told == 0)
		buf_addf(line, ", no page uses %s",
			event->changes && event->changes->count > 1 ? "them" : "it");
	else if (event->told < event->open)
		buf_addf(line, ", %s %zu of %zu pages", verb, event->told, event->open);
	else
		buf_addf(line, ", %s %zu page%s", verb, event->told, event->told == 1 ? "" : "s");
}

static void
add_changes(const struct writer *writer, const struct event *event)
{
	static const char *const verbs[] = {
		[CHANGE_CREATED] = "created ",
		[CHANGE_MODIFIED] = "changed ",
		[CHANGE_DELETED] = "deleted ",
	};
	const struct changes *changes = event->changes;

	buf_add_text(writer->line, verbs[changes->items[0].kind]);
	add_paths(writer, changes->items[0].path, changes->count);
	add_told(writer->line, event);
	if (event->kind == EVENT_RELOADED)
		buf_add_text(writer->line, event->told ? " to reload" : "");
	else
		add_left_out(writer->line, changes, LEFT_OUT_SAME);
}

static void
add_unchanged(const struct writer *writer, const struct changes *changes)
{
	enum left_out why = changes->left_out[LEFT_OUT_SAME].count ? LEFT_OUT_SAME
								   : LEFT_OUT_TOUCHED;

	buf_add_text(writer->line, why == LEFT_OUT_SAME ? "saved " : "touched ");
	add_paths(writer, changes->left_out[why].first, changes->left_out[why].count);
	buf_addf(writer->line, "%s, nothing to tell",
		why == LEFT_OUT_SAME ? " with the same bytes" : "");
	add_left_out(writer->line, changes, why + 1);
}

static void
add_asked(const struct writer *writer, const struct event *event)
{
	buf_add_text(writer->line, "asked to reload");
	if (event->path.length) {
		buf_add_char(writer->line, ' ');
		add_styled(writer, BOLD, event->path);
	}
	add_told(writer->line, event);
}

static void
add_said(const struct writer *writer, const struct page_message *said)
{
	struct buf *line = writer->line;

	add_styled(writer, strcmp(said->level, "error") == 0 ? RED : BOLD, slice_of(said->level));
	buf_add_text(line, " on ");
	log_add_short(line, said->page.length ? said->page : slice_of("a page"), ADDRESS_MAX);
	if (said->browser)
		buf_addf(line, " (%s)", said->browser);
	buf_add_text(line, ": ");
	log_add_short(line, said->text, TEXT_MAX);
	if (said->source.length) {
		buf_add_text(line, "  ");
		log_add_short(line, said->source, ADDRESS_MAX);
	}
}

void
event_text_write(struct buf *line, const struct event *event, time_t when, bool has_colour)
{
	const struct writer writer = {.line = line, .has_colour = has_colour};

	add_time(&writer, when);
	switch (event->kind) {
	case EVENT_CHANGED:
	case EVENT_RELOADED:
		add_changes(&writer, event);
		break;
	case EVENT_UNCHANGED:
		add_unchanged(&writer, event->changes);
		break;
	case EVENT_LOST:
		buf_add_text(line, "changed too much to follow");
		add_told(line, event);
		buf_add_text(line, event->told ? " to reload" : "");
		break;
	case EVENT_ASKED:
		add_asked(&writer, event);
		break;
	case EVENT_PAUSED:
		buf_add_text(line, "paused: pages are told nothing");
		break;
	case EVENT_RESUMED:
		buf_add_text(line, "resumed: pages are told what they missed");
		break;
	case EVENT_PROBLEM:
		add_styled(&writer, BOLD, event->path);
		buf_addf(line, ":%zu  %s", event->problem->line, event->problem->what);
		break;
	case EVENT_SAID:
		add_said(&writer, event->said);
		break;
	case EVENT_SETTINGS:
		log_add_printable(line, slice_of(event->text));
		break;
	}
	buf_add_char(line, '\n');
}

static void
add_row(const struct writer *writer, const char *label, const char *style, const char *value)
{
	struct buf padded = {0};

	buf_addf(&padded, "%-10s", label);
	buf_add_text(writer->line, "  ");
	add_styled(writer, EVENT_TEXT_DIM, buf_slice(&padded));
	add_styled(writer, style, slice_of(value));
	buf_finish(&padded);
}

void
event_text_write_row(struct buf *text, const char *label, const char *value, bool has_colour)
{
	const struct writer writer = {.line = text, .has_colour = has_colour};

	add_row(&writer, label, EVENT_TEXT_PLAIN, value);
	buf_add_char(text, '\n');
}

static void
add_address(const struct writer *writer, const char *label, const char *url, const char *remark)
{
	add_row(writer, label, CYAN, url);
	if (remark)
		buf_addf(writer->line, "  (%s)", remark);
	buf_add_char(writer->line, '\n');
}

static void
add_addresses(const struct writer *writer, const struct event_start *start)
{
	add_address(writer, "Open", start->url, start->remark);
	if (start->network)
		add_address(writer, "Network", start->network,
			"everybody in this network can read the site");
}

void
event_text_write_addresses(struct buf *text, const struct event_start *start, bool has_colour)
{
	const struct writer writer = {.line = text, .has_colour = has_colour};

	add_addresses(&writer, start);
	buf_add_text(text, start->drawing ? start->drawing : "");
}

void
event_text_write_start(
	struct buf *text, const struct event_start *start, bool is_short, bool has_colour)
{
	const struct writer writer = {.line = text, .has_colour = has_colour};

	add_styled(&writer, BOLD, slice_of("liveserve"));
	buf_addf(text, " %s\n", start->version);
	if (!is_short)
		event_text_write_row(text, "Serving", start->root, has_colour);
	add_addresses(&writer, start);
	if (is_short)
		return;
	event_text_write_row(text, "Watching",
		start->is_polling ? "the files that pages use" : "every folder in it", has_colour);
	event_text_write_row(text, "Stop", "Ctrl-C", has_colour);
	buf_add_text(text, start->drawing ? start->drawing : "");
}
