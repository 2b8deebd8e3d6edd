/*
 * log: sentences for the person at the terminal.
 *
 * A sentence names the action, its object, why it failed and what the user can do. It goes to
 * standard error with "liveserve: " in front, or to a sink. If it cannot be written, it is lost.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>

#include "base/buf.h"

enum log_level {
	LOG_QUIET,   /* errors only */
	LOG_NORMAL,  /* also notices that the user should see */
	LOG_VERBOSE, /* also requests and decisions */
};

/*
 * Sets a function that gets every sentence in place of standard error. For an error level is
 * LOG_QUIET. NULL removes the function.
 */
typedef void log_sink_fn(void *context, enum log_level level, const char *sentence);
void log_set_sink(log_sink_fn *fn, void *context);

/* Adds the line that is written to standard error for a sentence. */
void log_add_sentence(struct buf *line, const char *sentence);

/* The level is LOG_NORMAL until this is called. */
void log_set_level(enum log_level level);

/* Whether sentences of this level are printed. If not, the caller need not build them. */
bool log_is_enabled(enum log_level level);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_notice(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_verbose(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Logs a notice, but not twice in a row. last, zeroed at first, keeps the last sentence; the caller
 * finishes it.
 */
void log_notice_once(struct buf *last, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Adds text without any effect on a terminal: control characters (C0, DEL, C1) and bytes that are
 * not UTF-8 become \xNN. For all names and texts from outside of the program.
 */
void log_add_printable(struct buf *line, struct slice text);

/* The same for the first most bytes of text, with an ellipsis for the rest. Cuts no character. */
void log_add_short(struct buf *line, struct slice text, size_t most);

#endif
