/*
 * stamps: makes the stamps of pages, a little at a time.
 *
 * A stamp is one hash of the states of all the addresses in a list. A page may name thousands, and
 * each may need a look at the disk, so the work is done in slices between which the loop serves
 * everybody else. One list is worked on at a time. Pages that name the same addresses share a list.
 */
#ifndef STAMPS_H
#define STAMPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/loop.h"
#include "live/journal.h"
#include "watch/watch.h"

/* Bytes of all lists together. When there are more, new lists get no stamp. */
enum { STAMPS_BYTES_MAX = 32 * 1024 * 1024 };

/*
 * Finds the state of url (canonical): a hash that changes when the response to a GET of url
 * changes. WATCH_BUSY: it is called again after a round of the loop.
 */
typedef enum watch_verdict stamps_state_fn(void *context, struct slice url, uint64_t *state);

struct stamps_options {
	struct loop *loop; /* may be NULL without find_state */
	const struct journal *journal;
	stamps_state_fn *find_state; /* NULL: there are no stamps */
	void *context;               /* of find_state */
	void (*wake)(void *socket);  /* called when stamps_get() has another result */
};

struct stamps;

/* Copies options and keeps all pointers in it. Never NULL. */
struct stamps *stamps_create(const struct stamps_options *options);
/* Every list must have been left. NULL is fine. */
void stamps_destroy(struct stamps *stamps);

/* The stamp that one page waits for. Zeroed, it waits for none. The members are for stamps.c. */
struct stamps_wait {
	struct stamps_list *list;
	struct stamps_wait *next;
	void *socket;
	bool is_unknown;
};

/*
 * From now on wait is for the stamp of these addresses, each with a NUL. Takes urls. socket is the
 * argument of wake. The caller calls stamps_leave() before wait goes away.
 */
void stamps_want(struct stamps *stamps, struct stamps_wait *wait, struct buf *urls, void *socket);
/* wait is for none any more. */
void stamps_leave(struct stamps *stamps, struct stamps_wait *wait);
/* Whether wait is for a stamp. */
bool stamps_is_wanted(const struct stamps_wait *wait);

enum stamps_verdict {
	STAMPS_READY,   /* *stamp is the one for the last number of the journal */
	STAMPS_LATER,   /* it is being made; wake will be called */
	STAMPS_UNKNOWN, /* it cannot be made at the moment; the caller may ask again later */
};

enum stamps_verdict stamps_get(struct stamps *stamps, struct stamps_wait *wait, uint64_t *stamp);

/* The bytes of the lists whose stamps are being made. */
size_t stamps_backlog(const struct stamps *stamps);

#endif
