/*
 * log: sentences for the person at the terminal.
 *
 * A sentence says what was being done, to what, why it failed and what to do about it. It goes to
 * standard error with "liveserve: " in front, or to a sink. When it cannot be written, nothing else
 * happens.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>

#include "base/buf.h"

enum log_level {
	LOG_QUIET,   /* errors only */
	LOG_NORMAL,  /* also what the person should know */
	LOG_VERBOSE, /* also what was asked and decided */
};

/*
 * Sets a function that gets every sentence in place of standard error; of an error, level is
 * LOG_QUIET. NULL takes it away.
 */
typedef void log_sink_fn(void *context, enum log_level level, const char *sentence);
void log_set_sink(log_sink_fn *fn, void *context);

/* Adds the line that a sentence is on standard error. */
void log_add_sentence(struct buf *line, const char *sentence);

/* The level is LOG_NORMAL until this is called. */
void log_set_level(enum log_level level);

/* Whether sentences of this level are printed. If not, they need not be made. */
bool log_tells(enum log_level level);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_notice(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_verbose(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * A notice that is not printed twice in a row. last, zeroed at first, keeps the sentence that was
 * printed last; the caller finishes it.
 */
void log_notice_once(struct buf *last, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Adds text so that a terminal does nothing but show it: control characters (C0, DEL, C1) and bytes
 * that are not UTF-8 become \xNN. For all names and texts that somebody else chose.
 */
void log_add_printable(struct buf *line, struct slice text);

/* The same of the first most bytes of text, with an ellipsis for the rest. No character is cut. */
void log_add_short(struct buf *line, struct slice text, size_t most);

#endif
