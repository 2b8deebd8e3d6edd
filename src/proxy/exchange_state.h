/*
 * exchange_state: an exchange as it stands: its parts, how it ends, and for what it waits how long.
 * exchange.c moves the bytes.
 */
#ifndef EXCHANGE_STATE_H
#define EXCHANGE_STATE_H

#include "html/script_tag.h"
#include "http/response.h"
#include "net/endpoint.h"
#include "net/timeouts.h"
#include "net/tls.h"
#include "net/tunnel.h"
#include "framing/message_body.h"
#include "upstream/outage.h"
#include "proxy/response_relay.h"
#include "proxy/script_relay.h"
#include "upstream/destination.h"
#include "upstream/dial.h"
#include "upstream/pool.h"

enum {
	EXCHANGE_LOOK_UP_MS = 5000,    /* for the address of an upstream: 502 after it */
	EXCHANGE_STALL_MS = 30000,     /* without progress: 504, 408 or a reset */
	EXCHANGE_GRACE_MS = 2000,      /* after the end of the client, or of the answer */
	EXCHANGE_CUT_OFF_MS = 100,     /* for what was sent to arrive before the reset */
	EXCHANGE_HELD_MAX = 64 * 1024, /* bytes behind the request, before it is answered */
	EXCHANGE_STATE_PIECE = 64 * 1024,
};

/* What an exchange waits for, no longer than the limit of that name. */
enum exchange_wait {
	EXCHANGE_WAIT_LOOK_UP,
	EXCHANGE_WAIT_STALL,
	EXCHANGE_WAIT_GRACE,
	EXCHANGE_WAIT_CUT_OFF,
	EXCHANGE_WAIT_COUNT,
	EXCHANGE_WAIT_NONE = EXCHANGE_WAIT_COUNT,
};

enum exchange_phase {
	EXCHANGE_LOOKING_UP, /* the address of the upstream is not known yet */
	EXCHANGE_HELD,       /* until the upstream is back */
	EXCHANGE_CONNECTING,
	EXCHANGE_WAITING,   /* for the head of the response */
	EXCHANGE_ANSWERING, /* the body of the response is passed on */
	EXCHANGE_SWITCHING, /* to WebSocket, once the client has the 101 */
	EXCHANGE_ENDING,    /* the upstream is done with, the client gets the rest */
};

struct exchange {
	struct timeout timeout; /* the first member: wait_is_over gets the exchange by it */
	enum exchange_wait wait;
	struct exchange *next, *previous;
	struct exchanges *exchanges;
	struct destination *destination;
	struct outage *outage; /* of the destination */
	enum exchange_phase phase;
	int error;               /* the status of this server's own answer, with is_answered */
	size_t error_length;     /* of its body */
	struct response_end end; /* is told when the answer has ended */
	struct endpoint client, upstream;
	struct dial dial;
	struct message_body request_body;
	struct script_relay *script; /* of a FastCGI server; NULL: the upstream speaks HTTP */
	struct response_relay relay;
	struct loop_timer turn; /* continues a document that becomes larger than it was */
	struct loop_timer hold; /* the upstream is not waited for any longer */
	uint64_t hold_until_us; /* 0: the exchange was not held yet */
	struct buf again;       /* the request, if it may be sent twice */
	bool may_reuse;         /* a connection of the pool will do */
	bool is_reused;         /* the connection is one of the pool, and has not answered yet */
	struct buf target;      /* the path that the upstream is asked for, and its query */
	struct buf held;        /* what the client has sent behind its request */
	struct takeover_return back; /* of the client; without a function it is closed */
	size_t depth;                /* of the address: request_depth() */
	bool is_head;                /* the method */
	bool is_navigation;          /* a person waits for a page */
	bool is_dialing;             /* dial_start has not returned yet */
	bool is_tls;                 /* between the client and this server */
	bool is_reached;             /* the upstream has taken some bytes */
	bool is_request_dropped;     /* the upstream takes no more of it */
	bool is_answered;            /* by this server, with an error */
	bool is_shut;                /* the client has got everything */
	bool is_over;                /* go_on() ends the exchange */
	bool is_cut_off;             /* the answer breaks off: the client gets a reset */
};

/* What all exchanges share; exchanges_create sets it. */
struct exchanges {
	struct loop *loop;
	const struct script_tag *script_tag;
	bool injects;
	bool has_own_host;
	struct tls *tls;
	bool drops_authorization;
	struct tunnels *tunnels; /* the open WebSockets */
	struct pool *pool;
	unsigned wait_ms; /* how long a page is held */
	struct timeouts timeouts;
	struct exchange *first;
	loop_source_fn *upstream_ready;           /* called for the connection to an upstream */
	void (*go_on)(struct exchange *exchange); /* draws the conclusions; may free it */
	struct buf scratch;                       /* of message_body_read */
	const struct upstream *(*find_script)(
		void *context, const struct request *request, struct cgi_script *script);
	void *script_context;
	struct log_limit script_errors; /* lines that scripts write */
	char piece[EXCHANGE_STATE_PIECE];
};

/* Initialises the limits of time; fn is called when one is over. */
void exchange_state_init_timeouts(struct exchanges *exchanges, timeouts_fn *fn);

/*
 * Creates an exchange without connections, in the list of exchanges. Keeps pointers to exchanges,
 * destination and outage.
 */
struct exchange *exchange_state_create(struct exchanges *exchanges, struct destination *destination,
	struct outage *outage, const struct takeover *takeover);
/* Closes both connections; if the exchange is cut off, the client gets a reset. */
void exchange_state_destroy(struct exchange *exchange);

/*
 * The answer breaks off and must not look complete (RFC 9112 8): the client gets what is pending, and
 * then a reset.
 */
void exchange_state_cut_off(struct exchange *exchange);
/*
 * The upstream is done with: its connection goes to the pool if it is still good, or is closed. The client
 * gets what is pending.
 */
void exchange_state_end_answer(struct exchange *exchange);

/* Whether the client's connection goes back to its engine once all is sent. */
bool exchange_state_goes_back(const struct exchange *exchange);
/* Gives it back and frees the exchange. */
void exchange_state_give_back(struct exchange *exchange);

/* Answers with an error of this server, or cuts the answer off if it has begun. */
void exchange_state_answer(struct exchange *exchange, int status, const char *sentence);
/* The same when the upstream is at fault. what is the end of a sentence about it. */
void exchange_state_fail(struct exchange *exchange, int status, const char *what);

/* Sends what is pending for the upstream. */
void exchange_state_flush_upstream(struct exchange *exchange);

/* Whether the client still has to send some of the request, and the upstream takes it. */
bool exchange_state_has_request_left(const struct exchange *exchange);

/* Begins the wait that the exchange needs now: anew if it is another one, or if bytes have moved. */
void exchange_state_set_timeout(struct exchange *exchange);
/* The wait is over, so somebody is at fault: ends or answers the exchange. */
void exchange_state_stalled(struct exchange *exchange);

#endif
