/*
 * control_socket: creates, accepts and connects the control socket.
 *
 * It owns the listening socket and its file. Its one idea: the socket is bound to a temporary name
 * and then renamed, so at every moment one server is behind the name.
 */
#define _GNU_SOURCE
#include "control/control_socket.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
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
connect_to(const struct sockaddr_un *name, int flags)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);

	if (fd >= 0 && connect(fd, (const struct sockaddr *)name, sizeof(*name)) == 0)
		return fd;
	return fd < 0 ? -1 : file_abandon(fd);
}

int
control_socket_connect(const char *root)
{
	int fd = -1;

	for (int i = 0; i < FOLDER_COUNT && fd < 0; i++) {
		struct sockaddr_un name;
		char *folder = socket_folder(i);

		if (name_socket(&name, folder, root))
			fd = connect_to(&name, 0);
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

/* The other name of a server's socket, for control_socket_find_all. The caller frees. */
static char *
second_name(const struct sockaddr_un *name, pid_t pid)
{
	return mem_format("%s.%d", name->sun_path, (int)pid);
}

/* The socket of another server for this folder loses its name, so it gets a second one. */
static void
keep_other(const struct sockaddr_un *name, const char *root)
{
	int fd = connect_to(name, 0);
	struct ucred peer = {0};
	socklen_t length = sizeof(peer);
	char *second;

	if (fd < 0)
		return;
	getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length);
	close(fd);
	second = second_name(name, peer.pid);
	unlink(second); /* of an ended server with this number */
	if (link(name->sun_path, second) < 0)
		log_verbose("liveserve list does not show the older one: %s", strerror(errno));
	free(second);
	log_verbose(
		"another liveserve serves %s, too; commands such as liveserve why reach this one "
		"now",
		root);
}

/*
 * Binds to a temporary name, which is then renamed. The kernel goes on telling the temporary name to
 * clients, so it holds the port: they learn it also from a server that does not answer.
 */
static bool
bind_socket(struct control_socket *control_socket, const char *root, uint16_t port)
{
	struct sockaddr_un temporary = {.sun_family = AF_UNIX};
	int length = snprintf(temporary.sun_path, sizeof(temporary.sun_path), "%s.%d.%u",
		control_socket->name.sun_path, (int)getpid(), port);

	if ((size_t)length >= sizeof(temporary.sun_path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	unlink(temporary.sun_path);
	if (bind(control_socket->socket, (struct sockaddr *)&temporary, sizeof(temporary)) < 0)
		return false;
	keep_other(&control_socket->name, root);
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
control_socket_create(struct loop *loop, const char *root, uint16_t port,
	control_socket_accepted_fn *accepted, void *context)
{
	struct control_socket *control_socket = mem_zero(sizeof(*control_socket));

	control_socket->loop = loop;
	control_socket->accepted = accepted;
	control_socket->context = context;
	control_socket->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (control_socket->socket < 0 || !choose_name(control_socket, root) ||
		!bind_socket(control_socket, root, port) ||
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

/* Another server may have replaced it. */
static void
remove_if_ours(const struct control_socket *control_socket, const char *path)
{
	struct stat state;

	if (lstat(path, &state) == 0 && state.st_ino == control_socket->state.st_ino &&
		state.st_dev == control_socket->state.st_dev)
		unlink(path);
}

static void
remove_names(const struct control_socket *control_socket)
{
	char *second = second_name(&control_socket->name, getpid());

	remove_if_ours(control_socket, control_socket->name.sun_path);
	remove_if_ours(control_socket, second);
	free(second);
}

void
control_socket_destroy(struct control_socket *control_socket)
{
	if (!control_socket)
		return;
	loop_timer_clear(control_socket->loop, &control_socket->retry);
	if (control_socket->source.fn)
		loop_remove(control_socket->loop, &control_socket->source);
	if (control_socket->state.st_ino)
		remove_names(control_socket);
	if (control_socket->socket >= 0)
		close(control_socket->socket);
	free(control_socket);
}

/* ---- all servers ---- */

/* Reads "0123456789abcdef" and "0123456789abcdef.123", not the temporary names with two dots. */
static bool
read_file_name(const char *name, uint64_t *hash)
{
	char *end;

	if (strspn(name, "0123456789abcdef") != 16 || (name[16] && name[16] != '.'))
		return false;
	if (name[16] && (!name[17] || name[17 + strspn(name + 17, "0123456789")]))
		return false;
	*hash = strtoull(name, &end, 16);
	return true;
}

/* The number at the end of the name that the server has bound its socket to. */
static uint16_t
bound_port(int fd)
{
	struct sockaddr_un name = {0};
	socklen_t length = sizeof(name) - 1;
	const char *dot;
	uint64_t port;

	if (getpeername(fd, (struct sockaddr *)&name, &length) < 0)
		return 0;
	dot = strrchr(name.sun_path, '.');
	return dot && slice_number(slice_of(dot + 1), &port) && port <= UINT16_MAX ? (uint16_t)port
										   : 0;
}

/* Removes the socket of an ended server, unless a new server has just taken its name. */
static void
remove_stale(const char *path, const struct stat *before)
{
	struct stat now;

	if (lstat(path, &now) == 0 && now.st_ino == before->st_ino && now.st_dev == before->st_dev)
		unlink(path);
}

static void
look_at(const char *folder, const char *file, control_socket_found_fn *fn, void *context)
{
	struct control_socket_found found = {.fd = -1};
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	struct ucred peer = {0};
	socklen_t length = sizeof(peer);
	struct stat state;
	int size = snprintf(name.sun_path, sizeof(name.sun_path), "%s/%s", folder, file);

	if (!read_file_name(file, &found.hash) || (size_t)size >= sizeof(name.sun_path) ||
		lstat(name.sun_path, &state) < 0 || !S_ISSOCK(state.st_mode) ||
		state.st_uid != geteuid())
		return;
	found.fd = connect_to(&name, SOCK_NONBLOCK);
	if (found.fd < 0 && errno == ECONNREFUSED)
		remove_stale(name.sun_path, &state);
	if (found.fd < 0 || getsockopt(found.fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0 ||
		peer.uid != geteuid()) {
		if (found.fd >= 0)
			close(found.fd);
		return;
	}
	found.pid = peer.pid;
	found.port = bound_port(found.fd);
	fn(context, &found);
}

void
control_socket_find_all(control_socket_found_fn *fn, void *context)
{
	for (int i = 0; i < FOLDER_COUNT; i++) {
		char *folder = socket_folder(i);
		DIR *listing = folder && is_own_folder(folder, 077) ? opendir(folder) : NULL;
		const struct dirent *entry;

		while (listing && (entry = readdir(listing)))
			look_at(folder, entry->d_name, fn, context);
		if (listing)
			closedir(listing);
		free(folder);
	}
}

bool
control_socket_is_of(uint64_t hash, const char *root)
{
	return hash == hash_bytes(slice_of(root));
}
