/*
 * response: the answer to a request, as a value: status, header fields, and a body.
 *
 * A handler fills it in, and the part that has read the request sends it: the engine. Date, Server,
 * Content-Length and the fields of the connection itself are written by the engine.
 *
 * A response may be a takeover instead: the connection leaves its engine and a function gets its socket.
 * WebSockets and proxied requests begin this way.
 */
#ifndef RESPONSE_H
#define RESPONSE_H

#include <stdbool.h>

#include "base/slice.h"
#include "http/body.h"
#include "http/fields.h"
#include "http/request.h"

struct response;

/* A paused request. Private to response.c, but for fn and context. */
struct response_waiter {
	struct response_waiter *next, *previous;
	struct response_waiters *waiters; /* the list that it is in, or NULL */
	void (*fn)(void *context);        /* answers the request again */
	void *context;
};

/*
 * The paused requests that wait for the same thing. Zeroed, it is an empty list. Owned by the part
 * that is waited for; before it goes, the list must be empty: by response_resume, or because no
 * engine is left.
 */
struct response_waiters {
	struct response_waiter *first, *last;
};

/* The engine that a connection was taken from, and what it has to know of the connection. */
struct takeover_return {
	/* See takeover_give_back. NULL: the engine takes no connection back. */
	void (*fn)(const struct takeover_return *self, int socket, struct slice bytes);
	void *engine;
	enum request_scheme scheme;
	unsigned entry;
	struct peer peer;
	/* The socket gives up a client that is silent (TCP_USER_TIMEOUT); who sets that says so in its copy. */
	bool has_stall_limit;
};

/* What a takeover function gets. All but the socket is borrowed for the call. */
struct takeover {
	int socket; /* taken by the function; non-blocking; see takeover_stays_in_loop */
	const struct request *request;
	struct slice bytes; /* all bytes that were read: the head of the request and what follows */
	const struct response *response; /* its fields belong to the answer, whatever that is */
	struct takeover_return back;     /* has no function if the client wants no other response */
};

/*
 * Gives socket back to its engine, which takes it: a whole response was sent that did not say that the
 * connection closes. bytes were received behind the request. back has a function. Never to be called by a
 * takeover function.
 */
void takeover_give_back(const struct takeover_return *back, int socket, struct slice bytes);

/*
 * For who takes over a response whose status is not known yet: it copies this, and calls fn once, when what it has
 * answered in its place has ended, with that status and the bytes of the body that were sent.
 */
struct response_end {
	void (*fn)(void *context, int status, uint64_t bytes); /* NULL: nobody wants to know */
	void *context;
};

enum {
	/* The status for response_end of a client that went away before there was one; nginx, too, writes it so. */
	RESPONSE_END_NO_CLIENT = 499,
};

typedef void takeover_fn(void *context, const struct takeover *takeover);

struct response {
	int status;
	bool has_content; /* false for 204, 304 and takeovers: no body and no Content-Length */
	size_t depth;     /* request_depth() or URL_DEPTH_NONE, for addresses in a page of ours */
	struct fields fields;
	struct body body;
	takeover_fn *takeover; /* or NULL */
	/*
	 * The function calls loop_add for the socket at once (loop_hand_over). Otherwise the socket is in no
	 * loop any more.
	 */
	bool takeover_stays_in_loop;
	void *takeover_context;
	struct response_end end;          /* of a takeover with status 0 */
	struct response_waiters *waiters; /* the request is paused; or NULL */
};

enum {
	/* The longest time that a request is paused, or that a client takes nothing of a response. */
	RESPONSE_STALL_MS = 30000,
};

/* What a connection is waiting for; it is closed when that takes too long. */
enum response_wait {
	RESPONSE_WAIT_IDLE, /* for a request */
	RESPONSE_WAIT_HEAD, /* for the rest of a head */
	RESPONSE_WAIT_WRITE, /* for the client to take more of a response, or for the end of a pause */
	RESPONSE_WAIT_LINGER, /* for the client to close after the last response */
	RESPONSE_WAITS,
};

/* A malformed request. */
struct refused_request {
	int status; /* of request_parse */
	struct slice
		bytes; /* what was received of it, from its first line on; empty if that is not known */
	const struct peer *peer; /* who has sent it */
	bool is_http2;           /* bytes were written anew as HTTP/1.1 */
};

/*
 * Makes the responses: what an engine calls, whatever version of HTTP it speaks. The functions with a
 * response get a cleared one and fill it in.
 */
struct response_handler {
	/* request is borrowed for the call. The response may be a takeover or a pause. */
	void (*answer)(void *context, const struct request *request, struct response *response);
	/* Answers a malformed request. refused is borrowed for the call. */
	void (*refuse)(
		void *context, const struct refused_request *refused, struct response *response);
	void *context;
	/*
	 * Called before answer, once for all requests that have arrived together: what is looked up
	 * from now on was true after each of them was received. NULL: not called.
	 */
	void (*begin)(void *context);
	/*
	 * Called before a connection is closed for a reason that its bytes do not say. reason is what it has
	 * waited for in vain, an enum response_wait, or the status of refuse. NULL: not called.
	 */
	void (*note_close)(void *note_context, int socket, int reason);
	void *note_context;
};

/* Has handler answer a malformed request, which is logged. The response must be cleared. */
void response_refuse(struct response *response, const struct response_handler *handler,
	const struct refused_request *refused);

/*
 * A handler in front of another one. Requests come to answer, which may pass them on. What is malformed, and the
 * beginning of what has arrived together, goes to the other one. next is private.
 */
struct response_filter {
	void (*answer)(void *context, const struct request *request, struct response *response);
	/* The other one has answered a malformed request. NULL: not called. */
	void (*refused)(
		void *context, const struct refused_request *refused, struct response *response);
	void *context;
	struct response_handler next;
};

/*
 * Puts filter, of which answer and context are set, in front of *handler: that is the filter from now on. filter must
 * stay where it is as long as requests come.
 */
void response_filter_put(struct response_filter *filter, struct response_handler *handler);

/* Has the handler behind the filter answer. */
void response_filter_pass(const struct response_filter *filter, const struct request *request,
	struct response *response);

/* The caller owns the struct. */
void response_init(struct response *response);
/* Makes it ready for the next response and keeps the memory of its parts. */
void response_clear(struct response *response);
void response_finish(struct response *response);

/* Sets the status of a response without content. */
void response_status(struct response *response, int status);

/* Adds a field. The value must not contain control bytes. */
void response_field(struct response *response, const char *name, struct slice value);

/* Removes every field of that name; case does not count. */
void response_drop_field(struct response *response, struct slice name);

/* Sets status and type, and copies text as the whole body. */
void response_text(struct response *response, int status, const char *type, struct slice text);

/*
 * Makes it a takeover: fn gets the connection. The status is only logged: 101 for a switch of
 * protocols, 0 when it is not known yet.
 */
void response_take_over(struct response *response, takeover_fn *fn, void *context);

/* Calls end's function, if it has one, and forgets it. */
void response_end_tell(struct response_end *end, int status, uint64_t bytes);

/* Logs the request and the status with --verbose. */
void response_log(const struct response *response, const struct request *request);

/*
 * Pauses the request in place of an answer: a handler calls it when the answer is not known yet.
 * The engine keeps the request and joins it to waiters. It calls the handler again with the same
 * request after response_resume; then the handler may answer, or pause it once more. All that the
 * handler has filled in is forgotten.
 *
 * A client that goes away leaves the list. After RESPONSE_STALL_MS in all the client gets no answer, so
 * the part that is waited for gives an error long before.
 */
void response_pause(struct response *response, struct response_waiters *waiters);

/*
 * Answers all requests that are in the list now, in the order of their pauses. To be called by the
 * loop, never by a handler, because engines call handlers in this function.
 */
void response_resume(struct response_waiters *waiters);

/* Does this for the first of waiters only, which has one: for answers that take long to begin. */
void response_resume_first(struct response_waiters *waiters);

/* For engines, which make the waiters: puts one that is in no list at the end of waiters. */
void response_waiter_join(struct response_waiter *waiter, struct response_waiters *waiters);
/* Does nothing when it is in no list. */
void response_waiter_leave(struct response_waiter *waiter);
/* Whether it is in a list, so that its request is paused. */
static inline bool
response_waiter_is_paused(const struct response_waiter *waiter)
{
	return waiter->waiters;
}

#endif
