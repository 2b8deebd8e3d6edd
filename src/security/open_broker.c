/*
 * open_broker: see open_broker.h. A question is one packet: a number and a name; so is the answer: an errno,
 * and with it, when that is 0, a descriptor.
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

#include "base/log.h"
#include "base/mem.h"

struct open_broker {
	int socket;
};

struct question {
	unsigned number;
	char name[PATH_MAX]; /* as much of it as it has, and its NUL */
};

/* Room for one descriptor beside an answer. */
union extra {
	char bytes[CMSG_SPACE(sizeof(int))];
	struct cmsghdr alignment;
};

/* ---- the helper's end ---- */

static bool
send_answer(int socket, int error, int fd)
{
	struct iovec bytes = {.iov_base = &error, .iov_len = sizeof(error)};
	union extra extra = {0};
	struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};

	if (fd >= 0) {
		struct cmsghdr *head;

		message.msg_control = extra.bytes;
		message.msg_controllen = sizeof(extra.bytes);
		head = CMSG_FIRSTHDR(&message);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	}
	return sendmsg(socket, &message, MSG_NOSIGNAL) >= 0;
}

static bool
response(const struct open_broker_options *work, int socket)
{
	struct question question;
	ssize_t length = recv(socket, &question, sizeof(question), 0);
	size_t least = offsetof(struct question, name) + 1;
	bool sent;
	int fd;

	if (length <= 0)
		return length < 0 && errno == EINTR;
	if ((size_t)length < least || ((char *)&question)[length - 1] != '\0')
		return false;
	fd = work->open(work->context, question.number, question.name);
	sent = send_answer(socket, fd < 0 ? errno : 0, fd);
	if (fd >= 0)
		close(fd);
	return sent;
}

static int
compare_numbers(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* All but the standard streams, which lead nowhere from now on, and what is kept. */
static void
close_others(const struct open_broker_options *work, int socket)
{
	size_t count = work->kept_count + 1;
	int *kept = mem_array(count, sizeof(*kept));
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	unsigned from = STDERR_FILENO + 1;

	for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
		if (null < 0 || dup2(null, stream) < 0)
			close(stream);
	kept[0] = socket;
	if (work->kept_count)
		memcpy(kept + 1, work->kept, work->kept_count * sizeof(*kept));
	qsort(kept, count, sizeof(*kept), compare_numbers);
	for (size_t i = 0; i < count; i++) {
		if ((unsigned)kept[i] > from)
			close_range(from, (unsigned)kept[i] - 1, 0);
		from = (unsigned)kept[i] + 1;
	}
	close_range(from, ~0U, 0);
	free(kept);
}

static void __attribute__((noreturn)) live(const struct open_broker_options *work, int socket)
{
	prctl(PR_SET_NAME, work->process);
	close_others(work, socket);
	if (work->begin)
		work->begin(work->context);
	while (response(work, socket))
		;
	_exit(0);
}

/* ---- the asking end ---- */

struct open_broker *
open_broker_create(const struct open_broker_options *work)
{
	struct open_broker *broker = mem_zero(sizeof(*broker));
	int ends[2];
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		goto fail;
	child = fork();
	if (child == 0)
		live(work, ends[1]);
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

/* Returns false when there is nobody to ask. */
static bool
ask(struct open_broker *broker, unsigned number, const char *name)
{
	struct question question = {.number = number};
	size_t length = strlen(name) + 1;

	memcpy(question.name, name, length);
	return send(broker->socket, &question, offsetof(struct question, name) + length,
		       MSG_NOSIGNAL) >= 0;
}

/* The descriptor, or -1 with errno; false when there is nobody to hear from. */
static bool
hear(struct open_broker *broker, int *fd)
{
	int error = 0;
	struct iovec bytes = {.iov_base = &error, .iov_len = sizeof(error)};
	union extra extra = {0};
	struct msghdr message = {.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = extra.bytes,
		.msg_controllen = sizeof(extra.bytes)};
	struct cmsghdr *head;

	if (recvmsg(broker->socket, &message, MSG_CMSG_CLOEXEC) != sizeof(error))
		return false;
	*fd = -1;
	head = CMSG_FIRSTHDR(&message);
	if (head && head->cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(head), sizeof(*fd));
	/* Sent, but there is no number left for it here. */
	if (*fd < 0 && error == 0)
		error = EMFILE;
	errno = error;
	return true;
}

int
open_broker_open(struct open_broker *broker, unsigned number, const char *name)
{
	int fd;

	if (strlen(name) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (broker->socket >= 0) {
		if (ask(broker, number, name) && hear(broker, &fd))
			return fd;
		log_error("a process of liveserve's outside of the sandbox has ended; start "
			  "liveserve anew");
		close(broker->socket);
		broker->socket = -1;
	}
	errno = EACCES;
	return -1;
}
