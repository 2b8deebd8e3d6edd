/*
 * liveserve_capture: the program liveserve-capture, which captures the packets of listening sockets that
 * it inherits. It is a program of its own because only it needs a capability:
 *
 *   setcap cap_net_raw+ep liveserve-capture
 *
 *   liveserve-capture COUNT 3<SOCKET 4<SOCKET ... | READER
 *
 * COUNT sockets are the descriptors from 3 on. Standard output gets pcapng until its reader or one of the
 * sockets ends. It may have the capability for every user: whoever holds a listening socket sees the
 * packets of that port, and nobody sees others (capture/watched_sockets.h). It parses no packets, and has
 * given up all rights before it reads the first.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "capture/capture_run.h"
#include "security/confinement.h"

enum { FIRST_SOCKET = 3 };

/* Without them, a descriptor that is opened later would stand for one of the standard streams. */
static void
open_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

static int
add_sockets(struct watched_sockets *sockets, int count)
{
	for (int fd = FIRST_SOCKET; fd < FIRST_SOCKET + count; fd++) {
		const char *refusal = watched_sockets_add(sockets, fd);

		if (refusal) {
			fprintf(stderr, "liveserve-capture: descriptor %d %s\n", fd, refusal);
			return 2;
		}
	}
	if (!watched_sockets_open_tables(sockets)) {
		fprintf(stderr, "liveserve-capture: /proc/self/net/tcp: %s\n", strerror(errno));
		return 2;
	}
	if (!watched_sockets_are_shared(sockets))
		return 0;
	fprintf(stderr, "liveserve-capture: another user has a connection at this port\n");
	return 2;
}

int
main(int count, char **arguments)
{
	struct watched_sockets sockets = {0};
	const struct capture_options options = {
		.sockets = &sockets, .output = STDOUT_FILENO, .confine = confinement_of_capture};
	int socket_count = count == 2 ? atoi(arguments[1]) : 0, code;
	const char *failed;

	if (socket_count < 1 || socket_count > WATCHED_SOCKETS_MAX) {
		fprintf(stderr, "liveserve-capture is started by: liveserve --wire\n");
		return 2;
	}
	/* The descriptors 3 to 18 are taken, or not open; the streams come before them. */
	open_standard_streams();
	file_close_range((unsigned)(FIRST_SOCKET + socket_count), ~0U);
	signal(SIGPIPE, SIG_IGN);
	code = add_sockets(&sockets, socket_count);
	if (code)
		return code;
	failed = capture_run(&options);
	if (failed)
		fprintf(stderr, "liveserve-capture: %s: %s\n", failed, strerror(errno));
	/* Without exit handlers: a checker of memory could not read what it needs any more. */
	_exit(failed ? 1 : 0);
}
