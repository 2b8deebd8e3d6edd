/*
 * browser: see browser.h. Whoever calls has SIGCHLD ignored, so nobody has to wait for the child.
 */
#define _GNU_SOURCE
#include "browser.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <unistd.h>

#include "log.h"

/* The browser gets a clean start: its own signals, and no standard streams of ours to write to. */
void
browser_open(const char *url)
{
	char *arguments[] = {(char *)"xdg-open", (char *)url, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t defaults, none;
	int error;
	pid_t child;

	sigfillset(&defaults);
	sigemptyset(&none);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes,
		POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
	posix_spawn_file_actions_init(&files);
	for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
		posix_spawn_file_actions_addopen(&files, stream, "/dev/null", O_RDWR, 0);
	error = posix_spawnp(&child, arguments[0], &files, &attributes, arguments, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	if (error)
		log_notice("no browser could be started (xdg-open: %s); open %s yourself",
			strerror(error), url);
}
