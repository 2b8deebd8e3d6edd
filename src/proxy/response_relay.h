/*
 * response_relay: turns the bytes of an upstream into those that the client gets: 1xx, the head and
 * the body of one response. It knows no sockets.
 *
 * Nothing is passed on that was not understood. What is behind the response is dropped, and noticed. Documents get the
 * script tag (document_relay.h).
 */
#ifndef RESPONSE_RELAY_H
#define RESPONSE_RELAY_H

#include <stdbool.h>

#include "base/buf.h"
#include "http/fields.h"
#include "http/request.h"
#include "proxy/document_relay.h"
#include "framing/message_body.h"
#include "framing/response_head.h"
#include "upstream/upstream.h"

enum { RESPONSE_RELAY_INTERIM_MAX = 16 }; /* 1xx before a response */

struct response_relay {
	enum response_head_request kind;
	bool is_http10;        /* the client, which knows neither chunks nor 1xx */
	bool closes;           /* the client's connection, after the response: it was told so */
	bool expects_continue; /* the client, which gets a 100 only then */
	bool has_begun;        /* the head of the response was passed on */
	bool holds_busy;       /* RESPONSE_RELAY_BUSY is wanted */
	bool adds_chunks;      /* the body comes without, and the client gets it in chunks */
	bool has_more;         /* response_relay_continue is to be called, and nothing to be read */
	bool has_excess;       /* the upstream has sent something behind the response */
	struct fields ours;    /* fields that replace those of the upstream */
	const struct upstream *upstream;
	void (*begins)(void *context); /* or NULL */
	void *context;
	struct buf authority; /* that the client has asked */
	size_t depth;         /* request_depth() */
	bool is_https;        /* between the client and this server */
	struct document_relay document;
	struct response_head head;
	struct message_body body;
	struct buf input; /* as long as a head is not complete */
	size_t scanned;   /* bytes of input that response_head_parse has seen */
	unsigned interim_count;
	uint64_t document_length; /* bytes of the document that were passed on, with the tag */
};

struct response_relay_options {
	const struct fields *ours;       /* fields that replace those of the upstream */
	const struct upstream *upstream; /* whose own address is rewritten (own_address.h) */
	const struct script_tag *tag;    /* for documents; NULL: they get none */
	bool closes;                     /* the client's connection, whatever the response is */
	/* Called when a response is there, before any of it is passed on; or NULL. */
	void (*begins)(void *context);
	void *context;
};

enum response_relay_verdict {
	RESPONSE_RELAY_MORE,
	RESPONSE_RELAY_COMPLETE,
	RESPONSE_RELAY_UPGRADE, /* the 101 was added, and behind it the first bytes of the WebSocket */
	/*
	 * With holds_busy: a 502 or 503 has come, and nothing of it was passed on. To be passed on after
	 * all if response_relay_read is called again without bytes and without holds_busy.
	 */
	RESPONSE_RELAY_BUSY,
	RESPONSE_RELAY_FAILED, /* *fault has the end of a sentence about the upstream */
};

/*
 * For the response to request. Copies ours, and keeps the other pointers of options. The caller
 * finishes the relay.
 */
void response_relay_init(struct response_relay *relay, const struct request *request,
	const struct response_relay_options *options);
void response_relay_finish(struct response_relay *relay);

/*
 * The response is complete: whether the upstream's connection may carry another request. After an answer
 * to HEAD it may not, because some servers send a body all the same.
 */
bool response_relay_is_reusable(const struct response_relay *relay);

/* The bytes of the body that were passed on so far, without framing. */
uint64_t response_relay_length(const struct response_relay *relay);

/* The same request was sent again: forgets what has come of a response that has not begun. */
void response_relay_restart(struct response_relay *relay);

/*
 * Takes bytes that have arrived. What the client gets is added to text, or, behind it, *out: part of
 * bytes or of scratch. To be called until the verdict is not RESPONSE_RELAY_MORE, and not while has_more.
 * RESPONSE_RELAY_FAILED after has_begun means that the response is cut off.
 */
enum response_relay_verdict response_relay_read(struct response_relay *relay, struct slice bytes,
	struct buf *scratch, struct buf *text, struct slice *out, const char **fault);

/*
 * With has_more: adds another piece of a compressed document to text. To be called when the client has
 * taken the one before, so that a small body that becomes a large one does not fill the memory.
 */
enum response_relay_verdict response_relay_continue(
	struct response_relay *relay, struct buf *text, const char **fault);

/*
 * The upstream has ended the connection, or reset it. Adds to text what was held back. Returns
 * RESPONSE_RELAY_COMPLETE or RESPONSE_RELAY_FAILED, or RESPONSE_RELAY_MORE with has_more.
 */
enum response_relay_verdict response_relay_end(
	struct response_relay *relay, bool is_reset, struct buf *text, const char **fault);

#endif
