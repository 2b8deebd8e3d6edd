/*
 * script_relay: see script_relay.h. Owns what is not complete yet: a head, a line, a chunked body.
 */
#define _GNU_SOURCE
#include "proxy/script_relay.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "proxy/request_relay.h"

/* ---- the request ---- */

/* The port of this server, as the client has reached it; "" when the socket does not know it. */
static void
name_port(int socket, char port[NI_MAXSERV])
{
	struct sockaddr_storage address = {0};
	socklen_t length = sizeof(address);

	if (getsockname(socket, (struct sockaddr *)&address, &length) < 0 ||
		(address.ss_family != AF_INET && address.ss_family != AF_INET6) ||
		getnameinfo((struct sockaddr *)&address, length, NULL, 0, port, NI_MAXSERV,
			NI_NUMERICSERV) != 0)
		*port = '\0';
}

static void
begin_request(struct script_relay *relay, const struct takeover *takeover,
	const struct script_relay_options *options, struct buf *records)
{
	const struct request *request = takeover->request;
	struct buf params = {0}, client = {0};
	char port[NI_MAXSERV];

	request_relay_name_client(request, &client);
	name_port(takeover->socket, port);
	relay->waits = cgi_variables_add(&params, request,
		(struct slice){takeover->bytes.at, request->head_length},
		&(struct cgi_variables_options){
			.script = options->script,
			.client = client.bytes,
			.port = port,
			.is_document = options->is_document,
			.drops_authorization = options->drops_authorization,
		});
	record_add_begin(records);
	record_add(records, RECORD_PARAMS, buf_slice(&params));
	if (!relay->is_chunked)
		record_add_end(records, RECORD_PARAMS);
	buf_finish(&client);
	buf_finish(&params);
}

enum script_relay_verdict
script_relay_create(struct script_relay **relay, struct message_body *body,
	const struct takeover *takeover, const struct script_relay_options *options,
	struct buf *scratch, struct buf *records, struct buf *held)
{
	const struct request *request = takeover->request;
	struct slice behind = takeover->bytes, data;

	*relay = mem_zero(sizeof(**relay));
	(*relay)->is_head = request->method == REQUEST_HEAD;
	(*relay)->peer = request->peer.key;
	(*relay)->server = options->server;
	(*relay)->limit = options->limit;
	message_body_init_request(body, request, false);
	(*relay)->is_chunked = body->framing == MESSAGE_BODY_CHUNKED;
	begin_request(*relay, takeover, options, records);
	slice_drop(&behind, request->head_length);
	data = message_body_read(body, &behind, scratch);
	if (body->is_malformed)
		return SCRIPT_RELAY_MALFORMED;
	buf_add_slice(held, behind);
	(*relay)->waits &= data.length == 0 && !body->has_ended;
	return script_relay_add_body(*relay, data, body->has_ended, records);
}

void
script_relay_destroy(struct script_relay *relay)
{
	if (!relay)
		return;
	buf_finish(&relay->body);
	buf_finish(&relay->http);
	buf_finish(&relay->line);
	cgi_head_finish(&relay->head);
	free(relay);
}

/* The end of a chunked body: now its length is known. */
static void
add_collected(struct script_relay *relay, struct buf *records)
{
	struct buf params = {0};
	char length[24];

	snprintf(length, sizeof(length), "%zu", relay->body.length);
	cgi_variables_add_one(&params, "CONTENT_LENGTH", slice_of(length));
	record_add(records, RECORD_PARAMS, buf_slice(&params));
	record_add_end(records, RECORD_PARAMS);
	record_add(records, RECORD_STDIN, buf_slice(&relay->body));
	buf_finish(&relay->body);
	buf_finish(&params);
}

enum script_relay_verdict
script_relay_add_body(
	struct script_relay *relay, struct slice data, bool is_end, struct buf *records)
{
	if (relay->is_chunked) {
		if (relay->body.length + data.length > SCRIPT_RELAY_CHUNKED_MAX)
			return SCRIPT_RELAY_TOO_LONG;
		buf_add_slice(&relay->body, data);
		if (is_end)
			add_collected(relay, records);
	} else {
		record_add(records, RECORD_STDIN, data);
	}
	if (is_end)
		record_add_end(records, RECORD_STDIN);
	return SCRIPT_RELAY_MORE;
}

/* ---- the answer ---- */

void
script_relay_restart(struct script_relay *relay)
{
	relay->reader = (struct record_reader){0};
	cgi_head_finish(&relay->head);
	buf_clear(&relay->http);
	buf_clear(&relay->line);
}

static void
log_line(struct script_relay *relay)
{
	struct buf text = {0};

	log_add_short(&text, slice_trim(buf_slice(&relay->line)), SCRIPT_RELAY_LINE_MAX);
	if (text.length)
		log_notice_limited(relay->limit, relay->peer, "%s: %s", relay->server, text.bytes);
	buf_finish(&text);
	buf_clear(&relay->line);
}

/* Of a line that is too long only the beginning is kept. */
static void
take_errors(struct script_relay *relay, struct slice data)
{
	for (size_t i = 0; i < data.length; i++)
		if (data.at[i] == '\n')
			log_line(relay);
		else if (relay->line.length <= SCRIPT_RELAY_LINE_MAX)
			buf_add_char(&relay->line, data.at[i]);
}

/* Returns NULL, or the fault. */
static const char *
take_output(struct script_relay *relay, struct slice data)
{
	const char *fault;

	if (relay->head.is_complete) {
		if (!relay->is_head)
			buf_add_slice(&relay->http, data);
		return NULL;
	}
	if (cgi_head_read(&relay->head, data, relay->is_head, &relay->http, &fault) !=
		CGI_HEAD_FAILED)
		return NULL;
	buf_clear(&relay->http);
	return fault;
}

enum script_relay_verdict
script_relay_read(struct script_relay *relay, struct slice bytes, const char **fault)
{
	enum script_relay_verdict result = SCRIPT_RELAY_MORE;
	enum record_verdict verdict = RECORD_OUTPUT;
	struct slice data;

	buf_clear(&relay->http);
	while (result == SCRIPT_RELAY_MORE && verdict != RECORD_MORE) {
		verdict = record_read(&relay->reader, &bytes, &data, fault);
		if (verdict == RECORD_OUTPUT) {
			*fault = take_output(relay, data);
			if (*fault)
				result = SCRIPT_RELAY_FAILED;
		} else if (verdict == RECORD_ERRORS) {
			take_errors(relay, data);
		} else if (verdict == RECORD_ENDED) {
			log_line(relay);
			result = SCRIPT_RELAY_ENDED;
		} else if (verdict == RECORD_FAILED) {
			result = SCRIPT_RELAY_FAILED;
		}
	}
	return result;
}
