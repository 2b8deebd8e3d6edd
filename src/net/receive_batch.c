/*
 * receive_batch: see receive_batch.h. Owns the buffer. Items are appended until the batch is handled;
 * then it begins anew. Many batches of a process never receive anything, so each makes its buffer when it needs it.
 */
#include "net/receive_batch.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "base/mem.h"

/* A socket gets at least as much room; with less than that, the batch is full. */
enum { ROOM_MIN = 16 * 1024 };

void
receive_batch_init(struct receive_batch *batch, struct loop *loop, loop_hook_fn *begin,
	receive_batch_fn *handle, void *context)
{
	batch->loop = loop;
	batch->task = (struct loop_task){0};
	batch->begin = begin;
	batch->handle = handle;
	batch->context = context;
	batch->count = batch->at = batch->used = 0;
	batch->bytes = NULL;
}

void
receive_batch_finish(struct receive_batch *batch)
{
	loop_task_clear(batch->loop, &batch->task);
	free(batch->bytes);
	batch->bytes = NULL;
}

static void
handle_all(void *context)
{
	struct receive_batch *batch = context;

	if (batch->begin && batch->count)
		batch->begin(batch->context);
	while (batch->at < batch->count) {
		size_t at = batch->at++;

		if (batch->items[at].owner)
			batch->handle(batch->items[at].owner, batch->items[at].bytes);
	}
	batch->count = batch->at = batch->used = 0;
}

ssize_t
receive_batch_receive(struct receive_batch *batch, int socket, void *owner)
{
	char *bytes;
	ssize_t got;

	if (batch->count == RECEIVE_BATCH_MAX || RECEIVE_BATCH_SIZE - batch->used < ROOM_MIN)
		handle_all(batch);
	if (!batch->bytes)
		batch->bytes = mem_resize(NULL, RECEIVE_BATCH_SIZE);
	bytes = batch->bytes + batch->used;
	got = recv(socket, bytes, RECEIVE_BATCH_SIZE - batch->used, 0);
	if (got <= 0)
		return got;
	batch->items[batch->count].owner = owner;
	batch->items[batch->count++].bytes = (struct slice){bytes, (size_t)got};
	batch->used += (size_t)got;
	loop_task_set(batch->loop, &batch->task, handle_all, batch);
	return got;
}

bool
receive_batch_has(const struct receive_batch *batch, const void *owner)
{
	for (size_t i = batch->at; i < batch->count; i++)
		if (batch->items[i].owner == owner)
			return true;
	return false;
}

void
receive_batch_forget(struct receive_batch *batch, const void *owner)
{
	for (size_t i = batch->at; i < batch->count; i++)
		if (batch->items[i].owner == owner)
			batch->items[i].owner = NULL;
}
