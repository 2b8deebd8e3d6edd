/*
 * Servers are child processes of the test, which answer as liveserve does. tests/e2e/servers.test.js has
 * the real ones.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "control/control_socket.h"
#include "control/running.h"
#include "support/folder.h"

enum { PORT = 2 }; /* of which no real server is in /tmp */

static int
enter(void **state)
{
	char *folder;

	(void)state;
	folder_enter();
	folder = getcwd(NULL, 0);
	setenv("XDG_RUNTIME_DIR", folder, 1);
	free(folder);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	unsetenv("XDG_RUNTIME_DIR");
	folder_leave();
	return 0;
}

/* ---- the server, in a process of its own ---- */

static void
answer(void *context, int socket)
{
	static const char answer[] =
		"HTTP/1.1 200 OK\r\n\r\n{\"root\":\"/site\",\"url\":\"http://a/\",\"pages\":3}";
	char request[1024] = "";

	(void)context;
	fcntl(socket, F_SETFL, 0); /* blocking */
	if (read(socket, request, sizeof(request) - 1) > 0 &&
		strstr(request, "POST /__liveserve/stop "))
		_exit(0);
	send(socket, answer, strlen(answer), MSG_NOSIGNAL);
	close(socket);
}

static pid_t
start_server(const char *root)
{
	int ready[2];
	char byte = 0;
	pid_t child;

	assert_return_code(pipe(ready), errno);
	child = fork();
	assert_return_code(child, errno);
	if (child == 0) {
		struct loop *loop = loop_create();

		if (!control_socket_create(loop, root, PORT, answer, NULL) ||
			write(ready[1], "x", 1) != 1)
			_exit(1);
		loop_run(loop);
		_exit(1);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return child;
}

static void
assert_exits(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* The server with this process; other tests may have servers in /tmp. */
static const struct running_server *
find(const struct running *running, pid_t pid)
{
	for (size_t i = 0; i < running->count; i++)
		if (running->items[i].pid == pid)
			return &running->items[i];
	return NULL;
}

/* ---- the tests ---- */

static void
says_what_it_serves(void **state)
{
	pid_t child = start_server("/site");
	const struct running_server *server;
	struct running running;
	char *who, *folder;

	(void)state;
	running_find(&running);
	server = find(&running, child);
	assert_non_null(server);
	assert_string_equal(server->root, "/site");
	assert_string_equal(server->url, "http://a/");
	assert_int_equal(server->pages, 3);
	assert_int_equal(server->port, PORT);
	assert_false(server->is_suspended);
	assert_true(control_socket_is_of(server->hash, "/site"));
	who = running_on_port(PORT, &folder);
	assert_string_equal(who, "the liveserve that serves /site");
	assert_string_equal(folder, "/site");
	free(who);
	free(folder);
	assert_null(running_on_port(PORT + 1, NULL));
	assert_int_equal(running_stop(server), RUNNING_STOPPED);
	assert_exits(child);
	assert_int_equal(running_stop(server), RUNNING_GONE);
	running_finish(&running);
	running_finish(&running);
}

static void
suspended_server_is_stopped(void **state)
{
	pid_t child = start_server("/site");
	const struct running_server *server;
	struct running running;
	int status;
	char *who;

	(void)state;
	assert_return_code(kill(child, SIGSTOP), errno);
	assert_int_equal(waitpid(child, &status, WUNTRACED), child);
	running_find(&running);
	server = find(&running, child);
	assert_non_null(server);
	assert_true(server->is_suspended);
	assert_null(server->root);
	assert_int_equal(server->port, PORT);
	who = running_on_port(PORT, NULL);
	assert_non_null(strstr(who, "a liveserve that is suspended, process "));
	free(who);
	assert_int_equal(running_stop(server), RUNNING_STOPPED);
	assert_exits(child);
	running_finish(&running);
}

/* The server has ended, and its number belongs to another process now, which is also suspended. */
static void
stranger_gets_no_signal(void **state)
{
	pid_t child = start_server("/site"), stranger = fork();
	struct running_server server;
	struct running running;
	int status;

	(void)state;
	if (stranger == 0)
		for (;;)
			pause();
	assert_return_code(stranger, errno);
	assert_return_code(kill(stranger, SIGSTOP), errno);
	assert_int_equal(waitpid(stranger, &status, WUNTRACED), stranger);
	running_find(&running);
	assert_non_null(find(&running, child));
	server = *find(&running, child);
	server.pid = stranger;
	assert_int_equal(running_stop(&server), RUNNING_GONE);
	assert_int_equal(waitpid(stranger, &status, WNOHANG | WCONTINUED), 0);
	assert_int_equal(waitpid(child, &status, WNOHANG), 0);
	assert_return_code(kill(stranger, SIGKILL), errno);
	assert_int_equal(waitpid(stranger, &status, 0), stranger);
	assert_int_equal(running_stop(find(&running, child)), RUNNING_STOPPED);
	assert_exits(child);
	running_finish(&running);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(says_what_it_serves),
		TEST(suspended_server_is_stopped),
		TEST(stranger_gets_no_signal),
	};

	return cmocka_run_group_tests_name("running", tests, NULL, NULL);
}
