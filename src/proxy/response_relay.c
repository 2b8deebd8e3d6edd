/*
 * response_relay: see response_relay.h. Heads are collected until they are complete. Bytes of the body
 * that come with the head are sent with it.
 */
#include "proxy/response_relay.h"

#include "proxy/own_address.h"
#include "proxy/proxy_head.h"

void
response_relay_init(struct response_relay *relay, const struct request *request,
	const struct response_relay_options *options)
{
	*relay = (struct response_relay){
		.kind = request->method == REQUEST_HEAD ? RESPONSE_HEAD_TO_HEAD
			: request_is_websocket(request) ? RESPONSE_HEAD_TO_UPGRADE
							: RESPONSE_HEAD_TO_ANY,
		.is_http10 = request->is_http10,
		.closes = options->closes || request->is_http10,
		.expects_continue = request->has_body && !request->is_http10,
		.upstream = options->upstream,
		.begins = options->begins,
		.context = options->context,
		.depth = request_depth(request),
		.is_https = request->scheme == REQUEST_HTTPS,
	};
	buf_add_slice(&relay->authority, request->authority);
	fields_add_all(&relay->ours, options->ours);
	document_relay_init(&relay->document, request, options->tag);
}

void
response_relay_finish(struct response_relay *relay)
{
	buf_finish(&relay->authority);
	fields_finish(&relay->ours);
	document_relay_finish(&relay->document);
	response_head_finish(&relay->head);
	buf_finish(&relay->input);
}

/*
 * Adds the head that the client gets. How long a document is with its tag is only known at its end, and so
 * is the length of what ends with the upstream's connection: both are sent in chunks, or, to HTTP/1.0, up
 * to the end of the client's connection.
 */
static void
add_head(struct response_relay *relay, struct buf *text)
{
	struct response_head head = relay->head;
	bool is_tagged = relay->document.is_on && head.framing != MESSAGE_BODY_NONE;

	relay->adds_chunks = !relay->is_http10 && head.framing == MESSAGE_BODY_TO_END && !is_tagged;
	if (relay->adds_chunks || (is_tagged && !relay->is_http10)) {
		fields_add(&relay->head.fields, SLICE_LITERAL("Transfer-Encoding"),
			SLICE_LITERAL("chunked"));
		head.fields = relay->head.fields;
		head.framing = MESSAGE_BODY_CHUNKED;
	}
	relay->closes |= head.framing == MESSAGE_BODY_TO_END;
	proxy_head_response(text, &head, &relay->ours,
		&(struct proxy_head_client){!relay->is_http10, relay->closes});
}

/* Takes the head off the input, and adds it to text unless the client must not get it. */
static void
pass_head(struct response_relay *relay, struct buf *text)
{
	int status = relay->head.status;
	bool is_interim = status < 200 && status != 101;

	if (!is_interim && relay->begins)
		relay->begins(relay->context);
	if (!is_interim && !relay->upstream->suffix)
		own_address_rewrite(&relay->head.fields, relay->upstream,
			&(struct own_address_client){
				buf_slice(&relay->authority), relay->depth, relay->is_https});
	if (!is_interim)
		document_relay_begin(&relay->document, &relay->head, &relay->ours);
	if (!is_interim || (!relay->is_http10 && (status != 100 || relay->expects_continue)))
		add_head(relay, text);
	buf_drop(&relay->input, relay->head.size);
	relay->scanned = 0;
	relay->has_begun = !is_interim;
	relay->interim_count += is_interim;
}

/* Adds what the client gets of a document for these bytes of it. */
static enum response_relay_verdict
pass_document(
	struct response_relay *relay, struct slice bytes, struct buf *text, const char **fault)
{
	struct buf tagged = {0};
	enum document_relay_verdict verdict = document_relay_read(
		&relay->document, bytes, relay->body.has_ended, &tagged, fault);

	relay->has_more = verdict == DOCUMENT_RELAY_FULL;
	relay->document_length += tagged.length;
	if (relay->is_http10)
		buf_add_slice(text, buf_slice(&tagged));
	else if (tagged.length)
		chunked_add(text, buf_slice(&tagged));
	buf_finish(&tagged);
	if (verdict == DOCUMENT_RELAY_FAILED)
		return RESPONSE_RELAY_FAILED;
	if (verdict != DOCUMENT_RELAY_COMPLETE)
		return RESPONSE_RELAY_MORE;
	if (!relay->is_http10)
		chunked_add_end(text);
	return RESPONSE_RELAY_COMPLETE;
}

/* What the client gets is added to text, or, behind it, *out. */
static enum response_relay_verdict
read_body(struct response_relay *relay, struct slice bytes, struct buf *scratch, struct buf *text,
	struct slice *out, const char **fault)
{
	struct slice body = message_body_read(&relay->body, &bytes, scratch);
	bool is_document = relay->document.is_on && relay->body.framing != MESSAGE_BODY_NONE;

	relay->has_excess |= bytes.length > 0;
	*out = body;
	if (is_document || relay->adds_chunks)
		*out = (struct slice){0}; /* it is passed on as text, or not at all */
	*fault = "sent an answer with malformed chunks";
	if (relay->body.is_malformed)
		return RESPONSE_RELAY_FAILED;
	if (is_document)
		return pass_document(relay, body, text, fault);
	if (relay->adds_chunks && body.length)
		chunked_add(text, body);
	return relay->body.has_ended ? RESPONSE_RELAY_COMPLETE : RESPONSE_RELAY_MORE;
}

/* A final head was passed on. What the input has behind it is the beginning of the body. */
static enum response_relay_verdict
begin_body(struct response_relay *relay, struct buf *scratch, struct buf *text, const char **fault)
{
	const struct response_head *head = &relay->head;
	enum response_relay_verdict verdict = RESPONSE_RELAY_UPGRADE;
	struct slice out = buf_slice(&relay->input);

	if (head->status != 101) {
		message_body_init(&relay->body, head->framing, head->length,
			!relay->is_http10 && !relay->document.is_on);
		verdict = read_body(relay, out, scratch, text, &out, fault);
	}
	if (out.length)
		buf_add_slice(text, out);
	buf_finish(&relay->input);
	return verdict;
}

/* RFC 9110 9.3.2. A body that comes later than the head is dropped. */
static bool
has_body_to_head(const struct response_relay *relay)
{
	return relay->kind == RESPONSE_HEAD_TO_HEAD && relay->head.status >= 200 &&
	       relay->input.length > relay->head.size;
}

/* What other servers say for one that is away. */
static bool
is_busy(const struct response_head *head)
{
	return head->status == 502 || head->status == 503;
}

static enum response_relay_verdict
read_heads(struct response_relay *relay, struct buf *scratch, struct buf *text, const char **fault)
{
	for (;;) {
		enum response_head_verdict verdict = response_head_parse(
			&relay->head, buf_slice(&relay->input), relay->scanned, relay->kind, fault);

		relay->scanned = relay->input.length;
		if (verdict == RESPONSE_HEAD_MORE)
			return RESPONSE_RELAY_MORE;
		if (verdict == RESPONSE_HEAD_MALFORMED)
			return RESPONSE_RELAY_FAILED;
		*fault = "sent a body in answer to HEAD";
		if (has_body_to_head(relay))
			return RESPONSE_RELAY_FAILED;
		if (relay->holds_busy && is_busy(&relay->head)) {
			relay->scanned = 0; /* it may be read again */
			return RESPONSE_RELAY_BUSY;
		}
		pass_head(relay, text);
		if (relay->has_begun)
			return begin_body(relay, scratch, text, fault);
		*fault = "sent too many interim answers";
		if (relay->interim_count > RESPONSE_RELAY_INTERIM_MAX)
			return RESPONSE_RELAY_FAILED;
	}
}

bool
response_relay_is_reusable(const struct response_relay *relay)
{
	return relay->kind == RESPONSE_HEAD_TO_ANY && relay->body.has_ended &&
	       relay->body.framing != MESSAGE_BODY_TO_END && !relay->has_excess &&
	       !proxy_head_closes(&relay->head);
}

uint64_t
response_relay_length(const struct response_relay *relay)
{
	return relay->document.is_on ? relay->document_length : relay->body.passed;
}

void
response_relay_restart(struct response_relay *relay)
{
	response_head_finish(&relay->head);
	buf_clear(&relay->input);
	relay->scanned = 0;
	relay->interim_count = 0;
}

enum response_relay_verdict
response_relay_read(struct response_relay *relay, struct slice bytes, struct buf *scratch,
	struct buf *text, struct slice *out, const char **fault)
{
	*out = (struct slice){0};
	if (relay->has_begun)
		return read_body(relay, bytes, scratch, text, out, fault);
	buf_add_slice(&relay->input, bytes);
	return read_heads(relay, scratch, text, fault);
}

enum response_relay_verdict
response_relay_continue(struct response_relay *relay, struct buf *text, const char **fault)
{
	return pass_document(relay, (struct slice){0}, text, fault);
}

enum response_relay_verdict
response_relay_end(
	struct response_relay *relay, bool is_reset, struct buf *text, const char **fault)
{
	*fault = "closed the connection without an answer";
	if (!relay->has_begun || relay->body.framing != MESSAGE_BODY_TO_END || is_reset)
		return RESPONSE_RELAY_FAILED;
	relay->body.has_ended = true;
	if (relay->document.is_on)
		return pass_document(relay, (struct slice){0}, text, fault);
	if (relay->adds_chunks)
		chunked_add_end(text);
	return RESPONSE_RELAY_COMPLETE;
}
