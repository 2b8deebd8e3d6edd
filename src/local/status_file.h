/*
 * status_file: the script and the styles of the status page, from the folder view/status/.
 *
 * cmake/bundle.cmake generates status_file.c in the build folder.
 */
#ifndef STATUS_FILE_H
#define STATUS_FILE_H

#include <stddef.h>

struct status_file {
	const char *name; /* "status.js" */
	const char *etag; /* not used */
	size_t length;
	const char *text; /* UTF-8; a NUL follows, which length does not count */
};

/* status.js and status.css. The last one has the name NULL. */
extern const struct status_file status_files[];

#endif
