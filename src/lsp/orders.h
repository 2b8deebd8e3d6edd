/*
 * orders: the commands that a person gives in the editor (LSP 3.17, workspace/executeCommand).
 *
 *   liveserve.address [URI]   the URL of the server
 *   liveserve.open [URI]      opens the page of the file, or the first page, in the browser; returns its URL
 *   liveserve.reload [URI]    reloads the pages that use the file, or all pages
 *   liveserve.pause, liveserve.resume
 *   liveserve.start [URI]     starts a server for the folder, which has to be one of the workspace or lie in one; without
 *                             URI for the first of them. Returns its URL, also of one that runs already
 *   liveserve.stop [URI]      stops the server
 *
 * URI says which server is meant: that of the file or folder. Without it, that of the file that was changed last.
 */
#ifndef ORDERS_H
#define ORDERS_H

#include "lsp/workspace.h"

enum {
	ORDERS_MAX = 32,            /* that wait for a server */
	ORDERS_PATIENCE_MS = 15000, /* for a server that was started, or is to end */
};

struct orders;

/* Keeps a pointer to workspace. Never NULL. */
struct orders *orders_create(struct workspace *workspace);
/* Ends the servers that were started. NULL is fine. */
void orders_destroy(struct orders *orders);

/* Takes workspace/executeCommand, a request, and answers it, if need be when the server has answered. */
void orders_take(struct orders *orders, const struct client_message *message);
/* Takes $/cancelRequest: an order that waits is given up. */
void orders_cancel(struct orders *orders, const struct client_message *message);

/* The editor has asked at the start that a server runs: starts one unless there is one. */
void orders_start_first(struct orders *orders);

/* A server has answered. */
void orders_server_ready(struct orders *orders, struct server *server);
/* A server has ended, and will be freed. */
void orders_server_ended(struct orders *orders, const struct server *server);

/* Adds the names of the commands as a list of JSON. */
void orders_add_names(struct buf *json);

#endif
