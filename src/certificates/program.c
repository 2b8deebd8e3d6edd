/*
 * program: see program.h. It has no state.
 */
#define _GNU_SOURCE
#include "certificates/program.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"

/* Returns an error number. */
static int
spawn(pid_t *child, const char *const *arguments, int output)
{
	posix_spawn_file_actions_t files;
	int error;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
	error = posix_spawnp(
		child, arguments[0], &files, NULL, (char *const *)(void *)arguments, environ);
	posix_spawn_file_actions_destroy(&files);
	return error;
}

/* Reads up to the end, so that the program never waits for a reader. */
static void
read_all(int fd, struct buf *said)
{
	char rest[4096];

	if (file_read(fd, PROGRAM_SAID_MAX, said) || errno != EFBIG)
		return;
	while (read(fd, rest, sizeof(rest)) > 0)
		;
}

int
program_run(const char *const *arguments, struct buf *said)
{
	int ends[2], status, error;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	error = spawn(&child, arguments, ends[1]);
	close(ends[1]);
	if (!error)
		read_all(ends[0], said);
	close(ends[0]);
	if (!error && waitpid(child, &status, 0) < 0)
		error = errno;
	else if (!error && WIFEXITED(status))
		return WEXITSTATUS(status);
	errno = error ? error : EINTR;
	return -1;
}

void
program_add_reason(struct buf *line, const struct buf *said)
{
	struct slice rest = buf_slice(said), one, last = {0};

	while (slice_split(&rest, '\n', &one)) {
		one = slice_trim(one);
		if (slice_ends(one, "\r"))
			one.length--;
		if (one.length > 0)
			last = one;
	}
	if (last.length > 0)
		log_add_printable(line, last);
	else
		buf_add_text(line, "it does not say why");
}
