/*
 * browser: see browser.h. For each page there is a runner: a process that tries one command after
 * the other and then says into a pipe why none was any good; nothing, when one was.
 */
#define _GNU_SOURCE
#include "ui/browser.h"

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

#include "security/open_broker.h"
#include "base/log.h"
#include "base/mem.h"

/* A program that runs for so long has shown the page, whatever it says at its end. */
enum { TRIAL_S = 10, WHY_MAX = 256 };

/* A page that is being opened. */
struct launch {
	struct launch *next;
	struct browser *browser;
	struct loop_source source; /* of the pipe's reading end */
	char *url;
};

struct browser {
	struct loop *loop;
	struct browser_options options;
	struct open_broker *broker; /* NULL: runners are started here */
	struct launch *launches;
};

/* ---- the runner ---- */

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

/* Whether the program has ended badly within its trial; why says how. */
static bool
has_failed(pid_t child, const sigset_t *endings, char why[WHY_MAX])
{
	const struct timespec trial = {.tv_sec = TRIAL_S};
	int status;

	while (waitpid(child, &status, WNOHANG) == 0)
		if (sigtimedwait(endings, NULL, &trial) < 0 && errno == EAGAIN)
			return false;
	if (WIFEXITED(status))
		snprintf(why, WHY_MAX, "exit code %d", WEXITSTATUS(status));
	else
		snprintf(why, WHY_MAX, "signal %d", WTERMSIG(status));
	return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

/* Tries them all. Returns the name of the last one, or NULL when one did it. */
static const char *
try_each(const struct browser_commands *commands, char why[WHY_MAX])
{
	const char *name = "";
	sigset_t endings;

	sigemptyset(&endings);
	sigaddset(&endings, SIGCHLD);
	sigprocmask(SIG_BLOCK, &endings, NULL);
	signal(SIGCHLD, SIG_DFL);
	for (size_t i = 0; i < commands->count; i++) {
		pid_t child;
		int error = start(commands->items[i], &child);

		name = commands->items[i][0];
		if (error)
			snprintf(why, WHY_MAX, "%s", strerror(error));
		else if (!has_failed(child, &endings, why))
			return NULL;
	}
	return name;
}

/* Nothing of the server's stays open in it, for it may live longer. */
static void __attribute__((noreturn))
run(const struct browser_options *options, const char *url, int pipe)
{
	const struct browser_command_place place = browser_command_place();
	struct browser_commands commands = browser_commands(options, &place, url);
	char why[WHY_MAX] = "";
	const char *name;

	setsid();
	dup2(pipe, STDERR_FILENO);
	close_range(STDERR_FILENO + 1, ~0U, 0);
	name = try_each(&commands, why);
	if (name)
		dprintf(STDERR_FILENO, *name ? "%s: %s" : " ", name, why);
	_exit(0);
}

/*
 * Of a helper, or called here: returns the end of a pipe, or -1 with errno. No address is an option
 * of a program.
 */
static int
start_runner(void *context, unsigned number, const char *url)
{
	struct browser *browser = context;
	int ends[2];
	pid_t child;

	(void)number;
	if (strncmp(url, "http", 4) != 0) {
		errno = EINVAL;
		return -1;
	}
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	child = fork();
	if (child == 0)
		run(&browser->options, url, ends[1]);
	close(ends[1]);
	if (child > 0)
		return ends[0];
	close(ends[0]);
	return -1;
}

/* ---- here ---- */

struct browser *
browser_create(struct loop *loop, const struct browser_options *options)
{
	struct browser *browser = mem_zero(sizeof(*browser));

	browser->loop = loop;
	browser->options = *options;
	return browser;
}

static void
end_launch(struct launch *launch)
{
	struct launch **place = &launch->browser->launches;

	while (*place != launch)
		place = &(*place)->next;
	*place = launch->next;
	loop_remove(launch->browser->loop, &launch->source);
	close(launch->source.fd);
	free(launch->url);
	free(launch);
}

void
browser_destroy(struct browser *browser)
{
	if (!browser)
		return;
	while (browser->launches)
		end_launch(browser->launches);
	open_broker_destroy(browser->broker);
	free(browser);
}

/* Without a why there was nobody to ask. */
static void
say_that_none_opens(const char *why, const char *url)
{
	const struct browser_command_place place = browser_command_place();
	char *public_url = browser_command_public_url(&place, url);

	if (*why)
		log_notice("no browser could be opened (%s); open %s yourself", why, public_url);
	else
		log_notice("there is no display here to open a browser on; open %s yourself",
			public_url);
	free(public_url);
}

static void
runner_says(void *context, unsigned events)
{
	struct launch *launch = context;
	char why[2 * WHY_MAX];
	ssize_t length = read(launch->source.fd, why, sizeof(why) - 1);

	(void)events;
	if (length > 0) {
		why[length] = '\0';
		say_that_none_opens(*why == ' ' ? "" : why, launch->url);
	}
	end_launch(launch);
}

void
browser_open(struct browser *browser, const char *url)
{
	struct launch *launch;
	int pipe = browser->broker ? open_broker_open(browser->broker, 0, url)
				   : start_runner(browser, 0, url);

	if (pipe < 0) {
		say_that_none_opens(strerror(errno), url);
		return;
	}
	launch = mem_zero(sizeof(*launch));
	launch->browser = browser;
	launch->url = mem_text(url);
	launch->next = browser->launches;
	browser->launches = launch;
	if (!loop_add(browser->loop, &launch->source, pipe, LOOP_READ, runner_says, launch))
		end_launch(launch);
}

void
browser_stay_outside(struct browser *browser)
{
	const struct open_broker_task work = {
		.process = "liveserve-open", .open = start_runner, .context = browser};

	browser->broker = open_broker_create(&work);
}
