/*
 * server_link: the connection to one running server: liveserve-editor.v1 over its control socket
 * (editors/editors.h has the messages).
 */
#ifndef SERVER_LINK_H
#define SERVER_LINK_H

#include <stdbool.h>

#include "base/loop.h"
#include "jsonrpc/json_value.h"

enum { SERVER_LINK_LINE_MAX = 16 * 1024 * 1024 }; /* bytes of a line, in both directions */

struct server_link_listener {
	/* A line of the server, from its hello on. Must not destroy the link. */
	void (*message)(void *context, const struct json_value *message);
	/* All was sent. Must not destroy the link. */
	void (*drained)(void *context);
	/*
	 * The last call, which may destroy the link. reason is a sentence when the server does not talk with editors,
	 * and NULL when it has ended or was not heard of any more.
	 */
	void (*ended)(void *context, const char *reason);
};

struct server_link;

/*
 * Greets the server at the other end of socket, which is taken. editor is the name of the editor; unsaved says whether
 * drafts may come. Keeps a pointer to loop, listener and context. Returns NULL when the socket is of no use.
 */
struct server_link *server_link_create(struct loop *loop, int socket, const char *editor,
	bool unsaved, const struct server_link_listener *listener, void *context);
void server_link_destroy(struct server_link *link); /* NULL is fine */

/*
 * The served folder in which the file at path (absolute, without links) lies, of those that the server has named in its
 * hello: also those of --mount and --vhost. NULL: none. Valid as long as link.
 */
const char *server_link_folder(const struct server_link *link, const char *path);

/* Whether the server has answered, and nothing waits to be sent. */
bool server_link_is_free(const struct server_link *link);

/* Sends an object, which has no line feed. To be called after the server's hello. */
void server_link_send(struct server_link *link, struct slice object);

#endif
