/*
 * terminal: see terminal.h. A line is built whole and written with one call, together with what takes the
 * status line away before it and puts it back behind it; so lines never mix.
 */
#define _GNU_SOURCE
#include "ui/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "ui/event_json.h"

struct term {
	struct term_options options;
	bool is_terminal; /* one that can do more than print */
	bool has_colour;
	struct term_status status;
	bool is_current; /* status is what was shown last, if it could be */
	bool is_shown;   /* the status line is there */
	bool has_started;
};

static const char ERASE[] = "\r\033[K", HOME[] = "\033[H\033[2J\033[3J";

static void take_sentence(void *context, enum log_level level, const char *sentence);

struct term *
term_create(const struct term_options *options)
{
	struct term *term = mem_zero(sizeof(*term));
	const char *no_color = getenv("NO_COLOR"), *kind = getenv("TERM");

	term->options = *options;
	term->is_terminal = isatty(STDOUT_FILENO) && options->format == TERM_TEXT &&
			    !(kind && strcmp(kind, "dumb") == 0);
	term->has_colour = term->is_terminal && !(no_color && *no_color);
	log_set_sink(take_sentence, term);
	return term;
}

/* Standard output may be closed or full: that is nobody's trouble but its reader's. */
static void
print(const struct buf *text)
{
	if (text->length && fwrite(text->bytes, 1, text->length, stdout) == text->length)
		fflush(stdout);
}

/* ---- the status line ---- */

/* Columns of the terminal; a small number when it does not say. */
static size_t
width(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 40;
}

/* In the background the terminal is somebody else's. */
static bool
has_foreground(void)
{
	return tcgetpgrp(STDOUT_FILENO) == getpgrp();
}

/* Adds the status line if it can be shown, cut so that it is one. */
static void
add_status(struct term *term, struct buf *text)
{
	const struct term_status *status = &term->status;
	struct buf line = {0};

	term->is_shown = term->is_terminal && !term->options.is_quiet && term->is_current &&
			 has_foreground();
	if (!term->is_shown)
		return;
	buf_addf(&line, "  %zu page%s open%s%s", status->open, status->open == 1 ? "" : "s",
		status->is_paused ? ", paused" : "", status->has_keys ? "  (h: help)" : "");
	if (line.length >= width())
		line.length = width() - 1;
	if (term->has_colour)
		buf_add_text(text, NEWS_DIM);
	buf_add_slice(text, buf_slice(&line));
	if (term->has_colour)
		buf_add_text(text, NEWS_PLAIN);
	buf_finish(&line);
}

static void
erase_status(struct term *term, struct buf *text)
{
	if (term->is_shown)
		buf_add_text(text, ERASE);
	term->is_shown = false;
}

void
term_show_status(struct term *term, const struct term_status *status)
{
	const struct term_status *last = &term->status;
	/* The background is left without a word, so whoever waits for it asks again and again. */
	bool waits = term->is_terminal && !term->is_shown && !term->options.is_quiet;
	bool is_new = waits || !term->is_current || last->open != status->open ||
		      last->is_paused != status->is_paused || last->has_keys != status->has_keys;
	struct buf text = {0};

	if (!is_new)
		return;
	term->status = *status;
	erase_status(term, &text);
	if (term->options.format == TERM_JSON && !term->options.is_quiet) {
		struct timespec now;

		clock_gettime(CLOCK_REALTIME, &now);
		record_write_pages(&text, status->open, status->is_paused, &now);
	}
	term->is_current = true;
	add_status(term, &text);
	print(&text);
	buf_finish(&text);
}

void
term_hide_status(struct term *term)
{
	struct buf text = {0};

	erase_status(term, &text);
	term->is_current = false;
	print(&text);
	buf_finish(&text);
}

/* ---- lines ---- */

void
term_print_text(struct term *term, struct slice text)
{
	struct buf all = {0};

	erase_status(term, &all);
	buf_add_slice(&all, text);
	add_status(term, &all);
	print(&all);
	buf_finish(&all);
}

void
term_print_start(struct term *term, const struct news_start *start)
{
	struct buf text = {0};
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (term->options.format == TERM_JSON)
		record_write_start(&text, start, &now);
	else
		news_write_start(&text, start, term->options.is_quiet, term->has_colour);
	term_print_text(term, buf_slice(&text));
	term->has_started = true;
	buf_finish(&text);
}

void
term_print(struct term *term, const struct news *news)
{
	struct buf line = {0};
	struct timespec now;

	if (term->options.is_quiet)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	if (term->options.format == TERM_JSON)
		record_write(&line, news, &now);
	else
		news_write(&line, news, now.tv_sec, term->has_colour);
	term_print_text(term, buf_slice(&line));
	buf_finish(&line);
}

static void
take_sentence(void *context, enum log_level level, const char *sentence)
{
	struct term *term = context;
	struct buf line = {0}, erase = {0};
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (term->options.format == TERM_JSON)
		record_write_sentence(&line, level, sentence, &now);
	else
		log_add_sentence(&line, sentence);
	erase_status(term, &erase);
	print(&erase);
	fputs(line.bytes, stderr);
	term_print_text(term, slice_of("")); /* and with it the status line */
	buf_finish(&line);
	buf_finish(&erase);
}

void
term_clear(struct term *term)
{
	if (term->is_terminal)
		term_print_text(term, slice_of(HOME));
}

bool
term_has_colour(const struct term *term)
{
	return term->has_colour;
}

size_t
term_columns(const struct term *term)
{
	return term->is_terminal ? width() : 0;
}

bool
term_takes_keys(const struct term *term)
{
	return term->is_terminal;
}

void
term_destroy(struct term *term)
{
	struct buf text = {0};
	struct timespec now;

	if (!term)
		return;
	log_set_sink(NULL, NULL);
	term_hide_status(term);
	clock_gettime(CLOCK_REALTIME, &now);
	if (term->has_started && term->options.format == TERM_JSON && !term->options.is_quiet) {
		record_write_stop(&text, &now);
		print(&text);
	}
	buf_finish(&text);
	free(term);
}
