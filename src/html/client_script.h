/*
 * client_script: the scripts that run in the browser, from the folder inject/.
 *
 * cmake/bundle.cmake generates client_script.c in the build folder.
 */
#ifndef CLIENT_SCRIPT_H
#define CLIENT_SCRIPT_H

#include <stddef.h>

struct client_script {
	const char *name; /* "client.js" */
	const char *etag; /* the entity tag, with its quotes; it changes whenever the script does */
	size_t length;
	const char *text; /* UTF-8; a NUL follows, which length does not count */
};

/* client.js is first: every page loads it. The last one has the name NULL. */
extern const struct client_script client_scripts[];

#endif
