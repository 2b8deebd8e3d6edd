/*
 * file_state: compares the results of two stat(2) calls for a file.
 */
#ifndef FILE_STATE_H
#define FILE_STATE_H

#include <stdbool.h>
#include <sys/stat.h>
#include <time.h>

/*
 * Whether a and b are the same file in the same state: device, inode, size and times. Then its
 * bytes are the same, too.
 */
bool file_state_is_same(const struct stat *a, const struct stat *b);

/* Whether a is before b. */
bool file_state_is_earlier(const struct timespec *a, const struct timespec *b);

#endif
