/*
 * exchange_state: see exchange_state.h. Owns both connections.
 */
#define _GNU_SOURCE
#include "proxy/exchange_state.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "html/navigation.h"
#include "proxy/proxy_error.h"

static const unsigned wait_ms[EXCHANGE_WAIT_COUNT] = {
	[EXCHANGE_WAIT_LOOK_UP] = EXCHANGE_LOOK_UP_MS,
	[EXCHANGE_WAIT_STALL] = EXCHANGE_STALL_MS,
	[EXCHANGE_WAIT_GRACE] = EXCHANGE_GRACE_MS,
	[EXCHANGE_WAIT_CUT_OFF] = EXCHANGE_CUT_OFF_MS,
};

/* ---- life ---- */

/* Whether the answer will be shown as a page. A script that asks for HTML gets an answer at once. */
static bool
is_navigation(const struct request *request)
{
	static const struct media_type html = {"text/html", true, MEDIA_TYPE_HTML};

	return navigation_gets_tag(request, &html) && navigation_wants_document(request);
}

/* Called by the relay: the upstream works. */
static void
response_begins(void *context)
{
	struct exchange *exchange = context;
	uint64_t before = journal_number(exchange->exchanges->script_tag->journal);

	destination_note(exchange->destination, NULL);
	if (outage_note_answer(exchange->outage))
		document_relay_note_return(&exchange->relay.document, before);
}

struct exchange *
exchange_state_create(struct exchanges *exchanges, struct destination *destination,
	struct outage *outage, const struct takeover *takeover)
{
	struct exchange *exchange = mem_zero(sizeof(*exchange));

	exchange->exchanges = exchanges;
	exchange->destination = destination;
	exchange->outage = outage;
	exchange->is_navigation = is_navigation(takeover->request);
	exchange->wait = EXCHANGE_WAIT_NONE;
	exchange->is_head = takeover->request->method == REQUEST_HEAD;
	exchange->depth = takeover->response->depth;
	exchange->end = takeover->response->end;
	exchange->is_tls = takeover->request->scheme == REQUEST_HTTPS;
	if (!request_is_websocket(takeover->request))
		exchange->back = takeover->back;
	exchange->next = exchanges->first;
	if (exchange->next)
		exchange->next->previous = exchange;
	exchanges->first = exchange;
	response_relay_init(&exchange->relay, takeover->request,
		&(struct response_relay_options){
			.ours = &takeover->response->fields,
			.upstream = destination->upstream,
			.tag = exchanges->injects ? exchanges->script_tag : NULL,
			.closes = !exchange->back.fn,
			.begins = response_begins,
			.context = exchange,
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

/* What the client has not taken does not count; a few bytes of framing may be in it. */
static void
tell_end(struct exchange *exchange)
{
	int status = exchange->is_answered       ? exchange->error
		     : exchange->relay.has_begun ? exchange->relay.head.status
						 : RESPONSE_END_NO_CLIENT;
	uint64_t length = exchange->is_answered ? exchange->error_length
						: response_relay_length(&exchange->relay);
	size_t pending = exchange->client.pending.length;

	response_end_tell(&exchange->end, status, length > pending ? length - pending : 0);
}

void
exchange_state_destroy(struct exchange *exchange)
{
	struct exchanges *exchanges = exchange->exchanges;

	tell_end(exchange);
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
	loop_timer_clear(exchanges->loop, &exchange->hold);
	dial_stop(&exchange->dial);
	endpoint_close(&exchange->upstream);
	endpoint_close(&exchange->client);
	response_relay_finish(&exchange->relay);
	script_relay_destroy(exchange->script);
	buf_finish(&exchange->held);
	buf_finish(&exchange->again);
	buf_finish(&exchange->target);
	free(exchange);
}

/* A connection is good as long as both sides agree about what was said on it. */
static bool
is_upstream_good(const struct exchange *exchange)
{
	const struct endpoint *upstream = &exchange->upstream;

	return upstream->is_open && !upstream->has_ended && !upstream->is_unwatched &&
	       upstream->pending.length == 0 && !exchange->script &&
	       exchange->request_body.has_ended && !exchange->is_request_dropped &&
	       exchange->relay.has_begun && response_relay_is_reusable(&exchange->relay);
}

void
exchange_state_end_answer(struct exchange *exchange)
{
	exchange->phase = EXCHANGE_ENDING;
	dial_stop(&exchange->dial);
	if (is_upstream_good(exchange))
		pool_put(exchange->exchanges->pool, exchange->destination,
			endpoint_hand_over(&exchange->upstream));
	else
		endpoint_close(&exchange->upstream);
}

bool
exchange_state_goes_back(const struct exchange *exchange)
{
	return exchange->back.fn && exchange->phase == EXCHANGE_ENDING && !exchange->is_over &&
	       !exchange->is_answered && !exchange->is_cut_off && !exchange->is_shut &&
	       !exchange->relay.closes && exchange->request_body.has_ended &&
	       !exchange->client.has_ended && !exchange->client.is_unwatched;
}

void
exchange_state_give_back(struct exchange *exchange)
{
	struct takeover_return back = exchange->back;
	struct buf held = exchange->held;
	int socket = endpoint_hand_over(&exchange->client);

	exchange->held = (struct buf){0};
	exchange_state_destroy(exchange);
	takeover_give_back(&back, socket, buf_slice(&held));
	buf_finish(&held);
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
	exchange->error = status;
	exchange->error_length = proxy_error_add(&exchange->client.pending,
		exchange->exchanges->script_tag, status, sentence, exchange->is_head,
		exchange->depth);
	exchange_state_end_answer(exchange);
	if (!endpoint_flush(&exchange->client))
		exchange->is_over = true;
}

void
exchange_state_fail(struct exchange *exchange, int status, const char *what)
{
	const struct upstream *upstream = exchange->destination->upstream;
	bool is_awaited = exchange->is_navigation && exchange->outage->is_away;
	char *sentence = mem_format("%s, which answers for %s here, %s.%s", upstream->shown,
		*upstream->route ? upstream->route : "/", what,
		is_awaited ? " This page shows its answer as soon as it comes." : "");

	destination_note(exchange->destination, sentence);
	exchange_state_answer(exchange, status, sentence);
	free(sentence);
}

/* An upstream that refuses the rest of a request may still answer it. */
void
exchange_state_flush_upstream(struct exchange *exchange)
{
	struct endpoint *upstream = &exchange->upstream;

	if (upstream->pending.length && !endpoint_flush(upstream)) {
		exchange->is_request_dropped = true;
		buf_finish(&upstream->pending);
	}
	exchange->is_reached |= upstream->has_moved;
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
	if (exchange->phase == EXCHANGE_HELD)
		return EXCHANGE_WAIT_NONE;
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
