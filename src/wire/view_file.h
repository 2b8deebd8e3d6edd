/*
 * view_file: the files of the wire's page, from the folder view/.
 *
 * cmake/bundle.cmake generates view_file.c in the build folder.
 */
#ifndef VIEW_FILE_H
#define VIEW_FILE_H

#include <stddef.h>

struct view_file {
	const char *name; /* "view.js" */
	const char *etag; /* the entity tag, with its quotes; it changes whenever the file does */
	size_t length;
	const char *text; /* UTF-8; a NUL follows, which length does not count */
};

/* index.html, which is the page itself, then view.js and view.css. The last one has the name NULL. */
extern const struct view_file view_files[];

#endif
