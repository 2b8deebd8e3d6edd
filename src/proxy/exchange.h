/*
 * exchange: one request that is passed on to an upstream, and its response.
 *
 * An exchange owns two connections: that of the client, taken over from http1, and one to the
 * upstream. It holds at most one piece of a body in each direction. Who owes bytes has
 * EXCHANGE_STALL_MS to make progress. An upstream may think as long as its client is there, but not in
 * the middle of a length that it has announced. What ends in the middle of an answer is passed on as a
 * reset.
 *
 * Documents get the script tag (document_relay.h). While an upstream is away (outage.h), requests for
 * pages are held, as far as they can be repeated; all others fail at once.
 *
 * When an upstream agrees to a WebSocket, both connections become a tunnel. Until then the bytes that
 * the client has sent behind its request are held back.
 */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "base/loop.h"
#include "fastcgi/cgi_variables.h"
#include "html/script_tag.h"
#include "http/response.h"
#include "net/tls.h"
#include "upstream/outage.h"
#include "upstream/destination.h"

struct exchanges;

struct exchanges_options {
	struct loop *loop;
	const struct script_tag *script_tag; /* for error pages, and documents if injects */
	bool injects;
	bool has_own_host;        /* upstreams get their own name as Host */
	struct tls *tls;          /* that clients speak; or NULL */
	bool drops_authorization; /* it is not passed on */
	unsigned wait_ms;         /* how long a page is held for an upstream that is away */
	/* Finds the script of a request for a FastCGI server; NULL when there is none of these. */
	const struct upstream *(*find_script)(
		void *context, const struct request *request, struct cgi_script *script);
	void *script_context;
};

/* Keeps all pointers in options. Never NULL. */
struct exchanges *exchanges_create(const struct exchanges_options *options);
/* Sends what can be sent at once, then closes all connections. NULL is allowed. */
void exchanges_destroy(struct exchanges *exchanges);

/*
 * Begins an exchange. Takes the client's socket. If the address of destination has to be looked up,
 * the exchange waits for exchanges_continue.
 */
void exchange_begin(struct exchanges *exchanges, struct destination *destination,
	struct outage *outage, const struct takeover *takeover);

/* The destination is back: what was held is asked for again. */
void exchanges_release(struct exchanges *exchanges, const struct destination *destination);

/* The look-up of destination has ended: what has waited for it goes on. */
void exchanges_continue(struct exchanges *exchanges, const struct destination *destination);

#endif
