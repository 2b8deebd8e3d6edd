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
#include "proxy/exchange_state.h"
#include "proxy/request_relay.h"

static const char runs_in_circle[] = "This request comes through liveserve again and again: the "
				     "URL of a --proxy leads back to it.";
static const char malformed_chunks[] = "The chunks of this request's body are malformed.";
static const char has_no_length[] =
	"A script has to know how long this body is before it begins: send it with a "
	"Content-Length, not in chunks.";
static const char script_is_gone[] = "The script is not there any more.";

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

	if (verdict == RESPONSE_RELAY_FAILED && !exchange->is_reached) {
		exchange_connect_failed(exchange, OUTAGE_REFUSED, "is not there");
	} else if (verdict == RESPONSE_RELAY_FAILED && exchange->again.length &&
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
		upstream_has_ended(exchange, got < 0 || exchange->script);
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

/* ---- the request ---- */

static void
pass_script_body(struct exchange *exchange, struct slice data)
{
	if (script_relay_add_body(exchange->script, data, exchange->request_body.has_ended,
		    &exchange->upstream.pending) == SCRIPT_RELAY_TOO_LONG)
		exchange_state_answer(exchange, 411, has_no_length);
	else
		exchange_state_flush_upstream(exchange);
}

static void
pass_request(struct exchange *exchange, struct slice bytes)
{
	struct slice out;

	exchange->client.has_moved = true;
	if (request_relay_read(&exchange->request_body, bytes, &exchange->exchanges->scratch,
		    &out) == REQUEST_RELAY_MALFORMED)
		exchange_state_answer(exchange, 400, malformed_chunks);
	else if (exchange->script)
		pass_script_body(exchange, out);
	else if (!endpoint_send(&exchange->upstream, out))
		exchange->is_request_dropped = true;
}

static bool
holds_back(const struct exchange *exchange)
{
	return exchange->relay.kind == RESPONSE_HEAD_TO_UPGRADE &&
	       exchange->phase <= EXCHANGE_WAITING;
}

static void
hold_back(struct exchange *exchange, struct slice bytes)
{
	buf_add_slice(&exchange->held, bytes);
	if (exchange->held.length > EXCHANGE_HELD_MAX)
		exchange->is_over = true;
}

/* What the client sends behind its request was not checked, so it is not passed on. */
static void
read_client(struct exchange *exchange)
{
	char *piece = exchange->exchanges->piece;
	ssize_t got = endpoint_receive(&exchange->client, piece, EXCHANGE_STATE_PIECE);
	struct slice bytes = {piece, got > 0 ? (size_t)got : 0};

	if (exchange->client.has_ended)
		exchange->is_over |= got < 0 || exchange_state_has_request_left(exchange);
	else if (holds_back(exchange))
		hold_back(exchange, bytes);
	else if (bytes.length && exchange_state_has_request_left(exchange))
		pass_request(exchange, bytes);
}

static bool
reads_client(const struct exchange *exchange)
{
	if (exchange->phase == EXCHANGE_SWITCHING)
		return false;
	return !exchange_state_has_request_left(exchange) ||
	       (exchange->phase >= EXCHANGE_WAITING && exchange->upstream.pending.length == 0);
}

static void
client_ready(void *context, unsigned events)
{
	struct exchange *exchange = context;

	if (endpoint_hangs_up(&exchange->client) ||
		(events & LOOP_WRITE && exchange->client.pending.length &&
			!endpoint_flush(&exchange->client)))
		exchange->is_over = true;
	else if (events & LOOP_READ && reads_client(exchange))
		read_client(exchange);
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
	endpoint_watch(client, reads_client(exchange));
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
	tunnels_destroy(exchanges->tunnels);
	timeouts_finish(&exchanges->timeouts);
	buf_finish(&exchanges->scratch);
	log_limit_finish(&exchanges->script_errors);
	free(exchanges);
}

/* What the upstream gets of the request. */
static enum request_relay_verdict
begin_request(struct exchange *exchange, const struct takeover *takeover)
{
	struct exchanges *exchanges = exchange->exchanges;
	const struct request_relay_options options = {
		.is_document = document_relay_is_wanted(&exchange->relay.document),
		.has_own_host = exchanges->has_own_host,
	};
	struct request passed_on = *takeover->request;
	struct takeover changed = *takeover;

	if (exchanges->drops_authorization)
		passed_on.fields[REQUEST_AUTHORIZATION] = (struct slice){0};
	changed.request = &passed_on;
	return request_relay_begin(&exchange->request_body, exchange->destination->upstream,
		&changed, &options, &exchanges->scratch, &exchange->upstream.pending,
		&exchange->held);
}

/* What a FastCGI server gets of the request. The exchange is answered if that is nothing. */
static void
begin_script(struct exchange *exchange, const struct takeover *takeover)
{
	struct exchanges *exchanges = exchange->exchanges;
	struct cgi_script script = {0};
	const struct script_relay_options options = {
		.script = &script,
		.is_document = document_relay_is_wanted(&exchange->relay.document),
		.drops_authorization = exchanges->drops_authorization,
		.server = exchange->destination->upstream->shown,
		.limit = &exchanges->script_errors,
	};
	enum script_relay_verdict verdict;

	if (!exchanges->find_script(exchanges->script_context, takeover->request, &script)) {
		cgi_script_finish(&script);
		exchange_state_answer(exchange, 404, script_is_gone);
		return;
	}
	verdict = script_relay_create(&exchange->script, &exchange->request_body, takeover,
		&options, &exchanges->scratch, &exchange->upstream.pending);
	cgi_script_finish(&script);
	if (exchange->script->waits)
		buf_add_text(&exchange->client.pending, "HTTP/1.1 100 Continue\r\n\r\n");
	if (verdict == SCRIPT_RELAY_MALFORMED)
		exchange_state_answer(exchange, 400, malformed_chunks);
	else if (verdict == SCRIPT_RELAY_TOO_LONG)
		exchange_state_answer(exchange, 411, has_no_length);
	else
		exchange_connect_begin(exchange, takeover->request);
}

/* The same for a server that speaks HTTP. */
static void
begin_http(struct exchange *exchange, const struct takeover *takeover)
{
	switch (begin_request(exchange, takeover)) {
	case REQUEST_RELAY_MALFORMED:
		exchange_state_answer(exchange, 400, malformed_chunks);
		break;
	case REQUEST_RELAY_CIRCLE:
		exchange_state_answer(exchange, 508, runs_in_circle);
		break;
	case REQUEST_RELAY_MORE:
	case REQUEST_RELAY_COMPLETE:
		exchange_connect_begin(exchange, takeover->request);
		break;
	}
}

void
exchange_begin(struct exchanges *exchanges, struct destination *destination, struct outage *outage,
	const struct takeover *takeover)
{
	struct exchange *exchange = exchange_state_create(exchanges, destination, outage, takeover);
	unsigned stall_ms = EXCHANGE_STALL_MS;

	setsockopt(takeover->socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &stall_ms, sizeof(stall_ms));
	if (!endpoint_open(
		    &exchange->client, exchanges->loop, takeover->socket, client_ready, exchange)) {
		exchange_state_destroy(exchange);
		return;
	}
	if (destination->upstream->suffix)
		begin_script(exchange, takeover);
	else
		begin_http(exchange, takeover);
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
