/*
 * relay: see relay.h. Owns its end of the socket pair, and the bytes of both directions that wait.
 */
#define _GNU_SOURCE
#include "http2/relay.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/endpoint.h"
#include "net/listener.h"
#include "framing/chunked.h"
#include "framing/message_body.h"
#include "framing/response_head.h"

struct relay {
	struct relay_options options;
	struct endpoint endpoint;
	struct buf input; /* of a head that is not complete */
	size_t scanned;   /* bytes of input that were searched for its end */
	struct response_head head;
	struct message_body body;
	struct buf data, scratch;
	bool has_head; /* the final one */
	bool was_full; /* data was not read in time */
	bool has_failed;
};

/* ---- the response ---- */

static void
read_body(struct relay *relay, struct slice bytes)
{
	buf_add_slice(&relay->data, message_body_read(&relay->body, &bytes, &relay->scratch));
	relay->has_failed |= relay->body.is_malformed;
}

/* A head is complete. Returns whether it was the final one. */
static bool
take_head(struct relay *relay)
{
	const struct response_head *head = &relay->head;
	bool is_final = head->status >= 200;

	if (is_final)
		message_body_init(&relay->body, head->framing, head->length, false);
	relay->has_head = is_final;
	relay->options.head(relay->options.context, head->status, &head->fields,
		is_final && !relay->body.has_ended);
	buf_drop(&relay->input, head->size);
	relay->scanned = 0;
	return is_final;
}

static void
read_heads(struct relay *relay)
{
	enum response_head_request kind = relay->options.is_head ? RESPONSE_HEAD_TO_HEAD
								 : RESPONSE_HEAD_TO_ANY;
	enum response_head_verdict verdict;
	const char *fault;

	do {
		verdict = response_head_parse(
			&relay->head, buf_slice(&relay->input), relay->scanned, kind, &fault);
		relay->scanned = relay->input.length;
	} while (verdict == RESPONSE_HEAD_COMPLETE && !take_head(relay));
	if (verdict == RESPONSE_HEAD_MALFORMED)
		relay->has_failed = true;
	if (verdict != RESPONSE_HEAD_COMPLETE)
		return;
	read_body(relay, buf_slice(&relay->input));
	buf_finish(&relay->input);
	response_head_finish(&relay->head);
}

/*
 * A body without a length ends with the connection. Who answers ends its half at first, and then waits; who is cut
 * off closes all at once. That cannot be seen when the end was read late.
 */
static bool
is_proper_end(const struct relay *relay, ssize_t got)
{
	struct pollfd state = {.fd = relay->endpoint.source.fd};

	return got == 0 && relay->has_head && relay->body.framing == MESSAGE_BODY_TO_END &&
	       (relay->was_full || poll(&state, 1, 0) < 0 || !(state.revents & POLLHUP));
}

static bool
reads(const struct relay *relay)
{
	return !relay->endpoint.has_ended && !relay->has_failed &&
	       !(relay->has_head && relay->body.has_ended) && relay->data.length < RELAY_DATA_MAX;
}

static void
read_response(struct relay *relay)
{
	char piece[RELAY_PIECE];
	ssize_t got = endpoint_receive(&relay->endpoint, piece, sizeof(piece));

	if (got > 0 && relay->has_head) {
		read_body(relay, (struct slice){piece, (size_t)got});
	} else if (got > 0) {
		buf_add(&relay->input, piece, (size_t)got);
		read_heads(relay);
	} else if (relay->endpoint.has_ended) {
		if (is_proper_end(relay, got))
			relay->body.has_ended = true;
		else
			relay->has_failed = true;
	}
}

/* ---- the connection ---- */

static void
watch(struct relay *relay)
{
	relay->was_full |= relay->data.length >= RELAY_DATA_MAX;
	endpoint_watch(&relay->endpoint, reads(relay));
}

/* Once it has hung up, the loop does not report it any more, so the rest is read as there is room. */
static void
read_rest(struct relay *relay)
{
	while (relay->endpoint.is_unwatched && reads(relay))
		read_response(relay);
}

static void
ready(void *context, unsigned events)
{
	struct relay *relay = context;

	if (endpoint_hangs_up(&relay->endpoint))
		endpoint_unwatch(&relay->endpoint);
	/* Who answers before it has read all of the request does not want the rest. */
	if (events & LOOP_WRITE && relay->endpoint.pending.length &&
		!endpoint_flush(&relay->endpoint))
		buf_finish(&relay->endpoint.pending);
	if (events & LOOP_READ && reads(relay))
		read_response(relay);
	read_rest(relay);
	watch(relay);
	relay->options.moved(relay->options.context);
}

struct relay *
relay_create(const struct relay_options *options, int *socket)
{
	struct relay *relay;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) < 0)
		return NULL;
	relay = mem_zero(sizeof(*relay));
	relay->options = *options;
	if (!listener_is_full(pair[1]) &&
		endpoint_open(&relay->endpoint, options->loop, pair[0], ready, relay)) {
		*socket = pair[1];
		return relay;
	}
	if (listener_is_full(pair[1]))
		close(pair[0]);
	close(pair[1]);
	free(relay);
	return NULL;
}

void
relay_destroy(struct relay *relay)
{
	if (!relay)
		return;
	endpoint_close(&relay->endpoint);
	response_head_finish(&relay->head);
	buf_finish(&relay->input);
	buf_finish(&relay->data);
	buf_finish(&relay->scratch);
	free(relay);
}

/* ---- both directions ---- */

static void
send_bytes(struct relay *relay, struct slice bytes)
{
	if (!endpoint_send(&relay->endpoint, bytes))
		buf_finish(&relay->endpoint.pending);
	watch(relay);
}

void
relay_send(struct relay *relay, struct slice bytes)
{
	if (relay->options.has_chunks && bytes.length) {
		buf_clear(&relay->scratch);
		chunked_add(&relay->scratch, bytes);
		bytes = buf_slice(&relay->scratch);
	}
	send_bytes(relay, bytes);
}

void
relay_send_end(struct relay *relay)
{
	if (!relay->options.has_chunks)
		return;
	buf_clear(&relay->scratch);
	chunked_add_end(&relay->scratch);
	send_bytes(relay, buf_slice(&relay->scratch));
}

size_t
relay_pending(const struct relay *relay)
{
	return relay->endpoint.pending.length;
}

size_t
relay_read(struct relay *relay, char *bytes, size_t size)
{
	size_t part = size < relay->data.length ? size : relay->data.length;

	if (part) {
		memcpy(bytes, relay->data.bytes, part);
		buf_drop(&relay->data, part);
	}
	read_rest(relay);
	watch(relay);
	return part;
}

bool
relay_has_data(const struct relay *relay)
{
	return relay->data.length;
}

bool
relay_is_complete(const struct relay *relay)
{
	return relay->has_head && relay->body.has_ended && relay->data.length == 0;
}

bool
relay_has_failed(const struct relay *relay)
{
	return relay->has_failed;
}

size_t
relay_memory(const struct relay *relay)
{
	return relay ? relay->input.capacity + relay->data.capacity + relay->scratch.capacity +
			       relay->endpoint.pending.capacity
		     : 0;
}
