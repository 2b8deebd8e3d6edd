/*
 * outage: see outage.h. Owns the probe and what it asks for. The pauses between probes grow with the
 * outage, so a server that is away for a second is found at once, and one that is away for hours is not
 * asked all the time.
 */
#include "upstream/outage.h"

#include <stdlib.h>

#include "base/mem.h"

void
outage_init(struct outage *outage, const struct outage_options *options,
	struct destination *destination)
{
	*outage = (struct outage){.options = options, .destination = destination};
}

void
outage_finish(struct outage *outage)
{
	if (outage->options)
		loop_timer_clear(outage->options->loop, &outage->timer);
	probe_stop(&outage->probe);
	buf_finish(&outage->host);
	buf_finish(&outage->target);
}

static uint64_t
age_ms(const struct outage *outage)
{
	return (loop_now() - outage->began_us) / 1000;
}

static void
tell(struct outage *outage, bool is_over, const char *what)
{
	char *sentence = mem_format("%s %s, so pages %s", outage->destination->upstream->shown,
		what, is_over ? "reload" : "wait for it");

	outage->options->fn(outage->options->context, outage->destination, is_over, sentence);
	free(sentence);
}

static void
end(struct outage *outage)
{
	outage->is_away = false;
	outage->ended_us = loop_now();
	if (outage->kind == OUTAGE_REFUSED)
		outage->trusts_answers = false;
	loop_timer_clear(outage->options->loop, &outage->timer);
	probe_stop(&outage->probe);
	tell(outage, true, "is back");
}

static void ask_later(struct outage *outage);

/* A probe_fn. */
static void
probed(void *context, enum probe_verdict verdict)
{
	struct outage *outage = context;

	/* Somebody is there again, but what is behind it may not be. */
	if (verdict == PROBE_WELL)
		end(outage);
	else
		ask_later(outage);
}

/* A loop_timer_fn. */
static void
ask(void *context)
{
	struct outage *outage = context;
	const struct probe_request request = {buf_slice(&outage->host), buf_slice(&outage->target)};

	probe_start(&outage->probe, outage->options->loop, outage->destination, &request, probed,
		outage);
}

static void
ask_later(struct outage *outage)
{
	uint64_t pause_ms = age_ms(outage) / 8;

	if (pause_ms < OUTAGE_PROBE_MIN_MS)
		pause_ms = OUTAGE_PROBE_MIN_MS;
	if (pause_ms > OUTAGE_PROBE_MAX_MS)
		pause_ms = OUTAGE_PROBE_MAX_MS;
	loop_timer_set(outage->options->loop, &outage->timer, pause_ms * 1000, ask, outage);
}

static void
begin(struct outage *outage, enum outage_kind kind, const struct probe_request *request,
	const char *what)
{
	outage->is_away = true;
	outage->kind = kind;
	outage->began_us = loop_now();
	buf_clear(&outage->host);
	buf_add_slice(&outage->host, request->host);
	buf_clear(&outage->target);
	buf_add_slice(&outage->target, request->target);
	tell(outage, false, what);
	ask_later(outage);
}

/* Whether the upstream has said the same again as soon as it seemed to be well. */
static bool
is_relapse(const struct outage *outage)
{
	return outage->ended_us && outage->kind == OUTAGE_ANSWER &&
	       (loop_now() - outage->ended_us) / 1000 < OUTAGE_RELAPSE_MS;
}

bool
outage_note(struct outage *outage, enum outage_kind kind, const struct probe_request *request,
	const char *what)
{
	if (kind == OUTAGE_ANSWER) {
		outage->trusts_answers |= !outage->is_away && is_relapse(outage);
		if (outage->trusts_answers)
			return false;
	}
	if (!outage->is_away)
		begin(outage, kind, request, what);
	if (kind == OUTAGE_REFUSED)
		outage->kind = kind; /* it is not only busy, but restarts */
	return age_ms(outage) < outage->options->wait_ms;
}

bool
outage_note_answer(struct outage *outage)
{
	if (!outage->is_away || outage->kind != OUTAGE_REFUSED)
		return false;
	end(outage);
	return true;
}
