/*
 * queue: a list of items, first in, first out. An item is the first member of what is queued.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include <stdbool.h>

/* Zeroed, it is in no queue. */
struct queue_item {
	struct queue_item *next, **link; /* link points to what points to this item; or NULL */
};

/* Set up by queue_init(); it must not be moved in memory. */
struct queue {
	struct queue_item *first, **end;
};

void queue_init(struct queue *queue);
/* Adds item at the end, unless it is in the queue already. */
void queue_add(struct queue *queue, struct queue_item *item);
/* Does nothing when item is in no queue. */
void queue_remove(struct queue *queue, struct queue_item *item);
/* Whether item is in a queue. */
bool queue_has(const struct queue_item *item);

#endif
