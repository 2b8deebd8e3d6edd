/*
 * path_line: see path_line.h.
 */
#include "commands/path_line.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/log.h"

void
path_line_print(const char *before, const char *path, const char *after)
{
	struct buf line = {0};

	buf_add_text(&line, before);
	log_add_printable(&line, slice_of(path));
	buf_add_text(&line, after);
	puts(line.bytes);
	buf_finish(&line);
}
