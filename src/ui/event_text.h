/*
 * event_text: what the person is told while the server runs, as values and as lines of text.
 *
 * Room: rules. What other programs chose (names) is written so that it cannot drive the terminal.
 * The words are relied on by scripts and by VS Code's problem matchers; event_json.h writes the same
 * for programs.
 */
#ifndef EVENT_TEXT_H
#define EVENT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "watch/change.h"
#include "live/hub.h"
#include "live/problems.h"

enum event_kind {
	EVENT_CHANGED,   /* files below the folder */
	EVENT_RELOADED,  /* something beside it did: pages are told to reload */
	EVENT_UNCHANGED, /* nothing did; changes holds only what was left out */
	EVENT_LOST,      /* what changed is not known: every page is told to reload */
	EVENT_ASKED,     /* somebody wants path shown anew, or with "" everything */
	EVENT_PAUSED,
	EVENT_RESUMED,
	EVENT_PROBLEM,  /* the file at path cannot be read as what it is */
	EVENT_SAID,     /* a page says something, or something went wrong in it */
	EVENT_SETTINGS, /* a settings file did; text says what came of it */
};

struct event {
	enum event_kind kind;
	const struct changes *changes;
	struct slice path;
	size_t told, open; /* how many pages were, and how many are open */
	const struct syntax_problem *problem;
	const struct page_message *said;
	const char *text;
	bool is_later; /* they will be told after a pause */
};

/*
 * Adds one line: "12:04:31  changed index.html and 2 more, told 1 of 3 pages (1 with the same
 * bytes)\n". What a page says is cut when it is overlong.
 */
void event_text_write(struct buf *line, const struct event *event, time_t when, bool has_colour);

/* The server has begun. */
struct event_start {
	const char *version;
	const char *root;
	const char *url;
	const char *remark;  /* said behind the URL, or NULL */
	const char *network; /* the URL for others in the network, or NULL when they are kept out */
	const char *drawing; /* of that URL, or NULL */
	bool is_polling;
};

/*
 * Adds five lines: what, where, which address, what is watched, how to stop; when is_short only
 * what and which address.
 */
void event_text_write_start(
	struct buf *text, const struct event_start *start, bool is_short, bool has_colour);

/* Adds the rows with addresses, and the drawing. */
void event_text_write_addresses(struct buf *text, const struct event_start *start, bool has_colour);

/* Adds "  Open      http://localhost:9000/\n": a label of at most 9 letters, and its value. */
void event_text_write_row(struct buf *text, const char *label, const char *value, bool has_colour);

/* The codes for a colour, and back. */
#define EVENT_TEXT_DIM "\033[2m"
#define EVENT_TEXT_PLAIN "\033[0m"

#endif
