/*
 * orders: see orders.h. It owns the orders that wait: for a server that was just found or started to answer, or to end.
 */
#define _GNU_SOURCE
#include "lsp/orders.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json_writer.h"
#include "base/log.h"
#include "base/mem.h"
#include "control/control_api.h"
#include "control/control_socket.h"
#include "fs/path.h"
#include "lsp/file_uri.h"
#include "lsp/server_messages.h"
#include "lsp/starter.h"
#include "ui/browser.h"

enum { LOOK_MS = 50 }; /* between looks for a server that was started */

struct order;

/* What an order does when its server is there. */
typedef void order_fn(struct orders *orders, struct order *order, struct server *server);

struct order {
	struct order *next;
	char *id; /* of the request, as JSON; NULL: nobody waits for an answer */
	order_fn *run;
	char *path;            /* of the file or folder that it names; NULL: none */
	char *folder;          /* that a server was started for; NULL: none */
	struct server *server; /* that it waits for; NULL: for one that was started */
	bool waits_for_end;    /* of server */
	int socket;            /* that the end was asked over; -1: none */
	uint64_t due_us;
};

struct orders {
	struct workspace *workspace;
	struct order *first;
	struct starter *starter;
	struct browser *browser; /* NULL before it is needed */
	struct loop_timer look;
};

/* ---- answers ---- */

static void
free_order(struct order *order)
{
	if (order->socket >= 0)
		close(order->socket);
	free(order->id);
	free(order->path);
	free(order->folder);
	free(order);
}

/* Removes an order that waits. */
static void
remove_order(struct orders *orders, struct order *order)
{
	struct order **place = &orders->first;

	while (*place != order)
		place = &(*place)->next;
	*place = order->next;
	free_order(order);
}

/* Answers with a text; NULL: null. */
static void
succeed(struct orders *orders, struct order *order, const char *text)
{
	struct buf result = {0};

	if (text)
		json_add_text(&result, slice_of(text));
	if (order->id)
		client_answer(orders->workspace->client, order->id, buf_slice(&result));
	buf_finish(&result);
	remove_order(orders, order);
}

static void
fail(struct orders *orders, struct order *order, enum client_error code, const char *text)
{
	if (order->id)
		client_answer_error(orders->workspace->client, order->id, code, text);
	else
		client_show(orders->workspace->client, CLIENT_ERROR, text);
	remove_order(orders, order);
}

static void look(void *context);

static void
look_later(struct orders *orders)
{
	if (orders->first && !orders->look.is_set)
		loop_timer_set(
			orders->workspace->loop, &orders->look, LOOK_MS * 1000, look, orders);
}

/* ---- what the commands do ---- */

static void
give_address(struct orders *orders, struct order *order, struct server *server)
{
	succeed(orders, order, server_url(server));
}

/* The name in the served folder of the file that the order names; NULL when it names none there. */
static const char *
name_in(const struct order *order, const struct server *server)
{
	const char *name = order->path ? path_below(order->path, server_root(server)) : NULL;

	return server_messages_can_name(name) ? name : NULL;
}

static void
open_page(struct orders *orders, struct order *order, struct server *server)
{
	static const struct browser_options options;
	struct workspace *workspace = orders->workspace;
	struct buf page = {0}, params = {0};
	char *url;

	file_uri_add_page(server_url(server), name_in(order, server), &page);
	url = buf_take(&page);
	if (workspace->abilities.shows_documents) {
		buf_add_char(&params, '{');
		json_add_text_member(&params, "uri", url);
		buf_add_text(&params, ",\"external\":true}");
		client_request(workspace->client, "window/showDocument", buf_slice(&params));
		buf_finish(&params);
	} else {
		if (!orders->browser)
			orders->browser = browser_create(workspace->loop, &options);
		browser_open(orders->browser, url);
	}
	succeed(orders, order, url);
	free(url);
}

static void
send_and_succeed(
	struct orders *orders, struct order *order, struct server *server, struct buf *object)
{
	server_send(server, buf_slice(object));
	buf_finish(object);
	succeed(orders, order, NULL);
}

static void
reload(struct orders *orders, struct order *order, struct server *server)
{
	struct buf object = {0};

	server_messages_reload(&object, name_in(order, server));
	send_and_succeed(orders, order, server, &object);
}

static void
set_paused(struct orders *orders, struct order *order, struct server *server, bool is_paused)
{
	struct buf object = {0};

	server_messages_pause(&object, is_paused);
	send_and_succeed(orders, order, server, &object);
}

static void
pause_pages(struct orders *orders, struct order *order, struct server *server)
{
	set_paused(orders, order, server, true);
}

static void
resume_pages(struct orders *orders, struct order *order, struct server *server)
{
	set_paused(orders, order, server, false);
}

/* The order is answered when the connection has ended. */
static void
stop_server(struct orders *orders, struct order *order, struct server *server)
{
	static const char request[] = "POST " CONTROL_API_STOP
				      " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
	const ssize_t length = sizeof(request) - 1;

	if (order->socket >= 0)
		return;
	order->socket = control_socket_connect(server_root(server));
	order->server = server;
	order->waits_for_end = true;
	if (order->socket < 0 ||
		send(order->socket, request, (size_t)length, MSG_NOSIGNAL) != length)
		fail(orders, order, CLIENT_REQUEST_FAILED,
			"the running liveserve cannot be asked to end; see: liveserve stop");
	else
		look_later(orders);
}

/* ---- waiting ---- */

/* Runs the order, or has it wait for its server. */
static void
proceed(struct orders *orders, struct order *order)
{
	if (order->server && server_url(order->server))
		order->run(orders, order, order->server);
	else
		look_later(orders);
}

/* A loop_timer_fn: looks for the servers that were started, and gives up what takes too long. */
static void
look(void *context)
{
	struct orders *orders = context;
	struct order *next;

	for (struct order *order = orders->first; order; order = next) {
		next = order->next;
		if (!order->server && order->folder)
			order->server = servers_find_exactly(
				orders->workspace->servers, order->folder);
		/* Somebody else may have connected with it, so that it has answered before. */
		if (order->server && server_url(order->server) && !order->waits_for_end)
			order->run(orders, order, order->server);
		else if (loop_now() > order->due_us)
			fail(orders, order, CLIENT_REQUEST_FAILED,
				order->waits_for_end
					? "the liveserve has been asked to end, but has not ended"
					: "the liveserve does not answer; restart it");
	}
	look_later(orders);
}

void
orders_server_ready(struct orders *orders, struct server *server)
{
	struct order *next;

	for (struct order *order = orders->first; order; order = next) {
		next = order->next;
		if (order->server == server)
			order->run(orders, order, server);
	}
}

void
orders_server_ended(struct orders *orders, const struct server *server)
{
	struct order *next;

	for (struct order *order = orders->first; order; order = next) {
		next = order->next;
		if (order->server != server)
			continue;
		if (order->waits_for_end)
			succeed(orders, order, NULL);
		else
			fail(orders, order, CLIENT_REQUEST_FAILED,
				"the liveserve has ended before it has answered");
	}
}

/* A starter_ended_fn: the orders that wait for it have failed. */
static void
started_ended(void *context, const char *folder, const char *error)
{
	struct orders *orders = context;
	struct buf sentence = {0};
	struct order *next;

	buf_add_text(&sentence, "the liveserve has ended: ");
	log_add_printable(&sentence, slice_of(error ? error : "it does not say why"));
	for (struct order *order = orders->first; order; order = next) {
		next = order->next;
		if (order->folder && !order->waits_for_end && strcmp(order->folder, folder) == 0)
			fail(orders, order, CLIENT_REQUEST_FAILED, sentence.bytes);
	}
	if (error)
		client_log(orders->workspace->client, CLIENT_ERROR, "%s", sentence.bytes);
	buf_finish(&sentence);
}

/* ---- starting ---- */

/* The folder that a server is to be started for; NULL when the person has not opened it. */
static const char *
folder_to_start(const struct orders *orders, const struct order *order)
{
	const struct abilities *abilities = &orders->workspace->abilities;

	if (!order->path)
		return abilities->folder_count ? abilities->folders[0] : NULL;
	return abilities_hold(abilities, order->path) ? order->path : NULL;
}

static void
start(struct orders *orders, struct order *order)
{
	const char *folder = folder_to_start(orders, order);

	if (!folder) {
		fail(orders, order, CLIENT_REQUEST_FAILED,
			"a server is started only for a folder that is open in the editor; open "
			"the folder of the pages, or start one in a terminal: liveserve FOLDER");
		return;
	}
	order->folder = mem_text(folder);
	order->server = servers_find(orders->workspace->servers, folder);
	if (!order->server && !starter_start(orders->starter, folder) && errno != EEXIST)
		fail(orders, order, CLIENT_REQUEST_FAILED,
			"a liveserve cannot be started: the system gives no process or descriptor");
	else
		proceed(orders, order);
}

/* ---- orders ---- */

static const struct command {
	const char *name;
	order_fn *run;
	bool starts;
} commands[] = {
	{"liveserve.address", give_address, false},
	{"liveserve.open", open_page, false},
	{"liveserve.pause", pause_pages, false},
	{"liveserve.reload", reload, false},
	{"liveserve.resume", resume_pages, false},
	{"liveserve.start", give_address, true},
	{"liveserve.stop", stop_server, false},
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

void
orders_add_names(struct buf *json)
{
	for (size_t i = 0; i < COMMANDS; i++)
		buf_addf(json, "%s\"%s\"", i ? "," : "[", commands[i].name);
	buf_add_char(json, ']');
}

static struct order *
add_order(struct orders *orders, const char *id, order_fn *run)
{
	struct order *order = mem_zero(sizeof(*order));

	order->id = id ? mem_text(id) : NULL;
	order->run = run;
	order->socket = -1;
	order->due_us = loop_now() + ORDERS_PATIENCE_MS * 1000ULL;
	order->next = orders->first;
	orders->first = order;
	return order;
}

/* The server that the order means; NULL when there is none. */
static struct server *
find_server(const struct orders *orders, const struct order *order)
{
	struct workspace *workspace = orders->workspace;
	const struct abilities *abilities = &workspace->abilities;
	struct server *server = servers_current(workspace->servers);

	if (order->path)
		return servers_find(workspace->servers, order->path);
	for (size_t i = 0; i < abilities->folder_count && !server; i++)
		server = servers_find(workspace->servers, abilities->folders[i]);
	return server;
}

static void
take(struct orders *orders, const struct command *command, const char *id, char *path)
{
	struct order *order = add_order(orders, id, command->run);
	struct stat state;

	order->path = path;
	if (command->starts) {
		if (path && stat(path, &state) == 0 && !S_ISDIR(state.st_mode))
			*strrchr(path, '/') = '\0'; /* the folder of the file */
		start(orders, order);
		return;
	}
	order->server = find_server(orders, order);
	if (order->server)
		proceed(orders, order);
	else
		fail(orders, order, CLIENT_REQUEST_FAILED,
			"no liveserve of yours runs for these files; start one with the command "
			"liveserve.start, or in a terminal: liveserve FOLDER");
}

static const struct command *
find_command(const char *name)
{
	for (size_t i = 0; name && i < COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

/* Reads the argument. Returns false after an answer when it is wrong. *path is the caller's. */
static bool
read_argument(struct orders *orders, const struct client_message *message, char **path)
{
	const struct json_value *argument = json_value_first(
		json_value_member(message->params, "arguments"));
	const char *uri = json_value_text(argument);
	char *file = uri ? file_uri_to_path(slice_of(uri)) : NULL;

	*path = file ? realpath(file, NULL) : NULL;
	free(file);
	if (*path || !argument || json_value_is_null(argument))
		return true;
	client_answer_error(orders->workspace->client, message->id, CLIENT_INVALID_PARAMS,
		"the argument has to be the URI of a file or folder that exists: file:///...");
	return false;
}

void
orders_take(struct orders *orders, const struct client_message *message)
{
	struct client *client = orders->workspace->client;
	const struct command *command = find_command(
		json_value_text_member(message->params, "command"));
	size_t waiting = 0;
	char *path;

	for (const struct order *order = orders->first; order; order = order->next)
		waiting++;
	if (!command)
		client_answer_error(
			client, message->id, CLIENT_INVALID_PARAMS, "there is no such command");
	else if (waiting >= ORDERS_MAX)
		client_answer_error(client, message->id, CLIENT_REQUEST_FAILED,
			"too many commands wait for a server");
	else if (read_argument(orders, message, &path))
		take(orders, command, message->id, path);
}

void
orders_cancel(struct orders *orders, const struct client_message *message)
{
	const struct json_value *value = json_value_member(message->params, "id");
	struct buf id = {0};

	if (value && json_value_add_id(&id, value))
		for (struct order *order = orders->first; order; order = order->next)
			if (order->id && strcmp(order->id, id.bytes) == 0) {
				fail(orders, order, CLIENT_REQUEST_CANCELLED, "cancelled");
				break;
			}
	buf_finish(&id);
}

void
orders_start_first(struct orders *orders)
{
	start(orders, add_order(orders, NULL, give_address));
}

/* ---- life ---- */

struct orders *
orders_create(struct workspace *workspace)
{
	struct orders *orders = mem_zero(sizeof(*orders));

	orders->workspace = workspace;
	orders->starter = starter_create(workspace->loop, started_ended, orders);
	return orders;
}

void
orders_destroy(struct orders *orders)
{
	if (!orders)
		return;
	loop_timer_clear(orders->workspace->loop, &orders->look);
	while (orders->first)
		remove_order(orders, orders->first);
	starter_destroy(orders->starter);
	browser_destroy(orders->browser);
	free(orders);
}
