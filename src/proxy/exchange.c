/*
 * exchange: see exchange.h. exchange_state.h has what it owns.
 *
 * Its one idea: what happens only changes the exchange, and go_on(), which comes last in every
 * callback, draws the conclusions: what to wait for, for how long, and whether it is over.
 */
#define _GNU_SOURCE
#include "proxy/exchange.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "proxy/exchange_connect.h"
#include "proxy/exchange_request.h"
#include "proxy/exchange_state.h"

static void go_on(struct exchange *exchange);

/* ---- the response ---- */

/* The head of the answer was passed on. */
static void
tell_trouble(struct exchange *exchange)
{
	struct document_relay *document = &exchange->relay.document;

	if (document->trouble != DOCUMENT_RELAY_NO_TROUBLE)
		destination_tell_trouble(exchange->destination, document->trouble,
			document_relay_sentence(document));
}

static void
follow(struct exchange *exchange, enum response_relay_verdict verdict, const char *fault)
{
	bool has_begun = exchange->phase == EXCHANGE_WAITING && exchange->relay.has_begun;

	switch (verdict) {
	case RESPONSE_RELAY_MORE:
	case RESPONSE_RELAY_BUSY:
		break;
	case RESPONSE_RELAY_COMPLETE:
		exchange_state_end_answer(exchange);
		break;
	case RESPONSE_RELAY_UPGRADE:
		exchange->phase = EXCHANGE_SWITCHING;
		break;
	case RESPONSE_RELAY_FAILED:
		exchange_state_fail(exchange, 502, fault);
		return;
	}
	if (has_begun)
		tell_trouble(exchange);
	if (exchange->relay.has_begun && exchange->phase == EXCHANGE_WAITING)
		exchange->phase = EXCHANGE_ANSWERING;
}

static void
flush_client(struct exchange *exchange)
{
	if (exchange->client.pending.length && !endpoint_flush(&exchange->client))
		exchange->is_over = true;
}

/* A head and the bytes behind it are sent together. */
static void
pass_response(struct exchange *exchange, struct slice bytes)
{
	struct endpoint *client = &exchange->client;
	struct slice out;
	const char *fault = NULL;
	enum response_relay_verdict verdict = response_relay_read(&exchange->relay, bytes,
		&exchange->exchanges->scratch, &client->pending, &out, &fault);

	if (verdict == RESPONSE_RELAY_BUSY && !exchange_connect_holds_busy(exchange))
		verdict = response_relay_read(&exchange->relay, (struct slice){"", 0},
			&exchange->exchanges->scratch, &client->pending, &out, &fault);
	if (client->pending.length ? !endpoint_flush(client) : !endpoint_send(client, out))
		exchange->is_over = true;
	follow(exchange, verdict, fault);
}

static void
upstream_has_ended(struct exchange *exchange, bool is_reset)
{
	const char *fault;
	enum response_relay_verdict verdict = response_relay_end(
		&exchange->relay, is_reset, &exchange->client.pending, &fault);

	if (verdict == RESPONSE_RELAY_FAILED && exchange_connect_was_stale(exchange)) {
		exchange_connect_anew(exchange);
	} else if (verdict == RESPONSE_RELAY_FAILED && !exchange->is_reached) {
		exchange_connect_failed(exchange, OUTAGE_REFUSED, "is not there");
	} else if (verdict == RESPONSE_RELAY_FAILED && exchange_connect_may_hold(exchange) &&
		   !exchange->relay.has_begun && exchange->relay.input.length == 0) {
		exchange_connect_failed(exchange, OUTAGE_ANSWER, fault);
	} else {
		flush_client(exchange);
		follow(exchange, verdict, fault);
	}
}

/* A loop_timer_fn: a document that becomes larger than it was takes its turn with other exchanges. */
static void
continue_document(void *context)
{
	struct exchange *exchange = context;
	const char *fault;
	enum response_relay_verdict verdict;

	if (exchange->relay.has_more && exchange->client.pending.length == 0) {
		verdict = response_relay_continue(
			&exchange->relay, &exchange->client.pending, &fault);
		flush_client(exchange);
		follow(exchange, verdict, fault);
	}
	go_on(exchange);
}

static bool
is_answered(const struct exchange *exchange)
{
	return exchange->is_over ||
	       (exchange->phase != EXCHANGE_WAITING && exchange->phase != EXCHANGE_ANSWERING);
}

/* The end of a request of FastCGI is a record, not that of the connection. */
static void
read_records(struct exchange *exchange, struct slice bytes)
{
	const char *fault;
	enum script_relay_verdict verdict = script_relay_read(exchange->script, bytes, &fault);

	if (exchange->script->http.length)
		pass_response(exchange, buf_slice(&exchange->script->http));
	if (is_answered(exchange))
		return;
	if (verdict == SCRIPT_RELAY_ENDED)
		upstream_has_ended(exchange, false);
	else if (verdict == SCRIPT_RELAY_FAILED)
		exchange_state_fail(exchange, 502, fault);
}

/* Over TLS the end of the connection is none of the answer without close_notify (RFC 9112 9.8). */
static bool
was_cut_off(const struct exchange *exchange)
{
	return exchange->destination->upstream->is_tls && endpoint_was_cut_off(&exchange->upstream);
}

static void
read_upstream(struct exchange *exchange)
{
	char *piece = exchange->exchanges->piece;
	ssize_t got = endpoint_receive(&exchange->upstream, piece, EXCHANGE_STATE_PIECE);

	if (got > 0 && exchange->script)
		read_records(exchange, (struct slice){piece, (size_t)got});
	else if (got > 0)
		pass_response(exchange, (struct slice){piece, (size_t)got});
	else if (exchange->upstream.has_ended)
		upstream_has_ended(exchange, got < 0 || exchange->script || was_cut_off(exchange));
}

static bool
reads_upstream(const struct exchange *exchange)
{
	return (exchange->phase == EXCHANGE_WAITING || exchange->phase == EXCHANGE_ANSWERING) &&
	       exchange->client.pending.length == 0 && !exchange->relay.has_more;
}

static void
upstream_ready(void *context, unsigned events)
{
	struct exchange *exchange = context;

	if (endpoint_hangs_up(&exchange->upstream))
		endpoint_unwatch(&exchange->upstream);
	if (events & LOOP_WRITE)
		exchange_state_flush_upstream(exchange);
	if (events & LOOP_READ && reads_upstream(exchange))
		read_upstream(exchange);
	go_on(exchange);
}

/* ---- the client ---- */

static void
client_ready(void *context, unsigned events)
{
	struct exchange *exchange = context;

	if (endpoint_hangs_up(&exchange->client) ||
		(events & LOOP_WRITE && exchange->client.pending.length &&
			!endpoint_flush(&exchange->client)))
		exchange->is_over = true;
	else if (events & LOOP_READ && exchange_request_is_awaited(exchange))
		exchange_request_read(exchange);
	go_on(exchange);
}

/* ---- time ---- */

/* A timeouts_fn. */
static void
wait_is_over(struct timeout *timeout)
{
	struct exchange *exchange = (struct exchange *)timeout;

	exchange_state_stalled(exchange);
	go_on(exchange);
}

/* ---- going on ---- */

/* Both connections become a tunnel, which begins with what the client was made to wait with. */
static void
open_websocket(struct exchange *exchange)
{
	struct buf first = exchange->upstream.pending;
	struct tunnel_port client, upstream;

	exchange->upstream.pending = (struct buf){0};
	buf_add_slice(&first, buf_slice(&exchange->held));
	client = tunnel_socket(endpoint_release(&exchange->client));
	upstream = tunnel_socket(endpoint_release(&exchange->upstream));
	tunnels_add(exchange->exchanges->tunnels, &client, &upstream, buf_slice(&first));
	buf_finish(&first);
	exchange_state_destroy(exchange);
}

/* The loop does not report an upstream that has hung up, so the rest of it is read here. */
static void
read_rest(struct exchange *exchange)
{
	while (exchange->upstream.is_unwatched && exchange->upstream.is_open &&
		!exchange->upstream.has_ended && !exchange->is_over && reads_upstream(exchange))
		read_upstream(exchange);
}

/* Exchange may be freed afterwards. */
static void
go_on(struct exchange *exchange)
{
	struct endpoint *client = &exchange->client;

	read_rest(exchange);
	if (exchange->phase == EXCHANGE_SWITCHING && client->pending.length == 0 &&
		!exchange->is_over) {
		open_websocket(exchange);
		return;
	}
	if (client->pending.length == 0 && exchange_state_goes_back(exchange)) {
		exchange_state_give_back(exchange);
		return;
	}
	if (exchange->phase == EXCHANGE_ENDING && client->pending.length == 0 &&
		!exchange->is_shut && !exchange->is_cut_off) {
		shutdown(client->source.fd, SHUT_WR);
		exchange->is_shut = true;
	}
	if (exchange->is_over || (exchange->is_shut && client->has_ended)) {
		exchange_state_destroy(exchange);
		return;
	}
	if (exchange->phase == EXCHANGE_ANSWERING && exchange->relay.has_more &&
		client->pending.length == 0)
		loop_timer_set(
			exchange->exchanges->loop, &exchange->turn, 0, continue_document, exchange);
	endpoint_watch(client, exchange_request_is_awaited(exchange));
	endpoint_watch(&exchange->upstream, reads_upstream(exchange));
	exchange_state_set_timeout(exchange);
}

/* ---- public functions ---- */

struct exchanges *
exchanges_create(const struct exchanges_options *options)
{
	struct exchanges *exchanges = mem_zero(sizeof(*exchanges));

	exchanges->loop = options->loop;
	exchanges->script_tag = options->script_tag;
	exchanges->injects = options->injects;
	exchanges->has_own_host = options->has_own_host;
	exchanges->wait_ms = options->wait_ms;
	exchanges->upstream_ready = upstream_ready;
	exchanges->go_on = go_on;
	exchanges->tls = options->tls;
	exchanges->drops_authorization = options->drops_authorization;
	exchanges->find_script = options->find_script;
	exchanges->script_context = options->script_context;
	exchanges->tunnels = tunnels_create(options->loop);
	exchanges->pool = pool_create(options->loop);
	exchange_state_init_timeouts(exchanges, wait_is_over);
	return exchanges;
}

void
exchanges_destroy(struct exchanges *exchanges)
{
	if (!exchanges)
		return;
	while (exchanges->first) {
		exchanges->first->is_over = true;
		exchanges->first->is_cut_off |= exchanges->first->phase == EXCHANGE_ANSWERING;
		exchange_state_destroy(exchanges->first);
	}
	pool_destroy(exchanges->pool);
	tunnels_destroy(exchanges->tunnels);
	timeouts_finish(&exchanges->timeouts);
	buf_finish(&exchanges->scratch);
	log_limit_finish(&exchanges->script_errors);
	free(exchanges);
}

void
exchange_begin(struct exchanges *exchanges, struct destination *destination, struct outage *outage,
	const struct takeover *takeover)
{
	struct exchange *exchange = exchange_state_create(exchanges, destination, outage, takeover);
	unsigned stall_ms = EXCHANGE_STALL_MS;

	if (!takeover->back.has_stall_limit)
		setsockopt(takeover->socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &stall_ms,
			sizeof(stall_ms));
	exchange->back.has_stall_limit = true;
	if (!endpoint_open(
		    &exchange->client, exchanges->loop, takeover->socket, client_ready, exchange)) {
		exchange_state_destroy(exchange);
		return;
	}
	exchange_request_begin(exchange, takeover);
	go_on(exchange);
}

void
exchanges_release(struct exchanges *exchanges, const struct destination *destination)
{
	struct exchange *next;

	for (struct exchange *exchange = exchanges->first; exchange; exchange = next) {
		next = exchange->next;
		if (exchange->phase == EXCHANGE_HELD && exchange->destination == destination)
			exchange_connect_again(exchange);
	}
}

void
exchanges_continue(struct exchanges *exchanges, const struct destination *destination)
{
	struct exchange *next;

	for (struct exchange *exchange = exchanges->first; exchange; exchange = next) {
		next = exchange->next;
		if (exchange->phase != EXCHANGE_LOOKING_UP || exchange->destination != destination)
			continue;
		exchange_connect(exchange);
		go_on(exchange);
	}
}
