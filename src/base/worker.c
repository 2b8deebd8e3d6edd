/*
 * worker: see worker.h. Owns a thread, an eventfd, and the queue of jobs. The only module with a
 * thread.
 *
 * The queue is one list. The thread marks the jobs that it has run, from the front; the loop takes
 * marked jobs off the front. lock guards the list, its marks and is_ending; all else belongs to the
 * loop.
 */
#define _GNU_SOURCE
#include "base/worker.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

struct queued {
	struct queued *next;
	struct worker_job job;
	bool has_run;
};

struct worker {
	struct loop *loop;
	struct loop_source source; /* of an eventfd that says: there are jobs that have run */
	size_t count, count_max;   /* of jobs */
	pthread_t thread;
	bool has_thread;
	pthread_mutex_t lock;
	pthread_cond_t is_changed; /* there is a new job, or is_ending is set */
	struct queued *first, *last;
	struct queued *next;    /* the first job that has not begun, or NULL */
	struct queued *running; /* or NULL */
	bool is_ending;
	bool is_abandoned; /* it belongs to the thread, which frees it after the running job */
};

static void
free_worker(struct worker *worker)
{
	if (worker->source.fd >= 0)
		close(worker->source.fd);
	pthread_cond_destroy(&worker->is_changed);
	pthread_mutex_destroy(&worker->lock);
	free(worker);
}

/* ---- the thread ---- */

static void
report(const struct worker *worker)
{
	const uint64_t one = 1;

	/* It only fails when the counter is full, and then the loop is told anyway. */
	if (write(worker->source.fd, &one, sizeof(one)) < 0)
		return;
}

/* Waits for the next job. Returns NULL when the thread has to end. */
static struct queued *
wait_for_job(struct worker *worker)
{
	struct queued *queued = NULL;

	pthread_mutex_lock(&worker->lock);
	while (!worker->next && !worker->is_ending)
		pthread_cond_wait(&worker->is_changed, &worker->lock);
	if (!worker->is_ending) {
		queued = worker->next;
		worker->next = queued->next;
	}
	worker->running = queued;
	pthread_mutex_unlock(&worker->lock);
	return queued;
}

/* Marks the job for the loop. Returns false when nobody waits for it any more. */
static bool
mark_run(struct worker *worker, struct queued *queued)
{
	bool is_abandoned;

	pthread_mutex_lock(&worker->lock);
	worker->running = NULL;
	queued->has_run = true;
	is_abandoned = worker->is_abandoned;
	pthread_mutex_unlock(&worker->lock);
	if (!is_abandoned)
		return true;
	queued->job.abandoned(queued->job.data);
	free(queued);
	free_worker(worker);
	return false;
}

static void *
run_jobs(void *context)
{
	struct worker *worker = context;
	struct queued *queued;

	while ((queued = wait_for_job(worker))) {
		queued->job.run(queued->job.data);
		if (!mark_run(worker, queued))
			break;
		report(worker);
	}
	return NULL;
}

/* ---- the loop ---- */

/* Takes the first job that has run off the list; at the end any but the running one. Or NULL. */
static struct queued *
take_job(struct worker *worker)
{
	struct queued **place = &worker->first, *queued;

	pthread_mutex_lock(&worker->lock);
	if (worker->is_ending && *place && *place == worker->running)
		place = &(*place)->next;
	queued = *place;
	if (queued && !worker->is_ending && !queued->has_run)
		queued = NULL;
	if (queued) {
		*place = queued->next;
		worker->count--;
		if (!worker->first)
			worker->last = NULL;
	}
	pthread_mutex_unlock(&worker->lock);
	return queued;
}

static void
finish_job(struct queued *queued)
{
	const struct worker_job job = queued->job;

	free(queued);
	job.done(job.data);
}

static void
finish_jobs(struct worker *worker)
{
	struct queued *queued;

	while ((queued = take_job(worker)))
		finish_job(queued);
}

static void
jobs_have_run(void *context, unsigned events)
{
	struct worker *worker = context;
	uint64_t count;

	(void)events;
	if (read(worker->source.fd, &count, sizeof(count)) >= 0)
		finish_jobs(worker);
}

/* The thread inherits the signal mask of the moment in which it is created. */
static bool
start_thread(struct worker *worker)
{
	pthread_attr_t attributes;
	sigset_t all, before;

	if (pthread_attr_init(&attributes) != 0)
		return false;
	pthread_attr_setstacksize(&attributes, WORKER_STACK);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	worker->has_thread = pthread_create(&worker->thread, &attributes, run_jobs, worker) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return worker->has_thread;
}

/* What fails here is tried again with the next job. */
static bool
start(struct worker *worker)
{
	int event;

	if (worker->source.fd < 0) {
		event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		if (event < 0)
			return false;
		if (!loop_add(worker->loop, &worker->source, event, LOOP_READ, jobs_have_run,
			    worker)) {
			worker->source.fd = -1;
			close(event);
			return false;
		}
	}
	return start_thread(worker);
}

struct worker *
worker_create(struct loop *loop, size_t queue_max)
{
	struct worker *worker = mem_zero(sizeof(*worker));

	worker->loop = loop;
	worker->source.fd = -1;
	worker->count_max = queue_max;
	pthread_mutex_init(&worker->lock, NULL);
	pthread_cond_init(&worker->is_changed, NULL);
	return worker;
}

/* Tells the thread to end. Returns false when it has not done so in time. */
static bool
end_thread(struct worker *worker)
{
	struct timespec until;

	pthread_mutex_lock(&worker->lock);
	worker->is_ending = true;
	pthread_cond_signal(&worker->is_changed);
	pthread_mutex_unlock(&worker->lock);
	if (!worker->has_thread)
		return true;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += WORKER_PATIENCE_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	return pthread_timedjoin_np(worker->thread, NULL, &until) == 0;
}

/* Leaves everything to the thread if it is still in a job. Returns false when it has just ended. */
static bool
abandon(struct worker *worker)
{
	const pthread_t thread = worker->thread;
	bool is_abandoned;

	pthread_mutex_lock(&worker->lock);
	is_abandoned = worker->is_abandoned = worker->running;
	pthread_mutex_unlock(&worker->lock);
	if (is_abandoned)
		pthread_detach(thread);
	else
		pthread_join(thread, NULL);
	return is_abandoned;
}

void
worker_destroy(struct worker *worker)
{
	bool has_ended;

	if (!worker)
		return;
	worker->count_max = 0; /* a done cannot add a job any more */
	has_ended = end_thread(worker);
	if (worker->source.fd >= 0)
		loop_remove(worker->loop, &worker->source);
	finish_jobs(worker);
	if (!has_ended && abandon(worker))
		return;
	finish_jobs(worker);
	free_worker(worker);
}

bool
worker_add(struct worker *worker, const struct worker_job *job)
{
	struct queued *queued;

	if (worker->count >= worker->count_max || (!worker->has_thread && !start(worker)))
		return false;
	queued = mem_zero(sizeof(*queued));
	queued->job = *job;
	pthread_mutex_lock(&worker->lock);
	if (worker->last)
		worker->last->next = queued;
	else
		worker->first = queued;
	worker->last = queued;
	if (!worker->next)
		worker->next = queued;
	worker->count++;
	pthread_cond_signal(&worker->is_changed);
	pthread_mutex_unlock(&worker->lock);
	return true;
}
