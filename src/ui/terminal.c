/*
 * terminal: prints lines above the status line.
 *
 * It owns the status line and the output, and is the sink of the log. Its one idea: a line is written
 * in one call, together with what removes the status line before it and what shows it again after it.
 * So lines never mix. While lines wait for the output, there is no status line behind them; the next
 * terminal_show_status shows it again.
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
#include "base/rate_limit.h"
#include "ui/event_json.h"
#include "ui/output.h"

enum {
	TELL_DROPPED_US = 1000 * 1000,
	STATUS_PAUSE_US = 200 * 1000,
};

struct terminal {
	struct output *output;
	struct loop *loop; /* NULL before terminal_begin */
	struct loop_timer tell_dropped, pause;
	struct rate_state status_rate;
	struct terminal_options options;
	bool is_terminal; /* standard output is a terminal with control sequences */
	bool has_colour;
	bool has_status; /* status is to be shown; false when it is hidden */
	struct terminal_status status;
	bool status_is_shown; /* the status line is on the screen */
	bool has_started;
	terminal_event_fn *listener; /* or NULL */
	void *listener_context;
	terminal_copy_fn *copy; /* or NULL */
	void *copy_context;
};

static const char ERASE_LINE[] = "\r\033[K", CLEAR_SCREEN[] = "\033[H\033[2J\033[3J";

static void print_log_message(void *context, enum log_level level, const char *message);

/* An output_lost_fn. */
static void
add_missing(void *context, struct buf *text, uint64_t lines)
{
	const struct terminal *terminal = context;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (terminal->options.format == TERMINAL_JSON)
		event_json_write_missing(text, lines, &now);
	else
		event_text_write_missing(text, lines);
}

struct terminal *
terminal_create(const struct terminal_options *options)
{
	struct terminal *terminal = mem_zero(sizeof(*terminal));
	const char *no_color = getenv("NO_COLOR"), *kind = getenv("TERM");

	fflush(stdout); /* what was printed before goes past the output */
	terminal->options = *options;
	terminal->output = output_create(add_missing, terminal);
	terminal->is_terminal = isatty(STDOUT_FILENO) && options->format == TERMINAL_TEXT &&
				!(kind && strcmp(kind, "dumb") == 0);
	terminal->has_colour = terminal->is_terminal && !(no_color && *no_color);
	log_set_sink(print_log_message, terminal);
	return terminal;
}

/* Returns false when the text was dropped. */
static bool
print(const struct terminal *terminal, const struct buf *text)
{
	return text->length == 0 || output_write(terminal->output, OUTPUT_STDOUT, buf_slice(text));
}

/* ---- copies ---- */

void
terminal_set_copy(struct terminal *terminal, terminal_copy_fn *fn, void *context)
{
	terminal->copy = fn;
	terminal->copy_context = context;
}

bool
terminal_has_copy(const struct terminal *terminal)
{
	return terminal->copy;
}

/* Empties line. */
static void
pass_copy(const struct terminal *terminal, struct buf *line)
{
	terminal->copy(terminal->copy_context, buf_slice(line));
	buf_clear(line);
}

void
terminal_copy(const struct terminal *terminal, const struct event *event)
{
	struct buf line = {0};
	struct timespec now;

	if (!terminal->copy)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	event_json_write(&line, event, &now);
	pass_copy(terminal, &line);
	buf_finish(&line);
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

/* Whether the status line may be on the screen at all. */
static bool
has_status_line(const struct terminal *terminal)
{
	return terminal->is_terminal && !terminal->options.is_quiet &&
	       !output_is_waiting(terminal->output, OUTPUT_STDOUT);
}

/* Adds the status line if it can be shown. It is cut to the width, so it never wraps. */
static void
add_status(struct terminal *terminal, struct buf *text)
{
	const struct terminal_status *status = &terminal->status;
	struct buf line = {0};

	terminal->status_is_shown = has_status_line(terminal) && terminal->has_status &&
				    has_foreground();
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

static bool
is_same(const struct terminal_status *one, const struct terminal_status *other)
{
	return one->pages_open == other->pages_open && one->is_paused == other->is_paused &&
	       one->has_keys == other->has_keys;
}

/* A loop_timer_fn. terminal_show_status is called again at the end of this round. */
static void
end_pause(void *context)
{
	(void)context;
}

/* Visitors come and go as often as they like; if too often, the status is shown a little later. */
static bool
may_change(struct terminal *terminal)
{
	static const struct rate_limit limit = {.burst = 50, .a_second = 10};

	if (!terminal->loop || rate_limit_take(&terminal->status_rate, &limit, loop_now()))
		return true;
	if (!terminal->pause.is_set)
		loop_timer_set(
			terminal->loop, &terminal->pause, STATUS_PAUSE_US, end_pause, terminal);
	return false;
}

void
terminal_show_status(struct terminal *terminal, const struct terminal_status *status)
{
	/*
	 * There may be no signal when the program comes back to the foreground, so a line that is
	 * not on the screen is tried again each time.
	 */
	bool is_missing = has_status_line(terminal) && !terminal->status_is_shown;
	bool is_new = !terminal->has_status || !is_same(&terminal->status, status);
	struct buf text = {0};
	struct timespec now;

	if (is_new ? !may_change(terminal) : !is_missing)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	if (is_new && terminal->copy) {
		event_json_write_pages(&text, status->pages_open, status->is_paused, &now);
		pass_copy(terminal, &text);
	}
	terminal->status = *status;
	erase_status(terminal, &text);
	if (terminal->options.format == TERMINAL_JSON && !terminal->options.is_quiet)
		event_json_write_pages(&text, status->pages_open, status->is_paused, &now);
	terminal->has_status = true;
	add_status(terminal, &text);
	print(terminal, &text);
	buf_finish(&text);
}

void
terminal_hide_status(struct terminal *terminal)
{
	struct buf text = {0};

	erase_status(terminal, &text);
	terminal->has_status = false;
	print(terminal, &text);
	buf_finish(&text);
}

void
terminal_redraw_status(struct terminal *terminal)
{
	if (terminal->status_is_shown)
		terminal_print_text(terminal, slice_of(""));
}

/* ---- lines ---- */

void
terminal_print_text(struct terminal *terminal, struct slice text)
{
	bool was_shown = terminal->status_is_shown;
	struct buf all = {0};

	erase_status(terminal, &all);
	buf_add_slice(&all, text);
	add_status(terminal, &all);
	if (!print(terminal, &all))
		terminal->status_is_shown = was_shown;
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
terminal_set_listener(struct terminal *terminal, terminal_event_fn *fn, void *context)
{
	terminal->listener = fn;
	terminal->listener_context = context;
}

void
terminal_print(struct terminal *terminal, const struct event *event)
{
	struct buf line = {0};
	struct timespec now;

	if (terminal->listener)
		terminal->listener(terminal->listener_context, event);
	terminal_copy(terminal, event);
	clock_gettime(CLOCK_REALTIME, &now);
	if (!terminal->options.is_quiet) {
		if (terminal->options.format == TERMINAL_JSON)
			event_json_write(&line, event, &now);
		else
			event_text_write(&line, event, now.tv_sec, terminal->has_colour);
		terminal_print_text(terminal, buf_slice(&line));
	}
	buf_finish(&line);
}

/* Standard error may lead elsewhere than the status line. Even then both may be one terminal. */
static void
print_apart(struct terminal *terminal, struct slice line)
{
	struct buf erase = {0};

	erase_status(terminal, &erase);
	print(terminal, &erase);
	output_write(terminal->output, OUTPUT_STDERR, line);
	terminal_print_text(terminal, slice_of("")); /* shows the status line again */
	buf_finish(&erase);
}

static void
print_log_message(void *context, enum log_level level, const char *message)
{
	struct terminal *terminal = context;
	struct buf line = {0};
	struct timespec now;

	if (terminal->listener && level != LOG_VERBOSE)
		terminal->listener(terminal->listener_context,
			&(struct event){.kind = EVENT_REMARK, .text = message});
	clock_gettime(CLOCK_REALTIME, &now);
	if (terminal->copy) {
		event_json_write_log(&line, level, message, &now);
		pass_copy(terminal, &line);
	}
	if (terminal->options.format == TERMINAL_JSON)
		event_json_write_log(&line, level, message, &now);
	else
		log_add_sentence(&line, message);
	if (output_is_joint(terminal->output))
		terminal_print_text(terminal, buf_slice(&line));
	else
		print_apart(terminal, buf_slice(&line));
	buf_finish(&line);
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

/* ---- with the loop ---- */

/* A loop_timer_fn. */
static void
tell_dropped(void *context)
{
	(void)context;
	log_tell_dropped();
}

/* Runs before the loop waits. */
static void
note_dropped(void *context)
{
	struct terminal *terminal = context;

	if (log_has_dropped() && !terminal->tell_dropped.is_set)
		loop_timer_set(terminal->loop, &terminal->tell_dropped, TELL_DROPPED_US,
			tell_dropped, terminal);
}

void
terminal_begin(struct terminal *terminal, struct loop *loop)
{
	terminal->loop = loop;
	output_begin(terminal->output, loop);
	loop_before_wait(loop, note_dropped, terminal);
}

static void
leave_loop(struct terminal *terminal)
{
	loop_forget_before_wait(terminal->loop, note_dropped, terminal);
	loop_timer_clear(terminal->loop, &terminal->tell_dropped);
	loop_timer_clear(terminal->loop, &terminal->pause);
}

void
terminal_destroy(struct terminal *terminal)
{
	struct buf text = {0};
	struct timespec now;

	if (!terminal)
		return;
	if (terminal->loop)
		leave_loop(terminal);
	log_set_sink(NULL, NULL);
	terminal_hide_status(terminal);
	clock_gettime(CLOCK_REALTIME, &now);
	if (terminal->has_started && terminal->options.format == TERMINAL_JSON &&
		!terminal->options.is_quiet) {
		event_json_write_stop(&text, &now);
		print(terminal, &text);
	}
	buf_finish(&text);
	output_destroy(terminal->output);
	free(terminal);
}
