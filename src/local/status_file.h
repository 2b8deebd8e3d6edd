/*
 * status_file: the script and the styles of the status page, from the folder view/status/.
 *
 * cmake/bundle.cmake generates status_file.c in the build folder.
 */
#ifndef STATUS_FILE_H
#define STATUS_FILE_H

#include "bundled/bundled_file.h"

/* status.js and status.css. The last one has the name NULL. */
extern const struct bundled_file status_files[];

#endif
