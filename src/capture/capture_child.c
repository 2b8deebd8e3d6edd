/*
 * capture_child: see capture_child.h.
 */
#define _GNU_SOURCE
#include "capture/capture_child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"

enum { ABOVE_ALL = CAPTURE_CHILD_FIRST + CAPTURE_CHILD_FDS_MAX };

static void
reset_signals(void)
{
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* First all get numbers that none of them is to have. */
static void
arrange(const struct capture_child_fds *fds)
{
	int from[ABOVE_ALL];
	int count = CAPTURE_CHILD_FIRST + (int)fds->count;

	from[STDIN_FILENO] = open("/dev/null", O_RDWR | O_CLOEXEC);
	from[STDOUT_FILENO] = fds->output;
	from[STDERR_FILENO] = fds->errors;
	for (size_t i = 0; i < fds->count; i++)
		from[(size_t)CAPTURE_CHILD_FIRST + i] = fds->others[i];
	for (int i = 0; i < count; i++)
		from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, ABOVE_ALL);
	for (int i = 0; i < count; i++)
		if (from[i] < 0 || dup2(from[i], i) < 0)
			_exit(1);
	file_close_range((unsigned)count, ~0U);
}

void
capture_child_begin(const struct capture_child_fds *fds)
{
	setsid();
	prctl(PR_SET_DUMPABLE, 0);
	log_set_sink(NULL, NULL); /* it would write to the server's terminal */
	arrange(fds);
	reset_signals();
}
