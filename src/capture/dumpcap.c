/*
 * dumpcap: see dumpcap.h.
 *
 * Its one idea: dumpcap notices only with the next packet that nobody reads any more, and as a program
 * with capabilities it gets no signal when its parent ends. So a process of ours waits beside it.
 */
#define _GNU_SOURCE
#include "capture/dumpcap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"

enum {
	BLOCK_MS = 400, /* dumpcap drops packets that are younger than 250 ms when it is ended */
	PATIENCE_S = 2, /* for dumpcap to write what it has */
};

#define SNAP_LENGTH "262144"

/* ---- what to capture ---- */

char *
dumpcap_filter(const struct watched_sockets *sockets)
{
	struct buf filter = {0};

	for (size_t i = 0; i < sockets->count; i++) {
		const struct watched_socket *socket = &sockets->items[i];
		struct watched_address address = watched_socket_address(socket);
		char text[INET6_ADDRSTRLEN];

		buf_add_text(&filter, i ? " or (" : "(");
		if (!watched_address_is_any(&address))
			buf_addf(&filter, "host %s and ",
				inet_ntop(address.family, address.bytes, text, sizeof(text)));
		else if (!socket->has_both_families)
			buf_add_text(&filter, address.family == AF_INET ? "ip and " : "ip6 and ");
		buf_addf(&filter, "tcp port %u)", watched_socket_port(socket));
	}
	return buf_take(&filter);
}

const char *
dumpcap_interface(const struct watched_sockets *sockets)
{
	for (size_t i = 0; i < sockets->count; i++) {
		struct watched_address address = watched_socket_address(&sockets->items[i]);

		if (!watched_address_is_loopback(&address))
			return "any";
	}
	return "lo";
}

/* ---- the process beside it ---- */

/* A handler, so that the signal ends a wait. */
static void
child_has_ended(int number)
{
	(void)number;
}

/* Waits until dumpcap has ended, with its status, or the reader of standard output wants the end. */
static bool
wait_for_end(pid_t dumpcap, int *status, const sigset_t *unblocked)
{
	struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLRDHUP};

	while (waitpid(dumpcap, status, WNOHANG) == 0)
		if (ppoll(&output, 1, NULL, unblocked) > 0)
			return false;
	return true;
}

static void
end(pid_t dumpcap, const sigset_t *child_signal)
{
	const struct timespec patience = {.tv_sec = PATIENCE_S};
	struct pollfd output = {.fd = STDOUT_FILENO};

	poll(&output, 1, BLOCK_MS); /* it ends at once when nobody reads */
	kill(dumpcap, SIGINT);
	if (waitpid(dumpcap, NULL, WNOHANG) == 0 && sigtimedwait(child_signal, NULL, &patience) < 0)
		kill(dumpcap, SIGKILL);
	waitpid(dumpcap, NULL, 0);
}

_Noreturn void
dumpcap_run(const char *interface, const char *filter)
{
	sigset_t child_signal, unblocked;
	pid_t dumpcap;
	int status = 0;

	sigemptyset(&unblocked);
	sigemptyset(&child_signal);
	sigaddset(&child_signal, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child_signal, NULL);
	signal(SIGCHLD, child_has_ended);
	dumpcap = fork();
	if (dumpcap == 0) {
		sigprocmask(SIG_SETMASK, &unblocked, NULL);
		execlp("dumpcap", "dumpcap", "-q", "-i", interface, "-f", filter, "-s", SNAP_LENGTH,
			"-w", "-", (char *)NULL);
		dprintf(STDERR_FILENO, "dumpcap: %s\n", strerror(errno));
		_exit(1);
	}
	if (dumpcap > 0 && !wait_for_end(dumpcap, &status, &unblocked))
		end(dumpcap, &child_signal);
	_exit(0);
}
