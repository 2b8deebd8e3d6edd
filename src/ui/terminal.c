/*
 * terminal: prints lines above the status line.
 *
 * It owns the status line and is the sink of the log; standard output belongs to the process. Its
 * one idea: a line is written in one call, together with what removes the status line before it and
 * what shows it again after it. So lines never mix.
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

struct terminal {
	struct terminal_options options;
	bool is_terminal; /* standard output is a terminal with control sequences */
	bool has_colour;
	bool has_status; /* status is to be shown; false when it is hidden */
	struct terminal_status status;
	bool status_is_shown; /* the status line is on the screen */
	bool has_started;
};

static const char ERASE_LINE[] = "\r\033[K", CLEAR_SCREEN[] = "\033[H\033[2J\033[3J";

static void print_log_message(void *context, enum log_level level, const char *message);

struct terminal *
terminal_create(const struct terminal_options *options)
{
	struct terminal *terminal = mem_zero(sizeof(*terminal));
	const char *no_color = getenv("NO_COLOR"), *kind = getenv("TERM");

	terminal->options = *options;
	terminal->is_terminal = isatty(STDOUT_FILENO) && options->format == TERMINAL_TEXT &&
				!(kind && strcmp(kind, "dumb") == 0);
	terminal->has_colour = terminal->is_terminal && !(no_color && *no_color);
	log_set_sink(print_log_message, terminal);
	return terminal;
}

/* Standard output may be closed or full. That is no reason to stop the server. */
static void
print(const struct buf *text)
{
	if (text->length && fwrite(text->bytes, 1, text->length, stdout) == text->length)
		fflush(stdout);
}

/* ---- the status line ---- */

/* In columns; a small number when the terminal does not report its size. */
static size_t
width(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 40;
}

/* In the background the terminal belongs to another program. */
static bool
has_foreground(void)
{
	return tcgetpgrp(STDOUT_FILENO) == getpgrp();
}

/* Adds the status line if it can be shown. It is cut to the width, so it never wraps. */
static void
add_status(struct terminal *terminal, struct buf *text)
{
	const struct terminal_status *status = &terminal->status;
	struct buf line = {0};

	terminal->status_is_shown = terminal->is_terminal && !terminal->options.is_quiet &&
				    terminal->has_status && has_foreground();
	if (!terminal->status_is_shown)
		return;
	buf_addf(&line, "  %zu page%s open%s%s", status->pages_open,
		status->pages_open == 1 ? "" : "s", status->is_paused ? ", paused" : "",
		status->has_keys ? "  (h: help)" : "");
	if (line.length >= width())
		line.length = width() - 1;
	if (terminal->has_colour)
		buf_add_text(text, EVENT_TEXT_DIM);
	buf_add_slice(text, buf_slice(&line));
	if (terminal->has_colour)
		buf_add_text(text, EVENT_TEXT_RESET);
	buf_finish(&line);
}

static void
erase_status(struct terminal *terminal, struct buf *text)
{
	if (terminal->status_is_shown)
		buf_add_text(text, ERASE_LINE);
	terminal->status_is_shown = false;
}

void
terminal_show_status(struct terminal *terminal, const struct terminal_status *status)
{
	const struct terminal_status *last = &terminal->status;
	/*
	 * There may be no signal when the program comes back to the foreground, so a line that is
	 * not on the screen is tried again each time.
	 */
	bool is_missing = terminal->is_terminal && !terminal->status_is_shown &&
			  !terminal->options.is_quiet;
	bool is_new = is_missing || !terminal->has_status ||
		      last->pages_open != status->pages_open ||
		      last->is_paused != status->is_paused || last->has_keys != status->has_keys;
	struct buf text = {0};

	if (!is_new)
		return;
	terminal->status = *status;
	erase_status(terminal, &text);
	if (terminal->options.format == TERMINAL_JSON && !terminal->options.is_quiet) {
		struct timespec now;

		clock_gettime(CLOCK_REALTIME, &now);
		event_json_write_pages(&text, status->pages_open, status->is_paused, &now);
	}
	terminal->has_status = true;
	add_status(terminal, &text);
	print(&text);
	buf_finish(&text);
}

void
terminal_hide_status(struct terminal *terminal)
{
	struct buf text = {0};

	erase_status(terminal, &text);
	terminal->has_status = false;
	print(&text);
	buf_finish(&text);
}

/* ---- lines ---- */

void
terminal_print_text(struct terminal *terminal, struct slice text)
{
	struct buf all = {0};

	erase_status(terminal, &all);
	buf_add_slice(&all, text);
	add_status(terminal, &all);
	print(&all);
	buf_finish(&all);
}

void
terminal_print_start(struct terminal *terminal, const struct event_start *start)
{
	struct buf text = {0};
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (terminal->options.format == TERMINAL_JSON)
		event_json_write_start(&text, start, &now);
	else
		event_text_write_start(
			&text, start, terminal->options.is_quiet, terminal->has_colour);
	terminal_print_text(terminal, buf_slice(&text));
	terminal->has_started = true;
	buf_finish(&text);
}

void
terminal_print(struct terminal *terminal, const struct event *event)
{
	struct buf line = {0};
	struct timespec now;

	if (terminal->options.is_quiet)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	if (terminal->options.format == TERMINAL_JSON)
		event_json_write(&line, event, &now);
	else
		event_text_write(&line, event, now.tv_sec, terminal->has_colour);
	terminal_print_text(terminal, buf_slice(&line));
	buf_finish(&line);
}

static void
print_log_message(void *context, enum log_level level, const char *message)
{
	struct terminal *terminal = context;
	struct buf line = {0}, erase = {0};
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (terminal->options.format == TERMINAL_JSON)
		event_json_write_log(&line, level, message, &now);
	else
		log_add_sentence(&line, message);
	erase_status(terminal, &erase);
	print(&erase);
	fputs(line.bytes, stderr);
	terminal_print_text(terminal, slice_of("")); /* shows the status line again */
	buf_finish(&line);
	buf_finish(&erase);
}

void
terminal_clear(struct terminal *terminal)
{
	if (terminal->is_terminal)
		terminal_print_text(terminal, slice_of(CLEAR_SCREEN));
}

bool
terminal_has_colour(const struct terminal *terminal)
{
	return terminal->has_colour;
}

size_t
terminal_columns(const struct terminal *terminal)
{
	return terminal->is_terminal ? width() : 0;
}

bool
terminal_is_interactive(const struct terminal *terminal)
{
	return terminal->is_terminal;
}

void
terminal_destroy(struct terminal *terminal)
{
	struct buf text = {0};
	struct timespec now;

	if (!terminal)
		return;
	log_set_sink(NULL, NULL);
	terminal_hide_status(terminal);
	clock_gettime(CLOCK_REALTIME, &now);
	if (terminal->has_started && terminal->options.format == TERMINAL_JSON &&
		!terminal->options.is_quiet) {
		event_json_write_stop(&text, &now);
		print(&text);
	}
	buf_finish(&text);
	free(terminal);
}
