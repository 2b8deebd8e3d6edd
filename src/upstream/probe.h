/*
 * probe: asks an upstream once whether it answers, by a HEAD on a connection of its own.
 */
#ifndef PROBE_H
#define PROBE_H

#include "net/endpoint.h"
#include "upstream/dial.h"

enum { PROBE_ANSWER_MS = 3000 }; /* an upstream that takes longer than that is there, and is slow */

enum probe_verdict {
	PROBE_AWAY, /* it refuses, or closes the connection without an answer */
	PROBE_BUSY, /* it answers 502 or 503 */
	PROBE_WELL, /* it answers anything else, or takes its time */
};

typedef void probe_fn(void *context, enum probe_verdict verdict);

/* Zeroed is idle. The members are private. */
struct probe {
	struct loop *loop;
	struct destination *destination;
	probe_fn *fn;
	void *context;
	struct dial dial;
	struct endpoint upstream;
	struct loop_timer timer;
	struct buf request, received;
	bool is_running;
};

/* What is asked for, as the request did that has found no answer. */
struct probe_request {
	struct slice host;   /* "localhost:9000" */
	struct slice target; /* "/a?b" */
};

/*
 * Begins a probe; probe is idle. Keeps pointers to all but request. fn is called once, by the loop or
 * before this function returns, unless probe_stop comes before.
 */
void probe_start(struct probe *probe, struct loop *loop, struct destination *destination,
	const struct probe_request *request, probe_fn *fn, void *context);
/* Does nothing when the probe is idle. */
void probe_stop(struct probe *probe);

#endif
