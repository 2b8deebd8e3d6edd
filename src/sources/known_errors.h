/*
 * known_errors: which files pages have had errors in. An error of a page is over, as far as anybody can
 * know, when its file has changed: pages load the file again, and report what is still wrong with it.
 */
#ifndef KNOWN_ERRORS_H
#define KNOWN_ERRORS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

enum { KNOWN_ERRORS_MAX = 100 }; /* files; of more, the oldest are forgotten */

struct known_error {
	char *served; /* the name in the site of what the page has */
	char *file;   /* error_place.file */
};

/* Zeroed at first. */
struct known_errors {
	size_t count;
	struct known_error items[KNOWN_ERRORS_MAX];
};

void known_errors_finish(struct known_errors *errors);

/* Remembers an error in file, a source of served or served itself. */
void known_errors_add(struct known_errors *errors, struct slice served, struct slice file);

/*
 * Forgets an error in a file that path, a name in the site, is or was made into. Returns the name of
 * that file, which the caller frees; NULL when there is none.
 */
char *known_errors_take(struct known_errors *errors, const char *path);

#endif
