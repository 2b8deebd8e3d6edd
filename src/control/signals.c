/*
 * signals: turns signals into events of the loop.
 *
 * It owns the signalfd, and borrows the loop. The process's signal mask is changed for good.
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
	bool stops_at_hangup; /* it was started from a terminal, and without nohup(1) */
};

static bool
has_terminal(void)
{
	int terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (terminal >= 0)
		close(terminal);
	return terminal >= 0;
}

static enum signal_kind
kind_of(const struct signals *signals, int signal_number)
{
	switch (signal_number) {
	case SIGHUP:
		return signals->stops_at_hangup && !has_terminal() ? SIGNAL_STOP : SIGNAL_RELOAD;
	case SIGTSTP:
		return SIGNAL_SUSPEND;
	case SIGCONT:
		return SIGNAL_CONTINUE;
	case SIGWINCH:
		return SIGNAL_RESIZED;
	default:
		return SIGNAL_STOP;
	}
}

static void
signal_ready(void *context, unsigned events)
{
	struct signals *signals = context;
	struct signalfd_siginfo info;

	(void)events;
	if (read(signals->fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	signals->fn(signals->context, kind_of(signals, (int)info.ssi_signo));
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
	static const int handled[] = {SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH};
	struct signals *signals = mem_zero(sizeof(*signals));
	sigset_t set;

	signals->loop = loop;
	signals->fn = fn;
	signals->context = context;
	signals->stops_at_hangup = has_terminal() && !is_ignored(SIGHUP);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_IGN); /* the kernel reaps the children */
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(handled) / sizeof(handled[0]); i++)
		sigaddset(&set, handled[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signals->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals->fd >= 0 &&
		loop_add(loop, &signals->source, signals->fd, LOOP_READ, signal_ready, signals))
		return signals;
	signals_destroy(signals);
	return NULL;
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

void
signals_suspend(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	kill(getpid(), SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, NULL); /* stops here */
	sigprocmask(SIG_BLOCK, &set, NULL);
}
