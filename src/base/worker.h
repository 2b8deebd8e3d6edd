/*
 * worker: runs slow functions in a thread of their own, one after the other, in the order given.
 *
 * The thread begins with the first job, so it has the rights that the process has then: a worker
 * whose first job comes after the start of the sandbox is inside of it. All signals are blocked in
 * the thread. While there is no job, it sleeps and wakes nobody.
 */
#ifndef WORKER_H
#define WORKER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/loop.h"

struct worker;

enum {
	WORKER_STACK = 256 * 1024, /* bytes; enough for crypt(3) and getaddrinfo(3) */
	WORKER_PATIENCE_MS = 200,  /* how long worker_destroy waits for the running job */
};

struct worker_job {
	/*
	 * Called in the thread. Must touch nothing but data, and neither log nor use any part of
	 * the program that has a state of its own.
	 */
	void (*run)(void *data);
	/* Called in the loop after run. Also frees data. May add jobs. */
	void (*done)(void *data);
	/*
	 * Called in the thread after run, in place of done, when worker_destroy has not waited for
	 * the job. Frees data, under the rules of run.
	 */
	void (*abandoned)(void *data);
	void *data;
};

/*
 * queue_max: the number of jobs, at least 1, that may be there at a time: those that wait, the one
 * that runs, and those whose done was not called yet. Keeps a pointer to loop. Costs no thread and
 * no descriptor before the first job. Never returns NULL.
 */
struct worker *worker_create(struct loop *loop, size_t queue_max);

/*
 * Calls done of every job that is left; run of those that were waiting is skipped. So done must not
 * take data for a result unless run has set it. It waits for the running job, but only for
 * WORKER_PATIENCE_MS, so that no slow job delays the end of the program. If the job takes longer,
 * its data must stay as it is, because the thread still uses it; abandoned is called in place of
 * done. To be called before loop_destroy, but not by a done. NULL is allowed.
 */
void worker_destroy(struct worker *worker);

/*
 * Adds a copy of *job. Returns false when the queue is full, or when the system gives no thread or
 * descriptor: then nothing is kept, and neither run nor done is called.
 */
bool worker_add(struct worker *worker, const struct worker_job *job);

#endif
