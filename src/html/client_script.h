/*
 * client_script: the scripts that run in the browser, from the folder inject/.
 *
 * cmake/bundle.cmake generates client_script.c in the build folder.
 */
#ifndef CLIENT_SCRIPT_H
#define CLIENT_SCRIPT_H

#include "bundled/bundled_file.h"

/* client.js is first: every page loads it. The last one has the name NULL. */
extern const struct bundled_file client_scripts[];

#endif
