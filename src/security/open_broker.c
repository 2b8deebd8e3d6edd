/*
 * open_broker: see open_broker.h.
 *
 * It owns one end of a socket pair; the broker has the other. A request is one packet: an id and a
 * name. A reply is one packet: an errno, and a descriptor if the errno is 0.
 */
#define _GNU_SOURCE
#include "security/open_broker.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"

struct open_broker {
	int socket;
};

struct open_request {
	unsigned id;
	char name[PATH_MAX]; /* sent up to and including its NUL */
};

/* Space for the descriptor of a reply. */
union control_message {
	char bytes[CMSG_SPACE(sizeof(int))];
	struct cmsghdr alignment;
};

/* ---- in the broker ---- */

static bool
send_reply(int socket, int error, int fd)
{
	struct iovec bytes = {.iov_base = &error, .iov_len = sizeof(error)};
	union control_message control = {0};
	struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};

	if (fd >= 0) {
		struct cmsghdr *head;

		message.msg_control = control.bytes;
		message.msg_controllen = sizeof(control.bytes);
		head = CMSG_FIRSTHDR(&message);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	}
	return sendmsg(socket, &message, MSG_NOSIGNAL) >= 0;
}

/* Returns false when the broker has to end. */
static bool
serve_request(const struct open_broker_options *options, int socket)
{
	struct open_request request;
	ssize_t length = recv(socket, &request, sizeof(request), 0);
	size_t least = offsetof(struct open_request, name) + 1;
	bool sent;
	int fd;

	if (length <= 0)
		return length < 0 && errno == EINTR;
	if ((size_t)length < least || ((char *)&request)[length - 1] != '\0')
		return false;
	fd = options->open(options->context, request.id, request.name);
	sent = send_reply(socket, fd < 0 ? errno : 0, fd);
	if (fd >= 0)
		close(fd);
	return sent;
}

static int
compare_numbers(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Closes every descriptor but those that are kept. The standard streams become /dev/null. */
static void
close_others(const struct open_broker_options *options, int socket)
{
	size_t count = options->kept_count + 1;
	int *kept = mem_array(count, sizeof(*kept));
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	unsigned from = STDERR_FILENO + 1;

	for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
		if (null < 0 || dup2(null, stream) < 0)
			close(stream);
	kept[0] = socket;
	if (options->kept_count)
		memcpy(kept + 1, options->kept, options->kept_count * sizeof(*kept));
	qsort(kept, count, sizeof(*kept), compare_numbers);
	for (size_t i = 0; i < count; i++) {
		if ((unsigned)kept[i] > from)
			file_close_range(from, (unsigned)kept[i] - 1);
		from = (unsigned)kept[i] + 1;
	}
	file_close_range(from, ~0U);
	free(kept);
}

/*
 * The broker has a copy of this process's memory, with its secrets, so no other process may read
 * that. It also ends if it hangs in a call when its parent ends.
 */
static _Noreturn void
run_broker(const struct open_broker_options *options, int socket, pid_t parent)
{
	prctl(PR_SET_NAME, options->process);
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	close_others(options, socket);
	if (options->prepare)
		options->prepare(options->context);
	while (serve_request(options, socket))
		;
	_exit(0);
}

/* ---- in this process ---- */

struct open_broker *
open_broker_create(const struct open_broker_options *options)
{
	struct open_broker *broker = mem_zero(sizeof(*broker));
	int ends[2];
	pid_t parent = getpid(), child;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		goto fail;
	child = fork();
	if (child == 0)
		run_broker(options, ends[1], parent);
	close(ends[1]);
	broker->socket = ends[0];
	if (child > 0)
		return broker;
	close(ends[0]);

fail:
	free(broker);
	return NULL;
}

void
open_broker_destroy(struct open_broker *broker)
{
	if (!broker)
		return;
	if (broker->socket >= 0)
		close(broker->socket);
	free(broker);
}

/* Returns false when the broker has ended. */
static bool
send_request(struct open_broker *broker, unsigned id, const char *name)
{
	struct open_request request = {.id = id};
	size_t length = strlen(name) + 1;

	memcpy(request.name, name, length);
	return send(broker->socket, &request, offsetof(struct open_request, name) + length,
		       MSG_NOSIGNAL) >= 0;
}

/* Sets fd to the descriptor, or to -1 and errno. Returns false when the broker has ended. */
static bool
receive_reply(struct open_broker *broker, int *fd)
{
	int error = 0;
	struct iovec bytes = {.iov_base = &error, .iov_len = sizeof(error)};
	union control_message control = {0};
	struct msghdr message = {.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes)};
	struct cmsghdr *head;

	if (recvmsg(broker->socket, &message, MSG_CMSG_CLOEXEC) != sizeof(error))
		return false;
	*fd = -1;
	head = CMSG_FIRSTHDR(&message);
	if (head && head->cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(head), sizeof(*fd));
	/* The descriptor was sent, but this process has no free one. */
	if (*fd < 0 && error == 0)
		error = EMFILE;
	errno = error;
	return true;
}

int
open_broker_open(struct open_broker *broker, unsigned id, const char *name)
{
	int fd;

	if (strlen(name) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (broker->socket >= 0) {
		if (send_request(broker, id, name) && receive_reply(broker, &fd))
			return fd;
		log_error("the process of liveserve that runs outside of its sandbox has ended; "
			  "restart liveserve");
		close(broker->socket);
		broker->socket = -1;
	}
	errno = EACCES;
	return -1;
}
