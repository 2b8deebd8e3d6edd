/*
 * file: reads a whole file.
 */
#ifndef FILE_H
#define FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Reads fd, a file or a socket, from its position up to its end, and adds the bytes to text, which
 * is then at least the empty text. Returns false with errno: EFBIG when there are more than most
 * bytes, of which the first most are added; or the error of read(2), after adding what was read
 * before it.
 */
bool file_read(int fd, size_t most, struct buf *text);

#endif
