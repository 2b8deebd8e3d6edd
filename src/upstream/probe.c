/*
 * probe: see probe.h. Owns its connection. The first bytes of an answer are enough.
 */
#include "upstream/probe.h"

#include <errno.h>
#include <unistd.h>

enum {
	LINE_LENGTH = 12, /* "HTTP/1.1 200" */
	PIECE = 512,
};

static void
finish(struct probe *probe, enum probe_verdict verdict)
{
	probe_stop(probe);
	probe->fn(probe->context, verdict);
}

/* Whether the answer is 502 or 503, which other servers say for one that is away. */
static bool
is_busy(struct slice received)
{
	struct slice status = {received.at + LINE_LENGTH - 3, 3};

	return slice_is(status, "502") || slice_is(status, "503");
}

static void
read_answer(struct probe *probe)
{
	char piece[PIECE];
	ssize_t got = endpoint_receive(&probe->upstream, piece, sizeof(piece));

	if (got > 0)
		buf_add(&probe->received, piece, (size_t)got);
	if (probe->received.length >= LINE_LENGTH)
		finish(probe, is_busy(buf_slice(&probe->received)) ? PROBE_BUSY : PROBE_WELL);
	else if (probe->upstream.has_ended)
		finish(probe, probe->received.length ? PROBE_WELL : PROBE_AWAY);
}

static void
upstream_ready(void *context, unsigned events)
{
	struct probe *probe = context;

	if (events & LOOP_WRITE && probe->upstream.pending.length &&
		!endpoint_flush(&probe->upstream)) {
		finish(probe, PROBE_AWAY);
		return;
	}
	endpoint_watch(&probe->upstream, true);
	if (events & LOOP_READ)
		read_answer(probe);
}

/* A dial_fn. Who speaks no TLS, or has a wrong certificate, is there. */
static void
connected(void *context, int socket, const char *fault)
{
	struct probe *probe = context;

	if (fault) {
		finish(probe, PROBE_WELL);
	} else if (socket < 0) {
		destination_distrust(probe->destination);
		finish(probe, PROBE_AWAY);
	} else if (probe->destination->upstream->suffix) {
		close(socket); /* a FastCGI server is not asked: each request would run a script */
		finish(probe, PROBE_WELL);
	} else if (!endpoint_open(&probe->upstream, probe->loop, socket, upstream_ready, probe) ||
		   !endpoint_send(&probe->upstream, buf_slice(&probe->request))) {
		finish(probe, PROBE_AWAY);
	} else {
		endpoint_watch(&probe->upstream, true);
	}
}

/* A loop_timer_fn. Who has not accepted by now is away. */
static void
answer_is_late(void *context)
{
	struct probe *probe = context;

	finish(probe, probe->upstream.is_open ? PROBE_WELL : PROBE_AWAY);
}

void
probe_start(struct probe *probe, struct loop *loop, struct destination *destination,
	const struct probe_request *request, probe_fn *fn, void *context)
{
	*probe = (struct probe){.loop = loop,
		.destination = destination,
		.fn = fn,
		.context = context,
		.is_running = true};
	if (destination_find(destination) != DESTINATION_KNOWN) {
		finish(probe, PROBE_AWAY);
		return;
	}
	buf_addf(&probe->request,
		"HEAD %.*s HTTP/1.1\r\nHost: %.*s\r\nUser-Agent: liveserve\r\n"
		"Via: 1.1 liveserve\r\nConnection: close\r\n\r\n",
		(int)request->target.length, request->target.at, (int)request->host.length,
		request->host.at);
	loop_timer_set(loop, &probe->timer, PROBE_ANSWER_MS * 1000, answer_is_late, probe);
	dial_start(&probe->dial, loop, destination, connected, probe);
}

void
probe_stop(struct probe *probe)
{
	if (!probe->is_running)
		return;
	probe->is_running = false;
	loop_timer_clear(probe->loop, &probe->timer);
	dial_stop(&probe->dial);
	endpoint_close(&probe->upstream);
	buf_finish(&probe->request);
	buf_finish(&probe->received);
}
