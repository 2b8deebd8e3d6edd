/*
 * places: limits how many pages send a large message at the same time.
 *
 * Short messages come in for all pages at once. Large ones take turns: PLACES_MAX of them have a place,
 * and the other pages are not read until there is one. So thousands of pages need little memory, and
 * lose nothing.
 */
#ifndef PLACES_H
#define PLACES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/loop.h"
#include "live/hub.h"
#include "live/queue.h"

enum {
	PLACES_SMALL_MAX = 8 * 1024,  /* bytes of a message that needs no place */
	PLACES_MAX = 32,              /* places for larger ones */
	PLACES_US = 10 * 1000 * 1000, /* how long a message may take, once it has a place */
};

/* The place of one page. Private. */
struct place {
	struct queue_item item; /* in the queue of those that wait for a place */
	struct places *places;
	void *socket;
	bool is_taken;
	struct loop_timer late; /* set while it is taken */
};

/* What all pages share. Private. */
struct places {
	struct loop *loop;
	const struct hub *hub;
	void (*read)(void *socket);  /* the page has a place and is to be read again */
	void (*close)(void *socket); /* its message took too long */
	size_t taken;
	struct queue waiting;
};

/* Keeps the pointers. There is nothing to finish. */
void places_init(struct places *places, struct loop *loop, const struct hub *hub,
	void (*read)(void *socket), void (*close)(void *socket));

/* Gives free places to those that wait. To be called in every round of the loop. */
void places_admit(struct places *places);

/* socket is the argument of places.read and places.close. */
void place_init(struct place *place, struct places *places, void *socket);

/*
 * Whether a page may be read of whose message there are length bytes. If not, places.read will be
 * called.
 */
bool place_may_read(struct place *place, size_t length);

/* The message is complete, or the page has gone. */
void place_leave(struct place *place);

#endif
