/*
 * receive_batch: receives from all sockets that are ready in a round of the loop, before any of what
 * was received is handled.
 *
 * So what has to be true for every request in the batch, at a moment after it was received, is looked
 * up once for all of them: see begin. The bytes of all sockets share one buffer.
 */
#ifndef RECEIVE_BATCH_H
#define RECEIVE_BATCH_H

#include <stddef.h>
#include <sys/types.h>

#include "base/loop.h"
#include "base/slice.h"

enum {
	RECEIVE_BATCH_SIZE = 64 * 1024, /* bytes of one batch */
	RECEIVE_BATCH_MAX = 128,        /* sockets of one batch */
};

/* Handles what was received for owner. bytes are borrowed for the call. */
typedef void receive_batch_fn(void *owner, struct slice bytes);

/* Made by receive_batch_init. */
struct receive_batch {
	struct loop *loop;
	struct loop_task task;
	loop_hook_fn *begin; /* or NULL */
	receive_batch_fn *handle;
	void *context;
	size_t count, at; /* the items, and the first of them that is not handled yet */
	size_t used;
	struct {
		void *owner; /* NULL: it was forgotten */
		struct slice bytes;
	} items[RECEIVE_BATCH_MAX];
	char *bytes; /* RECEIVE_BATCH_SIZE of them; NULL before anything is received */
};

/*
 * begin(context) is called once for each batch, when all of it has been received, and then handle for
 * each owner, in the order of their bytes. begin may be NULL. Keeps a pointer to loop.
 */
void receive_batch_init(struct receive_batch *batch, struct loop *loop, loop_hook_fn *begin,
	receive_batch_fn *handle, void *context);
/* What was not handled yet is lost. */
void receive_batch_finish(struct receive_batch *batch);

/*
 * Receives what socket has, as recv(2) does, up to RECEIVE_BATCH_SIZE bytes. To be called by the
 * callback of a descriptor, once in a round for each owner. If it returns more than 0, handle gets the
 * bytes when the callbacks of all descriptors have been called; if the batch is full, earlier ones are
 * handled in this call.
 */
ssize_t receive_batch_receive(struct receive_batch *batch, int socket, void *owner);

/* Whether bytes of owner wait to be handled. */
bool receive_batch_has(const struct receive_batch *batch, const void *owner);

/* To be called before owner is freed: its bytes are not handled any more. */
void receive_batch_forget(struct receive_batch *batch, const void *owner);

#endif
