/*
 * played_server: see played_server.h.
 */
#define _GNU_SOURCE
#include "support/played_server.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "clock.h"
#include "folder.h"
#include "test.h"

/* ---- life ---- */

void
played_server_begin(struct played_server *server, struct loop *loop)
{
	char *run;

	memset(server, 0, sizeof(*server));
	server->loop = loop;
	server->peer = server->second = -1;
	server->root = getcwd(NULL, 0);
	assert_non_null(server->root);
	folder_make("../outside/run");
	run = realpath("../outside/run", NULL);
	assert_non_null(run);
	assert_int_equal(chmod(run, 0700), 0);
	setenv("XDG_RUNTIME_DIR", run, 1);
	free(run);
}

void
played_server_finish(struct played_server *server)
{
	played_server_end(server);
	buf_finish(&server->got);
	free(server->root);
}

/* A control_socket_accepted_fn. */
static void
accept_peer(void *context, int socket)
{
	struct played_server *server = context;

	assert_true(server->peer < 0 || server->second < 0);
	if (server->peer < 0)
		server->peer = socket;
	else
		server->second = socket;
}

void
played_server_start(struct played_server *server)
{
	server->control_socket = control_socket_create(
		server->loop, server->root, 1, accept_peer, server);
	assert_non_null(server->control_socket);
}

void
played_server_hang_up(struct played_server *server)
{
	if (server->peer >= 0)
		close(server->peer);
	if (server->second >= 0)
		close(server->second);
	server->peer = server->second = -1;
}

void
played_server_end(struct played_server *server)
{
	control_socket_destroy(server->control_socket);
	server->control_socket = NULL;
	played_server_hang_up(server);
}

/* ---- what comes ---- */

static void
receive_from(int socket, struct buf *bytes)
{
	char part[4096];
	ssize_t count;

	while (socket >= 0 && (count = recv(socket, part, sizeof(part), MSG_DONTWAIT)) > 0)
		buf_add(bytes, part, (size_t)count);
}

void
played_server_receive(struct played_server *server)
{
	receive_from(server->peer, &server->got);
}

static bool
has_hello(void *context)
{
	struct played_server *server = context;

	played_server_receive(server);
	return strstr(buf_slice(&server->got).at, "\"hello\"") != NULL;
}

void
played_server_wait(struct played_server *server)
{
	buf_clear(&server->got);
	clock_wait(server->loop, has_hello, server);
	buf_clear(&server->got);
}

void
played_server_expect(struct played_server *server, const char *expected)
{
	clock_drain(server->loop);
	played_server_receive(server);
	clock_drain(server->loop);
	played_server_receive(server);
	assert_string_equal(buf_slice(&server->got).at, expected);
	buf_clear(&server->got);
}

/* What the second one is to send, and has sent. */
struct second {
	const struct played_server *server;
	struct slice begin;
	struct buf got;
};

static bool
has_come(void *context)
{
	struct second *second = context;

	receive_from(second->server->second, &second->got);
	return second->got.length >= second->begin.length;
}

void
played_server_expect_second(struct played_server *server, const char *begin)
{
	struct second second = {.server = server, .begin = slice_of(begin)};

	clock_wait(server->loop, has_come, &second);
	assert_memory_equal(second.got.bytes, begin, second.begin.length);
	buf_finish(&second.got);
}

/* ---- what it says ---- */

void
played_server_say(struct played_server *server, const char *text)
{
	size_t length = strlen(text);

	assert_int_equal(send(server->peer, text, length, MSG_NOSIGNAL), length);
	clock_drain(server->loop);
}

void
played_server_greet(struct played_server *server)
{
	char *text = mem_format("HTTP/1.1 101 Switching Protocols\r\n\r\n"
				"{\"type\":\"hello\",\"root\":\"%s\",\"url\":\"" PLAYED_SERVER_URL
				"\"}\n",
		server->root);
	played_server_say(server, text);
	free(text);
}

void
played_server_welcome(struct played_server *server)
{
	played_server_wait(server);
	played_server_greet(server);
}
