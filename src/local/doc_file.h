/*
 * doc_file: the manual, from the folder doc/, as the status page shows it.
 *
 * cmake/bundle.cmake generates doc_file.c in the build folder.
 */
#ifndef DOC_FILE_H
#define DOC_FILE_H

#include <stddef.h>

struct doc_file {
	const char *name; /* "manual.md" */
	const char *etag; /* not used */
	size_t length;
	const char *text; /* UTF-8; a NUL follows, which length does not count */
};

/* The last one has the name NULL. */
extern const struct doc_file doc_files[];

#endif
