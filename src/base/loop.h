/*
 * loop: waits for descriptors and timers, and calls back.
 *
 * Owns one epoll instance and one timerfd. A round is: wait until something is due, call the
 * callbacks of all that is due (descriptors first, then tasks, then timers), then call the functions
 * that were registered by loop_before_wait.
 */
#ifndef LOOP_H
#define LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct loop;

enum loop_event {
	LOOP_READ = 1,  /* readable, or ended, or failed */
	LOOP_WRITE = 2, /* writable, or failed */
	LOOP_EDGE = 4,  /* edge-triggered: called once per change, not for as long as it lasts */
	/*
	 * The descriptor is one of very many. All of these together get LOOP_CROWD_US in a round,
	 * one after the other, so that they cannot hold up the rest. Not together with LOOP_EDGE.
	 */
	LOOP_CROWD = 8,
};

enum {
	LOOP_CROWD_US = 500,
	LOOP_IDLE_US = 500,
};

typedef void loop_source_fn(void *context, unsigned events);
typedef void loop_timer_fn(void *context);
typedef void loop_hook_fn(void *context);

/* Memory for one watched descriptor; a member of the struct that owns the descriptor. */
struct loop_source {
	loop_source_fn *fn;
	void *context;
	int fd;
	unsigned events;
};

/* Memory for one task; zeroed is not set. */
struct loop_task {
	struct loop_task *next;
	loop_hook_fn *fn;
	void *context;
	bool is_set;
};

/* Memory for one timer; zeroed is not set. */
struct loop_timer {
	struct loop_timer *next;
	loop_timer_fn *fn;
	void *context;
	uint64_t due_us;
	bool is_set;
};

/* Returns NULL with errno when the kernel gives no epoll instance or timer. */
struct loop *loop_create(void);
void loop_destroy(struct loop *loop);

/*
 * Runs rounds until a callback calls loop_stop. The functions of loop_before_wait are also called
 * before the first wait.
 */
void loop_run(struct loop *loop);
/* Makes loop_run return at the end of the round. Has no effect outside of loop_run. */
void loop_stop(struct loop *loop);

/*
 * Calls fn(context) at the end of every round, before the loop waits again, for work that the
 * callbacks of a round have collected. Several may be registered; they are called in the order of
 * registration. So a function must not make work for one that was registered before it.
 */
void loop_before_wait(struct loop *loop, loop_hook_fn *fn, void *context);
/* Undoes loop_before_wait. Must not be called by such a function. */
void loop_forget_before_wait(struct loop *loop, loop_hook_fn *fn, void *context);

/*
 * Calls fn(context) once, after the callbacks of all descriptors of this round and before those of
 * its timers: for work on what several descriptors have brought. To be called by the callback of a
 * descriptor or by a task; another call before the task has run changes nothing.
 */
void loop_task_set(struct loop *loop, struct loop_task *task, loop_hook_fn *fn, void *context);
/* Does nothing when the task is not set. */
void loop_task_clear(struct loop *loop, struct loop_task *task);

/*
 * Calls fn(context) once, when nothing else has been due for a millisecond: for work that can wait as
 * long as there is other work. It may take LOOP_IDLE_US at a time, and set the task again for the rest.
 * Another call before the task has run changes nothing.
 */
void loop_idle_set(struct loop *loop, struct loop_task *task, loop_hook_fn *fn, void *context);
/* Does nothing when the task is not set. */
void loop_idle_clear(struct loop *loop, struct loop_task *task);

/*
 * Watches fd for events (of enum loop_event) and keeps a pointer to source until
 * loop_remove. Returns false with errno when the kernel refuses.
 */
bool loop_add(struct loop *loop, struct loop_source *source, int fd, unsigned events,
	loop_source_fn *fn, void *context);
/* Replaces the events that source is called for. LOOP_CROWD stays as it was. */
void loop_change(struct loop *loop, struct loop_source *source, unsigned events);
/* To be called before fd is closed. Afterwards source is not called any more. */
void loop_remove(struct loop *loop, struct loop_source *source);
/*
 * As loop_remove, for a descriptor that another source takes over: loop_add has to be called for it before it
 * is closed and before the loop goes on. That asks the kernel for nothing if the events are the same. Not
 * with LOOP_EDGE.
 */
void loop_hand_over(struct loop *loop, struct loop_source *source);

/*
 * Calls fn once, delay_us microseconds from now. A timer that is already set gets the new time and
 * function. In one round, descriptors are called before timers. So if the program was late, a timer
 * that waits for silence is called after the callbacks for what has arrived.
 */
void loop_timer_set(struct loop *loop, struct loop_timer *timer, uint64_t delay_us,
	loop_timer_fn *fn, void *context);
/* Does nothing when the timer is not set. */
void loop_timer_clear(struct loop *loop, struct loop_timer *timer);

/* Microseconds of the monotonic clock. */
uint64_t loop_now(void);

/* A descriptor that is readable when something is due. For tests, which wait with a deadline. */
int loop_fd(const struct loop *loop);
/* One round that does not wait. */
void loop_dispatch(struct loop *loop);

#endif
