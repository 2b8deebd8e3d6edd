/*
 * output: see output.h. Owns the queues and the descriptors that it opens; 1 and 2 belong to the
 * process. Its one idea: a descriptor is in the loop only while something is queued for it, so an
 * output without a reader causes no wake-ups.
 */
#define _GNU_SOURCE
#include "ui/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum way {
	WAY_NONE,   /* the descriptor is closed */
	WAY_DIRECT, /* write(2) never waits long */
	WAY_REOPENED,
	WAY_SOCKET,
	WAY_POLLED, /* a terminal or pipe that could not be opened again */
};

struct stream {
	struct output *output;
	int fd; /* of this process's own with WAY_REOPENED */
	enum way way;
	struct buf queue;
	uint64_t lost; /* lines that were dropped after what is in the queue */
	struct loop_source source;
	bool is_watched; /* source is in the loop */
};

struct output {
	struct loop *loop; /* or NULL */
	output_lost_fn *lost;
	void *context;
	struct stream streams[OUTPUT_STREAMS];
	bool is_joint; /* all text goes to the first stream */
};

/* ---- the descriptors ---- */

/* Opening the master of a pseudoterminal again would make another pseudoterminal. */
static bool
is_master(int fd)
{
	char name[sizeof("/dev/pts/") + 10];

	return ptsname_r(fd, name, sizeof(name)) == 0;
}

/*
 * Opens what fd leads to once more, non-blocking. Returns -1 when that is not possible. A terminal
 * of another user may not be opened by its name, but as the controlling terminal.
 */
static int
reopen(int fd)
{
	enum { FLAGS = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC };
	char path[sizeof("/proc/self/fd/") + 10];
	int own;

	if (is_master(fd))
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	own = open(path, FLAGS);
	if (own < 0 && isatty(fd) && tcgetpgrp(fd) >= 0)
		own = open("/dev/tty", FLAGS);
	return own;
}

static void
open_stream(struct stream *stream, int fd)
{
	struct stat state;

	stream->fd = fd;
	if (fstat(fd, &state) < 0) {
		stream->way = WAY_NONE;
	} else if (S_ISSOCK(state.st_mode)) {
		stream->way = WAY_SOCKET;
	} else if (S_ISFIFO(state.st_mode) || isatty(fd)) {
		int own = reopen(fd);

		stream->way = own >= 0 ? WAY_REOPENED : WAY_POLLED;
		stream->fd = own >= 0 ? own : fd;
	} else {
		stream->way = WAY_DIRECT;
	}
}

static void
close_stream(struct stream *stream)
{
	if (stream->way == WAY_REOPENED)
		close(stream->fd);
	stream->way = WAY_NONE;
	buf_finish(&stream->queue);
}

/* Whether both lead to the same place, where lines of one could get into lines of the other. */
static bool
are_same(const struct stream *one, const struct stream *other)
{
	struct stat first, second;

	return one->way != WAY_DIRECT && fstat(one->fd, &first) == 0 &&
	       fstat(other->fd, &second) == 0 && first.st_dev == second.st_dev &&
	       first.st_ino == second.st_ino && first.st_rdev == second.st_rdev;
}

/* ---- writing ---- */

/* Another writer may fill the pipe between poll and write; that is why it is only the last way. */
static ssize_t
write_polled(int fd, const char *bytes, size_t length)
{
	struct pollfd room = {.fd = fd, .events = POLLOUT};

	if (poll(&room, 1, 0) > 0)
		return write(fd, bytes, length < PIPE_BUF ? length : PIPE_BUF);
	errno = EAGAIN;
	return -1;
}

static ssize_t
write_once(const struct stream *stream, const char *bytes, size_t length)
{
	switch (stream->way) {
	case WAY_NONE:
		break;
	case WAY_DIRECT:
	case WAY_REOPENED:
		return write(stream->fd, bytes, length);
	case WAY_SOCKET:
		return send(stream->fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
	case WAY_POLLED:
		return write_polled(stream->fd, bytes, length);
	}
	errno = EBADF;
	return -1;
}

/* Returns how many bytes need not be written any more: all of them after an error. */
static size_t
write_most(const struct stream *stream, const char *bytes, size_t length)
{
	size_t done = 0;

	while (done < length) {
		ssize_t written = write_once(stream, bytes + done, length - done);

		if (written > 0)
			done += (size_t)written;
		else if (written < 0 && errno == EAGAIN)
			return done;
		else if (written == 0 || errno != EINTR)
			return length;
	}
	return done;
}

/* ---- the queue ---- */

static void flush(void *context, unsigned events);

/* Edge-triggered, because a terminal may be writable and yet have no room for a line feed. */
static void
watch(struct stream *stream)
{
	struct loop *loop = stream->output->loop;

	if (loop && !stream->is_watched)
		stream->is_watched = loop_add(
			loop, &stream->source, stream->fd, LOOP_WRITE | LOOP_EDGE, flush, stream);
}

static void
stop_watching(struct stream *stream)
{
	if (stream->is_watched)
		loop_remove(stream->output->loop, &stream->source);
	stream->is_watched = false;
}

/* Half of the queue is free before new lines are taken, so there are few such lines. */
static void
tell_lost(struct stream *stream)
{
	struct output *output = stream->output;

	if (stream->lost == 0 || stream->queue.length > OUTPUT_QUEUE_MAX / 2)
		return;
	output->lost(output->context, &stream->queue, stream->lost);
	stream->lost = 0;
}

/* A loop_source_fn. */
static void
flush(void *context, unsigned events)
{
	struct stream *stream = context;

	(void)events;
	while (stream->queue.length) {
		size_t written = write_most(stream, stream->queue.bytes, stream->queue.length);

		if (written == 0)
			return;
		buf_drop(&stream->queue, written);
		tell_lost(stream);
	}
	buf_finish(&stream->queue);
	stop_watching(stream);
}

static uint64_t
count_lines(struct slice text)
{
	uint64_t lines = 0;

	for (size_t i = 0; i < text.length; i++)
		lines += text.at[i] == '\n';
	return lines;
}

static bool
enqueue(struct stream *stream, struct slice text)
{
	if (stream->lost || stream->queue.length + text.length > OUTPUT_QUEUE_MAX) {
		stream->lost += count_lines(text);
		return false;
	}
	buf_add_slice(&stream->queue, text);
	return true;
}

bool
output_write(struct output *output, enum output_stream kind, struct slice text)
{
	struct stream *stream = &output->streams[output->is_joint ? OUTPUT_STDOUT : kind];

	if (stream->queue.length && !stream->is_watched)
		flush(stream, LOOP_WRITE);
	if (stream->queue.length)
		return enqueue(stream, text);
	slice_drop(&text, write_most(stream, text.at, text.length));
	if (text.length) {
		buf_add_slice(&stream->queue, text);
		watch(stream);
	}
	return true;
}

bool
output_is_waiting(const struct output *output, enum output_stream kind)
{
	return output->streams[output->is_joint ? OUTPUT_STDOUT : kind].queue.length;
}

bool
output_is_joint(const struct output *output)
{
	return output->is_joint;
}

/* ---- life cycle ---- */

struct output *
output_create(output_lost_fn *lost, void *context)
{
	static const int descriptors[] = {STDOUT_FILENO, STDERR_FILENO};
	struct output *output = mem_zero(sizeof(*output));

	output->lost = lost;
	output->context = context;
	for (size_t i = 0; i < OUTPUT_STREAMS; i++) {
		output->streams[i].output = output;
		open_stream(&output->streams[i], descriptors[i]);
	}
	output->is_joint = are_same(
		&output->streams[OUTPUT_STDOUT], &output->streams[OUTPUT_STDERR]);
	return output;
}

void
output_begin(struct output *output, struct loop *loop)
{
	output->loop = loop;
	for (size_t i = 0; i < OUTPUT_STREAMS; i++)
		if (output->streams[i].queue.length)
			watch(&output->streams[i]);
}

/* Writes what is queued until end_us. */
static void
finish(struct stream *stream, uint64_t end_us)
{
	struct pollfd room = {.fd = stream->fd, .events = POLLOUT};
	uint64_t now_us = loop_now();

	flush(stream, LOOP_WRITE);
	while (stream->queue.length && now_us < end_us) {
		poll(&room, 1, (int)((end_us - now_us) / 1000 + 1));
		flush(stream, LOOP_WRITE);
		now_us = loop_now();
	}
	stop_watching(stream);
}

void
output_destroy(struct output *output)
{
	uint64_t end_us = loop_now() + OUTPUT_END_MS * 1000;

	if (!output)
		return;
	for (size_t i = 0; i < OUTPUT_STREAMS; i++) {
		finish(&output->streams[i], end_us);
		close_stream(&output->streams[i]);
	}
	free(output);
}
