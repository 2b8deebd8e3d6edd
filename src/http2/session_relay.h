/*
 * session_relay: a stream whose request is answered by a takeover, through a relay. Only session.c includes it.
 */
#ifndef SESSION_RELAY_H
#define SESSION_RELAY_H

#include "http2/session_state.h"

/*
 * Hands the request to the takeover of the current response, which is cleared. text is the whole head of the
 * request, which request was read from. If descriptors are short, the stream is refused.
 */
void session_relay_begin(struct stream *stream, const struct request *request, struct slice text);

/* Passes on bytes of the request's body; the client may send as many again when they were taken. */
void session_relay_receive(struct stream *stream, struct slice bytes);
/* The request is complete. */
void session_relay_receive_end(struct stream *stream);

#endif
