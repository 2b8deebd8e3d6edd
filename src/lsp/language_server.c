/*
 * language_server: see language_server.h. It joins the parts. Its one idea: a table says for each method what it needs and who
 * does it; everything else follows from the state.
 */
#define _GNU_SOURCE
#include "lsp/language_server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "jsonrpc/client.h"
#include "lsp/notifications.h"
#include "lsp/orders.h"

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
	struct workspace workspace;
	struct orders *orders;
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
	uint64_t number = server->workspace.abilities.process;
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

/* ---- requests and notifications ---- */

static void
initialize(struct language_server *server, const struct client_message *message)
{
	struct buf answer = {0}, commands = {0};

	orders_add_names(&commands);
	abilities_read(&server->workspace.abilities, message->params);
	server->workspace.documents.encoding = server->workspace.abilities.encoding;
	client_set_trace(server->client, json_value_text_member(message->params, "trace"));
	abilities_add_answer(&server->workspace.abilities, server->options->version,
		buf_slice(&commands), &answer);
	client_answer(server->client, message->id, buf_slice(&answer));
	buf_finish(&answer);
	buf_finish(&commands);
	server->state = SERVER_RUNNING;
	workspace_begin(&server->workspace);
	watch_editor(server);
}

static void
begin(struct language_server *server, const struct client_message *message)
{
	(void)message;
	if (server->workspace.abilities.start)
		orders_start_first(server->orders);
}

static void
take_command(struct language_server *server, const struct client_message *message)
{
	orders_take(server->orders, message);
}

static void
cancel(struct language_server *server, const struct client_message *message)
{
	orders_cancel(server->orders, message);
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
	abilities_change_folders(&server->workspace.abilities, message->params);
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
	/* In place of run: what needs the workspace only. */
	void (*note)(struct workspace *workspace, const struct client_message *message);
} methods[] = {
	{"initialize", initialize, true, NULL},
	{"initialized", begin, false, NULL},
	{"shutdown", shut_down, true, NULL},
	{"exit", leave, false, NULL},
	{"$/setTrace", set_trace, false, NULL},
	{"$/cancelRequest", cancel, false, NULL},
	{"workspace/executeCommand", take_command, true, NULL},
	{"workspace/didChangeWorkspaceFolders", change_folders, false, NULL},
	{"workspace/didChangeConfiguration", ignore, false, NULL},
	{"textDocument/didOpen", NULL, false, notifications_open},
	{"textDocument/didChange", NULL, false, notifications_change},
	{"textDocument/didSave", NULL, false, notifications_save},
	{"textDocument/didClose", NULL, false, notifications_close},
	{"liveserve/cursor", NULL, false, notifications_cursor},
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

	if (method && is_allowed(server, method) && method->note)
		method->note(&server->workspace, message);
	else if (method && is_allowed(server, method))
		method->run(server, message);
	else if (message->id)
		refuse(server, message);
}

static void
lose_texts(void *context)
{
	struct language_server *server = context;

	documents_lose_all(&server->workspace.documents);
	if (server->workspace.servers)
		servers_update(server->workspace.servers, NULL);
}

static void
client_drained(void *context)
{
	struct language_server *server = context;

	workspace_publish(&server->workspace);
}

static void
server_ready(void *context, struct server *from)
{
	orders_server_ready(((struct language_server *)context)->orders, from);
}

static void
server_ended(void *context, const struct server *from)
{
	orders_server_ended(((struct language_server *)context)->orders, from);
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
	server->workspace.loop = loop;
	server->workspace.client = server->client;
	server->orders = orders_create(&server->workspace);
	server->workspace.ready = server_ready;
	server->workspace.ended = server_ended;
	server->workspace.context = server;
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
	orders_destroy(server->orders);
	workspace_finish(&server->workspace);
	client_destroy(server->client);
	free(server);
}
