/*
 * queue: see queue.h. It owns nothing.
 */
#include "live/queue.h"

#include <stddef.h>

void
queue_init(struct queue *queue)
{
	queue->first = NULL;
	queue->end = &queue->first;
}

void
queue_add(struct queue *queue, struct queue_item *item)
{
	if (item->link)
		return;
	item->next = NULL;
	item->link = queue->end;
	*queue->end = item;
	queue->end = &item->next;
}

void
queue_remove(struct queue *queue, struct queue_item *item)
{
	if (!item->link)
		return;
	*item->link = item->next;
	if (item->next)
		item->next->link = item->link;
	else
		queue->end = item->link;
	item->link = NULL;
}

bool
queue_has(const struct queue_item *item)
{
	return item->link;
}
