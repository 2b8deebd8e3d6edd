/*
 * Both ends of the socket in one process, in a folder of the test.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "control/control_socket.h"
#include "support/capture.h"
#include "support/clock.h"
#include "support/folder.h"
#include "support/valgrind.h"

static struct {
	struct loop *loop;
	char *folder;
	int accepted[2]; /* the last connection of each of two servers; -1 */
} here;

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	here.loop = loop_create();
	here.folder = getcwd(NULL, 0);
	here.accepted[0] = here.accepted[1] = -1;
	setenv("XDG_RUNTIME_DIR", here.folder, 1);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	unsetenv("XDG_RUNTIME_DIR");
	loop_destroy(here.loop);
	free(here.folder);
	folder_leave();
	return 0;
}

static void
accepted(void *context, int socket)
{
	int *last = context;

	assert_int_equal(*last, -1);
	*last = socket;
}

static bool
has_accepted(void *context)
{
	return *(int *)context >= 0;
}

/* Which server a client for root reaches: 0, 1, or -1 for none. */
static int
server_reached(const char *root)
{
	int socket = control_socket_connect(root), who = -1;

	if (socket < 0)
		return -1;
	clock_drain(here.loop);
	for (int i = 0; i < 2; i++) {
		if (!has_accepted(&here.accepted[i]))
			continue;
		who = i;
		assert_int_equal(send(here.accepted[i], "hello", 5, MSG_NOSIGNAL), 5);
		close(here.accepted[i]);
		here.accepted[i] = -1;
	}
	close(socket);
	return who;
}

static struct control_socket *
start(int number, const char *root)
{
	return control_socket_create(
		here.loop, root, (uint16_t)(9000 + number), accepted, &here.accepted[number]);
}

static size_t
count_files(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	size_t count = 0;

	if (!folder)
		return 0;
	while ((entry = readdir(folder)))
		count += *entry->d_name != '.';
	closedir(folder);
	return count;
}

static void
is_found_by_its_folder(void **state)
{
	struct control_socket *one, *two;
	size_t descriptors = folder_open_descriptors();
	struct stat state_of_folder;

	(void)state;
	assert_int_equal(server_reached("/site"), -1);
	one = start(0, "/site");
	two = start(1, "/site/below");
	assert_non_null(one);
	assert_non_null(two);
	assert_int_equal(server_reached("/site"), 0);
	assert_int_equal(server_reached("/site/below"), 1);
	assert_int_equal(server_reached("/sit"), -1);
	assert_return_code(stat("liveserve", &state_of_folder), errno);
	assert_int_equal(state_of_folder.st_mode & 0777, 0700);
	assert_int_equal(count_files("liveserve"), 2);
	control_socket_destroy(one);
	assert_int_equal(server_reached("/site"), -1);
	assert_int_equal(server_reached("/site/below"), 1);
	control_socket_destroy(two);
	control_socket_destroy(NULL);
	assert_int_equal(count_files("liveserve"), 0);
	assert_int_equal(folder_open_descriptors(), descriptors);
}

/* What control_socket_find_all has found, by the port of the server. */
static struct {
	size_t count;
	bool has[2];  /* the servers 0 and 1 */
	bool is_site; /* all of them are of /site */
} found;

static void
note_found(void *context, const struct control_socket_found *one)
{
	(void)context;
	if (one->pid != getpid()) { /* another test has a server in /tmp */
		close(one->fd);
		return;
	}
	found.count++;
	assert_in_range(one->port, 9000, 9001);
	found.has[one->port - 9000] = true;
	found.is_site = found.is_site && control_socket_is_of(one->hash, "/site");
	assert_false(control_socket_is_of(one->hash, "/sit"));
	close(one->fd);
}

static size_t
count_found(void)
{
	memset(&found, 0, sizeof(found));
	found.is_site = true;
	control_socket_find_all(note_found, NULL);
	return found.count;
}

/* Closes the connections that a look at the servers has left. */
static void
forget_clients(void)
{
	for (int i = 0; i < 2; i++) {
		clock_drain(here.loop);
		if (here.accepted[i] >= 0)
			close(here.accepted[i]);
		here.accepted[i] = -1;
	}
}

/* The older server of a folder is found, too, with its own port, and also after the newer has ended. */
static void
all_are_found(void **state)
{
	struct control_socket *one, *two;

	(void)state;
	assert_int_equal(count_found(), 0);
	one = start(0, "/site");
	assert_int_equal(count_found(), 1);
	assert_true(found.has[0] && found.is_site);
	forget_clients();
	two = start(1, "/site");
	forget_clients();
	assert_int_equal(count_found(), 2);
	assert_true(found.has[0] && found.has[1] && found.is_site);
	forget_clients();
	control_socket_destroy(two);
	assert_int_equal(count_found(), 1);
	assert_true(found.has[0]);
	forget_clients();
	control_socket_destroy(one);
	assert_int_equal(count_found(), 0);
	assert_int_equal(count_files("liveserve"), 0);
}

/* A socket without a server is removed; what is no socket of a server is left alone. */
static void
stale_sockets_are_removed(void **state)
{
	static const char *const others[] = {"liveserve/0123456789abcde", "liveserve/notes.txt",
		"liveserve/0123456789abcdef.12.9000", "liveserve/0123456789abcdef.x"};
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)state;
	folder_make("liveserve");
	assert_return_code(chmod("liveserve", 0700), errno);
	strcpy(name.sun_path, "liveserve/0123456789abcdef.12");
	assert_return_code(bind(fd, (struct sockaddr *)&name, sizeof(name)), errno);
	close(fd);
	for (size_t i = 0; i < ROWS(others); i++)
		folder_write(others[i], "");
	folder_write("liveserve/fedcba9876543210", "a plain file");
	assert_int_equal(count_found(), 0);
	assert_int_equal(access(name.sun_path, F_OK), -1);
	assert_int_equal(count_files("liveserve"), ROWS(others) + 1);
	assert_return_code(chmod("liveserve", 0755), errno);
	assert_int_equal(count_found(), 0);
}

static void
newer_wins(void **state)
{
	struct control_socket *one = start(0, "/site"), *two;
	const char *logged;

	(void)state;
	log_set_level(LOG_VERBOSE);
	capture_begin(2);
	two = start(1, "/site");
	logged = capture_end();
	log_set_level(LOG_NORMAL);
	assert_non_null(strstr(logged, "another liveserve serves /site"));
	clock_drain(here.loop); /* the second server has connected to the first */
	if (here.accepted[0] >= 0)
		close(here.accepted[0]);
	here.accepted[0] = -1;
	assert_int_equal(server_reached("/site"), 1);
	control_socket_destroy(one); /* it must not remove the other's socket */
	assert_int_equal(server_reached("/site"), 1);
	control_socket_destroy(two);
	assert_int_equal(server_reached("/site"), -1);
}

/* The socket of a server that was killed. */
static void
stale_sockets_are_replaced(void **state)
{
	struct control_socket *control_socket = start(0, "/site");
	struct dirent *entry;
	char *path = NULL;
	DIR *folder = opendir("liveserve");
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)state;
	while ((entry = readdir(folder)))
		if (*entry->d_name != '.')
			path = mem_format("liveserve/%s", entry->d_name);
	closedir(folder);
	assert_non_null(path);
	control_socket_destroy(control_socket);
	memcpy(name.sun_path, path, strlen(path));
	assert_return_code(bind(fd, (struct sockaddr *)&name, sizeof(name)), errno);
	close(fd);
	assert_return_code(access(path, F_OK), errno);
	assert_int_equal(control_socket_connect("/site"), -1);
	control_socket = start(0, "/site");
	assert_int_equal(server_reached("/site"), 0);
	control_socket_destroy(control_socket);
	assert_int_equal(access(path, F_OK), -1);
	free(path);
}

/* No other user may put a socket into the folder, or reach one in it. */
static void
folders_of_others_are_refused(void **state)
{
	struct control_socket *control_socket;
	const char *logged;

	(void)state;
	control_socket = start(0, "/site");
	assert_int_equal(server_reached("/site"), 0);
	assert_return_code(chmod("liveserve", 0770), errno);
	assert_int_equal(control_socket_connect("/site"), -1);
	assert_return_code(chmod("liveserve", 0700), errno);
	assert_return_code(rename("liveserve", "elsewhere"), errno);
	assert_return_code(symlink("elsewhere", "liveserve"), errno);
	assert_int_equal(control_socket_connect("/site"), -1);
	control_socket_destroy(control_socket);
	if (geteuid() != 0)
		return;
	assert_return_code(unlink("liveserve"), errno);
	folder_make("liveserve");
	assert_return_code(chmod("liveserve", 0700), errno);
	assert_return_code(chown("liveserve", 65534, 65534), errno);
	capture_begin(2);
	control_socket = start(0, "/nobody's");
	logged = capture_end();
	if (control_socket)
		assert_int_equal(count_files("liveserve"), 0); /* it is in /tmp */
	else
		assert_non_null(strstr(logged, "no private folder"));
	control_socket_destroy(control_socket);
}

static void
without_a_runtime_folder(void **state)
{
	static const char *const folders[] = {"", "relative", "/no/such/folder", NULL};

	(void)state;
	for (size_t i = 0; i < ROWS(folders); i++) {
		struct control_socket *control_socket;

		if (folders[i])
			setenv("XDG_RUNTIME_DIR", folders[i], 1);
		else
			unsetenv("XDG_RUNTIME_DIR");
		control_socket = start(0, here.folder);
		assert_non_null(control_socket);
		assert_int_equal(server_reached(here.folder), 0);
		control_socket_destroy(control_socket);
		assert_int_equal(server_reached(here.folder), -1);
	}
}

/* If the socket's name would be too long, the other folder is used. */
static void
long_runtime_folder(void **state)
{
	char *name = mem_zero(151), *path;
	struct control_socket *control_socket;

	(void)state;
	memset(name, 'x', 150);
	path = mem_format("%s/%s", here.folder, name);
	folder_make(path);
	setenv("XDG_RUNTIME_DIR", path, 1);
	control_socket = start(0, here.folder);
	assert_non_null(control_socket);
	assert_int_equal(server_reached(here.folder), 0);
	control_socket_destroy(control_socket);
	free(path);
	free(name);
}

enum { FEW = 32 }; /* descriptors, more than are open */

/* Takes all descriptors that are left. Returns their number. */
static size_t
take_descriptors(int *taken)
{
	size_t count = 0;

	while (count < FEW && (taken[count] = dup(0)) >= 0)
		count++;
	assert_in_range(count, 1, FEW - 1);
	return count;
}

/* That this test comes to an end shows that the loop does not spin. */
static void
waits_for_a_descriptor(void **state)
{
	struct control_socket *control_socket;
	int client, taken[FEW];
	struct rlimit usual, few;
	size_t count;

	(void)state;
	if (valgrind_runs())
		skip();
	control_socket = start(0, "/site");
	client = control_socket_connect("/site");
	assert_return_code(client, errno);
	assert_return_code(getrlimit(RLIMIT_NOFILE, &usual), errno);
	few = (struct rlimit){FEW, usual.rlim_max};
	assert_return_code(setrlimit(RLIMIT_NOFILE, &few), errno);
	count = take_descriptors(taken);
	clock_drain(here.loop);
	assert_int_equal(here.accepted[0], -1);
	while (count)
		close(taken[--count]);
	assert_return_code(setrlimit(RLIMIT_NOFILE, &usual), errno);
	clock_wait(here.loop, has_accepted, &here.accepted[0]);
	close(here.accepted[0]);
	close(client);
	control_socket_destroy(control_socket);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(is_found_by_its_folder),
		TEST(all_are_found),
		TEST(stale_sockets_are_removed),
		TEST(newer_wins),
		TEST(stale_sockets_are_replaced),
		TEST(folders_of_others_are_refused),
		TEST(without_a_runtime_folder),
		TEST(long_runtime_folder),
		TEST(waits_for_a_descriptor),
	};

	return cmocka_run_group_tests_name("control_socket", tests, NULL, NULL);
}
