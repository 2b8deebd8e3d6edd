/*
 * loop: see loop.h. Owns the epoll instance, the timerfd and the list of hooks; borrows sources and
 * timers. Its one idea: loop_remove also removes a source from the batch of events that is being
 * handled, so that it is not called afterwards. The kernel knows a source by its descriptor only, so that
 * another one can take its place.
 */
#define _GNU_SOURCE
#include "base/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	BATCH_MAX = 128,
	CROWD_BATCH_MAX = 16,
	QUIET_MS = 1, /* nothing has come for so long: time for idle tasks */
};

struct hook {
	loop_hook_fn *fn;
	void *context;
};

/* The descriptors with LOOP_CROWD have an epoll instance of their own, which epoll waits for. */
struct crowd {
	int epoll; /* -1 before the first of them */
	struct loop_source source;
	struct epoll_event batch[CROWD_BATCH_MAX];
	int at, count; /* what is left of the batch for the next round */
};

/* What the kernel watches a descriptor for. */
struct watched {
	struct loop_source *source; /* NULL: none, or it was handed over */
	unsigned events;            /* with LOOP_CROWD, if it is one of the crowd */
	bool is_handed_over;
};

struct loop {
	int epoll;
	struct watched *watched; /* by descriptor */
	size_t watched_count;
	int clock;
	struct loop_source clock_source;
	struct loop_task *tasks;   /* the one that was set last is the first */
	struct loop_task *idle;    /* the same, for rounds in which nothing is due */
	struct loop_timer *timers; /* by due_us, earliest first */
	uint64_t armed_us;         /* what the timerfd is set to; 0 when it is not */
	struct epoll_event batch[BATCH_MAX];
	int batch_at;
	int batch_count;
	struct crowd crowd;
	struct hook *hooks; /* of loop_before_wait */
	size_t hook_count;
	bool is_quiet; /* nothing was due in the last round */
	bool is_stopped;
};

uint64_t
loop_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void
arm_clock(struct loop *loop)
{
	struct itimerspec at = {0};

	if (!loop->timers || (loop->armed_us && loop->armed_us <= loop->timers->due_us))
		return;
	loop->armed_us = loop->timers->due_us;
	at.it_value.tv_sec = (time_t)(loop->armed_us / 1000000);
	at.it_value.tv_nsec = (long)(loop->armed_us % 1000000) * 1000;
	timerfd_settime(loop->clock, TFD_TIMER_ABSTIME, &at, NULL);
}

static void
clock_due(void *context, unsigned events)
{
	struct loop *loop = context;
	uint64_t now = loop_now();
	uint64_t expirations;

	(void)events;
	if (read(loop->clock, &expirations, sizeof(expirations)) < 0)
		return;
	loop->armed_us = 0;
	while (loop->timers && loop->timers->due_us <= now) {
		struct loop_timer *timer = loop->timers;

		loop->timers = timer->next;
		timer->is_set = false;
		timer->fn(timer->context);
	}
	arm_clock(loop);
}

struct loop *
loop_create(void)
{
	struct loop *loop = mem_zero(sizeof(*loop));

	loop->clock = loop->crowd.epoll = -1;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0)
		goto fail;
	loop->clock = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (loop->clock < 0)
		goto fail;
	if (!loop_add(loop, &loop->clock_source, loop->clock, LOOP_READ, clock_due, loop))
		goto fail;
	return loop;

fail:
	loop_destroy(loop);
	return NULL;
}

void
loop_destroy(struct loop *loop)
{
	int error = errno;

	if (!loop)
		return;
	if (loop->clock >= 0)
		close(loop->clock);
	if (loop->crowd.epoll >= 0)
		close(loop->crowd.epoll);
	if (loop->epoll >= 0)
		close(loop->epoll);
	free(loop->hooks);
	free(loop->watched);
	free(loop);
	errno = error;
}

static uint32_t
to_epoll(unsigned events)
{
	return (events & LOOP_READ ? (uint32_t)EPOLLIN | EPOLLRDHUP : 0) |
	       (events & LOOP_WRITE ? (uint32_t)EPOLLOUT : 0) |
	       (events & LOOP_EDGE ? (uint32_t)EPOLLET : 0);
}

static unsigned
from_epoll(uint32_t events, unsigned wanted)
{
	unsigned happened = 0;

	if (events & (EPOLLERR | EPOLLHUP))
		return wanted ? wanted & (LOOP_READ | LOOP_WRITE) : LOOP_READ;
	if (events & (EPOLLIN | EPOLLRDHUP))
		happened |= LOOP_READ;
	if (events & EPOLLOUT)
		happened |= LOOP_WRITE;
	return happened;
}

/* ---- descriptors ---- */

/* An event of the batch that was forgotten has no descriptor. */
static void
call(const struct loop *loop, const struct epoll_event *event)
{
	struct loop_source *source = event->data.fd < 0 ? NULL
							: loop->watched[event->data.fd].source;

	if (source)
		source->fn(source->context, from_epoll(event->events, source->events));
}

/* When the time is up, the rest of the batch is for the next round. */
static void
crowd_ready(void *context, unsigned events)
{
	struct loop *loop = context;
	struct crowd *crowd = &loop->crowd;
	uint64_t end = loop_now() + LOOP_CROWD_US;

	(void)events;
	do {
		if (crowd->at >= crowd->count) {
			crowd->at = 0;
			crowd->count = epoll_wait(crowd->epoll, crowd->batch, CROWD_BATCH_MAX, 0);
		}
		while (crowd->at < crowd->count && loop_now() < end)
			call(loop, &crowd->batch[crowd->at++]);
	} while (crowd->count == CROWD_BATCH_MAX && loop_now() < end);
}

static bool
create_crowd(struct loop *loop)
{
	if (loop->crowd.epoll >= 0)
		return true;
	loop->crowd.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->crowd.epoll < 0)
		return false;
	if (loop_add(loop, &loop->crowd.source, loop->crowd.epoll, LOOP_READ, crowd_ready, loop))
		return true;
	close(loop->crowd.epoll);
	loop->crowd.epoll = -1;
	return false;
}

/* Tells the kernel. Returns false with errno when it refuses. */
static bool
control(const struct loop *loop, int operation, int fd, unsigned events)
{
	struct epoll_event event = {.events = to_epoll(events), .data.fd = fd};

	return epoll_ctl(events & LOOP_CROWD ? loop->crowd.epoll : loop->epoll, operation, fd,
		       &event) == 0;
}

static struct watched *
watched_at(struct loop *loop, int fd)
{
	if ((size_t)fd >= loop->watched_count) {
		size_t count = 2 * (size_t)fd + 16;

		loop->watched = mem_resize(loop->watched, count * sizeof(*loop->watched));
		memset(loop->watched + loop->watched_count, 0,
			(count - loop->watched_count) * sizeof(*loop->watched));
		loop->watched_count = count;
	}
	return &loop->watched[fd];
}

/* Returns false when another source has not handed fd over, or not with the same kind of events. */
static bool
take_over(struct loop *loop, struct watched *watched, int fd, unsigned events)
{
	bool was_handed_over = watched->is_handed_over;

	watched->is_handed_over = false;
	if (!was_handed_over)
		return false;
	if ((events ^ watched->events) & LOOP_CROWD) {
		control(loop, EPOLL_CTL_DEL, fd, watched->events);
		return false;
	}
	return events == watched->events || control(loop, EPOLL_CTL_MOD, fd, events);
}

bool
loop_add(struct loop *loop, struct loop_source *source, int fd, unsigned events, loop_source_fn *fn,
	void *context)
{
	struct watched *watched;

	errno = EBADF;
	if (fd < 0 || (events & LOOP_CROWD && !create_crowd(loop)))
		return false;
	watched = watched_at(loop, fd);
	*source = (struct loop_source){.fn = fn, .context = context, .fd = fd, .events = events};
	if (!take_over(loop, watched, fd, events) && !control(loop, EPOLL_CTL_ADD, fd, events))
		return false;
	watched->source = source;
	watched->events = events;
	return true;
}

void
loop_change(struct loop *loop, struct loop_source *source, unsigned events)
{
	events |= source->events & LOOP_CROWD;
	if (source->events == events)
		return;
	source->events = loop->watched[source->fd].events = events;
	control(loop, EPOLL_CTL_MOD, source->fd, events);
}

static void
forget_events(struct epoll_event *batch, int at, int count, int fd)
{
	for (; at < count; at++)
		if (batch[at].data.fd == fd)
			batch[at].data.fd = -1;
}

/* The source is not called any more, also not in this round. */
static void
forget(struct loop *loop, const struct loop_source *source)
{
	struct crowd *crowd = &loop->crowd;

	loop->watched[source->fd].source = NULL;
	forget_events(loop->batch, loop->batch_at, loop->batch_count, source->fd);
	forget_events(crowd->batch, crowd->at, crowd->count, source->fd);
}

void
loop_remove(struct loop *loop, struct loop_source *source)
{
	control(loop, EPOLL_CTL_DEL, source->fd, source->events);
	forget(loop, source);
}

void
loop_hand_over(struct loop *loop, struct loop_source *source)
{
	loop->watched[source->fd].is_handed_over = true;
	forget(loop, source);
}

/* ---- tasks ---- */

static void
add_task(struct loop_task **list, struct loop_task *task, loop_hook_fn *fn, void *context)
{
	if (task->is_set)
		return;
	*task = (struct loop_task){*list, fn, context, true};
	*list = task;
}

static void
drop_task(struct loop_task **list, struct loop_task *task)
{
	if (!task->is_set)
		return;
	while (*list != task)
		list = &(*list)->next;
	*list = task->next;
	task->is_set = false;
}

static void
run_first(struct loop_task **list)
{
	struct loop_task *task = *list;

	drop_task(list, task);
	task->fn(task->context);
}

void
loop_task_set(struct loop *loop, struct loop_task *task, loop_hook_fn *fn, void *context)
{
	add_task(&loop->tasks, task, fn, context);
}

void
loop_task_clear(struct loop *loop, struct loop_task *task)
{
	drop_task(&loop->tasks, task);
}

void
loop_idle_set(struct loop *loop, struct loop_task *task, loop_hook_fn *fn, void *context)
{
	add_task(&loop->idle, task, fn, context);
}

void
loop_idle_clear(struct loop *loop, struct loop_task *task)
{
	drop_task(&loop->idle, task);
}

/* ---- timers ---- */

void
loop_timer_set(struct loop *loop, struct loop_timer *timer, uint64_t delay_us, loop_timer_fn *fn,
	void *context)
{
	struct loop_timer **place = &loop->timers;

	loop_timer_clear(loop, timer);
	timer->fn = fn;
	timer->context = context;
	timer->due_us = loop_now() + delay_us;
	timer->is_set = true;
	while (*place && (*place)->due_us <= timer->due_us)
		place = &(*place)->next;
	timer->next = *place;
	*place = timer;
	arm_clock(loop);
}

void
loop_timer_clear(struct loop *loop, struct loop_timer *timer)
{
	struct loop_timer **place = &loop->timers;

	if (!timer->is_set)
		return;
	while (*place != timer)
		place = &(*place)->next;
	*place = timer->next;
	timer->is_set = false;
}

int
loop_fd(const struct loop *loop)
{
	return loop->epoll;
}

void
loop_before_wait(struct loop *loop, loop_hook_fn *fn, void *context)
{
	loop->hooks = mem_resize(loop->hooks, (loop->hook_count + 1) * sizeof(*loop->hooks));
	loop->hooks[loop->hook_count++] = (struct hook){fn, context};
}

void
loop_forget_before_wait(struct loop *loop, loop_hook_fn *fn, void *context)
{
	size_t kept = 0;

	for (size_t i = 0; i < loop->hook_count; i++)
		if (loop->hooks[i].fn != fn || loop->hooks[i].context != context)
			loop->hooks[kept++] = loop->hooks[i];
	loop->hook_count = kept;
}

static void
call_hooks(const struct loop *loop)
{
	for (size_t i = 0; i < loop->hook_count; i++)
		loop->hooks[i].fn(loop->hooks[i].context);
}

static void
run_round(struct loop *loop, int timeout_ms)
{
	bool is_clock_due = false;

	if (loop->idle && timeout_ms != 0)
		timeout_ms = loop->is_quiet ? 0 : QUIET_MS;
	loop->batch_count = epoll_wait(loop->epoll, loop->batch, BATCH_MAX, timeout_ms);
	loop->is_quiet = loop->batch_count == 0;
	for (loop->batch_at = 0; loop->batch_at < loop->batch_count;) {
		struct epoll_event *event = &loop->batch[loop->batch_at++];

		if (event->data.fd == loop->clock)
			is_clock_due = true;
		else
			call(loop, event);
	}
	while (loop->tasks)
		run_first(&loop->tasks);
	if (is_clock_due)
		clock_due(loop, LOOP_READ);
	if (loop->is_quiet && loop->idle)
		run_first(&loop->idle);
	call_hooks(loop);
}

void
loop_dispatch(struct loop *loop)
{
	run_round(loop, 0);
}

void
loop_run(struct loop *loop)
{
	loop->is_stopped = false;
	call_hooks(loop);
	while (!loop->is_stopped)
		run_round(loop, -1);
}

void
loop_stop(struct loop *loop)
{
	loop->is_stopped = true;
}
