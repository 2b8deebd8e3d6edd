/*
 * handshake: see handshake.h. It has no state.
 */
#include "live/handshake.h"

void
handshake_write(struct buf *bytes, enum protocol protocol, struct slice key)
{
	buf_add_text(bytes, "GET / HTTP/1.1\r\nHost: " HANDSHAKE_HOST "\r\nConnection: Upgrade\r\n"
			    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
			    "Sec-WebSocket-Key: ");
	buf_add_slice(bytes, key);
	if (protocol == PROTOCOL_LIVESERVE)
		buf_add_text(bytes, "\r\nSec-WebSocket-Protocol: " PROTOCOL_LIVESERVE_NAME);
	buf_add_text(bytes, "\r\n\r\n");
}
