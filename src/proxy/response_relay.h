/*
 * response_relay: turns the bytes of an upstream into those that the client gets: 1xx, the head and
 * the body of one response. It knows no sockets.
 *
 * Nothing is passed on that was not understood. What is behind the response is dropped.
 */
#ifndef RESPONSE_RELAY_H
#define RESPONSE_RELAY_H

#include <stdbool.h>

#include "base/buf.h"
#include "http/fields.h"
#include "http/request.h"
#include "proxy/message_body.h"
#include "proxy/response_head.h"

enum { RESPONSE_RELAY_INTERIM_MAX = 16 }; /* 1xx before a response */

struct response_relay {
	enum response_head_request kind;
	bool is_http10;        /* the client, which knows neither chunks nor 1xx */
	bool expects_continue; /* the client, which gets a 100 only then */
	bool has_begun;        /* the head of the response was passed on */
	struct fields ours;    /* fields that replace those of the upstream */
	struct response_head head;
	struct message_body body;
	struct buf input; /* as long as a head is not complete */
	size_t scanned;   /* bytes of input that response_head_parse has seen */
	unsigned interim_count;
};

enum response_relay_verdict {
	RESPONSE_RELAY_MORE,
	RESPONSE_RELAY_COMPLETE,
	RESPONSE_RELAY_UPGRADE, /* the 101 was added, and behind it the first bytes of the WebSocket */
	RESPONSE_RELAY_FAILED, /* *fault has the end of a sentence about the upstream */
};

/* For the response to request. Copies ours. The caller finishes the relay. */
void response_relay_init(
	struct response_relay *relay, const struct request *request, const struct fields *ours);
void response_relay_finish(struct response_relay *relay);

/*
 * Takes bytes that have arrived. What the client gets is added to text, or, behind it, *out: part of
 * bytes or of scratch. To be called until the verdict is not RESPONSE_RELAY_MORE. RESPONSE_RELAY_FAILED
 * after has_begun means that the response is cut off.
 */
enum response_relay_verdict response_relay_read(struct response_relay *relay, struct slice bytes,
	struct buf *scratch, struct buf *text, struct slice *out, const char **fault);

/*
 * The upstream has ended the connection, or reset it. Returns RESPONSE_RELAY_COMPLETE or
 * RESPONSE_RELAY_FAILED.
 */
enum response_relay_verdict response_relay_end(
	struct response_relay *relay, bool is_reset, const char **fault);

#endif
