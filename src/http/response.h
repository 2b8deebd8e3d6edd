/*
 * response: the answer to a request, as a value: status, header fields, a body to be pulled.
 *
 * A handler decides it and http1 sends it; neither knows how the other works. Date, Server,
 * Content-Length and the fields of the connection itself are written by response_writer.
 *
 * A response may be a takeover instead: the connection leaves http1 and a function gets its socket.
 * A WebSocket and a request that another server answers begin this way.
 */
#ifndef RESPONSE_H
#define RESPONSE_H

#include <stdbool.h>

#include "base/buf.h"
#include "http/body.h"
#include "http/fields.h"
#include "http/request.h"

struct response;

/* What a takeover function gets. All but the socket is borrowed for the call. */
struct takeover {
	int socket; /* taken by the function; non-blocking, and in no loop any more */
	const struct request *request;
	struct slice
		bytes; /* all that has been read: the head of the request and what came behind it */
	const struct response *response; /* its fields are to be sent with whatever answer */
};

typedef void takeover_fn(void *context, const struct takeover *takeover);

struct response {
	int status;
	bool has_content; /* false for 204, 304 and takeovers: no body and no Content-Length */
	struct fields fields;
	struct body body;
	takeover_fn *takeover; /* or NULL */
	void *takeover_context;
};

/* The caller owns the memory. Cleared is ready for the next response, its memory kept. */
void response_init(struct response *response);
void response_clear(struct response *response);
void response_finish(struct response *response);

/* Sets the status of a response without content. */
void response_status(struct response *response, int status);

/* Adds a field. The value must hold no control bytes. */
void response_field(struct response *response, const char *name, struct slice value);

/* Removes every field of that name; case does not count. */
void response_drop_field(struct response *response, struct slice name);

/* Sets status and type, and copies text as the whole body. */
void response_text(struct response *response, int status, const char *type, struct slice text);

/*
 * The connection is handed to fn in place of an answer. The status is only logged: 101 for a
 * switch of protocols, 0 when it is not known yet.
 */
void response_take_over(struct response *response, takeover_fn *fn, void *context);

#endif
