/*
 * terminal: the face of the program: where its lines go, and what keeps standing below them.
 *
 * Room: things. On a terminal there are colours (unless NO_COLOR is set or TERM is dumb) and one
 * status line, which is only there while this program has the terminal. In a pipe the same words
 * come plain and in whole lines. With TERM_JSON every line is a record (event_json.h).
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/event_text.h"

struct term;

enum term_format {
	TERM_TEXT,
	TERM_JSON,
};

struct term_options {
	enum term_format format;
	bool is_quiet; /* nothing but the address is ever printed, and what is asked for by keys */
};

/* Takes what is logged from now on, so that it does not run into the status line. */
struct term *term_create(const struct term_options *options);
/* Takes the status line away, and says that this is the end when the format is TERM_JSON. */
void term_destroy(struct term *term);

void term_print_start(struct term *term, const struct news_start *start);
void term_print(struct term *term, const struct news *news);

/* What keeps standing below the lines, on a terminal. */
struct term_status {
	size_t open; /* pages */
	bool is_paused;
	bool has_keys; /* then it says which one helps */
};

/* Cheap when nothing is new. */
void term_show_status(struct term *term, const struct term_status *status);
/* Takes the status line away until it is shown the next time. */
void term_hide_status(struct term *term);

/* Prints lines that the person has asked for, whole ones, also when quiet. */
void term_print_text(struct term *term, struct slice text);
/* An empty screen. */
void term_clear(struct term *term);
bool term_has_colour(const struct term *term);
/* How wide the terminal is; 0 when it is none. */
size_t term_columns(const struct term *term);
/* Whether the answer to a key would be seen: it prints text, to a terminal. */
bool term_takes_keys(const struct term *term);

#endif
