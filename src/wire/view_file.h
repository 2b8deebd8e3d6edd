/*
 * view_file: the files of the wire's page, from the folder view/.
 *
 * cmake/bundle.cmake generates view_file.c in the build folder.
 */
#ifndef VIEW_FILE_H
#define VIEW_FILE_H

#include "bundled/bundled_file.h"

/* index.html, which is the page itself, then view.js and view.css. The last one has the name NULL. */
extern const struct bundled_file view_files[];

#endif
