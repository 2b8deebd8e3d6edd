/*
 * term: see term.h. A line is built whole and written with one call, so lines never mix.
 */
#define _GNU_SOURCE
#include "term.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "mem.h"

struct term {
	bool is_quiet;
	bool has_colour;
};

static const char DIM[] = "\033[2m", BOLD[] = "\033[1m", CYAN[] = "\033[36m", PLAIN[] = "\033[0m";

struct term *
term_create(bool is_quiet)
{
	struct term *term = mem_zero(sizeof(*term));
	const char *no_color = getenv("NO_COLOR"), *kind = getenv("TERM");

	term->is_quiet = is_quiet;
	term->has_colour = isatty(STDOUT_FILENO) && !(no_color && *no_color) &&
			   !(kind && strcmp(kind, "dumb") == 0);
	return term;
}

void
term_destroy(struct term *term)
{
	free(term);
}

static void
add_styled(const struct term *term, struct buf *line, const char *style, struct slice text)
{
	if (term->has_colour)
		buf_add_text(line, style);
	log_add_printable(line, text);
	if (term->has_colour)
		buf_add_text(line, PLAIN);
}

/* Standard output may be closed or full: that is nobody's trouble but its reader's. */
static void
print(struct buf *line)
{
	if (fwrite(line->bytes, 1, line->length, stdout) == line->length)
		fflush(stdout);
	buf_finish(line);
}

static void
add_row(const struct term *term, struct buf *text, const char *label, const char *style,
	const char *value)
{
	char padded[16];

	snprintf(padded, sizeof(padded), "%-10s", label);
	buf_add_text(text, "  ");
	add_styled(term, text, DIM, slice_of(padded));
	add_styled(term, text, style, slice_of(value));
}

void
term_print_banner(struct term *term, const struct term_banner *banner)
{
	struct buf text = {0};

	add_styled(term, &text, BOLD, slice_of("liveserve"));
	buf_addf(&text, " %s\n", banner->version);
	if (!term->is_quiet) {
		add_row(term, &text, "Serving", PLAIN, banner->root);
		buf_add_char(&text, '\n');
	}
	add_row(term, &text, "Open", CYAN, banner->url);
	if (banner->remark)
		buf_addf(&text, "  (%s)", banner->remark);
	buf_add_char(&text, '\n');
	if (!term->is_quiet) {
		add_row(term, &text, "Watching", PLAIN, banner->watching);
		buf_add_char(&text, '\n');
		add_row(term, &text, "Stop", PLAIN, "Ctrl-C");
		buf_add_char(&text, '\n');
	}
	print(&text);
}

static void
add_time(const struct term *term, struct buf *line)
{
	time_t now = time(NULL);
	struct tm local;
	char text[16] = "";

	if (localtime_r(&now, &local))
		strftime(text, sizeof(text), "%H:%M:%S", &local);
	add_styled(term, line, DIM, slice_of(text));
	buf_add_text(line, "  ");
}

static void
add_paths(const struct term *term, struct buf *line, const char *first, size_t count)
{
	add_styled(term, line, BOLD, slice_of(first));
	if (count > 1)
		buf_addf(line, " and %zu more", count - 1);
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
	buf_add_text(line, *before == ',' ? ")\n" : "\n");
}

static void
add_told(struct buf *line, size_t changes, size_t told, size_t open)
{
	if (open == 0)
		buf_add_text(line, ", no page is open");
	else if (told == 0)
		buf_addf(line, ", no page uses %s", changes == 1 ? "it" : "them");
	else if (told < open)
		buf_addf(line, ", told %zu of %zu pages", told, open);
	else
		buf_addf(line, ", told %zu page%s", told, told == 1 ? "" : "s");
}

static void
add_changes(const struct term *term, struct buf *line, const struct changes *changes, size_t told,
	size_t open)
{
	static const char *const verbs[] = {
		[CHANGE_CREATED] = "created ",
		[CHANGE_MODIFIED] = "changed ",
		[CHANGE_DELETED] = "deleted ",
	};

	add_time(term, line);
	buf_add_text(line, verbs[changes->items[0].kind]);
	add_paths(term, line, changes->items[0].path, changes->count);
	add_told(line, changes->count, told, open);
}

void
term_print_changes(struct term *term, const struct changes *changes, size_t told, size_t open)
{
	struct buf line = {0};

	if (term->is_quiet)
		return;
	add_changes(term, &line, changes, told, open);
	add_left_out(&line, changes, LEFT_OUT_SAME);
	print(&line);
}

void
term_print_reload(struct term *term, const struct changes *changes, size_t told, size_t open)
{
	struct buf line = {0};

	if (term->is_quiet)
		return;
	add_changes(term, &line, changes, told, open);
	buf_add_text(&line, told ? " to reload\n" : "\n");
	print(&line);
}

void
term_print_asked(struct term *term, struct slice path, size_t told, size_t open)
{
	struct buf line = {0};

	if (term->is_quiet)
		return;
	add_time(term, &line);
	buf_add_text(&line, "asked to reload");
	if (path.length) {
		buf_add_char(&line, ' ');
		add_styled(term, &line, BOLD, path);
	}
	add_told(&line, 1, told, open);
	buf_add_char(&line, '\n');
	print(&line);
}

void
term_print_unchanged(struct term *term, const struct changes *changes)
{
	enum left_out why = changes->left_out[LEFT_OUT_SAME].count ? LEFT_OUT_SAME
								   : LEFT_OUT_TOUCHED;
	struct buf line = {0};

	if (term->is_quiet)
		return;
	add_time(term, &line);
	buf_add_text(&line, why == LEFT_OUT_SAME ? "saved " : "touched ");
	add_paths(term, &line, changes->left_out[why].first, changes->left_out[why].count);
	buf_addf(&line, "%s, nothing to tell", why == LEFT_OUT_SAME ? " with the same bytes" : "");
	add_left_out(&line, changes, why + 1);
	print(&line);
}

void
term_print_event(struct term *term, const char *text)
{
	struct buf line = {0};

	if (term->is_quiet)
		return;
	add_time(term, &line);
	buf_addf(&line, "%s\n", text);
	print(&line);
}
