/*
 * log: one sentence for the person at the terminal.
 *
 * Room: ground. A message says what was being done, to what, why it failed and what to do about it.
 * Everything goes to stderr with "liveserve: " in front, or to a sink; a log that cannot be written
 * stops nothing.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>

#include "base/buf.h"

enum log_level {
	LOG_QUIET,   /* errors only */
	LOG_NORMAL,  /* and what the person should know */
	LOG_VERBOSE, /* and what was asked and decided */
};

/* Who prints a sentence in place of standard error; level LOG_QUIET is an error. NULL: nobody. */
typedef void log_sink_fn(void *context, enum log_level level, const char *sentence);
void log_set_sink(log_sink_fn *fn, void *context);

/* Adds the line that goes to standard error. */
void log_add_sentence(struct buf *line, const char *sentence);

/* LOG_NORMAL until told otherwise. */
void log_set_level(enum log_level level);

/* Whether messages of this level are printed: to save the work of making them. */
bool log_tells(enum log_level level);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_notice(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_verbose(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * A notice that is not said twice in a row, however often a page asks: last, zeroed at first, keeps
 * what was said.
 */
void log_notice_once(struct buf *last, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Adds text so that a terminal only shows it: control bytes (C0, DEL, C1) and what is not UTF-8 as
 * \xNN. For every name and text that somebody else chose.
 */
void log_add_printable(struct buf *line, struct slice text);

/* The same of no more than most bytes of text, an ellipsis for the rest; no character is cut. */
void log_add_short(struct buf *line, struct slice text, size_t most);

#endif
