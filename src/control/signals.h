/*
 * signals: what other programs and the terminal tell this one to do.
 *
 * Room: things. Owns a signalfd, so signals come as events and nothing is ever interrupted halfway.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include "base/loop.h"

struct signals;

enum signals_word {
	SIGNALS_STOP,     /* SIGINT, SIGTERM, SIGQUIT; SIGHUP when the terminal is gone */
	SIGNALS_RELOAD,   /* SIGHUP else */
	SIGNALS_SUSPEND,  /* Ctrl-Z: get ready, then call signals_suspend */
	SIGNALS_CONTINUE, /* it goes on, in the foreground or not, whatever had stopped it */
};

typedef void signals_fn(void *context, enum signals_word word);

/*
 * Takes the signals from now on; SIGPIPE and SIGCHLD are ignored. Keeps a pointer to loop. NULL
 * with errno when the system gives no descriptor.
 *
 * SIGHUP has two meanings: "the terminal has hung up" from the kernel and from shells, "read anew"
 * from scripts. It stops a program whose terminal is no longer there, unless it was started to
 * survive that (nohup(1) ignores SIGHUP).
 */
struct signals *signals_create(struct loop *loop, signals_fn *fn, void *context);
/* Stops this process as Ctrl-Z does, and comes back when it is continued. */
void signals_suspend(void);

/* Signals stay blocked: the program is about to end. */
void signals_destroy(struct signals *signals);

#endif
