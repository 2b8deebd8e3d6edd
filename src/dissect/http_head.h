/*
 * http_head: what the head of a captured HTTP/1.1 message says about the message (RFC 9112). It reads
 * heads as tshark does, without judging them; a server's own parsers are stricter.
 */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "dissect/message.h"

enum {
	HTTP_METHOD_MAX = 24,
	HTTP_REQUESTS_MAX = 32,           /* without an answer that are remembered */
	HTTP_HEAD_LENGTH_MAX = INT32_MAX, /* tshark takes a longer body as one without a length */
};

struct http_head {
	struct slice start_line; /* without its line break */
	struct slice method;     /* of a request */
	struct slice target;     /* of a request */
	unsigned status;         /* of an answer; 0 of a request */
	bool has_length, is_chunked;
	bool is_coded;         /* the body is compressed for the transfer */
	uint64_t length;       /* Content-Length */
	struct slice type;     /* Content-Type without parameters; absent if there is none */
	struct slice boundary; /* of a multipart type; absent if there is none */
	bool is_upgrade, is_upgrade_to_websocket;
	/*
	 * A line without a colon ends the fields for tshark. The length of the body is looked for behind
	 * it, too, but what else stands there is no part of the message.
	 */
	bool is_broken;
	bool has_length_before_break;
};

/* What the answers need of the requests of a connection. A zeroed one is empty. */
struct http_requests {
	struct http_request_seen {
		uint32_t packet;
		char text[MESSAGE_TEXT_MAX];
	} items[HTTP_REQUESTS_MAX];
	unsigned first, count;
	bool is_head, is_connect; /* the last request, which tshark takes each answer to be for */
	unsigned status;          /* of the last answer; 0: there was none */
};

/* Adds a request, which ended in the packet. */
void http_requests_add(
	struct http_requests *requests, const struct http_head *head, uint32_t packet);
/* Drops the request that the head answers, and says in message which one it is. */
void http_requests_answer(
	struct http_requests *requests, const struct http_head *head, struct message *message);

enum http_head_body {
	HTTP_HEAD_BODY_NONE,
	HTTP_HEAD_BODY_COUNTED, /* Content-Length */
	HTTP_HEAD_BODY_CHUNKED,
	HTTP_HEAD_BODY_UNTIL_END, /* of the connection */
};

/* What is waited for behind the head. tshark takes the last request for the one that is answered. */
enum http_head_body http_head_body(
	const struct http_head *head, const struct http_requests *requests);

/*
 * The first line of bytes without its line break, and in *next what follows it. A line ends with LF, CR
 * LF, or CR. Returns an absent slice when no line ends in bytes.
 */
struct slice http_head_line(struct slice bytes, struct slice *next);

/* How long the head at the front of bytes is, with its empty line; 0 when it is not whole. */
size_t http_head_length(struct slice bytes);

/* Whether bytes without the end of a line may be the begin of one: tshark looks at the first byte. */
bool http_head_may_begin(struct slice bytes);

/* Whether a line begins a request with a method that tshark knows, or an answer. */
bool http_head_is_start(struct slice line);
/* The same, and the line ends or begins with a version: so HTTP is found on any port. */
bool http_head_is_found(struct slice line);

/* The value of the first field with this name, in any case, without blanks at its ends; absent without one. */
struct slice http_head_field(struct slice head, const char *name);

/* Reads a whole head: all lines up to the empty one. Borrows bytes. */
void http_head_read(struct http_head *head, struct slice bytes);

/*
 * Removes from the front part of a head what http_head_read does not look at, so that a head of any
 * length can be read by and by: fields of other names, and the middle of long lines.
 */
void http_head_shorten(struct buf *head);

/* The size in a chunk's first line; -1 when there is none. */
int64_t http_head_chunk_size(struct slice line);

#endif
