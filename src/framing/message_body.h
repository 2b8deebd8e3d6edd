/*
 * message_body: passes the body of a message on: it knows how the body is framed (RFC 9112 6), takes
 * it off the bytes that arrive, and frames it for the next server or client.
 *
 * Nothing behind the body is passed on.
 */
#ifndef MESSAGE_BODY_H
#define MESSAGE_BODY_H

#include <stdbool.h>

#include "base/buf.h"
#include "http/request.h"
#include "framing/chunked.h"

enum message_body_framing {
	MESSAGE_BODY_NONE,
	MESSAGE_BODY_LENGTH,  /* Content-Length */
	MESSAGE_BODY_CHUNKED, /* Transfer-Encoding: chunked */
	MESSAGE_BODY_TO_END,  /* as far as the connection goes */
};

struct message_body {
	enum message_body_framing framing;
	uint64_t left;   /* with MESSAGE_BODY_LENGTH */
	uint64_t passed; /* bytes that were taken off so far, without the framing */
	struct chunked chunked;
	bool keeps_chunks; /* chunks are written as chunks; else only their data */
	bool has_ended;
	bool is_malformed; /* its chunks are; nothing more is read */
};

/* length is that of MESSAGE_BODY_LENGTH, otherwise ignored. */
void message_body_init(struct message_body *body, enum message_body_framing framing,
	uint64_t length, bool keeps_chunks);

/* For the body of request, whose fields request_parse has checked: one of both lengths at most. */
void message_body_init_request(
	struct message_body *body, const struct request *request, bool keeps_chunks);

/*
 * Takes the part of the body at the front of bytes off and returns it as it is to be sent: a part of
 * bytes, or text, which is cleared first. Sets has_ended or is_malformed.
 */
struct slice message_body_read(struct message_body *body, struct slice *bytes, struct buf *text);

/* Whether the length that was announced says that more bytes follow: of the body, or of a chunk. */
bool message_body_is_owed(const struct message_body *body);

#endif
