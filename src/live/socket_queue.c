/*
 * socket_queue: see socket_queue.h. A list whose items know the pointer to them, so each can leave it
 * at once.
 */
#include "live/socket_queue.h"

#include <stddef.h>

void
socket_queue_init(struct socket_queue *queue)
{
	queue->first = NULL;
	queue->end = &queue->first;
}

void
socket_queue_add(struct socket_queue *queue, struct socket_queue_link *link)
{
	if (link->link)
		return;
	link->next = NULL;
	link->link = queue->end;
	*queue->end = link;
	queue->end = &link->next;
}

void
socket_queue_remove(struct socket_queue *queue, struct socket_queue_link *link)
{
	if (!link->link)
		return;
	*link->link = link->next;
	if (link->next)
		link->next->link = link->link;
	else
		queue->end = link->link;
	link->link = NULL;
}

void *
socket_queue_take(struct socket_queue *queue)
{
	struct socket_queue_link *link = queue->first;

	if (!link)
		return NULL;
	socket_queue_remove(queue, link);
	return link->owner;
}
