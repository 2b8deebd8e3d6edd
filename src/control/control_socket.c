/*
 * control_socket: see control_socket.h. The socket is bound to a name of its own and then renamed, so at every
 * moment there is one server behind the name or the other.
 */
#define _GNU_SOURCE
#include "control/control_socket.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/hash.h"
#include "base/mem.h"

enum {
	BACKLOG = 16,
	PAUSE_US = 200 * 1000, /* when there is no descriptor for who asks */
};

struct control_socket {
	struct loop *loop;
	struct loop_source source;
	struct loop_timer pause;
	control_accept_fn *accept;
	void *context;
	int socket;
	struct sockaddr_un name;
	struct stat state; /* of the socket's file */
};

/* ---- the place ---- */

enum { PLACE_COUNT = 2 };

static bool
is_ours(const char *folder, mode_t forbidden)
{
	struct stat state;

	return lstat(folder, &state) == 0 && S_ISDIR(state.st_mode) && state.st_uid == geteuid() &&
	       (state.st_mode & forbidden) == 0;
}

/* One of the folders where sockets may be; NULL when there is no such. The caller frees. */
static char *
place(int number)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");

	if (number == 1)
		return mem_format("/tmp/liveserve-%u", (unsigned)geteuid());
	if (!runtime || *runtime != '/' || !is_ours(runtime, 0))
		return NULL;
	return mem_format("%s/liveserve", runtime);
}

/* Returns false when folder is NULL, is not this user's alone or would make too long a name. */
static bool
name_socket(struct sockaddr_un *name, const char *folder, const char *root)
{
	int length;

	if (!folder || !is_ours(folder, 077))
		return false;
	*name = (struct sockaddr_un){.sun_family = AF_UNIX};
	length = snprintf(name->sun_path, sizeof(name->sun_path), "%s/%016" PRIx64, folder,
		hash_bytes(slice_of(root)));
	return length > 0 && (size_t)length < sizeof(name->sun_path);
}

/* ---- the asking end ---- */

static int
connect_to(const struct sockaddr_un *name)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (const struct sockaddr *)name, sizeof(*name)) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

int
control_socket_connect(const char *root)
{
	int fd = -1;

	for (int i = 0; i < PLACE_COUNT && fd < 0; i++) {
		struct sockaddr_un name;
		char *folder = place(i);

		if (name_socket(&name, folder, root))
			fd = connect_to(&name);
		free(folder);
	}
	return fd;
}

/* ---- the server's end ---- */

static void
pause_is_over(void *context)
{
	struct control_socket *control_socket = context;

	loop_change(control_socket->loop, &control_socket->source, LOOP_READ);
}

/* Who asks waits: accept(2) would fail again at once, and for ever. */
static void
pause_accepting(struct control_socket *control_socket)
{
	loop_change(control_socket->loop, &control_socket->source, 0);
	loop_timer_set(control_socket->loop, &control_socket->pause, PAUSE_US, pause_is_over,
		control_socket);
}

static void
socket_ready(void *context, unsigned events)
{
	struct control_socket *control_socket = context;
	int fd = accept4(control_socket->socket, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)events;
	if (fd >= 0)
		control_socket->accept(control_socket->context, fd);
	else if (errno != EAGAIN)
		pause_accepting(control_socket);
}

static void
say_if_served(const struct sockaddr_un *name, const char *root)
{
	int fd = connect_to(name);

	if (fd < 0)
		return;
	close(fd);
	log_verbose("another liveserve serves %s, too: questions about it come here now", root);
}

/* Binds to a name of its own that then takes the place of control's. */
static bool
bind_socket(struct control_socket *control_socket, const char *root)
{
	struct sockaddr_un own = {.sun_family = AF_UNIX};
	int length = snprintf(own.sun_path, sizeof(own.sun_path), "%s.%d",
		control_socket->name.sun_path, (int)getpid());

	if ((size_t)length >= sizeof(own.sun_path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	unlink(own.sun_path);
	if (bind(control_socket->socket, (struct sockaddr *)&own, sizeof(own)) < 0)
		return false;
	say_if_served(&control_socket->name, root);
	if (listen(control_socket->socket, BACKLOG) == 0 &&
		lstat(own.sun_path, &control_socket->state) == 0 &&
		rename(own.sun_path, control_socket->name.sun_path) == 0)
		return true;
	unlink(own.sun_path);
	return false;
}

static bool
find_place(struct control_socket *control_socket, const char *root)
{
	bool found = false;

	for (int i = 0; i < PLACE_COUNT && !found; i++) {
		char *folder = place(i);

		if (folder)
			mkdir(folder, 0700);
		found = name_socket(&control_socket->name, folder, root);
		free(folder);
	}
	if (!found)
		errno = EACCES;
	return found;
}

struct control_socket *
control_socket_create(
	struct loop *loop, const char *root, control_accept_fn *accept_fn, void *context)
{
	struct control_socket *control_socket = mem_zero(sizeof(*control_socket));

	control_socket->loop = loop;
	control_socket->accept = accept_fn;
	control_socket->context = context;
	control_socket->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (control_socket->socket < 0 || !find_place(control_socket, root) ||
		!bind_socket(control_socket, root) ||
		!loop_add(loop, &control_socket->source, control_socket->socket, LOOP_READ,
			socket_ready, control_socket))
		goto fail;
	return control_socket;

fail:
	log_notice("there is no private folder for a socket (%s), so liveserve why finds no server "
		   "here; set XDG_RUNTIME_DIR to a folder of yours",
		strerror(errno));
	control_socket_destroy(control_socket);
	return NULL;
}

const char *
control_socket_path(const struct control_socket *control_socket)
{
	return control_socket->name.sun_path;
}

static bool
is_still_there(const struct control_socket *control_socket)
{
	struct stat state;

	return lstat(control_socket->name.sun_path, &state) == 0 &&
	       state.st_ino == control_socket->state.st_ino &&
	       state.st_dev == control_socket->state.st_dev;
}

void
control_socket_destroy(struct control_socket *control_socket)
{
	if (!control_socket)
		return;
	loop_timer_clear(control_socket->loop, &control_socket->pause);
	if (control_socket->source.fn)
		loop_remove(control_socket->loop, &control_socket->source);
	if (control_socket->state.st_ino && is_still_there(control_socket))
		unlink(control_socket->name.sun_path);
	if (control_socket->socket >= 0)
		close(control_socket->socket);
	free(control_socket);
}
