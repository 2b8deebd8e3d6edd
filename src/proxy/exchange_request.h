/*
 * exchange_request: the request of an exchange: what the upstream gets of it, and what the client has sent
 * behind it.
 *
 * That waits: behind the request for a WebSocket until the upstream has agreed, else until the connection
 * goes back to its engine. It is never passed on as part of the request.
 */
#ifndef EXCHANGE_REQUEST_H
#define EXCHANGE_REQUEST_H

#include "proxy/exchange_state.h"

/*
 * Begins the request: makes what the upstream gets first, and connects (exchange_connect.h). If nothing can
 * be made of it, the exchange is answered. The caller goes on.
 */
void exchange_request_begin(struct exchange *exchange, const struct takeover *takeover);

/* Whether bytes of the client are to be read now. */
bool exchange_request_is_awaited(const struct exchange *exchange);
/* Reads what the client has sent. */
void exchange_request_read(struct exchange *exchange);

#endif
