/*
 * workspace: all that is known for one editor: its documents, the running servers, and what is wrong in files.
 */
#ifndef WORKSPACE_H
#define WORKSPACE_H

#include "base/loop.h"
#include "jsonrpc/client.h"
#include "lsp/abilities.h"
#include "lsp/documents.h"
#include "lsp/findings.h"
#include "lsp/servers.h"

/* The owner zeroes it and sets loop and client, then calls workspace_begin() when abilities are read. */
struct workspace {
	struct loop *loop;
	struct client *client;
	struct abilities abilities;
	struct documents documents;
	struct servers *servers; /* NULL before workspace_begin() */
	struct findings findings;
	/* A server has answered; it has ended and will be freed. Both may be NULL. */
	void (*ready)(void *context, struct server *server);
	void (*ended)(void *context, const struct server *server);
	void *context;
	char *logged; /* the last sentence of servers, which is logged once */
};

void workspace_begin(struct workspace *workspace);
void workspace_finish(struct workspace *workspace);

/* Tells the editor what is new about findings, if it has read all from before. */
void workspace_publish(struct workspace *workspace);

#endif
