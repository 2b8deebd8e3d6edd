/*
 * served_file: see served_file.h.
 */
#include "fs/served_file.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "fs/hidden_names.h"

bool
served_file_is_hidden(const struct root *root, int fd)
{
	char *real = root_real_name(root, fd);
	bool is_hidden = real && hidden_target(slice_of(real));

	free(real);
	return is_hidden;
}

int
served_file_open(const struct root *root, const char *name, bool with_hidden, bool *is_linked)
{
	int fd = root_open_linked(root, name, is_linked);

	if (fd < 0 || !*is_linked || with_hidden || !served_file_is_hidden(root, fd))
		return fd;
	close(fd);
	errno = ENOENT;
	return -1;
}
