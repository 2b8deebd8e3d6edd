/*
 * client_script: the browser side, the folder inject/ as scripts inside the program.
 *
 * Room: site. Its .c is made by cmake/bundle.cmake in the build folder.
 */
#ifndef CLIENT_SCRIPT_H
#define CLIENT_SCRIPT_H

#include <stddef.h>

struct client_script {
	const char *name; /* "client.js" */
	const char *etag; /* differs when the script does; with its quotes */
	size_t length;
	const char *text; /* UTF-8, with a NUL behind it that length does not count */
};

/* client.js is what every page loads. One with name NULL at the end. */
extern const struct client_script client_scripts[];

#endif
