/*
 * language_server: the life of a language server (LSP 3.17): it is initialized, serves, is shut down and exits, and what it
 * does with each message.
 */
#ifndef LANGUAGE_SERVER_H
#define LANGUAGE_SERVER_H

#include "base/loop.h"

struct language_server_options {
	int input, output;   /* the editor's pipes */
	const char *version; /* of the program */
};

struct language_server;

/*
 * Serves the editor until it ends; then the loop is stopped. Keeps a pointer to loop and options. Returns NULL after
 * an error line when the descriptors are of no use.
 */
struct language_server *language_server_create(
	struct loop *loop, const struct language_server_options *options);
void language_server_destroy(struct language_server *server); /* NULL is fine */

/* After the loop has ended: 0 when the editor has asked for the end as the protocol says it, else 1. */
int language_server_exit_code(const struct language_server *server);

#endif
