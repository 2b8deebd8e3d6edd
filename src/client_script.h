/*
 * client_script: the browser side, the folder inject/ as one script inside the program.
 *
 * Room: site. Its .c is made by cmake/bundle.cmake in the build folder.
 */
#ifndef CLIENT_SCRIPT_H
#define CLIENT_SCRIPT_H

#include <stddef.h>

/* The script, UTF-8, with a NUL behind it that length does not count. */
extern const char client_script[];
extern const size_t client_script_length;

/* Sixteen hexadecimal digits that differ when the script does; no quotes around them. */
extern const char client_script_tag[];

#endif
