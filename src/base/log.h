/*
 * log: sentences for the person at the terminal.
 *
 * A sentence names the action, its object, why it failed and what the user can do. It goes to
 * standard error with "liveserve: " in front, or to a sink. If it cannot be written, it is lost.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/rate_limit.h"

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
 * Adds text without any effect on a terminal and on the order of what is read. For all names and
 * texts from outside of the program.
 *
 *  - Control characters (C0, DEL, C1) and bytes that are not UTF-8 become \xNN.
 *  - Characters that deceive a reader (utf8_is_invisible) become \uNNNN, above U+FFFF \u{NNNNN}.
 *    U+200D stays between two pictographs, because it makes one emoji of them.
 */
void log_add_printable(struct buf *line, struct slice text);

/* The same for the first most bytes of text, with an ellipsis for the rest. Cuts no character. */
void log_add_short(struct buf *line, struct slice text, size_t most);

/* ---- lines that visitors can cause ---- */

/* Gets the number of lines that a log_limit has dropped. */
typedef void log_dropped_fn(void *context, uint64_t count);

/*
 * A kind of lines that visitors can cause, and how many of them were printed: for each source (see
 * rate_limits_take), and in all. The lines above the limit are counted, and their number is told in
 * one line when no more of them come. The owner zeroes it, may set the first three members, and calls
 * log_limit_finish.
 */
struct log_limit {
	log_dropped_fn *tell; /* prints that line; NULL: a notice, with the last one printed */
	void *context;        /* of tell */
	const struct rate_limits *rates; /* NULL: those for notices */
	/* Of log.c: */
	struct rate_sources sources;
	struct buf last;        /* the last notice */
	uint64_t dropped, seen; /* lines that were not told yet; and at the last look at them */
	unsigned looks;
	struct log_limit *next; /* in the list of those that have dropped lines */
};

/* Returns whether a line may be printed now, and counts it. source is a key of a struct peer or the like. */
bool log_limit_allows(struct log_limit *limit, uint64_t source);
/* Counts a line that the caller does not print. */
void log_limit_drop(struct log_limit *limit);
/* Tells what was dropped, and frees what limit owns. */
void log_limit_finish(struct log_limit *limit);

/* Logs a notice within limit, but not twice in a row. */
void log_notice_limited(struct log_limit *limit, uint64_t source, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Whether lines were dropped that were not told yet. Then log_tell_dropped is to be called. */
bool log_has_dropped(void);
/*
 * Tells the number of dropped lines of each limit that has dropped none since the last call. If it
 * never stops, the number is told at every sixtieth call. To be called once a second.
 */
void log_tell_dropped(void);

#endif
