/*
 * first: the time from starting a program to its first answer, in microseconds, on stdout.
 *
 * - `first PORT CPU - COMMAND...` waits until GET / on 127.0.0.1:PORT is answered with 200.
 * - `first PORT CPU FILE COMMAND...` then also opens a WebSocket, saves FILE once and prints, behind
 *   the first figure, the time until a message came; -1: none within five seconds.
 * - `first 0 CPU - COMMAND...` waits until the program has ended by itself: the price of a process.
 *
 * The program runs on CPU (-1: anywhere). It is a C program so that the clock starts a fork, not a
 * Node runtime, before the exec, and because it asks again within microseconds.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"

static const int64_t give_up_us = 20 * 1000 * 1000;

static pid_t
start(int cpu, char **command)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (cpu >= 0) {
		cpu_set_t cpus;

		CPU_ZERO(&cpus);
		CPU_SET((size_t)cpu, &cpus);
		sched_setaffinity(0, sizeof(cpus), &cpus);
	}
	int null = open("/dev/null", O_RDWR);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	execvp(command[0], command);
	perror(command[0]);
	_exit(127);
}

/* Returns when the message that tells of the save was here, or -1. */
static int64_t
save_and_wait(uint16_t port, const char *file)
{
	int page = client_open_socket(port, "/ws", "");
	struct pollfd polled = {.fd = page, .events = POLLIN};
	char chunk[CLIENT_CHUNK_SIZE];
	char content[64];
	bool is_here = false;

	snprintf(content, sizeof(content), "<!doctype html><title>%lld</title>",
		(long long)client_now_us());
	client_save(file, content, false);
	while (poll(&polled, 1, 5000) > 0) {
		client_count_messages(chunk, (size_t)client_read(page, chunk), "reload", &is_here);
		if (is_here)
			return client_now_us();
	}
	return -1;
}

int
main(int argc, char **argv)
{
	if (argc < 5) {
		fputs("usage: first PORT CPU FILE COMMAND...\n", stderr);
		return 2;
	}

	uint16_t port = (uint16_t)atoi(argv[1]);
	const char *file = argv[3];
	int64_t started_us = client_now_us();
	pid_t pid = start(atoi(argv[2]), argv + 4);

	if (port == 0)
		waitpid(pid, NULL, 0);
	else
		while (!client_get(port, "/"))
			if (waitpid(pid, NULL, WNOHANG) != 0 ||
				client_now_us() - started_us > give_up_us) {
				fprintf(stderr, "first: %s never listened\n", argv[4]);
				return 1;
			}
	printf("%lld", (long long)(client_now_us() - started_us));
	if (strcmp(file, "-") != 0) {
		int64_t came_us = save_and_wait(port, file);
		printf(" %lld", came_us < 0 ? -1LL : (long long)(came_us - started_us));
	}
	puts("");
	if (port != 0) {
		kill(pid, SIGTERM);
		waitpid(pid, NULL, 0);
	}
	return 0;
}
