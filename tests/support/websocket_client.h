/*
 * websocket_client: a client of a WebSocket, as bytes on the other end of a socket pair. What waits runs
 * the loop of the server, and fails the test after the time of clock.h.
 */
#ifndef WEBSOCKET_CLIENT_H
#define WEBSOCKET_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/loop.h"
#include "base/slice.h"
#include "http/response.h"

/* Opcodes, and the bit of a frame that is the last of its message (RFC 6455 5.2). */
enum { TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10, FINAL = 0x80 };

struct client {
	struct loop *loop;
	struct buf input; /* bytes that were read, but not used by the test yet */
	int socket;
	bool has_ended;
};

/*
 * Makes a socket pair. The client is one end of it; *other is set to the other end, which is the server's.
 */
struct client client_connect(struct loop *loop, int *other);
/*
 * Requests a WebSocket, which the takeover of response answers, and sends the bytes behind the request.
 * The key is that of RFC 6455 1.3.
 */
struct client client_ask(struct loop *loop, const struct response *response, struct slice behind);
void client_close(struct client *client);

/* Adds to input what has come, and never waits. At the end of the connection it sets has_ended. */
void client_read(struct client *client);
/* Waits for the head of the answer. The caller frees it. */
char *client_read_head(struct client *client);

/* Adds a frame to bytes. first is its first byte. */
void client_add_frame(struct buf *bytes, unsigned first, struct slice payload, bool is_masked);
/* Sends all of bytes, while the loop runs. */
void client_send_bytes(const struct client *client, struct slice bytes);
void client_send_frame(const struct client *client, unsigned first, const char *payload);
void client_send_text(const struct client *client, const char *text);

/* Waits for a whole frame, which must have this opcode. The caller frees its payload. */
char *client_read_frame(struct client *client, unsigned opcode, size_t *length);
/* Fail the test unless this is the next frame. */
void assert_frame(struct client *client, unsigned opcode, const char *expected);
void assert_text(struct client *client, const char *expected);
void assert_close(struct client *client, unsigned code);

/* Conditions for clock_wait(); context is the client. */
bool client_has_frame_or_end(void *context);
bool client_has_ended(void *context);

#endif
