/*
 * Outputs that are read late or never: pipes, sockets and pseudoterminals in the place of the standard
 * streams. If the program waited for one of them, the test would end by its time limit.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "support/clock.h"
#include "ui/output.h"

enum { FULL = 100 * 1000 }; /* lines: more than the queue and any pipe hold */

static struct {
	struct loop *loop;
	struct output *output;
	int saved[2];  /* the standard streams of the test program */
	int reader[2]; /* the other ends of those that it has now; -1: none */
	struct buf got[2];
	bool cannot_reopen;
} here;

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);

int
__wrap_open(const char *path, int flags, ...)
{
	if (!here.cannot_reopen)
		return __real_open(path, flags);
	errno = EACCES;
	return -1;
}

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	here.loop = loop_create();
	here.reader[0] = here.reader[1] = -1;
	return here.loop ? 0 : -1;
}

/* Puts fd, which it takes, in the place of a standard stream. */
static void
replace(int stream, int fd)
{
	fflush(NULL);
	here.saved[stream - 1] = fcntl(stream, F_DUPFD_CLOEXEC, 10);
	assert_return_code(here.saved[stream - 1], errno);
	assert_return_code(dup2(fd, stream), errno);
	close(fd);
}

static void
restore(void)
{
	for (int stream = STDOUT_FILENO; stream <= STDERR_FILENO; stream++) {
		if (here.saved[stream - 1] == 0)
			continue;
		dup2(here.saved[stream - 1], stream);
		close(here.saved[stream - 1]);
		here.saved[stream - 1] = 0;
	}
}

static int
leave(void **state)
{
	(void)state;
	output_destroy(here.output);
	restore();
	for (int i = 0; i < 2; i++) {
		buf_finish(&here.got[i]);
		if (here.reader[i] >= 0)
			close(here.reader[i]);
	}
	loop_destroy(here.loop);
	return 0;
}

static void
add_lost(void *context, struct buf *text, uint64_t lines)
{
	assert_ptr_equal(context, &here);
	buf_addf(text, "lost %u\n", (unsigned)lines);
}

static void
create(void)
{
	here.output = output_create(add_lost, &here);
}

static void
create_with_loop(void)
{
	create();
	output_begin(here.output, here.loop);
}

static void
make_pipe(int stream)
{
	int ends[2];

	assert_return_code(pipe2(ends, O_CLOEXEC), errno);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	here.reader[stream - 1] = ends[0];
	replace(stream, ends[1]);
}

static void
make_socket(int stream)
{
	int ends[2];

	assert_return_code(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), errno);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	here.reader[stream - 1] = ends[0];
	replace(stream, ends[1]);
}

/* Returns false when the system has no pseudoterminals. */
static bool
make_terminal(int stream)
{
	int ours = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK), theirs;

	if (ours < 0 || grantpt(ours) < 0 || unlockpt(ours) < 0)
		return false;
	theirs = open(ptsname(ours), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_return_code(theirs, errno);
	here.reader[stream - 1] = ours;
	replace(stream, theirs);
	return true;
}

static bool
print(enum output_stream stream, unsigned number)
{
	char line[64];

	snprintf(line, sizeof(line), "line %u of those that are printed\n", number);
	return output_write(here.output, stream, slice_of(line));
}

/* Prints FULL lines. Returns how many were dropped. */
static unsigned
fill(enum output_stream stream)
{
	unsigned dropped = 0;

	for (unsigned i = 0; i < FULL; i++)
		dropped += !print(stream, i);
	return dropped;
}

static void
read_more(int stream)
{
	char bytes[4096];
	ssize_t got;

	while ((got = read(here.reader[stream - 1], bytes, sizeof(bytes))) > 0)
		buf_add(&here.got[stream - 1], bytes, (size_t)got);
}

/* Reads as far as it goes, and lets the loop write what it has. */
static void
read_all(int stream)
{
	do {
		read_more(stream);
		clock_drain(here.loop);
	} while (output_is_waiting(here.output, (enum output_stream)(stream - 1)));
	read_more(stream);
}

/*
 * Checks that every line is whole, that they are in order, and that the lines "lost" stand for what
 * is missing. Returns how many lines are missing.
 */
static unsigned
missing_lines(int stream)
{
	struct slice rest = buf_slice(&here.got[stream - 1]), line;
	unsigned next = 0, lost = 0;

	while (rest.length && slice_split(&rest, '\n', &line)) {
		unsigned number;
		char end[64] = "";

		if (slice_ends(line, "\r"))
			line.length--;
		if (sscanf(line.at, "lost %u", &number) == 1) {
			lost += number;
			next += number;
		} else {
			assert_int_equal(sscanf(line.at, "line %u of %63[^\r\n]", &number, end), 2);
			assert_string_equal(end, "those that are printed");
			assert_int_equal(number, next++);
		}
	}
	assert_int_equal(next, FULL);
	return lost;
}

static void
check_late_reader(int stream)
{
	enum output_stream kind = (enum output_stream)(stream - 1);
	unsigned dropped;

	create_with_loop();
	dropped = fill(kind);
	clock_drain(here.loop);
	assert_true(dropped > 0);
	assert_true(output_is_waiting(here.output, kind));
	read_all(stream);
	restore();
	assert_int_equal(missing_lines(stream), dropped);
}

static void
pipe_read_late(void **state)
{
	(void)state;
	make_pipe(STDOUT_FILENO);
	check_late_reader(STDOUT_FILENO);
}

/* A pipe of another user, or without /proc. */
static void
pipe_that_cannot_be_reopened(void **state)
{
	(void)state;
	make_pipe(STDOUT_FILENO);
	here.cannot_reopen = true;
	check_late_reader(STDOUT_FILENO);
}

static void
pipe_of_errors(void **state)
{
	(void)state;
	make_pipe(STDERR_FILENO);
	check_late_reader(STDERR_FILENO);
}

static void
socket_read_late(void **state)
{
	(void)state;
	make_socket(STDOUT_FILENO);
	check_late_reader(STDOUT_FILENO);
}

static void
terminal_read_late(void **state)
{
	(void)state;
	if (!make_terminal(STDOUT_FILENO))
		skip();
	check_late_reader(STDOUT_FILENO);
}

/* Ctrl-S, and later Ctrl-Q. */
static void
terminal_stopped(void **state)
{
	unsigned dropped;

	(void)state;
	if (!make_terminal(STDOUT_FILENO))
		skip();
	create_with_loop();
	tcflow(STDOUT_FILENO, TCOOFF);
	dropped = fill(OUTPUT_STDOUT);
	clock_drain(here.loop);
	read_more(STDOUT_FILENO);
	assert_int_equal(here.got[0].length, 0);
	tcflow(STDOUT_FILENO, TCOON);
	read_all(STDOUT_FILENO);
	restore();
	assert_true(dropped > 0);
	assert_int_equal(missing_lines(STDOUT_FILENO), dropped);
}

/* The descriptors that the shell has, too, stay as they are. */
static void
blocking_for_others(void **state)
{
	int flags;

	(void)state;
	make_pipe(STDOUT_FILENO);
	create_with_loop();
	fill(OUTPUT_STDOUT);
	flags = fcntl(STDOUT_FILENO, F_GETFL);
	restore();
	assert_int_equal(flags & O_NONBLOCK, 0);
}

/* Two streams into one pipe, as with 2>&1: no line gets into another one. */
static void
one_pipe(void **state)
{
	unsigned dropped = 0;

	(void)state;
	make_pipe(STDOUT_FILENO);
	replace(STDERR_FILENO, fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10));
	create_with_loop();
	for (unsigned i = 0; i < FULL; i++)
		dropped += !print(i % 3 ? OUTPUT_STDOUT : OUTPUT_STDERR, i);
	read_all(STDOUT_FILENO);
	restore();
	assert_true(output_is_joint(here.output));
	assert_int_equal(missing_lines(STDOUT_FILENO), dropped);
}

static void
two_pipes(void **state)
{
	(void)state;
	make_pipe(STDOUT_FILENO);
	make_pipe(STDERR_FILENO);
	create_with_loop();
	assert_false(output_is_joint(here.output));
	fill(OUTPUT_STDOUT);
	assert_false(output_is_waiting(here.output, OUTPUT_STDERR));
	print(OUTPUT_STDERR, 7);
	read_more(STDERR_FILENO);
	restore();
	assert_string_equal(here.got[1].bytes, "line 7 of those that are printed\n");
}

/* A line that is longer than the queue is not cut. */
static void
long_line(void **state)
{
	size_t length = 3 * OUTPUT_QUEUE_MAX;
	struct buf line = {0};

	(void)state;
	buf_reserve(&line, length);
	memset(line.bytes, 'x', length - 1);
	line.bytes[length - 1] = '\n';
	line.length = length;
	make_pipe(STDOUT_FILENO);
	create_with_loop();
	assert_true(output_write(here.output, OUTPUT_STDOUT, buf_slice(&line)));
	read_all(STDOUT_FILENO);
	restore();
	assert_int_equal(here.got[0].length, length);
	buf_finish(&line);
}

/* Nothing is in the loop while there is nothing to write, also when the reader has gone. */
static void
no_wake_ups(void **state)
{
	struct pollfd ready;

	(void)state;
	make_pipe(STDOUT_FILENO);
	create_with_loop();
	fill(OUTPUT_STDOUT);
	close(here.reader[0]);
	here.reader[0] = -1;
	clock_drain(here.loop);
	assert_false(output_is_waiting(here.output, OUTPUT_STDOUT));
	assert_true(print(OUTPUT_STDOUT, 1));
	assert_false(output_is_waiting(here.output, OUTPUT_STDOUT));
	ready = (struct pollfd){.fd = loop_fd(here.loop), .events = POLLIN};
	assert_int_equal(poll(&ready, 1, 0), 0);
}

/* What is queued before there is a loop comes before what is printed later. */
static void
before_the_loop(void **state)
{
	unsigned dropped;

	(void)state;
	make_pipe(STDOUT_FILENO);
	create();
	dropped = fill(OUTPUT_STDOUT);
	output_begin(here.output, here.loop);
	read_all(STDOUT_FILENO);
	restore();
	assert_int_equal(missing_lines(STDOUT_FILENO), dropped);
}

/* At the end it waits only a moment for a reader. */
static void
end_without_reader(void **state)
{
	uint64_t began = loop_now();

	(void)state;
	make_pipe(STDOUT_FILENO);
	create_with_loop();
	fill(OUTPUT_STDOUT);
	output_destroy(here.output);
	here.output = NULL;
	restore();
	assert_in_range(loop_now() - began, OUTPUT_END_MS * 1000, 100 * OUTPUT_END_MS * 1000);
}

static void *
read_until_end(void *context)
{
	(void)context;
	fcntl(here.reader[0], F_SETFL, 0);
	read_more(STDOUT_FILENO);
	return NULL;
}

/* Whoever reads on gets what is queued. */
static void
end_with_reader(void **state)
{
	pthread_t reader;
	unsigned dropped;

	(void)state;
	make_pipe(STDOUT_FILENO);
	create_with_loop();
	dropped = fill(OUTPUT_STDOUT);
	assert_int_equal(pthread_create(&reader, NULL, read_until_end, NULL), 0);
	output_destroy(here.output);
	here.output = NULL;
	restore();
	pthread_join(reader, NULL);
	assert_int_equal(missing_lines(STDOUT_FILENO), dropped);
}

static void
nowhere(void **state)
{
	(void)state;
	replace(STDOUT_FILENO, open("/dev/full", O_WRONLY | O_CLOEXEC));
	create_with_loop();
	assert_int_equal(fill(OUTPUT_STDOUT), 0);
	assert_false(output_is_waiting(here.output, OUTPUT_STDOUT));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(pipe_read_late),
		TEST(pipe_that_cannot_be_reopened),
		TEST(pipe_of_errors),
		TEST(socket_read_late),
		TEST(terminal_read_late),
		TEST(terminal_stopped),
		TEST(blocking_for_others),
		TEST(one_pipe),
		TEST(two_pipes),
		TEST(long_line),
		TEST(no_wake_ups),
		TEST(before_the_loop),
		TEST(end_without_reader),
		TEST(end_with_reader),
		TEST(nowhere),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests_name("output", tests, NULL, NULL);
}
