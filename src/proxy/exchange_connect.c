/*
 * exchange_connect: see exchange_connect.h. Owns nothing; the state is that of the exchange.
 */
#include "proxy/exchange_connect.h"

#include <errno.h>

/* ---- holding ---- */

/* What has come of an answer is forgotten, with the connection that it came on. */
static void
forget_answer(struct exchange *exchange)
{
	endpoint_close(&exchange->upstream);
	exchange->upstream = (struct endpoint){0};
	response_relay_restart(&exchange->relay);
	if (exchange->script)
		script_relay_restart(exchange->script);
}

/* The request is to be sent, perhaps again. */
static void
prepare(struct exchange *exchange)
{
	exchange->phase = EXCHANGE_LOOKING_UP;
	exchange->is_reached = exchange->is_request_dropped = false;
	if (exchange->again.length) {
		buf_clear(&exchange->upstream.pending);
		buf_add_slice(&exchange->upstream.pending, buf_slice(&exchange->again));
	}
}

static void
release(struct exchange *exchange)
{
	loop_timer_clear(exchange->exchanges->loop, &exchange->hold);
	prepare(exchange);
	document_relay_note_time(&exchange->relay.document);
}

void
exchange_connect_again(struct exchange *exchange)
{
	release(exchange);
	exchange_connect(exchange);
	exchange->exchanges->go_on(exchange);
}

/* A loop_timer_fn. What a busy upstream says now is passed on, whatever it is. */
static void
hold_is_over(void *context)
{
	struct exchange *exchange = context;

	exchange->relay.holds_busy = false;
	exchange_connect_again(exchange);
}

/* Returns false when the exchange cannot wait, or has waited long enough. */
static bool
hold(struct exchange *exchange, enum outage_kind kind, const char *what)
{
	const struct probe_request request = {
		buf_slice(&exchange->relay.authority), buf_slice(&exchange->target)};
	bool may_wait = outage_note(exchange->outage, kind, &request, what);
	uint64_t now = loop_now();

	if (exchange->hold_until_us == 0)
		exchange->hold_until_us = now + (uint64_t)exchange->exchanges->wait_ms * 1000;
	if (!may_wait || !exchange->is_navigation || now >= exchange->hold_until_us ||
		(exchange->is_reached && !exchange->again.length))
		return false;
	exchange->phase = EXCHANGE_HELD;
	dial_stop(&exchange->dial);
	if (exchange->again.length)
		forget_answer(exchange);
	loop_timer_set(exchange->exchanges->loop, &exchange->hold, exchange->hold_until_us - now,
		hold_is_over, exchange);
	return true;
}

void
exchange_connect_failed(struct exchange *exchange, enum outage_kind kind, const char *what)
{
	if (!hold(exchange, kind, what))
		exchange_state_fail(exchange, 502, what);
}

bool
exchange_connect_holds_busy(struct exchange *exchange)
{
	const char *what = exchange->relay.head.status == 502 ? "answers 502" : "answers 503";

	exchange->relay.holds_busy = hold(exchange, OUTAGE_ANSWER, what);
	return exchange->relay.holds_busy;
}

/* ---- connecting ---- */

/* A dial_fn. */
static void
connected(void *context, int socket, const char *fault)
{
	struct exchange *exchange = context;
	struct exchanges *exchanges = exchange->exchanges;
	bool is_short = errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS;

	exchange->phase = EXCHANGE_WAITING;
	if (fault) {
		exchange_state_fail(exchange, 502, fault);
	} else if (socket < 0 && !is_short) {
		destination_distrust(exchange->destination);
		exchange_connect_failed(exchange, OUTAGE_REFUSED, "is not there");
	} else if (socket < 0 || !endpoint_open(&exchange->upstream, exchanges->loop, socket,
					 exchanges->upstream_ready, exchange)) {
		exchange_state_fail(exchange, 503,
			"cannot be asked, because too many connections are open here");
	} else {
		exchange_state_flush_upstream(exchange);
	}
	if (!exchange->is_dialing)
		exchanges->go_on(exchange);
}

/* Returns false when there is none in the pool, or it will not do. */
static bool
reuse(struct exchange *exchange)
{
	struct exchanges *exchanges = exchange->exchanges;
	int socket;

	if (!exchange->may_reuse) {
		pool_make_room(exchanges->pool, exchange->destination);
		return false;
	}
	socket = pool_take(exchanges->pool, exchange->destination);
	if (socket < 0 || !endpoint_open(&exchange->upstream, exchanges->loop, socket,
				  exchanges->upstream_ready, exchange))
		return false;
	exchange->phase = EXCHANGE_WAITING;
	exchange->is_reused = true;
	exchange_state_flush_upstream(exchange);
	return true;
}

bool
exchange_connect_was_stale(const struct exchange *exchange)
{
	return exchange->is_reused && !exchange->relay.has_begun &&
	       exchange->relay.interim_count == 0 && exchange->relay.input.length == 0;
}

void
exchange_connect_anew(struct exchange *exchange)
{
	exchange->is_reused = exchange->may_reuse = false;
	forget_answer(exchange);
	prepare(exchange);
	exchange_connect(exchange);
}

void
exchange_connect(struct exchange *exchange)
{
	if (reuse(exchange))
		return;
	switch (destination_find(exchange->destination)) {
	case DESTINATION_AWAITED:
		return;
	case DESTINATION_UNKNOWN:
		exchange_connect_failed(exchange, OUTAGE_REFUSED, "is not there");
		return;
	case DESTINATION_KNOWN:
		break;
	}
	exchange->phase = EXCHANGE_CONNECTING;
	exchange->is_dialing = true; /* the caller goes on */
	dial_start(&exchange->dial, exchange->exchanges->loop, exchange->destination, connected,
		exchange);
	exchange->is_dialing = false;
}

bool
exchange_connect_may_hold(const struct exchange *exchange)
{
	return exchange->is_navigation && exchange->exchanges->wait_ms && exchange->again.length;
}

/* The second word of the request line. */
static void
note_target(struct exchange *exchange)
{
	struct slice head = buf_slice(&exchange->upstream.pending), word;

	slice_split(&head, ' ', &word);
	slice_split(&head, ' ', &word);
	buf_add_slice(&exchange->target, word);
}

/* A request that only asks can be sent again, as long as it was not answered. */
void
exchange_connect_begin(struct exchange *exchange, const struct request *request)
{
	bool only_asks = (request->method == REQUEST_GET || request->method == REQUEST_HEAD) &&
			 !request->has_body;

	if (!exchange->script)
		note_target(exchange);
	exchange->may_reuse = only_asks && !exchange->script &&
			      exchange->relay.kind != RESPONSE_HEAD_TO_UPGRADE;
	if (only_asks)
		buf_add_slice(&exchange->again, buf_slice(&exchange->upstream.pending));
	exchange->relay.holds_busy = exchange_connect_may_hold(exchange);
	exchange_connect(exchange);
}
