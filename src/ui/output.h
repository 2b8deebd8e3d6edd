/*
 * output: writes lines to standard output and standard error, and never waits for their reader.
 *
 * What a terminal, a pipe or a socket does not take at once is queued, and written by the loop when
 * there is room again. Lines that the queue has no room for are dropped and counted. No line is cut,
 * and the lines of one stream stay in order. Plain files and devices are written directly.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/loop.h"

struct output;

enum output_stream {
	OUTPUT_STDOUT,
	OUTPUT_STDERR,
	OUTPUT_STREAMS,
};

enum {
	/* Bytes of each stream that may wait. One line of any length may wait alone. */
	OUTPUT_QUEUE_MAX = 256 * 1024,
	/* For what is queued at the end. */
	OUTPUT_END_MS = 200,
};

/* Adds the line that stands in the place of that many dropped lines. */
typedef void output_lost_fn(void *context, struct buf *text, uint64_t lines);

/*
 * To be called before the sandbox, because it opens terminals and pipes once more: O_NONBLOCK on the
 * descriptors 1 and 2 would also be seen by other programs that have them, such as the shell. There
 * can be only one. Never NULL.
 */
struct output *output_create(output_lost_fn *lost, void *context);
/* From now on the loop writes what is queued; until then each output_write tries it again. */
void output_begin(struct output *output, struct loop *loop);
/* Writes what is queued, for OUTPUT_END_MS at most. NULL is fine. */
void output_destroy(struct output *output);

/*
 * Writes whole lines, or text that belongs to no line, or queues them. Returns false when they are
 * dropped. What the descriptor refuses (no reader, a full disk) is lost, and true is returned.
 */
bool output_write(struct output *output, enum output_stream stream, struct slice text);

/* Whether something is queued. */
bool output_is_waiting(const struct output *output, enum output_stream stream);
/* Whether both streams lead to the same terminal, pipe or socket. Then they have one queue. */
bool output_is_joint(const struct output *output);

#endif
