/*
 * handshake: the request for a WebSocket that libwebsockets gets in place of the client's.
 */
#ifndef HANDSHAKE_H
#define HANDSHAKE_H

#include "base/buf.h"
#include "live/protocol.h"

/* Its Host field. libwebsockets finds its virtual host by this name. */
#define HANDSHAKE_HOST "localhost"

/* Adds the request to bytes. From the client it has only key, 24 characters. */
void handshake_write(struct buf *bytes, enum protocol protocol, struct slice key);

#endif
