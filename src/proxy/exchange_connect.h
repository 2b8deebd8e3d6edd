/*
 * exchange_connect: how an exchange gets to its upstream: by a look-up, a connection, and, while the
 * upstream is away, by waiting for it.
 *
 * Only requests for pages wait, so that a restart of the upstream is not seen as an error. What the
 * upstream may have got of a request is not sent twice, unless the request only asks for something. Such a
 * request is also sent on a connection of the pool, and again on a new one if that has just been closed.
 */
#ifndef EXCHANGE_CONNECT_H
#define EXCHANGE_CONNECT_H

#include "proxy/exchange_state.h"

/*
 * Begins to connect, for request, whose head is pending for the upstream. exchange->phase and the
 * pending answer say how far it has come; the caller goes on.
 */
void exchange_connect_begin(struct exchange *exchange, const struct request *request);

/* Connects, if the address of the upstream is known; if not, it is to be called again then. */
void exchange_connect(struct exchange *exchange);

/* Whether the exchange may be held once the upstream may have got some of its request. */
bool exchange_connect_may_hold(const struct exchange *exchange);

/* The upstream's connection has ended: whether that was one of the pool, and nothing has come of an answer. */
bool exchange_connect_was_stale(const struct exchange *exchange);
/* Asks again on a new connection. The caller goes on. */
void exchange_connect_anew(struct exchange *exchange);

/* The upstream of a held exchange is back. The exchange goes on, and may be freed. */
void exchange_connect_again(struct exchange *exchange);

/*
 * Nobody is there, or the connection was closed without an answer; what is the end of a sentence about
 * the upstream. Holds the exchange, or answers it with 502.
 */
void exchange_connect_failed(struct exchange *exchange, enum outage_kind kind, const char *what);

/*
 * The relay says RESPONSE_RELAY_BUSY. Holds the exchange, or returns false: then what has come is to be
 * passed on.
 */
bool exchange_connect_holds_busy(struct exchange *exchange);

#endif
