/*
 * servers: the running servers whose files are open in the editor, and what they know of unsaved texts.
 *
 * The server of a file is the one that `liveserve why FILE` asks: that of the nearest folder above the file that has
 * one; else one that serves the file from elsewhere (--mount). It is looked for when a document is opened or saved, and again and again while there is none, so a server may be
 * started, ended and restarted at any time.
 *
 * A text is sent only if the document was changed, and nothing else waits to be sent to that server. So a slow server
 * gets the newest text in place of all those in between.
 */
#ifndef SERVERS_H
#define SERVERS_H

#include <stdbool.h>

#include "base/loop.h"
#include "lsp/documents.h"

enum { SERVERS_MAX = 16 };

struct servers;
struct server;

struct servers_options {
	struct loop *loop;
	struct documents *documents;
	const char *editor; /* its name */
	bool unsaved;       /* texts may be laid over the disk */
	/* A server has answered (its root and url are known), and with each of its messages. */
	void (*message)(void *context, struct server *server, const struct json_value *message);
	/* It has ended; server is not valid afterwards. */
	void (*ended)(void *context, struct server *server);
	/* A file may have no server above it: to call servers_find() for the folders whose server may serve it, too. */
	void (*ask)(void *context);
	/* A sentence for the log of the editor, maybe the same again and again. */
	void (*log)(void *context, const char *sentence);
	void *context;
};

/* Keeps all pointers of options. Never NULL. */
struct servers *servers_create(const struct servers_options *options);
/* Ends all connections. NULL is fine. */
void servers_destroy(struct servers *servers);

/* The document was opened or saved: looks for its server, and says what is new. */
void servers_attach(struct servers *servers, struct document *document);
/* The text of the document has changed; NULL: those of all documents may have. */
void servers_update(struct servers *servers, const struct document *document);
/* The document is not open any more, and will be freed. */
void servers_detach(struct servers *servers, struct document *document);

/* The cursor of the person is at a byte of document; NULL: nowhere. */
void servers_set_cursor(struct servers *servers, struct document *document, size_t offset);

/* The connected server of the folder at path or above it, connecting if there is one; NULL. path is absolute. */
struct server *servers_find(struct servers *servers, const char *path);
/* The same for exactly the folder at folder, an absolute path without links. */
struct server *servers_find_exactly(struct servers *servers, const char *folder);
/* The server of the document that was changed last, or else any one; NULL when there is none. */
struct server *servers_current(const struct servers *servers);

/* Its folder without links, and its URL; NULL before it has answered. Valid as long as server. */
const char *server_root(const struct server *server);
const char *server_url(const struct server *server);
/* server_link_folder() of its connection. */
const char *server_folder(const struct server *server, const char *path);
/* Sends an object to a server that has answered. */
void server_send(struct server *server, struct slice object);

/*
 * How the server knows the document: its name in the served folder, or its absolute path if it lies in another folder that is
 * served. NULL when it does not. Valid until the document is attached anew.
 */
const char *servers_name_of(const struct server *server, const struct document *document);

#endif
