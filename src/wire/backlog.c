/*
 * backlog: see backlog.h. The reader of pcapng keeps what waits.
 */
#include "wire/backlog.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "capture/packet_blocks.h"
#include "capture/pcapng.h"

/* Under full load the list gets LOOP_IDLE_US in this time, so one part in twenty. */
enum { WAIT_MAX_US = 10 * 1000 };

struct backlog {
	struct backlog_options options;
	struct pcapng reader;
	struct loop_task turn;
	bool has_more;         /* blocks wait */
	uint64_t last_turn_us; /* of loop_now */
	uint64_t lost;
};

/* Blocks that are wrong end the reading. */
static void
read_until(struct backlog *backlog, uint64_t end_us)
{
	struct pcapng_block block;

	while (backlog->has_more && loop_now() < end_us) {
		backlog->has_more = pcapng_next(&backlog->reader, &block) == PCAPNG_BLOCK;
		if (backlog->has_more)
			packet_store_add(backlog->options.store, &block);
	}
}

static void
take_turn(void *context)
{
	struct backlog *backlog = context;

	read_until(backlog, loop_now() + LOOP_IDLE_US);
	backlog->last_turn_us = loop_now();
	if (backlog->has_more)
		loop_idle_set(backlog->options.loop, &backlog->turn, take_turn, backlog);
	else
		pcapng_feed(&backlog->reader, (struct slice){0}); /* gives its memory back */
	backlog->options.read(backlog->options.context);
}

struct backlog *
backlog_create(const struct backlog_options *options)
{
	struct backlog *backlog = mem_zero(sizeof(*backlog));

	backlog->options = *options;
	pcapng_init(&backlog->reader);
	return backlog;
}

void
backlog_destroy(struct backlog *backlog)
{
	if (!backlog)
		return;
	loop_idle_clear(backlog->options.loop, &backlog->turn);
	pcapng_finish(&backlog->reader);
	free(backlog);
}

void
backlog_add(struct backlog *backlog, struct slice blocks)
{
	struct loop *loop = backlog->options.loop;
	struct buf others = {0};

	if (!backlog->has_more)
		backlog->last_turn_us = loop_now();
	if (pcapng_unread(&backlog->reader) >= BACKLOG_MAX) {
		backlog->lost += packet_blocks_leave_out(blocks, &others);
		blocks = buf_slice(&others);
	}
	pcapng_feed(&backlog->reader, blocks);
	backlog->has_more = true;
	buf_finish(&others);
	if (loop_now() - backlog->last_turn_us < WAIT_MAX_US) {
		loop_idle_set(loop, &backlog->turn, take_turn, backlog);
		return;
	}
	loop_idle_clear(loop, &backlog->turn);
	take_turn(backlog);
}

bool
backlog_is_empty(const struct backlog *backlog)
{
	return !backlog->has_more;
}

uint64_t
backlog_lost(const struct backlog *backlog)
{
	return backlog->lost;
}
