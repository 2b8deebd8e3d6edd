/*
 * bundled_file: a file that the build has put into the program.
 *
 * For each of its calls, cmake/bundle.cmake generates a C file with a table of such files. What the table holds,
 * and for what, is said in the header that declares it (html/client_script.h and its like).
 */
#ifndef BUNDLED_FILE_H
#define BUNDLED_FILE_H

#include <stddef.h>

#include "base/slice.h"

struct bundled_file {
	const char *name; /* "client.js" */
	const char *etag; /* the entity tag, with its quotes; it changes whenever the file does */
	size_t length;
	const char *text; /* UTF-8; a NUL follows, which length does not count */
};

/*
 * Returns the file of that name, which is compared byte by byte, or NULL when there is none. The last row of files
 * has the name NULL. Borrows name; what it returns is a row of files.
 */
const struct bundled_file *bundled_file_find(const struct bundled_file *files, struct slice name);

#endif
