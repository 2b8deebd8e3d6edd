/*
 * doc_file: the manual, from the folder doc/, as the status page shows it.
 *
 * cmake/bundle.cmake generates doc_file.c in the build folder.
 */
#ifndef DOC_FILE_H
#define DOC_FILE_H

#include "bundled/bundled_file.h"

/* The last one has the name NULL. */
extern const struct bundled_file doc_files[];

#endif
