/*
 * terminal: the face of the program: where its lines go, and what keeps standing below them.
 *
 * Room: things. On a terminal there are colours (unless NO_COLOR is set or TERM is dumb) and one
 * status line, which is only there while this program has the terminal. In a pipe the same words
 * come plain and in whole lines. With TERMINAL_JSON every line is a record (event_json.h).
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/event_text.h"

struct terminal;

enum terminal_format {
	TERMINAL_TEXT,
	TERMINAL_JSON,
};

struct terminal_options {
	enum terminal_format format;
	bool is_quiet; /* nothing but the address is ever printed, and what is asked for by keys */
};

/* Takes what is logged from now on, so that it does not run into the status line. */
struct terminal *terminal_create(const struct terminal_options *options);
/* Takes the status line away, and says that this is the end when the format is TERMINAL_JSON. */
void terminal_destroy(struct terminal *terminal);

void terminal_print_start(struct terminal *terminal, const struct event_start *start);
void terminal_print(struct terminal *terminal, const struct event *event);

/* What keeps standing below the lines, on a terminal. */
struct terminal_status {
	size_t open; /* pages */
	bool is_paused;
	bool has_keys; /* then it says which one helps */
};

/* Cheap when nothing is new. */
void terminal_show_status(struct terminal *terminal, const struct terminal_status *status);
/* Takes the status line away until it is shown the next time. */
void terminal_hide_status(struct terminal *terminal);

/* Prints lines that the person has asked for, whole ones, also when quiet. */
void terminal_print_text(struct terminal *terminal, struct slice text);
/* An empty screen. */
void terminal_clear(struct terminal *terminal);
bool terminal_has_colour(const struct terminal *terminal);
/* How wide the terminal is; 0 when it is none. */
size_t terminal_columns(const struct terminal *terminal);
/* Whether the answer to a key would be seen: it prints text, to a terminal. */
bool terminal_takes_keys(const struct terminal *terminal);

#endif
