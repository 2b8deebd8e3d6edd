/*
 * file: see file.h.
 */
#include "base/file.h"

#include <errno.h>
#include <unistd.h>

bool
file_read(int fd, size_t most, struct buf *text)
{
	char piece[16 * 1024];
	size_t left = most;
	ssize_t got;

	buf_add_text(text, "");
	while ((got = read(fd, piece, sizeof(piece))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		if ((size_t)got > left) {
			buf_add(text, piece, left);
			errno = EFBIG;
			return false;
		}
		buf_add(text, piece, (size_t)got);
		left -= (size_t)got;
	}
	return true;
}
