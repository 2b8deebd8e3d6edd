/*
 * capture: catches what code writes to standard output or standard error.
 */
#ifndef CAPTURE_H
#define CAPTURE_H

/* fd is 1 or 2. Only one can be captured at a time. */
void capture_begin(int fd);
/* Returns what was written since capture_begin. Valid until the next capture_begin. */
const char *capture_end(void);

#endif
