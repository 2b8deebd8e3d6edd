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
add_styled(const struct term *term, struct buf *line, const char *style, const char *text)
{
	if (term->has_colour)
		buf_add_text(line, style);
	log_add_printable(line, slice_of(text));
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
	add_styled(term, text, DIM, padded);
	add_styled(term, text, style, value);
}

void
term_print_banner(struct term *term, const struct term_banner *banner)
{
	struct buf text = {0};

	add_styled(term, &text, BOLD, "liveserve");
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
	add_styled(term, line, DIM, text);
	buf_add_text(line, "  ");
}

void
term_print_changes(struct term *term, const struct changes *changes, size_t pages)
{
	static const char *const verbs[] = {
		[CHANGE_CREATED] = "created",
		[CHANGE_MODIFIED] = "changed",
		[CHANGE_DELETED] = "deleted",
	};
	struct buf line = {0};

	if (term->is_quiet)
		return;
	add_time(term, &line);
	buf_addf(&line, "%s ", verbs[changes->items[0].kind]);
	add_styled(term, &line, BOLD, changes->items[0].path);
	if (changes->count > 1)
		buf_addf(&line, " and %zu more", changes->count - 1);
	if (pages)
		buf_addf(&line, ", told %zu page%s\n", pages, pages == 1 ? "" : "s");
	else
		buf_add_text(&line, ", no page is open\n");
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
