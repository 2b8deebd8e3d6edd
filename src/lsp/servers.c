/*
 * servers: see servers.h. It owns the connections; documents point to their server (document->owner). Its one idea:
 * nothing is queued. What a document needs is seen from what it is (is_changed) and what the server has (is_laid).
 */
#define _GNU_SOURCE
#include "lsp/servers.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "control/control_socket.h"
#include "fs/path.h"
#include "lsp/server_link.h"
#include "lsp/server_messages.h"

enum {
	LOOK_FIRST_MS = 100, /* until the first look for a server that is not there */
	LOOK_LAST_MS = 2000, /* between looks in the long run */
};

struct server {
	struct servers *servers;
	struct server *next;
	struct server_link *link;
	char *folder; /* that it was found by */
	char *root, *url;
	bool has_cursor; /* it was told of one */
};

struct servers {
	struct servers_options options;
	struct server *first;
	size_t count;
	struct loop_timer look;
	unsigned look_ms; /* the time until the next look */
	struct server *current;
	/* The cursor. */
	struct document *cursor;
	size_t offset;
	bool has_moved;
};

static void flush(struct servers *servers);
static void look_later(struct servers *servers);

/* ---- names ---- */

const char *
servers_name_of(const struct server *server, const struct document *document)
{
	const char *path = server->root ? document->real : NULL;
	const char *name = path ? path_below(path, server->root) : NULL;

	return name || !path || !server_link_folder(server->link, path) ? name : path;
}

/* ---- connections ---- */

static void
free_server(struct server *server)
{
	server_link_destroy(server->link);
	free(server->folder);
	free(server->root);
	free(server->url);
	free(server);
}

static void
destroy_server(struct server *server)
{
	struct servers *servers = server->servers;
	struct server **place = &servers->first;

	while (*place != server)
		place = &(*place)->next;
	*place = server->next;
	servers->count--;
	if (servers->current == server)
		servers->current = NULL;
	free_server(server);
}

/* A member of server_link_listener. */
static void
hear_end(void *context, const char *reason)
{
	struct server *server = context;
	struct servers *servers = server->servers;

	documents_disown(servers->options.documents, server);
	if (reason)
		servers->options.log(servers->options.context, reason);
	servers->look_ms = reason ? LOOK_LAST_MS : LOOK_FIRST_MS;
	servers->options.ended(servers->options.context, server);
	destroy_server(server);
	loop_timer_clear(servers->options.loop, &servers->look);
	look_later(servers);
}

/* The server has answered: what it has to know is due. */
static void
take_hello(struct server *server, const struct json_value *message)
{
	struct servers *servers = server->servers;
	const char *root = json_value_text_member(message, "root");
	const char *url = json_value_text_member(message, "url");

	if (server->root)
		return;
	server->root = mem_text(root ? root : server->folder);
	server->url = mem_text(url ? url : "");
	documents_note_due(servers->options.documents, server);
	/* It may serve other folders, too. */
	servers->look_ms = LOOK_FIRST_MS;
	loop_timer_clear(servers->options.loop, &servers->look);
	look_later(servers);
}

/* A member of server_link_listener. */
static void
hear_message(void *context, const struct json_value *message)
{
	struct server *server = context;
	struct servers *servers = server->servers;
	const char *type = json_value_text_member(message, "type");

	if (type && strcmp(type, "hello") == 0)
		take_hello(server, message);
	if (!server->root)
		return;
	servers->options.message(servers->options.context, server, message);
	flush(servers);
}

/* A member of server_link_listener. */
static void
hear_drained(void *context)
{
	flush(((struct server *)context)->servers);
}

/* Makes a server of a connection, which is taken. */
static struct server *
add_server(struct servers *servers, int socket, const char *folder)
{
	static const struct server_link_listener listener = {hear_message, hear_drained, hear_end};
	struct server *server = mem_zero(sizeof(*server));

	server->servers = servers;
	server->folder = mem_text(folder);
	server->next = servers->first;
	servers->first = server;
	servers->count++;
	server->link = server_link_create(servers->options.loop, socket, servers->options.editor,
		servers->options.unsaved, &listener, server);
	if (server->link)
		return server;
	destroy_server(server);
	return NULL;
}

struct server *
servers_find_exactly(struct servers *servers, const char *folder)
{
	int socket;

	for (struct server *server = servers->first; server; server = server->next)
		if (strcmp(server->folder, folder) == 0)
			return server;
	if (servers->count >= SERVERS_MAX)
		return NULL;
	socket = control_socket_connect(folder);
	return socket >= 0 ? add_server(servers, socket, folder) : NULL;
}

/*
 * Looks from the folder at path upwards. tried has the folders without a server, which are not asked again; it may be
 * NULL.
 */
static struct server *
climb(struct servers *servers, const char *path, struct map *tried)
{
	struct slice rest = slice_of(path);
	struct server *server = NULL;

	while (rest.at && !server) {
		char *folder = rest.length ? mem_copy(rest.at, rest.length) : mem_text("/");

		if (tried && map_get(tried, slice_of(folder))) {
			free(folder);
			break;
		}
		server = servers_find_exactly(servers, folder);
		if (tried && !server)
			map_set(tried, slice_of(folder), servers);
		free(folder);
		rest = rest.length > 1 ? path_parent(rest) : (struct slice){NULL, 0};
	}
	return server;
}

struct server *
servers_find(struct servers *servers, const char *path)
{
	char *real = realpath(path, NULL);
	struct server *server = real ? climb(servers, real, NULL) : NULL;

	free(real);
	return server;
}

struct server *
servers_current(const struct servers *servers)
{
	return servers->current ? servers->current : servers->first;
}

const char *
server_root(const struct server *server)
{
	return server->root;
}

const char *
server_folder(const struct server *server, const char *path)
{
	return server_link_folder(server->link, path);
}

const char *
server_url(const struct server *server)
{
	return server->url;
}

void
server_send(struct server *server, struct slice object)
{
	server_link_send(server->link, object);
}

/* ---- what is sent about a document ---- */

/* Frees the object. */
static void
send_object(struct server *server, struct buf *object)
{
	server_link_send(server->link, buf_slice(object));
	buf_finish(object);
}

/* The draft of the document is given up. */
static void
send_end(struct server *server, struct document *document)
{
	struct buf object = {0};

	if (!document->is_laid)
		return;
	document->is_laid = false;
	server_messages_end(&object, servers_name_of(server, document), document->was_saved);
	send_object(server, &object);
}

/* Returns false when the text is too long for a line. */
static bool
send_draft(struct server *server, const struct document *document, const char *name)
{
	struct buf object = {0};

	server_messages_draft(&object, name, buf_slice(&document->text));
	if (object.length >= SERVER_LINK_LINE_MAX) {
		buf_finish(&object);
		return false;
	}
	send_object(server, &object);
	return true;
}

/* Sends what the server has to know about the document. */
static void
send_state(struct server *server, struct document *document)
{
	struct servers *servers = server->servers;
	const char *name = servers_name_of(server, document);
	bool is_draft = document->is_changed && !document->is_lost && !document->has_nul &&
			servers->options.unsaved && server_messages_can_name(name);

	document->is_due = false;
	if (is_draft && send_draft(server, document, name)) {
		document->is_laid = true;
		servers->current = server;
		return;
	}
	if (is_draft)
		servers->options.log(servers->options.context,
			"a text of more than 16 MiB is shown only when it is saved");
	send_end(server, document);
}

/* ---- the cursor ---- */

/* Tells all servers but one that the cursor is not there. */
static void
forget_cursor(struct servers *servers, const struct server *but)
{
	for (struct server *server = servers->first; server; server = server->next) {
		struct buf object = {0};

		if (server == but || !server->has_cursor)
			continue;
		server->has_cursor = false;
		server_messages_no_cursor(&object);
		send_object(server, &object);
	}
}

static void
send_cursor(struct servers *servers)
{
	struct server *server = servers->cursor ? servers->cursor->owner : NULL;
	const char *name = server ? servers_name_of(server, servers->cursor) : NULL;
	struct buf object = {0};

	if (server && !server_link_is_free(server->link))
		return;
	servers->has_moved = false;
	if (!server_messages_can_name(name))
		server = NULL;
	forget_cursor(servers, server);
	if (!server)
		return;
	server_messages_cursor(&object, name, servers->offset);
	send_object(server, &object);
	server->has_cursor = true;
	servers->current = server;
}

void
servers_set_cursor(struct servers *servers, struct document *document, size_t offset)
{
	servers->cursor = document;
	servers->offset = offset;
	servers->has_moved = true;
	flush(servers);
}

/* Sends to each server that is free what is due. A text goes before the cursor in it. */
static void
flush(struct servers *servers)
{
	struct hash_table_place place = {0};
	struct document *document;

	while ((document = documents_next(servers->options.documents, &place))) {
		struct server *server = document->owner;

		if (document->is_due && server && server_link_is_free(server->link))
			send_state(server, document);
	}
	if (servers->has_moved)
		send_cursor(servers);
}

/* ---- looking for servers ---- */

static bool
needs_server(const struct document *document)
{
	return document->real && !document->owner;
}

/* The server of a file, by the folder that holds it; else one that serves it from elsewhere. */
static struct server *
find_for_file(struct servers *servers, const char *file, struct map *tried)
{
	struct slice folder = path_parent(slice_of(file));
	char *path = mem_copy(folder.at, folder.length);
	struct server *server = climb(servers, path, tried);

	free(path);
	if (!server)
		for (server = servers->first; server && !server_link_folder(server->link, file);)
			server = server->next;
	return server;
}

/* A loop_timer_fn. */
static void
look(void *context)
{
	struct servers *servers = context;
	struct hash_table_place place = {0};
	struct document *document;
	struct map tried = {0};

	servers->options.ask(servers->options.context);
	servers->look_ms = servers->look_ms * 2 < LOOK_LAST_MS ? servers->look_ms * 2
							       : LOOK_LAST_MS;
	while ((document = documents_next(servers->options.documents, &place))) {
		if (!needs_server(document))
			continue;
		document->owner = find_for_file(servers, document->real, &tried);
		document->is_due = document->is_changed;
	}
	map_finish(&tried);
	flush(servers);
	look_later(servers);
}

/* Sets the time of the next look, if there is something to look for. */
static void
look_later(struct servers *servers)
{
	struct hash_table_place place = {0};
	const struct document *document;

	if (servers->look.is_set)
		return;
	while ((document = documents_next(servers->options.documents, &place)))
		if (needs_server(document)) {
			loop_timer_set(servers->options.loop, &servers->look,
				(uint64_t)servers->look_ms * 1000, look, servers);
			return;
		}
}

void
servers_attach(struct servers *servers, struct document *document)
{
	struct server *server = NULL, *before = document->owner;
	char *real = documents_real_path(document->path);

	if (real)
		server = find_for_file(servers, real, NULL);
	if (before && (before != server || strcmp(document->real, real) != 0))
		send_end(before, document);
	free(document->real);
	document->real = real;
	document->owner = server;
	document->was_saved = true;
	document->is_due = true;
	if (server)
		servers->current = server;
	look_later(servers);
	flush(servers);
}

void
servers_update(struct servers *servers, const struct document *document)
{
	struct hash_table_place place = {0};
	struct document *other;

	while ((other = documents_next(servers->options.documents, &place)))
		if (!document || other == document) {
			other->is_due = true;
			other->was_saved = false;
		}
	flush(servers);
}

void
servers_detach(struct servers *servers, struct document *document)
{
	document->was_saved = false;
	if (document->owner)
		send_end(document->owner, document);
	document->is_due = false;
	document->owner = NULL;
	if (servers->cursor == document)
		servers_set_cursor(servers, NULL, 0);
}

/* ---- life ---- */

struct servers *
servers_create(const struct servers_options *options)
{
	struct servers *servers = mem_zero(sizeof(*servers));

	servers->options = *options;
	servers->look_ms = LOOK_FIRST_MS;
	return servers;
}

void
servers_destroy(struct servers *servers)
{
	if (!servers)
		return;
	loop_timer_clear(servers->options.loop, &servers->look);
	for (struct server *server = servers->first, *next; server; server = next) {
		next = server->next;
		free_server(server);
	}
	free(servers);
}
