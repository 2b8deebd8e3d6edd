/*
 * starter: see starter.h. It owns the pipes of what the servers print, and descriptors of their processes, so that no
 * signal reaches another process that has got the number.
 */
#define _GNU_SOURCE
#include "lsp/starter.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "jsonrpc/json_value.h"

enum { LINE_MAX_BYTES = 64 * 1024 }; /* of what a server prints; longer ones are dropped */

struct child {
	struct child *next;
	struct starter *starter;
	struct loop_source source; /* what it prints */
	int process;
	char *folder;
	struct buf line;
	char *error; /* the last that it has printed; or NULL */
};

struct starter {
	struct loop *loop;
	starter_ended_fn *ended;
	void *context;
	struct child *first;
};

/* ---- in the child ---- */

/* Becomes the server. It is told to end when this process ends, in whatever way. */
static _Noreturn void
become_server(const char *folder, int output, pid_t parent)
{
	const char *const arguments[] = {
		"liveserve", "--no-open", "--log-format=json", "--", folder, NULL};
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(1);
	setsid();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGCHLD, SIG_DFL);
	dup2(nothing, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	file_close_range(STDERR_FILENO + 1, ~0U);
	execv("/proc/self/exe", (char *const *)(uintptr_t)arguments);
	_exit(127);
}

/* ---- what it prints ---- */

static void
take_line(struct child *child, char *line, size_t length)
{
	bool had_nul;
	struct json_value *event = json_value_parse(line, length, &had_nul);
	const char *name = json_value_text_member(event, "event");
	const char *text = json_value_text_member(event, "text");
	static const char prefix[] = "liveserve: ";

	if (name && text && strcmp(name, "error") == 0) {
		free(child->error);
		child->error = mem_text(text);
	} else if (!event && length > strlen(prefix) && memcmp(line, prefix, strlen(prefix)) == 0) {
		/* What is wrong on the command line is printed as text. */
		free(child->error);
		child->error = mem_copy(line + strlen(prefix), length - strlen(prefix));
	}
	json_value_destroy(event);
}

static void
take_lines(struct child *child)
{
	char *end;

	while (child->line.length && (end = memchr(child->line.bytes, '\n', child->line.length))) {
		size_t length = (size_t)(end - child->line.bytes);

		take_line(child, child->line.bytes, length);
		buf_drop(&child->line, length + 1);
	}
	if (child->line.length > LINE_MAX_BYTES)
		buf_clear(&child->line);
}

static void
free_child(struct child *child)
{
	loop_remove(child->starter->loop, &child->source);
	close(child->source.fd);
	if (child->process >= 0)
		close(child->process);
	buf_finish(&child->line);
	free(child->folder);
	free(child->error);
	free(child);
}

/* A loop_source_fn. The pipe ends with the process: no other one has it. */
static void
output_ready(void *context, unsigned events)
{
	struct child *child = context;
	struct starter *starter = child->starter;
	struct child **place = &starter->first;
	char bytes[4096];
	ssize_t count = read(child->source.fd, bytes, sizeof(bytes));

	(void)events;
	if (count > 0) {
		buf_add(&child->line, bytes, (size_t)count);
		take_lines(child);
		return;
	}
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	while (*place != child)
		place = &(*place)->next;
	*place = child->next;
	starter->ended(starter->context, child->folder, child->error);
	free_child(child);
}

/* ---- starting and ending ---- */

bool
starter_start(struct starter *starter, const char *folder)
{
	struct child *child;
	pid_t parent = getpid(), process;
	int ends[2];

	for (child = starter->first; child; child = child->next)
		if (strcmp(child->folder, folder) == 0) {
			errno = EEXIST;
			return false;
		}
	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	process = fork();
	if (process == 0)
		become_server(folder, ends[1], parent);
	close(ends[1]);
	child = mem_zero(sizeof(*child));
	child->starter = starter;
	if (process < 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0 ||
		!loop_add(starter->loop, &child->source, ends[0], LOOP_READ, output_ready, child)) {
		close(ends[0]);
		free(child);
		return false;
	}
	child->process = (int)syscall(SYS_pidfd_open, process, 0);
	child->folder = mem_text(folder);
	child->next = starter->first;
	starter->first = child;
	return true;
}

struct starter *
starter_create(struct loop *loop, starter_ended_fn *ended, void *context)
{
	struct starter *starter = mem_zero(sizeof(*starter));

	starter->loop = loop;
	starter->ended = ended;
	starter->context = context;
	return starter;
}

void
starter_destroy(struct starter *starter)
{
	if (!starter)
		return;
	for (struct child *child = starter->first, *next; child; child = next) {
		next = child->next;
		if (child->process >= 0)
			syscall(SYS_pidfd_send_signal, child->process, SIGTERM, NULL, 0);
		free_child(child);
	}
	free(starter);
}
