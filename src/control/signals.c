/*
 * signals: see signals.h.
 */
#define _GNU_SOURCE
#include "control/signals.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/mem.h"

struct signals {
	struct loop *loop;
	struct loop_source source;
	signals_fn *fn;
	void *context;
	int fd;
	bool minds_hangup; /* there was a terminal to begin with, and no nohup */
};

static bool
has_terminal(void)
{
	int terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (terminal >= 0)
		close(terminal);
	return terminal >= 0;
}

static enum signals_word
word_of(const struct signals *signals, int signal_number)
{
	switch (signal_number) {
	case SIGHUP:
		return signals->minds_hangup && !has_terminal() ? SIGNALS_STOP : SIGNALS_RELOAD;
	case SIGTSTP:
		return SIGNALS_SUSPEND;
	case SIGCONT:
		return SIGNALS_CONTINUE;
	default:
		return SIGNALS_STOP;
	}
}

static void
signal_arrives(void *context, unsigned events)
{
	struct signals *signals = context;
	struct signalfd_siginfo info;

	(void)events;
	if (read(signals->fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	signals->fn(signals->context, word_of(signals, (int)info.ssi_signo));
}

static bool
is_ignored(int signal_number)
{
	struct sigaction action;

	return sigaction(signal_number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

struct signals *
signals_create(struct loop *loop, signals_fn *fn, void *context)
{
	static const int wanted[] = {SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGTSTP, SIGCONT};
	struct signals *signals = mem_zero(sizeof(*signals));
	sigset_t set;

	signals->loop = loop;
	signals->fn = fn;
	signals->context = context;
	signals->minds_hangup = has_terminal() && !is_ignored(SIGHUP);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_IGN); /* so nobody has to wait for a child */
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		sigaddset(&set, wanted[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signals->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals->fd >= 0 &&
		loop_add(loop, &signals->source, signals->fd, LOOP_READ, signal_arrives, signals))
		return signals;
	signals_destroy(signals);
	return NULL;
}

void
signals_suspend(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	kill(getpid(), SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, NULL); /* here it stops */
	sigprocmask(SIG_BLOCK, &set, NULL);
}

void
signals_destroy(struct signals *signals)
{
	if (!signals)
		return;
	if (signals->source.fn)
		loop_remove(signals->loop, &signals->source);
	if (signals->fd >= 0)
		close(signals->fd);
	free(signals);
}
