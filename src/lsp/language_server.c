/*
 * language_server: see language_server.h. It joins the parts. Its one idea: a table says for each method what it needs and who
 * does it; everything else follows from the state.
 */
#define _GNU_SOURCE
#include "lsp/language_server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "lsp/abilities.h"
#include "jsonrpc/client.h"
#include "lsp/documents.h"
#include "lsp/servers.h"

enum {
	NAME_SHOWN = 200, /* bytes of a name in a sentence */
	SENTENCE_SHOWN = 500,
};

enum server_state {
	SERVER_NEW,
	SERVER_RUNNING,   /* initialize was answered */
	SERVER_SHUT_DOWN, /* only exit is left */
};

struct language_server {
	struct loop *loop;
	const struct language_server_options *options;
	struct client_listener listener;
	struct client *client;
	enum server_state state;
	struct abilities abilities;
	struct documents documents;
	struct servers *servers;   /* NULL before initialize */
	char *logged;              /* the last sentence of servers, which is logged once */
	struct loop_source editor; /* readable when the process of the editor has ended */
	int exit_code;
};

/* ---- the end ---- */

static void
stop(struct language_server *server, int exit_code)
{
	server->exit_code = exit_code;
	loop_stop(server->loop);
}

static void
editor_ended(void *context, unsigned events)
{
	(void)events;
	stop(context, 1);
}

/*
 * The editor's pipe is closed when it ends, unless another process has it, too. If its process cannot be seen,
 * as from another PID namespace, the pipe is all there is.
 */
static void
watch_editor(struct language_server *server)
{
	uint64_t number = server->abilities.process;
	int process = number && number <= INT32_MAX ? (int)syscall(SYS_pidfd_open, (pid_t)number, 0)
						    : -1;

	if (process >= 0 &&
		!loop_add(server->loop, &server->editor, process, LOOP_READ, editor_ended, server))
		close(process);
}

static void
client_ended(void *context, const char *error)
{
	struct language_server *server = context;

	if (error)
		log_error("what the editor sends is not the base protocol of LSP: %s", error);
	stop(server, 1);
}

/* ---- what the running servers say ---- */

static void
log_sentence(void *context, const char *sentence)
{
	struct language_server *server = context;

	if (server->logged && strcmp(server->logged, sentence) == 0)
		return;
	free(server->logged);
	server->logged = mem_text(sentence);
	client_log(server->client, CLIENT_WARNING, "%s", sentence);
}

/* Another editor has the same file open, and a later text of it. */
static void
tell_of_taken(struct language_server *server, const struct json_value *message)
{
	const char *path = json_value_text_member(message, "path");
	const char *editor = json_value_text_member(message, "editor");
	struct buf text = {0};

	log_add_short(&text, slice_of(editor ? editor : "another editor"), NAME_SHOWN);
	buf_add_text(&text, " has a later unsaved text of ");
	log_add_short(&text, slice_of(path ? path : "a file"), NAME_SHOWN);
	buf_add_text(&text, "; the pages show that one");
	client_show(server->client, CLIENT_INFO, text.bytes);
	buf_finish(&text);
}

/* A sentence of the server for the person. */
static void
tell_of_failure(struct language_server *server, const struct json_value *message)
{
	const char *sentence = json_value_text_member(message, "text");
	struct buf text = {0};

	log_add_short(&text, slice_of(sentence ? sentence : "the server has refused something"),
		SENTENCE_SHOWN);
	client_show(server->client, CLIENT_WARNING, text.bytes);
	buf_finish(&text);
}

static void
hear_server(void *context, struct server *from, const struct json_value *message)
{
	struct language_server *server = context;
	const char *type = json_value_text_member(message, "type");

	if (!type)
		return;
	if (strcmp(type, "hello") == 0)
		client_log(server->client, CLIENT_INFO, "connected with %s, which serves %s",
			server_url(from), server_root(from));
	else if (strcmp(type, "taken") == 0)
		tell_of_taken(server, message);
	else if (strcmp(type, "failed") == 0)
		tell_of_failure(server, message);
}

static void
server_ended(void *context, struct server *from)
{
	const struct language_server *server = context;

	if (server_root(from))
		client_log(server->client, CLIENT_INFO, "the server of %s has ended",
			server_root(from));
}

static void
create_servers(struct language_server *server)
{
	const struct servers_options options = {
		.loop = server->loop,
		.documents = &server->documents,
		.editor = server->abilities.editor,
		.unsaved = server->abilities.unsaved,
		.message = hear_server,
		.ended = server_ended,
		.log = log_sentence,
		.context = server,
	};

	server->servers = servers_create(&options);
}

/* ---- requests and notifications ---- */

static void
initialize(struct language_server *server, const struct client_message *message)
{
	struct buf answer = {0};

	abilities_read(&server->abilities, message->params);
	server->documents.encoding = server->abilities.encoding;
	client_set_trace(server->client, json_value_text_member(message->params, "trace"));
	abilities_add_answer(&server->abilities, server->options->version, &answer);
	client_answer(server->client, message->id, buf_slice(&answer));
	buf_finish(&answer);
	server->state = SERVER_RUNNING;
	create_servers(server);
	watch_editor(server);
}

static void
shut_down(struct language_server *server, const struct client_message *message)
{
	server->state = SERVER_SHUT_DOWN;
	client_answer(server->client, message->id, (struct slice){NULL, 0});
}

static void
leave(struct language_server *server, const struct client_message *message)
{
	(void)message;
	stop(server, server->state == SERVER_SHUT_DOWN ? 0 : 1);
}

static void
set_trace(struct language_server *server, const struct client_message *message)
{
	client_set_trace(server->client, json_value_text_member(message->params, "value"));
}

static void
change_folders(struct language_server *server, const struct client_message *message)
{
	abilities_change_folders(&server->abilities, message->params);
}

/* ---- documents ---- */

/* Says why a notification about a document had no effect. */
static void
log_failure(struct language_server *server, const struct client_message *message, const char *error)
{
	const struct json_value *item = json_value_member(message->params, "textDocument");
	const char *uri = json_value_text_member(item, "uri");

	client_log(server->client, CLIENT_WARNING, "%s of %s: %s", message->method,
		uri ? uri : "a document", error);
}

static void
open_document(struct language_server *server, const struct client_message *message)
{
	const char *error;
	struct document *document = documents_open(
		&server->documents, message->params, message->had_nul, &error);

	if (document)
		servers_attach(server->servers, document);
	else
		log_failure(server, message, error);
}

/* A change that cannot be read has an effect, too: the text is not known any more. */
static void
change_document(struct language_server *server, const struct client_message *message)
{
	const struct json_value *item = json_value_member(message->params, "textDocument");
	struct document *document;
	const char *error;

	if (!documents_change(&server->documents, message->params, message->had_nul, &error))
		log_failure(server, message, error);
	document = documents_find(&server->documents, json_value_text_member(item, "uri"));
	if (document)
		servers_update(server->servers, document);
}

static void
save_document(struct language_server *server, const struct client_message *message)
{
	const char *error;
	struct document *document = documents_save(
		&server->documents, message->params, message->had_nul, &error);

	if (document)
		servers_attach(server->servers, document);
	else
		log_failure(server, message, error);
}

static void
close_document(struct language_server *server, const struct client_message *message)
{
	const char *error;
	struct document *document = documents_close(&server->documents, message->params, &error);

	if (document)
		servers_detach(server->servers, document);
	else
		log_failure(server, message, error);
	documents_free(document);
}

/*
 * liveserve/cursor: where the person is, which the protocol has no message for: {"textDocument":{"uri":...},
 * "position":{"line":...,"character":...}}. Without a document: nowhere.
 */
static void
move_cursor(struct language_server *server, const struct client_message *message)
{
	const struct json_value *item = json_value_member(message->params, "textDocument");
	const struct json_value *place = json_value_member(message->params, "position");
	struct document *document = documents_find(
		&server->documents, json_value_text_member(item, "uri"));
	struct position position = {0};
	bool is_known = document && !document->is_lost &&
			json_value_number(json_value_member(place, "line"), &position.line) &&
			json_value_number(
				json_value_member(place, "character"), &position.character);

	servers_set_cursor(server->servers, is_known ? document : NULL,
		is_known ? position_to_offset(
				   buf_slice(&document->text), server->abilities.encoding, position)
			 : 0);
}

/* ---- which message is for whom ---- */

static void
ignore(struct language_server *server, const struct client_message *message)
{
	(void)server;
	(void)message;
}

static const struct method {
	const char *name;
	void (*run)(struct language_server *server, const struct client_message *message);
	bool is_request;
} methods[] = {
	{"initialize", initialize, true},
	{"initialized", ignore, false},
	{"shutdown", shut_down, true},
	{"exit", leave, false},
	{"$/setTrace", set_trace, false},
	{"$/cancelRequest", ignore, false}, /* every request is answered at once */
	{"workspace/didChangeWorkspaceFolders", change_folders, false},
	{"workspace/didChangeConfiguration", ignore, false},
	{"textDocument/didOpen", open_document, false},
	{"textDocument/didChange", change_document, false},
	{"textDocument/didSave", save_document, false},
	{"textDocument/didClose", close_document, false},
	{"liveserve/cursor", move_cursor, false},
};

static const struct method *
find_method(const struct client_message *message)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (strcmp(methods[i].name, message->method) == 0 &&
			methods[i].is_request == (message->id != NULL))
			return &methods[i];
	return NULL;
}

/* Answers a request that the state does not allow, or that nobody knows. */
static void
refuse(struct language_server *server, const struct client_message *message)
{
	const char *text = "liveserve lsp does not have this method";
	enum client_error code = CLIENT_METHOD_NOT_FOUND;
	bool is_first = strcmp(message->method, "initialize") == 0;

	if (server->state == SERVER_NEW) {
		code = CLIENT_NOT_INITIALIZED;
		text = "initialize has to be the first request";
	} else if (server->state == SERVER_SHUT_DOWN) {
		code = CLIENT_INVALID_REQUEST;
		text = "after shutdown only exit may come";
	} else if (is_first) {
		code = CLIENT_INVALID_REQUEST;
		text = "initialize may come only once";
	}
	client_answer_error(server->client, message->id, code, text);
}

/* Whether the method may be called now. */
static bool
is_allowed(const struct language_server *server, const struct method *method)
{
	if (method->run == leave)
		return true;
	if (method->run == initialize)
		return server->state == SERVER_NEW;
	return server->state == SERVER_RUNNING;
}

static void
hear(void *context, const struct client_message *message)
{
	struct language_server *server = context;
	const struct method *method = find_method(message);

	if (method && is_allowed(server, method))
		method->run(server, message);
	else if (message->id)
		refuse(server, message);
}

static void
lose_texts(void *context)
{
	struct language_server *server = context;

	documents_lose_all(&server->documents);
	if (server->servers)
		servers_update(server->servers, NULL);
}

static void
client_drained(void *context)
{
	(void)context;
}

/* ---- life ---- */

struct language_server *
language_server_create(struct loop *loop, const struct language_server_options *options)
{
	struct language_server *server = mem_zero(sizeof(*server));

	server->loop = loop;
	server->options = options;
	server->exit_code = 1;
	server->listener = (struct client_listener){
		.message = hear,
		.unreadable = lose_texts,
		.drained = client_drained,
		.ended = client_ended,
		.context = server,
	};
	server->client = client_create(loop, options->input, options->output, &server->listener);
	if (server->client)
		return server;
	log_error("cannot talk over standard input and output (%s); an editor starts liveserve "
		  "lsp, and is at the other end of two pipes",
		strerror(errno));
	language_server_destroy(server);
	return NULL;
}

int
language_server_exit_code(const struct language_server *server)
{
	return server->exit_code;
}

void
language_server_destroy(struct language_server *server)
{
	if (!server)
		return;
	if (server->editor.fn) {
		loop_remove(server->loop, &server->editor);
		close(server->editor.fd);
	}
	servers_destroy(server->servers);
	client_destroy(server->client);
	documents_finish(&server->documents);
	free(server->logged);
	abilities_finish(&server->abilities);
	free(server);
}
