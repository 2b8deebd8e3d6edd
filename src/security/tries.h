/*
 * tries: counts the wrong passwords that come from each address, and says how long the next try
 * from there has to wait.
 *
 * Knows at most TRIES_ADDRESSES addresses; then it forgets the one that has been quiet for longest.
 */
#ifndef TRIES_H
#define TRIES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rate_limit.h"

enum {
	TRIES_FREE = 5,              /* wrong tries before there is any wait */
	TRIES_WAIT_FIRST_MS = 100,   /* between two checks after that; it doubles with each one */
	TRIES_WAIT_MAX_MS = 300,     /* so 30,000 guesses take more than two hours */
	TRIES_EARLY_MS = 1000,       /* a try that comes sooner after a wrong one is early */
	TRIES_FORGET_MS = 10 * 1000, /* of quiet, and one wrong try less is counted */
	TRIES_REPEATS = 20,
	TRIES_ADDRESSES = 256,
};

/* Zeroed at first. */
struct tries {
	struct {
		uint64_t peer;     /* peer.key of a request; 0: the row is free */
		uint64_t last_us;  /* when a try was found to be wrong */
		uint64_t begun_us; /* when the last check began */
		unsigned count;    /* of wrong tries */
		struct rate_state repeats;
	} rows[TRIES_ADDRESSES];
};

/* now_us is the time of a monotonic clock in microseconds. */
void tries_add_wrong(struct tries *tries, uint64_t peer, uint64_t now_us);

/* The number of wrong tries from peer that are not forgotten. */
unsigned tries_wrong(const struct tries *tries, uint64_t peer, uint64_t now_us);

/* The check of a password from peer begins. */
void tries_begin(struct tries *tries, uint64_t peer, uint64_t now_us);

/* Whether a try from peer comes so soon after too many wrong ones that nobody has typed it. */
bool tries_is_early(const struct tries *tries, uint64_t peer, uint64_t now_us);

/* The time before which no further password from peer is checked; 0 or in the past: at once. */
uint64_t tries_next_us(const struct tries *tries, uint64_t peer, uint64_t now_us);

/*
 * A password that is known to be wrong was sent again. That needs no check, so it is no try and makes
 * no other one wait. Returns false when it happens too often: more than TRIES_REPEATS at once, and
 * then one a second.
 */
bool tries_allow_repeat(struct tries *tries, uint64_t peer, uint64_t now_us);

#endif
