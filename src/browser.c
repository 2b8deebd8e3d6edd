/*
 * browser: see browser.h. A launch is one page that is to be opened: its commands are tried one
 * after the other, until one has been running for a while or has ended well.
 */
#define _GNU_SOURCE
#include "browser.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "mem.h"

/* A program that ends later than this has shown the page, whatever it says at its end. */
enum { TRIAL_S = 10 };

struct launch {
	struct launch *next;
	struct launch_commands commands;
	size_t at; /* the one that is being tried */
	pid_t child;
	time_t since;
	char *url;
};

struct browser {
	struct launch_options options;
	struct launch *launches;
};

struct browser *
browser_create(const struct launch_options *options)
{
	struct browser *browser = mem_zero(sizeof(*browser));

	browser->options = *options;
	return browser;
}

static void
free_launch(struct launch *launch)
{
	launch_commands_finish(&launch->commands);
	free(launch->url);
	free(launch);
}

void
browser_destroy(struct browser *browser)
{
	struct launch *next;

	if (!browser)
		return;
	for (struct launch *launch = browser->launches; launch; launch = next) {
		next = launch->next;
		free_launch(launch);
	}
	free(browser);
}

/*
 * The program gets a clean start: its own signals, and no standard streams of ours to write to.
 * Returns an errno, or 0.
 */
static int
start(char *const *words, pid_t *child)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t defaults, none;
	int error;

	sigfillset(&defaults);
	sigemptyset(&none);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(
		&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
	posix_spawn_file_actions_init(&files);
	for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
		posix_spawn_file_actions_addopen(&files, stream, "/dev/null", O_RDWR, 0);
	error = posix_spawnp(child, words[0], &files, &attributes, words, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return error;
}

static time_t
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

/* why is what the last program came to, or NULL when there was none. */
static void
say_that_none_opens(const struct launch *launch, const char *why)
{
	const struct launch_place place = launch_place();
	char *url = launch_public_url(&place, launch->url);

	if (why)
		log_notice("no browser could be opened (%s: %s); open %s yourself",
			launch->commands.items[launch->commands.count - 1][0], why, url);
	else
		log_notice("there is no display here to open a browser on; open %s yourself", url);
	free(url);
}

/* Starts the command in hand, or the next that can be. Returns false when there is no more. */
static bool
try_on(struct launch *launch, const char *why)
{
	for (; launch->at < launch->commands.count; launch->at++) {
		int error = start(launch->commands.items[launch->at], &launch->child);

		if (error == 0) {
			launch->since = now();
			return true;
		}
		why = strerror(error);
	}
	say_that_none_opens(launch, why);
	return false;
}

void
browser_open(struct browser *browser, const char *url)
{
	const struct launch_place place = launch_place();
	struct launch *launch = mem_zero(sizeof(*launch));

	launch->commands = launch_commands(&browser->options, &place, url);
	launch->url = mem_text(url);
	if (!try_on(launch, NULL)) {
		free_launch(launch);
		return;
	}
	launch->next = browser->launches;
	browser->launches = launch;
}

/* Whether the launch is over, its child having ended with status. */
static bool
is_over(struct launch *launch, int status)
{
	char why[64];

	if ((WIFEXITED(status) && WEXITSTATUS(status) == 0) || now() - launch->since > TRIAL_S)
		return true;
	if (WIFEXITED(status))
		snprintf(why, sizeof(why), "exit code %d", WEXITSTATUS(status));
	else
		snprintf(why, sizeof(why), "signal %d", WTERMSIG(status));
	launch->at++;
	return !try_on(launch, why);
}

void
browser_reap(struct browser *browser)
{
	struct launch **place = &browser->launches;

	while (*place) {
		struct launch *launch = *place;
		int status;

		if (waitpid(launch->child, &status, WNOHANG) == launch->child &&
			is_over(launch, status)) {
			*place = launch->next;
			free_launch(launch);
		} else {
			place = &launch->next;
		}
	}
}
