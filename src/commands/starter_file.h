/*
 * starter_file: the files of a first page, from the folder starter/.
 *
 * cmake/bundle.cmake generates starter_file.c in the build folder.
 */
#ifndef STARTER_FILE_H
#define STARTER_FILE_H

#include <stddef.h>

struct starter_file {
	const char *name; /* "index.html" */
	const char *etag; /* not used */
	size_t length;
	const char *text; /* UTF-8; a NUL follows, which length does not count */
};

/* The page is the last one, behind all that it uses. A row without a name follows. */
extern const struct starter_file starter_files[];

#endif
