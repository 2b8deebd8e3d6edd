/*
 * lru: see lru.h. A list with links in both directions, so every change takes one step.
 */
#include "fs/lru.h"

void
lru_leave(struct lru_item *item)
{
	struct lru *lru = item->lru;

	if (!lru)
		return;
	*(item->older ? &item->older->newer : &lru->oldest) = item->newer;
	*(item->newer ? &item->newer->older : &lru->newest) = item->older;
	lru->count--;
	lru->bytes -= item->bytes;
	*item = (struct lru_item){0};
}

void
lru_use(struct lru *lru, struct lru_item *item, void *thing, size_t bytes)
{
	lru_leave(item);
	*item = (struct lru_item){
		.lru = lru,
		.older = lru->newest,
		.thing = thing,
		.bytes = bytes,
	};
	*(item->older ? &item->older->newer : &lru->oldest) = item;
	lru->newest = item;
	lru->count++;
	lru->bytes += bytes;
}

bool
lru_is_over(const struct lru *lru, size_t count, size_t bytes)
{
	return lru->count > 1 && (lru->count > count || lru->bytes > bytes);
}
