/*
 * capture: what a piece of code writes to standard output or standard error.
 */
#ifndef CAPTURE_H
#define CAPTURE_H

/* fd is 1 or 2; one at a time. */
void capture_begin(int fd);
/* What was written since. Lives until the next capture_begin. */
const char *capture_end(void);

#endif
