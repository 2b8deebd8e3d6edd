/*
 * file: reading a whole file.
 */
#ifndef FILE_H
#define FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Adds to text what can still be read from fd, a file or a socket, up to its end; at least the empty
 * text. Returns false with errno: EFBIG when that is more than most bytes, of which so many are
 * added; any other error of read(2), with what was read before it added.
 */
bool file_read(int fd, size_t most, struct buf *text);

#endif
