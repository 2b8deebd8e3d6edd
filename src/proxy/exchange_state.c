/*
 * exchange_state: see exchange_state.h. Owns both connections.
 */
#define _GNU_SOURCE
#include "proxy/exchange_state.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "proxy/proxy_error.h"

static const unsigned wait_ms[EXCHANGE_WAIT_COUNT] = {
	[EXCHANGE_WAIT_LOOK_UP] = EXCHANGE_LOOK_UP_MS,
	[EXCHANGE_WAIT_STALL] = EXCHANGE_STALL_MS,
	[EXCHANGE_WAIT_GRACE] = EXCHANGE_GRACE_MS,
	[EXCHANGE_WAIT_CUT_OFF] = EXCHANGE_CUT_OFF_MS,
};

/* ---- life ---- */

struct exchange *
exchange_state_create(struct exchanges *exchanges, struct destination *destination,
	const struct takeover *takeover)
{
	struct exchange *exchange = mem_zero(sizeof(*exchange));

	exchange->exchanges = exchanges;
	exchange->destination = destination;
	exchange->wait = EXCHANGE_WAIT_NONE;
	exchange->is_head = takeover->request->method == REQUEST_HEAD;
	exchange->depth = takeover->response->depth;
	exchange->is_tls = takeover->request->scheme == REQUEST_HTTPS;
	exchange->next = exchanges->first;
	if (exchange->next)
		exchange->next->previous = exchange;
	exchanges->first = exchange;
	response_relay_init(&exchange->relay, takeover->request,
		&(struct response_relay_options){
			.ours = &takeover->response->fields,
			.upstream = destination->upstream,
			.tag = exchanges->injects ? exchanges->script_tag : NULL,
		});
	return exchange;
}

static void
reset_client(const struct exchange *exchange)
{
	const struct linger at_once = {.l_onoff = 1};
	int fd = exchange->client.source.fd;

	if (exchange->is_tls && exchange->exchanges->tls)
		tls_cut_off(exchange->exchanges->tls, fd);
	else
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

void
exchange_state_destroy(struct exchange *exchange)
{
	struct exchanges *exchanges = exchange->exchanges;

	if (exchange->previous)
		exchange->previous->next = exchange->next;
	else
		exchanges->first = exchange->next;
	if (exchange->next)
		exchange->next->previous = exchange->previous;
	if (exchange->wait != EXCHANGE_WAIT_NONE)
		timeouts_leave(&exchanges->timeouts, &exchange->timeout);
	if (exchange->is_cut_off && exchange->client.is_open)
		reset_client(exchange);
	loop_timer_clear(exchanges->loop, &exchange->turn);
	connector_stop(&exchange->connector);
	endpoint_close(&exchange->upstream);
	endpoint_close(&exchange->client);
	response_relay_finish(&exchange->relay);
	buf_finish(&exchange->held);
	free(exchange);
}

void
exchange_state_end_answer(struct exchange *exchange)
{
	exchange->phase = EXCHANGE_ENDING;
	connector_stop(&exchange->connector);
	endpoint_close(&exchange->upstream);
}

/*
 * A reset overtakes what the kernel has not sent yet, and some clients take it for an end when it
 * comes together with bytes. So it comes a little later.
 */
void
exchange_state_cut_off(struct exchange *exchange)
{
	exchange->is_over |= exchange->is_cut_off;
	exchange->is_cut_off = true;
	exchange_state_end_answer(exchange);
}

static bool
has_begun(const struct exchange *exchange)
{
	return exchange->is_answered || exchange->relay.has_begun;
}

void
exchange_state_answer(struct exchange *exchange, int status, const char *sentence)
{
	if (has_begun(exchange)) {
		exchange_state_cut_off(exchange);
		return;
	}
	exchange->is_answered = true;
	proxy_error_add(&exchange->client.pending, exchange->exchanges->script_tag, status,
		sentence, exchange->is_head, exchange->depth);
	exchange_state_end_answer(exchange);
	if (!endpoint_flush(&exchange->client))
		exchange->is_over = true;
}

void
exchange_state_fail(struct exchange *exchange, int status, const char *what)
{
	const struct upstream *upstream = exchange->destination->upstream;
	char *sentence = mem_format("%s, which answers for %s here, %s.", upstream->shown,
		*upstream->route ? upstream->route : "/", what);

	destination_note(exchange->destination, sentence);
	exchange_state_answer(exchange, status, sentence);
	free(sentence);
}

bool
exchange_state_has_request_left(const struct exchange *exchange)
{
	return exchange->phase != EXCHANGE_ENDING && !exchange->request_body.has_ended &&
	       !exchange->is_request_dropped;
}

/* ---- time ---- */

void
exchange_state_init_timeouts(struct exchanges *exchanges, timeouts_fn *fn)
{
	timeouts_init(&exchanges->timeouts, exchanges->loop, wait_ms, EXCHANGE_WAIT_COUNT, fn);
}

/* Somebody has to send or take bytes now. An upstream may think, but not in the middle of a length. */
static bool
is_owed(const struct exchange *exchange)
{
	return exchange->phase == EXCHANGE_CONNECTING || exchange->phase == EXCHANGE_SWITCHING ||
	       exchange->upstream.pending.length || exchange_state_has_request_left(exchange) ||
	       exchange->relay.input.length ||
	       (exchange->phase == EXCHANGE_ANSWERING &&
		       message_body_is_owed(&exchange->relay.body));
}

static enum exchange_wait
wait_of(const struct exchange *exchange)
{
	if (exchange->phase == EXCHANGE_LOOKING_UP)
		return EXCHANGE_WAIT_LOOK_UP;
	if (exchange->client.pending.length)
		return EXCHANGE_WAIT_STALL;
	if (exchange->is_cut_off)
		return EXCHANGE_WAIT_CUT_OFF;
	if (exchange->client.has_ended || exchange->is_shut)
		return EXCHANGE_WAIT_GRACE;
	return is_owed(exchange) ? EXCHANGE_WAIT_STALL : EXCHANGE_WAIT_NONE;
}

void
exchange_state_set_timeout(struct exchange *exchange)
{
	struct timeouts *timeouts = &exchange->exchanges->timeouts;
	bool has_moved = exchange->client.has_moved || exchange->upstream.has_moved;
	enum exchange_wait wait = wait_of(exchange);

	exchange->client.has_moved = exchange->upstream.has_moved = false;
	if (wait == exchange->wait && (wait == EXCHANGE_WAIT_NONE || !has_moved))
		return;
	if (exchange->wait != EXCHANGE_WAIT_NONE)
		timeouts_leave(timeouts, &exchange->timeout);
	if (wait != EXCHANGE_WAIT_NONE)
		timeouts_enter(timeouts, &exchange->timeout, wait);
	exchange->wait = wait;
}

static void
blame(struct exchange *exchange)
{
	if (has_begun(exchange))
		exchange_state_cut_off(exchange);
	else if (exchange->phase == EXCHANGE_CONNECTING)
		exchange_state_fail(exchange, 504, "cannot be reached");
	else if (exchange->upstream.pending.length)
		exchange_state_fail(exchange, 504, "does not take the request");
	else if (exchange_state_has_request_left(exchange))
		exchange_state_answer(
			exchange, 408, "The body of this request did not arrive in time.");
	else
		exchange_state_fail(exchange, 504, "does not finish the head of its answer");
}

void
exchange_state_stalled(struct exchange *exchange)
{
	if (exchange->wait == EXCHANGE_WAIT_LOOK_UP)
		exchange_state_fail(
			exchange, 502, "has a name whose address nobody has told in time");
	else if (exchange->wait == EXCHANGE_WAIT_STALL)
		blame(exchange);
	else if (exchange->phase == EXCHANGE_ENDING)
		exchange->is_over = true;
	else
		exchange_state_cut_off(exchange);
	exchange->client.has_moved = true; /* so that the next wait begins now */
}
