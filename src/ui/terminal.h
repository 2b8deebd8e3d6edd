/*
 * terminal: standard output and standard error: where the program's lines go, and the status line below them.
 *
 * On a terminal there are colours (unless NO_COLOR is set or TERM is "dumb") and one status line,
 * which is shown only while this program is in the terminal's foreground. In a pipe the lines have
 * the same text without colours, and each is written whole. With TERMINAL_JSON every line is an
 * object (event_json.h).
 *
 * Nothing here waits for a terminal that was stopped, or for a pipe that nobody reads (output.h).
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/loop.h"
#include "ui/event_text.h"

struct terminal;

enum terminal_format {
	TERMINAL_TEXT,
	TERMINAL_JSON,
};

struct terminal_options {
	enum terminal_format format;
	bool is_quiet; /* prints only the URLs and what the person asks for by a key */
};

/*
 * Becomes the sink of the log until terminal_destroy(), so that messages and the status line do not
 * mix. There can be only one. Never NULL.
 */
struct terminal *terminal_create(const struct terminal_options *options);
/*
 * From now on the loop writes what the output has not taken yet, and tells of the lines that the
 * limits of log.h have dropped. To be called once. Keeps a pointer to loop.
 */
void terminal_begin(struct terminal *terminal, struct loop *loop);
/* Removes the status line; with TERMINAL_JSON prints the event "stop". NULL is fine. */
void terminal_destroy(struct terminal *terminal);

/* Prints that the server has started, also if quiet (then in short). */
void terminal_print_start(struct terminal *terminal, const struct event_start *start);
/* Prints an event, unless quiet. */
void terminal_print(struct terminal *terminal, const struct event *event);

/*
 * From now on fn gets each event, too, also if quiet; and each error and notice of the log, as an EVENT_REMARK. It must
 * log nothing. NULL removes it.
 */
typedef void terminal_event_fn(void *context, const struct event *event);
void terminal_set_listener(struct terminal *terminal, terminal_event_fn *fn, void *context);

/*
 * From now on fn gets the line of event_json.h, with its end, of each event, of each change of the status, and of each
 * message of the log; also if quiet, and whatever the format is. It must print and log nothing. NULL removes it.
 */
typedef void terminal_copy_fn(void *context, struct slice line);
void terminal_set_copy(struct terminal *terminal, terminal_copy_fn *fn, void *context);
/* Gives an event to that function alone: what changes with each key that a person presses is not for the terminal. */
void terminal_copy(const struct terminal *terminal, const struct event *event);
/* Whether there is such a function. */
bool terminal_has_copy(const struct terminal *terminal);

/* What the status line shows. */
struct terminal_status {
	size_t pages_open;
	bool is_paused;
	bool has_keys; /* keys work, so the line names the one for help */
};

/* Shows status below the lines from now on. Does nothing if it is shown already. */
void terminal_show_status(struct terminal *terminal, const struct terminal_status *status);
/* Removes the status line until the next terminal_show_status(). */
void terminal_hide_status(struct terminal *terminal);

/* Shows the status line again, cut to the width that the terminal has now. */
void terminal_redraw_status(struct terminal *terminal);

/* Prints text (whole lines) that the person asked for, also if quiet. */
void terminal_print_text(struct terminal *terminal, struct slice text);
/* Clears the screen, if standard output is a terminal. */
void terminal_clear(struct terminal *terminal);
bool terminal_has_colour(const struct terminal *terminal);
/* The terminal's width in columns; 0 if standard output is not a terminal. */
size_t terminal_columns(const struct terminal *terminal);
/* Whether the person would see the answer to a key: it prints text, to a terminal. */
bool terminal_is_interactive(const struct terminal *terminal);

#endif
