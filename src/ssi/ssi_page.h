/*
 * ssi_page: makes a page out of a file with server-side includes, as mod_include of Apache 2.4 does.
 *
 * The page and all that it includes share their variables. What #config and #if say holds for one file.
 * Where a directive is wrong, the page shows an error text, and what is wrong is told with file and line.
 * Everything is bounded (ssi_file.h): a page that wants more ends early.
 */
#ifndef SSI_PAGE_H
#define SSI_PAGE_H

#include "ssi/ssi_file.h"

/*
 * Adds to bytes the page that the file called name (in the site) makes, whose bytes are text. variables
 * are those that it begins with; afterwards they are those that it has set.
 */
void ssi_page_make(const struct ssi_page_options *options, struct ssi_variables *variables,
	const char *name, struct slice text, struct buf *bytes);

#endif
