/*
 * bundled_file: see bundled_file.h. The tables are short, so they are searched from the first row on.
 */
#include "bundled/bundled_file.h"

const struct bundled_file *
bundled_file_find(const struct bundled_file *files, struct slice name)
{
	for (const struct bundled_file *file = files; file->name; file++)
		if (slice_is(name, file->name))
			return file;
	return NULL;
}
