/*
 * file: opens, reads and writes a whole file.
 */
#ifndef FILE_H
#define FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"

/*
 * Opens the plain file at path for reading. Returns a descriptor that the caller closes, or -1 with
 * errno: EISDIR for a folder, EINVAL for a device, a FIFO or a socket. These are not opened, because
 * that can have an effect or never end.
 */
int file_open(const char *path);

/* Says in a few words why file_open() or file_read() failed with this errno. */
const char *file_error_text(int error);

/*
 * Whether fd, opened for writing, is a plain file of this user. Returns false with errno: EINVAL when it is no plain
 * file, EEXIST when it belongs to another user.
 */
bool file_is_own(int fd);

/* Says in a few words why a file cannot be written: for the errno of open(2) and of file_is_own(). */
const char *file_write_error_text(int error);

/*
 * Opens the plain file at path, and adds its bytes to text as file_read() does. Returns false with
 * the errno of either.
 */
bool file_read_path(const char *path, size_t most, struct buf *text);

/*
 * Reads fd, a file or a socket, from its position up to its end, and adds the bytes to text, which
 * is then at least the empty text. Returns false with errno: EFBIG when there are more than most
 * bytes, of which the first most are added; or the error of read(2), after adding what was read
 * before it.
 */
bool file_read(int fd, size_t most, struct buf *text);

/*
 * Writes all of bytes to fd, from its position on. Returns false with the errno of write(2), after
 * writing what came before.
 */
bool file_write(int fd, struct slice bytes);

/* Closes fd and leaves errno as it was. Returns -1, for a function that fails with that errno. */
int file_abandon(int fd);

/* Closes all descriptors from first to last. (The function of that name is missing in musl.) */
void file_close_range(unsigned first, unsigned last);

#endif
