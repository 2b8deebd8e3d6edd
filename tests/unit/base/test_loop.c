#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/loop.h"
#include "base/mem.h"
#include "support/clock.h"

static struct loop *loop;
static char called[64]; /* a letter for each call, in order */

static int
enter(void **state)
{
	(void)state;
	loop = loop_create();
	called[0] = '\0';
	return loop ? 0 : -1;
}

static int
leave(void **state)
{
	(void)state;
	loop_destroy(loop);
	return 0;
}

static void
note(char letter)
{
	size_t length = strlen(called);

	assert_true(length + 1 < sizeof(called));
	called[length] = letter;
	called[length + 1] = '\0';
}

static bool
was_called(void *context)
{
	return strcmp(called, context) == 0;
}

/* Runs until exactly these calls have come. */
static void
expect(const char *calls)
{
	clock_wait(loop, was_called, (void *)(uintptr_t)calls);
}

/* ---- timers ---- */

struct alarm {
	struct loop_timer timer;
	struct alarm *other;
	char letter;
	int times;
	uint64_t rang_us;
};

static void
ring(void *context)
{
	struct alarm *alarm = context;

	alarm->rang_us = loop_now();
	note(alarm->letter);
}

static void
ring_again(void *context)
{
	struct alarm *alarm = context;

	note(alarm->letter);
	if (--alarm->times)
		loop_timer_set(loop, &alarm->timer, 0, ring_again, alarm);
}

static void
ring_and_clear_other(void *context)
{
	struct alarm *alarm = context;

	note(alarm->letter);
	loop_timer_clear(loop, &alarm->other->timer);
}

/* The letters of the alarms, the earliest first. Sorts alarms. */
static const char *
in_order_of_due_times(struct alarm **alarms, size_t count)
{
	static char letters[8];

	for (size_t i = 0; i < count; i++)
		for (size_t n = i; n > 0 && alarms[n]->timer.due_us < alarms[n - 1]->timer.due_us;
			n--) {
			struct alarm *later = alarms[n - 1];

			alarms[n - 1] = alarms[n];
			alarms[n] = later;
		}
	for (size_t i = 0; i < count; i++)
		letters[i] = alarms[i]->letter;
	letters[count] = '\0';
	return letters;
}

static void
timers_ring_in_order(void **state)
{
	struct alarm a = {.letter = 'a'}, b = {.letter = 'b'}, c = {.letter = 'c'};
	struct alarm d = {.letter = 'd'};

	(void)state;
	/* On a busy machine much time can go by between two calls. */
	do {
		loop_timer_set(loop, &d.timer, 30000, ring, &d);
		loop_timer_set(loop, &b.timer, 10000, ring, &b);
		loop_timer_set(loop, &c.timer, 20000, ring, &c);
		loop_timer_set(loop, &a.timer, 0, ring, &a);
	} while (a.timer.due_us >= d.timer.due_us);
	expect(in_order_of_due_times((struct alarm *[]){&a, &b, &c, &d}, 4));
	assert_false(a.timer.is_set || b.timer.is_set || c.timer.is_set || d.timer.is_set);
}

static void
timers_are_not_early(void **state)
{
	struct alarm a = {.letter = 'a'};
	uint64_t begun_us = loop_now();

	(void)state;
	loop_timer_set(loop, &a.timer, 12345, ring, &a);
	expect("a");
	assert_true(a.rang_us - begun_us >= 12345);
}

static void
timers_can_be_set_anew(void **state)
{
	struct alarm a = {.letter = 'a'}, b = {.letter = 'b'};

	(void)state;
	loop_timer_set(loop, &a.timer, 0, ring, &a);
	loop_timer_set(loop, &b.timer, 10000, ring, &b);
	loop_timer_set(loop, &a.timer, 20000, ring, &a);
	expect("ba");
	loop_timer_set(loop, &a.timer, 1000000000, ring, &a);
	loop_timer_set(loop, &a.timer, 0, ring, &a); /* earlier than what the clock is set to */
	expect("baa");
}

static void
timers_can_be_cleared(void **state)
{
	struct alarm a = {.letter = 'a'}, b = {.letter = 'b'}, c = {.letter = 'c'};

	(void)state;
	loop_timer_clear(loop, &a.timer); /* not set: nothing happens */
	loop_timer_set(loop, &a.timer, 0, ring, &a);
	loop_timer_set(loop, &b.timer, 0, ring, &b);
	loop_timer_set(loop, &c.timer, 0, ring, &c);
	loop_timer_clear(loop, &b.timer);
	loop_timer_clear(loop, &b.timer);
	assert_false(b.timer.is_set);
	expect("ac");
	clock_drain(loop);
	assert_string_equal(called, "ac");
}

/* Both are due in the same round; the first one clears the second. */
static void
timer_clears_one_that_is_due(void **state)
{
	struct alarm b = {.letter = 'b'}, c = {.letter = 'c'};
	struct alarm a = {.letter = 'a', .other = &b};

	(void)state;
	loop_timer_set(loop, &a.timer, 0, ring_and_clear_other, &a);
	loop_timer_set(loop, &b.timer, 0, ring, &b);
	loop_timer_set(loop, &c.timer, 0, ring, &c);
	expect("ac");
}

static void
timer_sets_itself(void **state)
{
	struct alarm a = {.letter = 'a', .times = 5};

	(void)state;
	loop_timer_set(loop, &a.timer, 0, ring_again, &a);
	expect("aaaaa");
	clock_drain(loop);
	assert_string_equal(called, "aaaaa");
}

/* ---- sources ---- */

struct pipe_end {
	struct loop_source source;
	struct pipe_end *other;
	int fds[2];
	char letter;
	unsigned events;
};

static void
open_pair(struct pipe_end *end, char letter)
{
	*end = (struct pipe_end){.letter = letter};
	assert_return_code(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, end->fds),
		errno);
}

static void
close_pair(struct pipe_end *end)
{
	close(end->fds[0]);
	close(end->fds[1]);
}

static void
send_byte(struct pipe_end *end)
{
	assert_int_equal(write(end->fds[1], "x", 1), 1);
}

static void
receive_byte(void *context, unsigned events)
{
	struct pipe_end *end = context;
	char byte;

	note(end->letter);
	end->events = events;
	(void)!read(end->fds[0], &byte, 1);
}

static void
receive_and_remove_other(void *context, unsigned events)
{
	struct pipe_end *end = context;

	receive_byte(end, events);
	if (!end->other)
		return;
	loop_remove(loop, &end->other->source);
	end->other->other = NULL;
	end->other = NULL;
}

static void
receive_and_free(void *context, unsigned events)
{
	struct pipe_end *end = context;

	receive_byte(end, events);
	loop_remove(loop, &end->source);
	close_pair(end);
	free(end);
}

static void
sources_are_called_when_readable(void **state)
{
	struct pipe_end a, b;

	(void)state;
	open_pair(&a, 'a');
	open_pair(&b, 'b');
	assert_true(loop_add(loop, &a.source, a.fds[0], LOOP_READ, receive_byte, &a));
	assert_true(loop_add(loop, &b.source, b.fds[0], LOOP_READ, receive_byte, &b));
	loop_dispatch(loop);
	assert_string_equal(called, "");
	send_byte(&b);
	expect("b");
	assert_int_equal(b.events, LOOP_READ);
	clock_drain(loop);
	assert_string_equal(called, "b");
	send_byte(&a);
	expect("ba");
	loop_remove(loop, &a.source);
	loop_remove(loop, &b.source);
	send_byte(&a);
	clock_drain(loop);
	assert_string_equal(called, "ba");
	close_pair(&a);
	close_pair(&b);
}

static void
events_can_be_changed(void **state)
{
	struct pipe_end a;

	(void)state;
	open_pair(&a, 'a');
	assert_true(loop_add(loop, &a.source, a.fds[0], LOOP_READ, receive_byte, &a));
	loop_change(loop, &a.source, LOOP_READ | LOOP_WRITE);
	loop_dispatch(loop);
	assert_string_equal(called, "a");
	assert_int_equal(a.events, LOOP_WRITE);
	send_byte(&a);
	loop_dispatch(loop);
	assert_int_equal(a.events, LOOP_READ | LOOP_WRITE);
	loop_change(loop, &a.source, 0);
	send_byte(&a);
	clock_drain(loop);
	assert_string_equal(called, "aa");
	loop_change(loop, &a.source, LOOP_READ);
	expect("aaa");
	loop_remove(loop, &a.source);
	close_pair(&a);
}

/* The timer is due first, but the descriptor that is ready by then is called first. */
static void
timers_come_after_descriptors(void **state)
{
	struct alarm b = {.letter = 'b'};
	struct pollfd ready = {.fd = loop_fd(loop), .events = POLLIN};
	struct pipe_end a;

	(void)state;
	open_pair(&a, 'a');
	assert_true(loop_add(loop, &a.source, a.fds[0], LOOP_READ, receive_byte, &a));
	loop_timer_set(loop, &b.timer, 0, ring, &b);
	assert_int_equal(poll(&ready, 1, 5000), 1);
	send_byte(&a);
	loop_dispatch(loop);
	assert_string_equal(called, "ab");
	loop_remove(loop, &a.source);
	close_pair(&a);
}

/* Reads nothing, so the descriptor stays readable. */
static void
leave_readable(void *context, unsigned events)
{
	struct pipe_end *a = context;

	a->events = events;
	note(a->letter);
}

static void
an_edge_is_reported_once(void **state)
{
	struct pipe_end a;

	(void)state;
	open_pair(&a, 'a');
	assert_true(loop_add(
		loop, &a.source, a.fds[0], LOOP_READ | LOOP_WRITE | LOOP_EDGE, leave_readable, &a));
	clock_drain(loop);
	assert_string_equal(called, "a");
	assert_int_equal(a.events, LOOP_WRITE);
	clock_drain(loop);
	assert_string_equal(called, "a");
	send_byte(&a);
	clock_drain(loop);
	assert_string_equal(called, "aa");
	assert_int_equal(a.events, LOOP_READ | LOOP_WRITE);
	loop_remove(loop, &a.source);
	close_pair(&a);
}

static void
ends_are_reported(void **state)
{
	static const unsigned wanted[] = {LOOP_READ, LOOP_WRITE, LOOP_READ | LOOP_WRITE};

	(void)state;
	for (size_t i = 0; i < ROWS(wanted); i++) {
		struct pipe_end a;

		called[0] = '\0';
		open_pair(&a, 'a');
		assert_true(loop_add(loop, &a.source, a.fds[0], wanted[i], receive_byte, &a));
		close(a.fds[1]);
		loop_dispatch(loop);
		assert_string_equal(called, "a");
		assert_int_equal(a.events, wanted[i]);
		loop_remove(loop, &a.source);
		close(a.fds[0]);
	}
}

static void
a_half_closed_socket_is_readable(void **state)
{
	struct pipe_end a;

	(void)state;
	open_pair(&a, 'a');
	assert_true(loop_add(loop, &a.source, a.fds[0], LOOP_READ, receive_byte, &a));
	assert_return_code(shutdown(a.fds[1], SHUT_WR), errno);
	loop_dispatch(loop);
	assert_int_equal(a.events, LOOP_READ);
	loop_remove(loop, &a.source);
	close_pair(&a);
}

/* Both are in the batch. The one that is called first removes the other. */
static void
removed_in_the_same_round(void **state)
{
	struct pipe_end a, b;

	(void)state;
	open_pair(&a, 'x');
	open_pair(&b, 'x');
	a.other = &b;
	b.other = &a;
	assert_true(loop_add(loop, &a.source, a.fds[0], LOOP_READ, receive_and_remove_other, &a));
	assert_true(loop_add(loop, &b.source, b.fds[0], LOOP_READ, receive_and_remove_other, &b));
	send_byte(&a);
	send_byte(&b);
	loop_dispatch(loop);
	clock_drain(loop);
	assert_string_equal(called, "x");
	loop_remove(loop, &a.source);
	loop_remove(loop, &b.source);
	close_pair(&a);
	close_pair(&b);
}

static void
source_frees_itself(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct pipe_end *end = mem_zero(sizeof(*end));

		open_pair(end, 'x');
		assert_true(loop_add(
			loop, &end->source, end->fds[0], LOOP_READ, receive_and_free, end));
		send_byte(end);
	}
	clock_drain(loop);
	assert_string_equal(called, "xxx");
}

static unsigned calls;

static void
count_call(void *context, unsigned events)
{
	struct pipe_end *end = context;
	char byte;

	(void)events;
	calls++;
	(void)!read(end->fds[0], &byte, 1);
}

/* More than fit into one batch. */
static void
many_sources(void **state)
{
	enum { MANY = 300 };
	struct pipe_end *ends = mem_array(MANY, sizeof(*ends));

	(void)state;
	calls = 0;
	for (int i = 0; i < MANY; i++) {
		open_pair(&ends[i], 'x');
		assert_true(loop_add(
			loop, &ends[i].source, ends[i].fds[0], LOOP_READ, count_call, &ends[i]));
		send_byte(&ends[i]);
	}
	clock_drain(loop);
	assert_int_equal(calls, MANY);
	for (int i = 0; i < MANY; i++) {
		loop_remove(loop, &ends[i].source);
		close_pair(&ends[i]);
	}
	free(ends);
}

enum { BUSY_US = LOOP_CROWD_US - 100 };

static void
be_busy(void *context, unsigned events)
{
	uint64_t end = loop_now() + BUSY_US;

	count_call(context, events);
	while (loop_now() < end)
		;
}

/* However many of a crowd are ready, others are called in every round. */
static void
a_crowd_holds_up_nobody(void **state)
{
	enum { CROWD = 40 };
	struct pipe_end ends[CROWD], other;

	(void)state;
	calls = 0;
	open_pair(&other, 'o');
	assert_true(loop_add(loop, &other.source, other.fds[0], LOOP_READ, receive_byte, &other));
	for (int i = 0; i < CROWD; i++) {
		open_pair(&ends[i], 'x');
		assert_true(loop_add(loop, &ends[i].source, ends[i].fds[0], LOOP_READ | LOOP_CROWD,
			be_busy, &ends[i]));
		send_byte(&ends[i]);
	}
	for (int round = 1; round <= 5; round++) {
		send_byte(&other);
		loop_dispatch(loop);
		assert_int_equal(strlen(called), round);
		assert_in_range(calls, round, 2 * round);
	}
	loop_remove(loop, &ends[CROWD - 1].source);
	loop_change(loop, &ends[CROWD - 2].source, 0);
	clock_drain(loop);
	assert_int_equal(calls, CROWD - 2);
	loop_change(loop, &ends[CROWD - 2].source, LOOP_READ);
	clock_drain(loop);
	assert_int_equal(calls, CROWD - 1);
	for (int i = 0; i < CROWD - 1; i++)
		loop_remove(loop, &ends[i].source);
	for (int i = 0; i < CROWD; i++)
		close_pair(&ends[i]);
	loop_remove(loop, &other.source);
	close_pair(&other);
}

/* A source of a crowd that is in the rest of a batch is forgotten, too. */
static void
removed_from_a_crowd(void **state)
{
	struct pipe_end a, b;

	(void)state;
	open_pair(&a, 'x');
	open_pair(&b, 'x');
	a.other = &b;
	b.other = &a;
	assert_true(loop_add(
		loop, &a.source, a.fds[0], LOOP_READ | LOOP_CROWD, receive_and_remove_other, &a));
	assert_true(loop_add(
		loop, &b.source, b.fds[0], LOOP_READ | LOOP_CROWD, receive_and_remove_other, &b));
	send_byte(&a);
	send_byte(&b);
	clock_drain(loop);
	assert_string_equal(called, "x");
	loop_remove(loop, &a.source);
	loop_remove(loop, &b.source);
	close_pair(&a);
	close_pair(&b);
}

static void
refused_descriptors(void **state)
{
	struct loop_source source;
	int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_false(loop_add(loop, &source, -1, LOOP_READ, receive_byte, NULL));
	assert_int_equal(errno, EBADF);
	assert_false(loop_add(loop, &source, file, LOOP_READ, receive_byte, NULL));
	assert_int_equal(errno, EPERM);
	close(file);
}

/* ---- the loop itself ---- */

static bool
is_readable(int fd)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};

	return poll(&ready, 1, 0) == 1;
}

static void
loop_fd_is_readable_when_due(void **state)
{
	struct pipe_end a;
	struct alarm b = {.letter = 'b'};
	struct pollfd ready = {.fd = loop_fd(loop), .events = POLLIN};

	(void)state;
	open_pair(&a, 'a');
	assert_true(loop_add(loop, &a.source, a.fds[0], LOOP_READ, receive_byte, &a));
	assert_false(is_readable(loop_fd(loop)));
	send_byte(&a);
	assert_true(is_readable(loop_fd(loop)));
	loop_dispatch(loop);
	assert_false(is_readable(loop_fd(loop)));
	loop_timer_set(loop, &b.timer, 1000, ring, &b);
	assert_int_equal(poll(&ready, 1, 5000), 1);
	loop_dispatch(loop);
	assert_string_equal(called, "ab");
	loop_remove(loop, &a.source);
	close_pair(&a);
}

static unsigned rounds;

static void
count_round(void *context)
{
	(void)context;
	rounds++;
}

static void
ring_and_stop(void *context)
{
	ring(context);
	loop_stop(loop);
}

static void
loop_waits_until_it_is_stopped(void **state)
{
	struct alarm a = {.letter = 'a'}, b = {.letter = 'b'}, c = {.letter = 'c'};

	(void)state;
	rounds = 0;
	loop_before_wait(loop, count_round, NULL);
	loop_timer_set(loop, &a.timer, 1000, ring, &a);
	loop_timer_set(loop, &b.timer, 20000, ring_and_stop, &b);
	loop_timer_set(loop, &c.timer, 1000000000, ring, &c);
	loop_run(loop);
	assert_string_equal(called, "ab");
	assert_true(rounds <= 5); /* it does not spin */
	/* It can be run again. */
	loop_timer_set(loop, &b.timer, 0, ring_and_stop, &b);
	loop_run(loop);
	assert_string_equal(called, "abb");
}

static void
ring_and_stop_later(void *context)
{
	note('x');
	loop_timer_set(loop, &((struct alarm *)context)->timer, 1000, ring_and_stop, context);
}

static void
stop(void *context)
{
	(void)context;
	note('s');
	loop_stop(loop);
}

static void
note_letter(void *context)
{
	note(*(const char *)context);
}

/* In the order in which they were registered, at the end of each round and before the first. */
static void
calls_before_it_waits(void **state)
{
	static char one = '1', two = '2';
	struct alarm a = {.letter = 'a'}, b = {.letter = 'b', .times = 1};

	(void)state;
	loop_before_wait(loop, note_letter, &one);
	loop_before_wait(loop, note_letter, &two);
	loop_timer_set(loop, &a.timer, 0, ring_and_stop_later, &a);
	loop_run(loop);
	assert_string_equal(called, "12x12a12");
	called[0] = '\0';
	loop_forget_before_wait(loop, note_letter, &one);
	loop_forget_before_wait(loop, note_letter, &called); /* was never registered */
	loop_timer_set(loop, &b.timer, 0, ring, &b);
	clock_drain(loop);
	assert_string_equal(called, "b2");
}

/* A stop before the wait: the loop does not wait any more. */
static void
stops_before_it_waits(void **state)
{
	(void)state;
	loop_before_wait(loop, stop, NULL);
	loop_run(loop);
	assert_string_equal(called, "s");
}

static void
stop_loop(void *context)
{
	(void)context;
	loop_stop(loop);
}

static void
stop_in_third_round(void *context)
{
	(void)context;
	if (++rounds == 3)
		loop_stop(loop);
}

static void catch (int signal)
{
	(void)signal;
}

/* A signal ends the wait early, and nothing is called. */
static void
signals_interrupt_the_wait(void **state)
{
	struct sigaction action = {.sa_handler = catch};
	struct loop_timer failure = {0};
	struct pipe_end a;

	(void)state;
	open_pair(&a, 'a');
	assert_true(loop_add(loop, &a.source, a.fds[0], LOOP_READ, receive_byte, &a));
	sigaction(SIGALRM, &action, NULL);
	rounds = 0;
	loop_before_wait(loop, stop_in_third_round, NULL);
	loop_timer_set(loop, &failure, 60 * 1000 * 1000, stop_loop, NULL);
	/* One that comes before the wait interrupts nothing, so there are more of them. */
	ualarm(20000, 20000);
	loop_run(loop);
	ualarm(0, 0);
	assert_string_equal(called, "");
	assert_int_equal(rounds, 3);
	loop_timer_clear(loop, &failure);
	loop_remove(loop, &a.source);
	close_pair(&a);
}

/* ---- tasks ---- */

static struct loop_task tasks[2];

static void
run_once(void *context)
{
	note(*(const char *)context);
}

static void
run_again(void *context)
{
	note(*(const char *)context);
	loop_task_set(loop, &tasks[1], run_once, context);
}

static void
set_tasks(void *context, unsigned events)
{
	static char names[] = "tu";
	char byte;

	(void)events;
	assert_int_equal(read(*(const int *)context, &byte, 1), 1);
	note('d');
	loop_task_set(loop, &tasks[0], run_again, &names[0]);
	loop_task_set(loop, &tasks[0], run_once, &names[1]); /* changes nothing */
}

/* After all descriptors of the round, before its timers, and once. A task may set another one. */
static void
tasks_come_between_descriptors_and_timers(void **state)
{
	struct alarm alarm = {.letter = 'c'};
	struct loop_source sources[2];
	int pipes[2][2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_return_code(pipe(pipes[i]), errno);
		assert_true(loop_add(
			loop, &sources[i], pipes[i][0], LOOP_READ, set_tasks, &pipes[i][0]));
		assert_int_equal(write(pipes[i][1], "x", 1), 1);
	}
	loop_timer_set(loop, &alarm.timer, 0, ring, &alarm);
	poll(&(struct pollfd){loop_fd(loop), POLLIN, 0}, 1, 1000);
	expect("ddttc");
	clock_drain(loop);
	assert_string_equal(called, "ddttc");
	for (int i = 0; i < 2; i++) {
		loop_remove(loop, &sources[i]);
		close(pipes[i][0]);
		close(pipes[i][1]);
	}
}

static void
a_task_can_be_cleared(void **state)
{
	static char name[] = "t";

	(void)state;
	loop_task_set(loop, &tasks[0], run_once, name);
	loop_task_set(loop, &tasks[1], run_once, name);
	loop_task_clear(loop, &tasks[0]);
	loop_task_clear(loop, &tasks[0]);
	loop_dispatch(loop);
	assert_string_equal(called, "t");
}

/* ---- idle tasks ---- */

static void
note_event(void *context, unsigned events)
{
	(void)context, (void)events;
	note('e');
}

static void
set_idle_again(void *context)
{
	note('i');
	loop_idle_set(loop, &tasks[0], run_once, context);
	loop_idle_set(loop, &tasks[0], set_idle_again, context); /* changes nothing */
}

/* One in each round, and only while nothing else is due. */
static void
idle_tasks_wait_for_all_others(void **state)
{
	static char name[] = "j";
	struct loop_source source;
	char byte;
	int ends[2];

	(void)state;
	assert_return_code(pipe(ends), errno);
	assert_true(loop_add(loop, &source, ends[0], LOOP_READ, note_event, NULL));
	assert_int_equal(write(ends[1], "x", 1), 1);
	loop_idle_set(loop, &tasks[0], set_idle_again, name);
	loop_dispatch(loop);
	loop_dispatch(loop);
	assert_string_equal(called, "ee");
	assert_int_equal(read(ends[0], &byte, 1), 1);
	loop_dispatch(loop);
	assert_string_equal(called, "eei");
	loop_dispatch(loop);
	assert_string_equal(called, "eeij");
	loop_dispatch(loop);
	assert_string_equal(called, "eeij");
	loop_remove(loop, &source);
	close(ends[0]);
	close(ends[1]);
}

static void
stop_the_loop(void *context)
{
	note(*(const char *)context);
	loop_stop(loop);
}

/* The loop does not sleep while there is an idle task. */
static void
an_idle_task_wakes_the_loop(void **state)
{
	static char name[] = "i";

	(void)state;
	loop_idle_set(loop, &tasks[0], stop_the_loop, name);
	loop_run(loop);
	assert_string_equal(called, "i");
}

static void
an_idle_task_can_be_cleared(void **state)
{
	static char name[] = "i";

	(void)state;
	loop_idle_set(loop, &tasks[0], run_once, name);
	loop_idle_clear(loop, &tasks[0]);
	loop_idle_clear(loop, &tasks[0]);
	loop_dispatch(loop);
	assert_string_equal(called, "");
}

/* Another source gets what the descriptor has, with the same events or with others. */
static void
handed_over(void **state)
{
	static const unsigned events[] = {LOOP_READ, LOOP_WRITE, LOOP_READ | LOOP_CROWD};

	(void)state;
	for (size_t i = 0; i < ROWS(events); i++) {
		struct pipe_end a;
		struct pipe_end b = {.letter = 'b'};

		called[0] = '\0';
		open_pair(&a, 'a');
		assert_true(loop_add(loop, &a.source, a.fds[0], LOOP_READ, receive_byte, &a));
		send_byte(&a);
		loop_hand_over(loop, &a.source);
		assert_true(loop_add(loop, &b.source, a.fds[0], events[i], leave_readable, &b));
		loop_dispatch(loop);
		assert_string_equal(called, "b");
		assert_int_equal(b.events, events[i] & ~(unsigned)LOOP_CROWD);
		loop_remove(loop, &b.source);
		loop_dispatch(loop);
		assert_string_equal(called, "b");
		close_pair(&a);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(timers_ring_in_order),
		TEST(timers_are_not_early),
		TEST(timers_can_be_set_anew),
		TEST(timers_can_be_cleared),
		TEST(timer_clears_one_that_is_due),
		TEST(timer_sets_itself),
		TEST(sources_are_called_when_readable),
		TEST(events_can_be_changed),
		TEST(timers_come_after_descriptors),
		TEST(tasks_come_between_descriptors_and_timers),
		TEST(a_task_can_be_cleared),
		TEST(idle_tasks_wait_for_all_others),
		TEST(an_idle_task_wakes_the_loop),
		TEST(an_idle_task_can_be_cleared),
		TEST(an_edge_is_reported_once),
		TEST(ends_are_reported),
		TEST(a_half_closed_socket_is_readable),
		TEST(removed_in_the_same_round),
		TEST(source_frees_itself),
		TEST(handed_over),
		TEST(many_sources),
		TEST(a_crowd_holds_up_nobody),
		TEST(removed_from_a_crowd),
		TEST(refused_descriptors),
		TEST(loop_fd_is_readable_when_due),
		TEST(loop_waits_until_it_is_stopped),
		TEST(calls_before_it_waits),
		TEST(stops_before_it_waits),
		TEST(signals_interrupt_the_wait),
	};

	loop_destroy(NULL);
	return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
