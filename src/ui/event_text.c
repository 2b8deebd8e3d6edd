/*
 * event_text: makes the lines of the terminal out of events.
 *
 * It has no state and owns nothing; each function adds to the caller's buffer. Its one idea: every
 * name or text that comes from files or pages goes through log_add_printable() or log_add_short().
 */
#define _GNU_SOURCE
#include "ui/event_text.h"

#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "ui/frame_text.h"

static const char BOLD[] = "\033[1m", CYAN[] = "\033[36m", RED[] = "\033[31m";

/* Bytes of texts from outside that are printed. */
enum { URL_MAX = 200, TEXT_MAX = 1000, SETTINGS_MAX = 4096 };

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
		buf_add_text(writer->line, EVENT_TEXT_RESET);
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

/* Adds " (3 with the same bytes, 1 ignored)": the counts of what was left out, from `first` on. */
static void
add_left_out(struct buf *line, const struct changes *changes, enum left_out first)
{
	static const char *const reasons[] = {
		[LEFT_OUT_SAME] = "with the same bytes",
		[LEFT_OUT_TOUCHED] = "only touched",
		[LEFT_OUT_IGNORED] = "ignored",
	};
	const char *separator = " (";

	for (int i = (int)first; i < LEFT_OUT_COUNT; i++) {
		if (changes->left_out[i].count == 0)
			continue;
		buf_addf(line, "%s%zu %s", separator, changes->left_out[i].count, reasons[i]);
		separator = ", ";
	}
	if (*separator == ',')
		buf_add_char(line, ')');
}

/* Whether every page reloads, whatever files it uses. */
static bool
reloads_pages(const struct event *event)
{
	return event->kind == EVENT_CHANGED_ELSEWHERE || event->kind == EVENT_CHANGES_LOST;
}

/* Adds "1 of 3 pages". */
static void
add_page_count(struct buf *line, const struct event *event)
{
	if (event->pages_told < event->pages_open)
		buf_addf(line, "%zu of %zu pages", event->pages_told, event->pages_open);
	else
		buf_addf(line, "%zu page%s", event->pages_told, event->pages_told == 1 ? "" : "s");
}

static void
add_told(struct buf *line, const struct event *event)
{
	const char *what = reloads_pages(event) ? " to reload" : "";

	if (event->pages_open == 0) {
		buf_add_text(line, ", no page is open");
	} else if (event->pages_told == 0) {
		buf_addf(line, ", no page uses %s",
			event->changes && event->changes->count > 1 ? "them" : "it");
	} else if (event->is_deferred) {
		buf_add_text(line, ", ");
		add_page_count(line, event);
		buf_addf(line, " will be told%s after the pause", what);
	} else {
		buf_add_text(line, ", told ");
		add_page_count(line, event);
		buf_add_text(line, what);
	}
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
	add_paths(writer, changes->items[0].path, changes->count + changes->further_count);
	add_told(writer->line, event);
	if (event->kind == EVENT_CHANGED)
		add_left_out(writer->line, changes, LEFT_OUT_SAME);
}

static void
add_unchanged(const struct writer *writer, const struct changes *changes)
{
	bool is_saved = changes->left_out[LEFT_OUT_SAME].count > 0;
	enum left_out reason = is_saved ? LEFT_OUT_SAME : LEFT_OUT_TOUCHED;

	buf_add_text(writer->line, is_saved ? "saved " : "touched ");
	add_paths(writer, changes->left_out[reason].first, changes->left_out[reason].count);
	buf_addf(writer->line, "%s, nothing to tell", is_saved ? " with the same bytes" : "");
	add_left_out(writer->line, changes, reason + 1);
}

static void
add_reload_request(const struct writer *writer, const struct event *event)
{
	buf_add_text(writer->line, "asked to reload");
	if (event->path.length) {
		buf_add_char(writer->line, ' ');
		add_styled(writer, BOLD, event->path);
	}
	add_told(writer->line, event);
}

/*
 * Adds the place of an error. That of a file of this site is a path relative to the served folder, as
 * "js/app.js:12:3", because editors and terminals make a link of that.
 */
static void
add_source(struct buf *line, struct slice source)
{
	size_t length = error_place_position(source);
	struct slice path = {source.at, source.length - length};
	const char *query = memchr(path.at, '?', path.length);

	if (!slice_starts(path, "/") || slice_starts(path, "//")) {
		log_add_short(line, source, URL_MAX);
		return;
	}
	slice_drop(&path, 1);
	if (query)
		path.length = (size_t)(query - path.at);
	log_add_short(line, path, URL_MAX);
	if (path.length == 0 || slice_ends(path, "/"))
		buf_add_text(line, "index.html");
	log_add_short(line, (struct slice){source.at + source.length - length, length}, URL_MAX);
}

/* Adds the place in the file that the person has written. */
static void
add_place(struct buf *line, const struct error_place *place)
{
	log_add_short(line, buf_slice(&place->file), URL_MAX);
	buf_addf(line, ":%zu", place->line);
	if (place->column)
		buf_addf(line, ":%zu", place->column);
}

static void
add_page_message(const struct writer *writer, const struct event *event)
{
	const struct page_message *message = event->page_message;
	struct buf *line = writer->line;

	add_styled(writer, strcmp(message->level, "error") == 0 ? RED : BOLD,
		slice_of(message->level));
	buf_add_text(line, " on ");
	log_add_short(line, message->page.length ? message->page : slice_of("a page"), URL_MAX);
	if (message->browser)
		buf_addf(line, " (%s)", message->browser);
	buf_add_text(line, ": ");
	log_add_short(line, message->text, TEXT_MAX);
	if (message->source.length) {
		buf_add_text(line, "  ");
		if (event->place)
			add_place(line, event->place);
		else
			add_source(line, message->source);
	}
}

void
event_text_write(struct buf *line, const struct event *event, time_t when, bool has_colour)
{
	const struct writer writer = {.line = line, .has_colour = has_colour};

	add_time(&writer, when);
	/* Programs read the lines of problems, which begin with the place. */
	if (event->site && event->kind != EVENT_PROBLEM && event->kind != EVENT_PROBLEM_GONE)
		buf_addf(line, "%s: ", event->site);
	switch (event->kind) {
	case EVENT_CHANGED:
	case EVENT_CHANGED_ELSEWHERE:
		add_changes(&writer, event);
		break;
	case EVENT_UNCHANGED:
		add_unchanged(&writer, event->changes);
		break;
	case EVENT_CHANGES_LOST:
		buf_add_text(line, "too many changes to track");
		add_told(line, event);
		break;
	case EVENT_RELOAD_REQUESTED:
		add_reload_request(&writer, event);
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
	case EVENT_PROBLEM_GONE:
		add_styled(&writer, BOLD, event->path);
		buf_add_text(line, "  has no error any more");
		break;
	case EVENT_ERRORS_OUTDATED:
		add_styled(&writer, BOLD, event->path);
		buf_add_text(line, "  is new, so its errors are outdated");
		break;
	case EVENT_PAGE_MESSAGE:
		add_page_message(&writer, event);
		break;
	case EVENT_SETTINGS_CHANGED:
	case EVENT_REMARK:
		log_add_short(line, slice_of(event->text), SETTINGS_MAX);
		break;
	}
	buf_add_char(line, '\n');
	if (event->place)
		frame_text_write(line, &event->place->frame, has_colour);
}

static void
add_field(const struct writer *writer, const char *label, const char *style, const char *value)
{
	struct buf padded = {0};

	buf_addf(&padded, "%-10s", label);
	buf_add_text(writer->line, "  ");
	add_styled(writer, EVENT_TEXT_DIM, buf_slice(&padded));
	add_styled(writer, style, slice_of(value));
	buf_finish(&padded);
}

void
event_text_write_field(struct buf *text, const char *label, const char *value, bool has_colour)
{
	const struct writer writer = {.line = text, .has_colour = has_colour};

	add_field(&writer, label, EVENT_TEXT_RESET, value);
	buf_add_char(text, '\n');
}

enum { LABEL_WIDTH = 12 }; /* of "  Network   " */

/*
 * Adds a line. If the note does not fit behind the URL, the terminal would break the line anywhere, so
 * the note is shortened or, without a short form, gets a line of its own.
 */
static void
add_url(const struct writer *writer, size_t columns, const char *label, const char *url,
	const char *const notes[2])
{
	size_t used = LABEL_WIDTH + strlen(url) + strlen("  ()");
	const char *note = notes[0];

	add_field(writer, label, CYAN, url);
	if (note && columns && used + strlen(note) > columns && notes[1])
		note = notes[1];
	if (note && columns && used + strlen(note) > columns)
		buf_addf(writer->line, "\n%*s(", LABEL_WIDTH, "");
	else if (note)
		buf_add_text(writer->line, "  (");
	if (note)
		log_add_printable(writer->line, slice_of(note));
	buf_add_text(writer->line, note ? ")\n" : "\n");
}

/* As phones show it: in pairs of digits, 16 to a line. */
static void
add_fingerprint(const struct writer *writer, const char *digits)
{
	static const char label[] = "SHA-256";
	size_t length = strlen(digits) & ~(size_t)1;

	for (size_t i = 0; i < length; i += 2) {
		if (i % 32 == 0)
			buf_addf(writer->line, "%s%*s%-*s", i ? "\n" : "", LABEL_WIDTH, "",
				(int)strlen(label), i ? "" : label);
		buf_addf(writer->line, " %.2s", digits + i);
	}
	buf_add_char(writer->line, '\n');
}

/* Where a phone gets the certificate, and how its user knows that it is the right one. */
static void
add_phone(const struct writer *writer, const struct event_start *start)
{
	static const char *const note[2] = {
		"once, for the certificate; compare it", "once, for the certificate"};

	add_url(writer, start->columns, "Phone", start->phone_url, note);
	add_fingerprint(writer, start->fingerprint);
}

static void
add_urls(const struct writer *writer, const struct event_start *start)
{
	static const char *const everybody[2] = {
		"everybody in this network can read the site", "all in this network can read it"};
	const char *const note[2] = {start->url_note, NULL};

	add_url(writer, start->columns, "Open", start->url, note);
	for (size_t i = 0; i < start->site_count; i++)
		add_url(writer, start->columns, i ? "" : "Sites", start->sites[i].url,
			(const char *const[2]){start->sites[i].note, NULL});
	if (start->network_url)
		add_url(writer, start->columns, "Network", start->network_url, everybody);
	for (size_t i = 0; start->network_url && i < start->more_count; i++)
		add_url(writer, start->columns, "", start->more_urls[i].url,
			(const char *const[2]){start->more_urls[i].note, NULL});
	if (start->phone_url)
		add_phone(writer, start);
}

void
event_text_write_urls(struct buf *text, const struct event_start *start, bool has_colour)
{
	const struct writer writer = {.line = text, .has_colour = has_colour};

	add_urls(&writer, start);
	buf_add_text(text, start->qr_code ? start->qr_code : "");
}

void
event_text_write_missing(struct buf *text, uint64_t lines)
{
	buf_addf(text, "liveserve: %" PRIu64 " line%s missing here: the output was not read\n",
		lines, lines == 1 ? " is" : "s are");
}

void
event_text_write_start(
	struct buf *text, const struct event_start *start, bool is_short, bool has_colour)
{
	const struct writer writer = {.line = text, .has_colour = has_colour};

	add_styled(&writer, BOLD, slice_of("liveserve"));
	buf_addf(text, " %s\n", start->version);
	if (!is_short)
		event_text_write_field(text, "Serving", start->root, has_colour);
	for (size_t i = 0; !is_short && i < start->proxy_count; i++)
		add_url(&writer, start->columns, i ? "" : "Proxy", start->proxies[i].url,
			(const char *const[2]){start->proxies[i].note, NULL});
	add_urls(&writer, start);
	if (is_short)
		return;
	event_text_write_field(text, "Watching",
		start->is_polling ? "the files that pages use" : "every folder in it", has_colour);
	if (start->wire)
		event_text_write_field(text, "Wire", start->wire, has_colour);
	if (start->remark)
		event_text_write_field(text, "Note", start->remark, has_colour);
	if (start->user)
		event_text_write_field(text, "User", start->user, has_colour);
	event_text_write_field(text, "Stop", "Ctrl-C", has_colour);
	buf_add_text(text, start->qr_code ? start->qr_code : "");
}
