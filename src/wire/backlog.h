/*
 * backlog: captured packets that wait to be dissected until the loop has nothing else to do. So whoever asks
 * the server for something does not wait for the list of packets. When too many wait, those that come are
 * left out, and counted.
 *
 * Under a load that leaves the loop no pause at all, a small part of them is dissected all the same, so that
 * the list goes on.
 */
#ifndef BACKLOG_H
#define BACKLOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"
#include "base/slice.h"
#include "wire/packet_store.h"

enum { BACKLOG_MAX = 64 << 20 }; /* bytes that wait; at most one more backlog_add is taken */

struct backlog;

/* Packets were added to the store, or the last one that waited was read. */
typedef void backlog_fn(void *context);

struct backlog_options {
	struct loop *loop;          /* borrowed */
	struct packet_store *store; /* takes the packets; borrowed */
	backlog_fn *read;
	void *context; /* for read */
};

/* Never NULL. */
struct backlog *backlog_create(const struct backlog_options *options);
/* What waits is forgotten. NULL is allowed. */
void backlog_destroy(struct backlog *backlog);

/* Takes whole blocks of pcapng, as packet_blocks_take gives them, and copies them. */
void backlog_add(struct backlog *backlog, struct slice blocks);

/* Whether every packet that was taken is in the store. */
bool backlog_is_empty(const struct backlog *backlog);
/* How many packets were left out. */
uint64_t backlog_lost(const struct backlog *backlog);

#endif
