/*
 * client: the editor's end of the connection: JSON-RPC 2.0 over two descriptors, standard input and output.
 *
 * What is wrong with a message is answered here; messages that are right go to the listener. What is to be sent
 * waits in memory while the editor does not read.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdbool.h>

#include "base/loop.h"
#include "jsonrpc/json_value.h"

enum {
	CLIENT_UNSENT_MAX = 64 * 1024 * 1024
}; /* bytes that wait; an editor that leaves more is gone */

/* The error codes of JSON-RPC 2.0 and of LSP 3.17 that we use. */
enum client_error {
	CLIENT_PARSE_ERROR = -32700,
	CLIENT_INVALID_REQUEST = -32600,
	CLIENT_METHOD_NOT_FOUND = -32601,
	CLIENT_INVALID_PARAMS = -32602,
	CLIENT_NOT_INITIALIZED = -32002,
	CLIENT_REQUEST_FAILED = -32803,
	CLIENT_REQUEST_CANCELLED = -32800,
};

/* window/showMessage and window/logMessage. */
enum client_message_type {
	CLIENT_ERROR = 1,
	CLIENT_WARNING = 2,
	CLIENT_INFO = 3,
	CLIENT_LOG = 4,
};

/* A request or a notification. All of it is borrowed. */
struct client_message {
	const char *method;
	const char *id; /* as JSON: 1 or "a"; NULL: it is a notification */
	const struct json_value *params;
	bool had_nul; /* json_value_parse() */
};

struct client_listener {
	void (*message)(void *context, const struct client_message *message);
	/* A message could not be read. If it was a notification, its content is lost. */
	void (*unreadable)(void *context);
	/* All was sent. */
	void (*drained)(void *context);
	/*
	 * The last call: the editor has closed the connection (NULL), or why it cannot go on. The client is to be
	 * destroyed later, not in this call.
	 */
	void (*ended)(void *context, const char *error);
	void *context;
};

struct client;

/*
 * Reads from input and writes to output, which stay open. Keeps a pointer to loop and listener. Returns NULL with
 * errno when the descriptors cannot be waited for, as those of files.
 */
struct client *client_create(
	struct loop *loop, int input, int output, const struct client_listener *listener);
/* Sends what the editor takes at once. NULL is fine. */
void client_destroy(struct client *client);

/* Whether all was sent. */
bool client_is_drained(const struct client *client);

/* Answers a request. result is JSON; absent: null. */
void client_answer(struct client *client, const char *id, struct slice result);
void client_answer_error(
	struct client *client, const char *id, enum client_error code, const char *text);

/* Sends a notification. params is JSON. */
void client_notify(struct client *client, const char *method, struct slice params);

/* Sends a request, whose answer is only logged if it is an error. */
void client_request(struct client *client, const char *method, struct slice params);

/* window/showMessage: for what a person must know. */
void client_show(struct client *client, enum client_message_type type, const char *text);
/* window/logMessage */
void client_log(struct client *client, enum client_message_type type, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Sets how much $/logTrace tells: "off", "messages" or "verbose". Anything else changes nothing. */
void client_set_trace(struct client *client, const char *level);

#endif
