/*
 * loop: waits for descriptors and timers, and calls back.
 *
 * Room: things. Owns one epoll instance and one timerfd. A loop is itself a descriptor that can be
 * polled, so it can run by itself (loop_wait) or inside another loop (loop_fd and loop_dispatch):
 * libwebsockets waits in its own poll(2).
 */
#ifndef LOOP_H
#define LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct loop;

enum loop_event {
	LOOP_READ = 1,  /* readable, or ended, or failed */
	LOOP_WRITE = 2, /* writable, or failed */
	LOOP_EDGE = 4,  /* to be told only when more has come, or room; not of what is still so */
};

typedef void loop_source_fn(void *context, unsigned events);
typedef void loop_timer_fn(void *context);

/* Memory for one watched descriptor; lives in the struct that owns the descriptor. */
struct loop_source {
	loop_source_fn *fn;
	void *context;
	int fd;
	unsigned events;
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
 * Watches fd for events (LOOP_READ, LOOP_WRITE, LOOP_NEWS) and keeps a pointer to source until
 * loop_remove. Returns false with errno when the kernel refuses.
 */
bool loop_add(struct loop *loop, struct loop_source *source, int fd, unsigned events,
	loop_source_fn *fn, void *context);
void loop_change(struct loop *loop, struct loop_source *source, unsigned events);
/* One with LOOP_EDGE is told once more of what is still so. */
void loop_again(struct loop *loop, struct loop_source *source);
/* Before fd is closed. No callback of source comes afterwards. */
void loop_remove(struct loop *loop, struct loop_source *source);

/*
 * Calls fn once, delay_us microseconds from now; a timer that is set is set anew. What is ready at
 * the same time is heard first, so a timer that waits for quiet is not too early when it is late.
 */
void loop_timer_set(struct loop *loop, struct loop_timer *timer, uint64_t delay_us,
	loop_timer_fn *fn, void *context);
void loop_timer_clear(struct loop *loop, struct loop_timer *timer);

/* Microseconds of the monotonic clock. */
uint64_t loop_now(void);

/* Readable whenever something is due. */
int loop_fd(const struct loop *loop);
/* Calls back for everything that is due now; never waits. */
void loop_dispatch(struct loop *loop);
/* Waits until something is due, then dispatches. */
void loop_wait(struct loop *loop);

#endif
