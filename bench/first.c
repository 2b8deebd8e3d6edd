/*
 * first: the time from starting a program to its first answer, in microseconds, on stdout.
 *
 *   first PORT CPU COMMAND...   until GET / on 127.0.0.1:PORT is answered with 200, then ends it
 *   first 0 CPU COMMAND...      until it has ended by itself: the price of starting a process
 *
 * The program runs on CPU (-1: anywhere). It is a C program so that the clock starts a fork, not a
 * Node runtime, before the exec, and because it asks again within microseconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const int64_t give_up_us = 20 * 1000 * 1000;

static int64_t
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

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

/* One attempt: false when nobody listens; ends this program when the answer is not a 200. */
static bool
get(uint16_t port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char request[128], answer[512];
	size_t length = 0;

	if (connect(server, (struct sockaddr *)&address, sizeof(address)) < 0) {
		close(server);
		return false;
	}
	int size = snprintf(request, sizeof(request),
		"GET / HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\n\r\n", port);
	if (write(server, request, (size_t)size) != size)
		goto wrong;
	while (length < 12) {
		ssize_t got = read(server, answer + length, sizeof(answer) - 1 - length);
		if (got <= 0)
			goto wrong;
		length += (size_t)got;
	}
	answer[length] = '\0';
	close(server);
	if (strncmp(answer, "HTTP/1.", 7) == 0 && strncmp(answer + 8, " 200", 4) == 0)
		return true;
wrong:
	fputs("first: GET / was not answered with 200\n", stderr);
	exit(1);
}

int
main(int argc, char **argv)
{
	if (argc < 4) {
		fputs("usage: first PORT CPU COMMAND...\n", stderr);
		return 2;
	}

	uint16_t port = (uint16_t)atoi(argv[1]);
	int64_t started_us = now_us();
	pid_t pid = start(atoi(argv[2]), argv + 3);
	int64_t taken_us;

	if (port == 0)
		waitpid(pid, NULL, 0);
	else
		while (!get(port))
			if (waitpid(pid, NULL, WNOHANG) != 0 || now_us() - started_us > give_up_us) {
				fprintf(stderr, "first: %s never listened\n", argv[3]);
				return 1;
			}
	taken_us = now_us() - started_us;
	if (port != 0) {
		kill(pid, SIGTERM);
		waitpid(pid, NULL, 0);
	}
	printf("%lld\n", (long long)taken_us);
	return 0;
}
