/*
 * starter_file: the files of a first page, from the folder starter/.
 *
 * cmake/bundle.cmake generates starter_file.c in the build folder.
 */
#ifndef STARTER_FILE_H
#define STARTER_FILE_H

#include "bundled/bundled_file.h"

/* The page is the last one, behind all that it uses. A row without a name follows. */
extern const struct bundled_file starter_files[];

#endif
