/*
 * lru: things in the order of their last use, so that the oldest can be forgotten first.
 */
#ifndef LRU_H
#define LRU_H

#include <stdbool.h>
#include <stddef.h>

/* Memory for one thing; a member of its struct. A zeroed one is in no list. */
struct lru_item {
	struct lru *lru; /* the list that it is in, or NULL */
	struct lru_item *older, *newer;
	void *thing;
	size_t bytes;
};

/* A zeroed struct lru is empty. It owns nothing. */
struct lru {
	struct lru_item *oldest, *newest;
	size_t count;
	size_t bytes; /* of all things in it */
};

/* Puts item to the newest end of lru; it leaves the list that it was in. */
void lru_use(struct lru *lru, struct lru_item *item, void *thing, size_t bytes);

/* Takes item out of its list; does nothing when it is in none. */
void lru_leave(struct lru_item *item);

/* Whether the list has more than one thing, and more than so many things or bytes. */
bool lru_is_over(const struct lru *lru, size_t count, size_t bytes);

#endif
