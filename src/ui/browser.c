/*
 * browser: starts the commands of browser_command.c.
 *
 * It owns the pipes of the launchers that still run, but neither the launchers nor the browsers. Its
 * one idea: for each page a launcher process tries the commands. It writes to its pipe only if all of
 * them failed. So a pipe that ends without a message stands for success.
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
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "security/open_broker.h"

enum {
	PATIENCE_S = 60, /* a prepared launcher waits so long */
	TRIAL_S = 10,    /* a program that still runs after this time has shown the page */
	REASON_MAX = 256,
	PATH_LENGTH_MAX = 2000,
};

/* A page that is being opened: the pipe of its launcher. */
struct launch {
	struct launch *next;
	struct browser *browser;
	struct loop_source source; /* the reading end */
	char *url;
};

struct browser {
	struct loop *loop;
	struct browser_options options;
	struct open_broker *broker; /* NULL: this process starts the launchers */
	const char *first_url;      /* of the server whose pages the broker opens */
	struct launch *launches;
	/* A launcher that waits for a byte, or for the end of the socket. */
	int prepared; /* this end of the socket; -1: there is none */
	char *prepared_url;
};

/* ---- in the launcher ---- */

/*
 * Starts a program with default signals, in a session of its own, and with /dev/null as its
 * standard streams. Returns an errno, or 0.
 */
static int
spawn(char *const *arguments, pid_t *child)
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
	error = posix_spawnp(child, arguments[0], &files, &attributes, arguments, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return error;
}

/* Whether the program fails within its trial time. Sets reason. */
static bool
fails(pid_t child, const sigset_t *child_signal, char reason[REASON_MAX])
{
	const struct timespec trial = {.tv_sec = TRIAL_S};
	int status;

	while (waitpid(child, &status, WNOHANG) == 0)
		if (sigtimedwait(child_signal, NULL, &trial) < 0 && errno == EAGAIN)
			return false;
	if (WIFEXITED(status))
		snprintf(reason, REASON_MAX, "exit code %d", WEXITSTATUS(status));
	else
		snprintf(reason, REASON_MAX, "signal %d", WTERMSIG(status));
	return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

/*
 * Tries the commands in their order. Returns NULL when one works; else the name of the last program
 * ("" if there is no command), and sets reason.
 */
static const char *
try_each(const struct browser_commands *commands, char reason[REASON_MAX])
{
	const char *name = "";
	sigset_t child_signal;

	sigemptyset(&child_signal);
	sigaddset(&child_signal, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child_signal, NULL);
	signal(SIGCHLD, SIG_DFL);
	for (size_t i = 0; i < commands->count; i++) {
		pid_t child;
		int error = spawn(commands->items[i], &child);

		name = commands->items[i][0];
		if (error)
			snprintf(reason, REASON_MAX, "%s", strerror(error));
		else if (!fails(child, &child_signal, reason))
			return NULL;
	}
	return name;
}

/* The child closes the server's descriptors, because it may outlive the server. */
static _Noreturn void
run_launcher(const struct browser_options *options, const char *url, int pipe)
{
	const struct browser_command_environment environment = browser_command_environment();
	struct browser_commands commands = browser_commands(options, &environment, url);
	char reason[REASON_MAX] = "";
	const char *name;

	setsid();
	prctl(PR_SET_DUMPABLE, 0); /* a copy of the server's memory */
	dup2(pipe, STDERR_FILENO);
	file_close_range(STDERR_FILENO + 1, ~0U);
	name = try_each(&commands, reason);
	if (name)
		dprintf(STDERR_FILENO, *name ? "%s: %s" : " ", name, reason);
	browser_commands_finish(&commands);
	_exit(0);
}

/* Ends the process unless the server says within a minute that the page is to be opened. */
static void
wait_for_word(int socket)
{
	const struct timeval patience = {.tv_sec = PATIENCE_S};
	char byte;

	setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (recv(socket, &byte, 1, 0) != 1)
		_exit(0);
}

/* The same as run_launcher, later. */
static _Noreturn void
run_prepared(const struct browser_options *options, const char *url, int socket)
{
	dup2(socket, STDERR_FILENO);
	file_close_range(STDERR_FILENO + 1, ~0U);
	wait_for_word(STDERR_FILENO);
	run_launcher(options, url, STDERR_FILENO);
}

/* Returns this process's end of the pipe or socket of a launcher, or -1 with errno. */
static int
start_process(struct browser *browser, const char *url, bool waits)
{
	int ends[2];
	pid_t child;

	if (waits ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0
		  : pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	child = fork();
	if (child == 0) {
		if (waits)
			run_prepared(&browser->options, url, ends[1]);
		run_launcher(&browser->options, url, ends[1]);
	}
	close(ends[1]);
	if (child > 0)
		return ends[0];
	close(ends[0]);
	return -1;
}

static int
start_launcher(struct browser *browser, const char *url)
{
	return start_process(browser, url, false);
}

/* ---- in the broker ---- */

/* Whether path is that of a page: behind the origin of a URL it cannot name another server. */
static bool
is_page_path(const char *path)
{
	if (*path != '/' || path[1] == '/' || path[1] == '\\' || strlen(path) > PATH_LENGTH_MAX)
		return false;
	for (const char *at = path; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			return false;
	return true;
}

/*
 * Adds the path. What means something to a shell or to PowerShell is encoded, because scripts that
 * start browsers may misread it; also all that is not ASCII: PowerShell has typographic quotes.
 */
static void
add_page_path(struct buf *url, const char *path)
{
	static const char marks[] = "\"'`$;|<>(){}[]^!*\\";

	for (; *path; path++)
		if (strchr(marks, *path) || (unsigned char)*path > 0x7f)
			buf_addf(url, "%%%02X", (unsigned char)*path);
		else
			buf_add_char(url, *path);
}

/* The server may be taken over by an attacker, so it gives only a path. */
static int
open_page(void *context, unsigned id, const char *path)
{
	struct browser *browser = context;
	struct buf url = {0};
	int pipe;

	if (id != 0 || !is_page_path(path)) {
		errno = EINVAL;
		return -1;
	}
	buf_add_text(&url, browser->first_url);
	add_page_path(&url, path + 1);
	pipe = start_launcher(browser, url.bytes);
	buf_finish(&url);
	return pipe;
}

/* ---- in the server ---- */

struct browser *
browser_create(struct loop *loop, const struct browser_options *options)
{
	struct browser *browser = mem_zero(sizeof(*browser));

	browser->loop = loop;
	browser->options = *options;
	browser->prepared = -1;
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
	browser_forget_prepared(browser);
	open_broker_destroy(browser->broker);
	free(browser);
}

/* reason is empty when there was no command to try. */
static void
log_failure(const char *reason, const char *url)
{
	const struct browser_command_environment environment = browser_command_environment();
	char *public_url = browser_command_public_url(&environment, url);

	if (*reason)
		log_notice("no browser could be opened (%s); open %s yourself", reason, public_url);
	else
		log_notice("there is no display here to open a browser on; open %s yourself",
			public_url);
	free(public_url);
}

/* The pipe has a message, or its end. */
static void
pipe_ready(void *context, unsigned events)
{
	struct launch *launch = context;
	char reason[2 * REASON_MAX];
	ssize_t length = read(launch->source.fd, reason, sizeof(reason) - 1);

	(void)events;
	if (length > 0) {
		reason[length] = '\0';
		log_failure(*reason == ' ' ? "" : reason, launch->url);
	}
	end_launch(launch);
}

static int
ask_broker(struct browser *browser, const char *url)
{
	if (slice_starts(slice_of(url), browser->first_url))
		return open_broker_open(
			browser->broker, 0, url + strlen(browser->first_url) - strlen("/"));
	errno = EINVAL;
	return -1;
}

/* Takes the end of a launcher's pipe or socket; waits for what it says. */
static void
follow_launcher(struct browser *browser, int pipe, const char *url)
{
	struct launch *launch = mem_zero(sizeof(*launch));

	launch->browser = browser;
	launch->url = mem_text(url);
	launch->next = browser->launches;
	browser->launches = launch;
	if (!loop_add(browser->loop, &launch->source, pipe, LOOP_READ, pipe_ready, launch))
		end_launch(launch);
}

void
browser_open(struct browser *browser, const char *url)
{
	int pipe = browser->broker ? ask_broker(browser, url) : start_launcher(browser, url);

	if (pipe < 0)
		log_failure(strerror(errno), url);
	else
		follow_launcher(browser, pipe, url);
}

void
browser_prepare(struct browser *browser, const char *url)
{
	browser_forget_prepared(browser);
	browser->prepared = start_process(browser, url, true);
	if (browser->prepared < 0)
		log_failure(strerror(errno), url);
	else
		browser->prepared_url = mem_text(url);
}

void
browser_open_prepared(struct browser *browser)
{
	if (browser->prepared < 0)
		return;
	if (send(browser->prepared, "o", 1, MSG_NOSIGNAL) == 1) {
		follow_launcher(browser, browser->prepared, browser->prepared_url);
		browser->prepared = -1;
	} else {
		log_failure(strerror(errno), browser->prepared_url);
	}
	browser_forget_prepared(browser);
}

void
browser_forget_prepared(struct browser *browser)
{
	if (browser->prepared >= 0)
		close(browser->prepared);
	browser->prepared = -1;
	free(browser->prepared_url);
	browser->prepared_url = NULL;
}

void
browser_start_broker(struct browser *browser, const char *first_url)
{
	const struct open_broker_options options = {
		.process = "liveserve-open", .open = open_page, .context = browser};

	browser->first_url = first_url;
	browser->broker = open_broker_create(&options);
}
