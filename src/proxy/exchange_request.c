/*
 * exchange_request: see exchange_request.h. Owns nothing; the state is that of the exchange.
 */
#include "proxy/exchange_request.h"

#include "proxy/exchange_connect.h"
#include "proxy/request_relay.h"

static const char runs_in_circle[] = "This request comes through liveserve again and again: the "
				     "URL of a --proxy leads back to it.";
static const char malformed_chunks[] = "The chunks of this request's body are malformed.";
static const char has_no_length[] =
	"A script has to know how long this body is before it begins: send it with a "
	"Content-Length, not in chunks.";
static const char script_is_gone[] = "The script is not there any more.";

/* ---- passing it on ---- */

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
pass_request(struct exchange *exchange, struct slice *bytes)
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

/* ---- what is behind it ---- */

static void
hold_back(struct exchange *exchange, struct slice bytes)
{
	bool is_upgrade = exchange->relay.kind == RESPONSE_HEAD_TO_UPGRADE;

	if (is_upgrade ? exchange->phase > EXCHANGE_WAITING : !exchange->back.fn)
		return;
	buf_add_slice(&exchange->held, bytes);
	if (exchange->held.length <= EXCHANGE_HELD_MAX)
		return;
	exchange->is_over |= is_upgrade;
	exchange->back.fn = NULL;
}

/* ---- reading ---- */

void
exchange_request_read(struct exchange *exchange)
{
	char *piece = exchange->exchanges->piece;
	ssize_t got = endpoint_receive(&exchange->client, piece, EXCHANGE_STATE_PIECE);
	struct slice bytes = {piece, got > 0 ? (size_t)got : 0};

	if (exchange->client.has_ended) {
		exchange->is_over |= got < 0 || exchange_state_has_request_left(exchange);
		return;
	}
	if (bytes.length && exchange_state_has_request_left(exchange))
		pass_request(exchange, &bytes);
	hold_back(exchange, bytes);
}

bool
exchange_request_is_awaited(const struct exchange *exchange)
{
	if (exchange->phase == EXCHANGE_SWITCHING)
		return false;
	return !exchange_state_has_request_left(exchange) ||
	       (exchange->phase >= EXCHANGE_WAITING && exchange->upstream.pending.length == 0);
}

/* ---- its beginning ---- */

/* What the upstream gets of the request. */
static enum request_relay_verdict
begin_request(struct exchange *exchange, const struct takeover *takeover)
{
	struct exchanges *exchanges = exchange->exchanges;
	const struct request_relay_options options = {
		.is_document = document_relay_is_wanted(&exchange->relay.document),
		.has_own_host = exchanges->has_own_host,
		.closes = exchange->is_head, /* response_relay_is_reusable() says why */
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
		&options, &exchanges->scratch, &exchange->upstream.pending, &exchange->held);
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
exchange_request_begin(struct exchange *exchange, const struct takeover *takeover)
{
	if (exchange->destination->upstream->suffix)
		begin_script(exchange, takeover);
	else
		begin_http(exchange, takeover);
}
