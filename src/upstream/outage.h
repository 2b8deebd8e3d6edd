/*
 * outage: whether an upstream is away, and since when.
 *
 * The first request that finds it away begins the outage. From then on the upstream is asked again and
 * again (probe.h), until it answers; so the end is noticed when no request comes. Both are told once.
 *
 * A 502 or 503, or a connection that is closed without an answer, may mean a restart, but also be what
 * the upstream has to say. So it is asked again for the same address; and if the answer comes back soon
 * after that seemed to be well, such answers count as its own, until it has really been away.
 */
#ifndef OUTAGE_H
#define OUTAGE_H

#include "upstream/probe.h"

enum {
	OUTAGE_PROBE_MIN_MS = 250,
	OUTAGE_PROBE_MAX_MS = 2000,
	OUTAGE_RELAPSE_MS = 5000, /* an answer that comes back within this is the upstream's own */
};

enum outage_kind {
	OUTAGE_REFUSED, /* nobody is there */
	OUTAGE_ANSWER,  /* 502, 503, or a connection that is closed without an answer */
};

/* Called when an outage begins, and when it ends. sentence says so to the person. */
typedef void outage_fn(
	void *context, struct destination *destination, bool is_over, const char *sentence);

struct outage_options {
	struct loop *loop;
	unsigned wait_ms; /* how long a page may be held after the outage began; 0: not at all */
	outage_fn *fn;
	void *context;
};

/* One upstream's. Others may read is_away and kind. */
struct outage {
	const struct outage_options *options;
	struct destination *destination;
	bool is_away;
	enum outage_kind kind;
	bool trusts_answers; /* 502 and the like are the upstream's own answers */
	uint64_t began_us, ended_us;
	struct buf host, target; /* what is asked for */
	struct loop_timer timer;
	struct probe probe;
};

/* Keeps pointers to options and destination. */
void outage_init(struct outage *outage, const struct outage_options *options,
	struct destination *destination);
void outage_finish(struct outage *outage);

/*
 * A request has found the upstream away. Begins an outage, or lets it go on. what is the end of a
 * sentence that begins with the upstream's name ("is not there"). Returns whether a page may be held.
 */
bool outage_note(struct outage *outage, enum outage_kind kind, const struct probe_request *request,
	const char *what);

/* A request was answered. Returns whether that has ended an outage, one in which nobody was there. */
bool outage_note_answer(struct outage *outage);

#endif
