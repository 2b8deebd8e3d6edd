/*
 * crowd: gives memory back to the system when many connections have gone.
 *
 * The heap keeps freed memory for the next allocation. After thousands of connections that can be
 * 100 MB, which nobody uses again. So some time after most of a crowd has left, the heap is told once
 * to give back what is free. A few connections that come and go cause nothing.
 */
#ifndef CROWD_H
#define CROWD_H

#include <stddef.h>

#include "base/loop.h"

enum {
	CROWD_MIN = 64,               /* fewer connections are no crowd */
	CROWD_QUIET_US = 1000 * 1000, /* from the leaving of most of it to giving back */
};

/* Made by crowd_init(). The members are private. */
struct crowd {
	struct loop *loop;
	struct loop_timer timer;
	size_t count;
	size_t most; /* the largest count since memory was given back */
};

/* Keeps a pointer to loop. */
void crowd_init(struct crowd *crowd, struct loop *loop);
void crowd_finish(struct crowd *crowd);

void crowd_enter(struct crowd *crowd);
void crowd_leave(struct crowd *crowd);

#endif
