/*
 * socket_queue: the sockets that may have something to send, each at most once.
 */
#ifndef SOCKET_QUEUE_H
#define SOCKET_QUEUE_H

/* Memory for one place in the queue, zeroed but for owner. A member of its owner. */
struct socket_queue_link {
	void *owner;
	struct socket_queue_link *next, **link; /* link is NULL while it is not in the queue */
};

struct socket_queue {
	struct socket_queue_link *first, **end; /* end: the pointer to set for the next one */
};

void socket_queue_init(struct socket_queue *queue);
/* Adds link at the end, unless it is in the queue. Keeps a pointer to it. */
void socket_queue_add(struct socket_queue *queue, struct socket_queue_link *link);
/* Does nothing when link is not in the queue. */
void socket_queue_remove(struct socket_queue *queue, struct socket_queue_link *link);
/* Removes the first one and returns its owner; NULL when the queue is empty. */
void *socket_queue_take(struct socket_queue *queue);

#endif
