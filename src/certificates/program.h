/*
 * program: runs another program until it ends, and keeps what it says.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "base/buf.h"

enum { PROGRAM_SAID_MAX = 64 * 1024 }; /* bytes that are kept; the rest is read and dropped */

/*
 * Runs arguments[0], which is looked for in PATH unless it has a '/'; NULL follows the last argument. Its standard
 * input is /dev/null. What it writes to its output and to its errors is added to said. Returns its exit code; -1 with
 * errno when it cannot be started (ENOENT: it is not there), EINTR when a signal has ended it.
 */
int program_run(const char *const *arguments, struct buf *said);

/* Adds the last line of said that is not empty, in printable form. */
void program_add_reason(struct buf *line, const struct buf *said);

#endif
