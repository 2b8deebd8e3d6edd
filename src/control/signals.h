/*
 * signals: the signals that other programs and the terminal send to this process.
 *
 * They are read from a signalfd, as events of the loop, so no handler ever interrupts the program.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include "base/loop.h"

struct signals;

/* What the program has to do. */
enum signal_kind {
	SIGNAL_STOP,     /* SIGINT, SIGTERM, SIGQUIT; SIGHUP when the terminal is gone */
	SIGNAL_RELOAD,   /* any other SIGHUP */
	SIGNAL_SUSPEND,  /* SIGTSTP (Ctrl-Z): restore the terminal, then call signals_suspend() */
	SIGNAL_CONTINUE, /* SIGCONT: the program continues, in the foreground or the background */
	SIGNAL_RESIZED,  /* SIGWINCH: the terminal has another size */
};

typedef void signals_fn(void *context, enum signal_kind kind);

/*
 * Blocks the signals and reports them to fn from now on; ignores SIGPIPE and SIGCHLD. Keeps a
 * pointer to loop. Returns NULL with errno when the system gives no descriptor.
 *
 * SIGHUP has two meanings: the kernel and shells send it when the terminal was closed, scripts send
 * it to ask for a reload. It stops the program if the terminal is gone, unless the program was started
 * by nohup(1), which makes it ignore SIGHUP.
 */
struct signals *signals_create(struct loop *loop, signals_fn *fn, void *context);
/* Leaves the signals blocked, because the program is about to end. NULL is fine. */
void signals_destroy(struct signals *signals);

/* Stops this process as Ctrl-Z does. Returns when it continues. */
void signals_suspend(void);

#endif
