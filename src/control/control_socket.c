/*
 * control_socket: creates, accepts and connects the control socket.
 *
 * It owns the listening socket and its file. Its one idea: the socket is bound to a temporary name
 * and then renamed, so at every moment one server is behind the name.
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

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"

enum {
	BACKLOG = 16,
	RETRY_US = 200 * 1000, /* when there is no descriptor for a connection */
};

struct control_socket {
	struct loop *loop;
	struct loop_source source;
	struct loop_timer retry;
	control_socket_accepted_fn *accepted;
	void *context;
	int socket;
	struct sockaddr_un name;
	struct stat state; /* of the socket's file, to tell whether it was replaced */
};

/* ---- the name ---- */

enum { FOLDER_COUNT = 2 };

/* Whether folder is a real folder of this user, without the mode bits in forbidden. */
static bool
is_own_folder(const char *folder, mode_t forbidden)
{
	struct stat state;

	return lstat(folder, &state) == 0 && S_ISDIR(state.st_mode) && state.st_uid == geteuid() &&
	       (state.st_mode & forbidden) == 0;
}

/* Folder 0 or 1 in which sockets may be; NULL when the system has none. The caller frees. */
static char *
socket_folder(int number)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");

	if (number == 1)
		return mem_format("/tmp/liveserve-%u", (unsigned)geteuid());
	if (!runtime || *runtime != '/' || !is_own_folder(runtime, 0))
		return NULL;
	return mem_format("%s/liveserve", runtime);
}

/* Returns false when folder is NULL or open to others, or the name would be too long. */
static bool
name_socket(struct sockaddr_un *name, const char *folder, const char *root)
{
	int length;

	if (!folder || !is_own_folder(folder, 077))
		return false;
	*name = (struct sockaddr_un){.sun_family = AF_UNIX};
	length = snprintf(name->sun_path, sizeof(name->sun_path), "%s/%016" PRIx64, folder,
		hash_bytes(slice_of(root)));
	return length > 0 && (size_t)length < sizeof(name->sun_path);
}

/* ---- the client's end ---- */

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

	for (int i = 0; i < FOLDER_COUNT && fd < 0; i++) {
		struct sockaddr_un name;
		char *folder = socket_folder(i);

		if (name_socket(&name, folder, root))
			fd = connect_to(&name);
		free(folder);
	}
	return fd;
}

/* ---- the server's end ---- */

static void
retry_accepting(void *context)
{
	struct control_socket *control_socket = context;

	loop_change(control_socket->loop, &control_socket->source, LOOP_READ);
}

/* The client waits in the queue. Without the pause accept(2) would fail again and again. */
static void
pause_accepting(struct control_socket *control_socket)
{
	loop_change(control_socket->loop, &control_socket->source, 0);
	loop_timer_set(control_socket->loop, &control_socket->retry, RETRY_US, retry_accepting,
		control_socket);
}

static void
socket_ready(void *context, unsigned events)
{
	struct control_socket *control_socket = context;
	int fd = accept4(control_socket->socket, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)events;
	if (fd >= 0)
		control_socket->accepted(control_socket->context, fd);
	else if (errno != EAGAIN)
		pause_accepting(control_socket);
}

static void
log_if_served(const struct sockaddr_un *name, const char *root)
{
	int fd = connect_to(name);

	if (fd < 0)
		return;
	close(fd);
	log_verbose(
		"another liveserve serves %s, too; commands such as liveserve why reach this one "
		"now",
		root);
}

/* Binds to a temporary name, which is then renamed. */
static bool
bind_socket(struct control_socket *control_socket, const char *root)
{
	struct sockaddr_un temporary = {.sun_family = AF_UNIX};
	int length = snprintf(temporary.sun_path, sizeof(temporary.sun_path), "%s.%d",
		control_socket->name.sun_path, (int)getpid());

	if ((size_t)length >= sizeof(temporary.sun_path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	unlink(temporary.sun_path);
	if (bind(control_socket->socket, (struct sockaddr *)&temporary, sizeof(temporary)) < 0)
		return false;
	log_if_served(&control_socket->name, root);
	if (listen(control_socket->socket, BACKLOG) == 0 &&
		lstat(temporary.sun_path, &control_socket->state) == 0 &&
		rename(temporary.sun_path, control_socket->name.sun_path) == 0)
		return true;
	unlink(temporary.sun_path);
	return false;
}

static bool
choose_name(struct control_socket *control_socket, const char *root)
{
	bool found = false;

	for (int i = 0; i < FOLDER_COUNT && !found; i++) {
		char *folder = socket_folder(i);

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
	struct loop *loop, const char *root, control_socket_accepted_fn *accepted, void *context)
{
	struct control_socket *control_socket = mem_zero(sizeof(*control_socket));

	control_socket->loop = loop;
	control_socket->accepted = accepted;
	control_socket->context = context;
	control_socket->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (control_socket->socket < 0 || !choose_name(control_socket, root) ||
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
	return control_socket ? control_socket->name.sun_path : NULL;
}

static bool
is_still_ours(const struct control_socket *control_socket)
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
	loop_timer_clear(control_socket->loop, &control_socket->retry);
	if (control_socket->source.fn)
		loop_remove(control_socket->loop, &control_socket->source);
	if (control_socket->state.st_ino && is_still_ours(control_socket))
		unlink(control_socket->name.sun_path);
	if (control_socket->socket >= 0)
		close(control_socket->socket);
	free(control_socket);
}
