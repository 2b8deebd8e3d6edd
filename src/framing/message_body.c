/*
 * message_body: see message_body.h. Only chunks are copied, because they are written anew.
 */
#include "framing/message_body.h"

void
message_body_init(struct message_body *body, enum message_body_framing framing, uint64_t length,
	bool keeps_chunks)
{
	*body = (struct message_body){
		.framing = framing, .left = length, .keeps_chunks = keeps_chunks};
	body->has_ended = framing == MESSAGE_BODY_NONE ||
			  (framing == MESSAGE_BODY_LENGTH && length == 0);
}

void
message_body_init_request(
	struct message_body *body, const struct request *request, bool keeps_chunks)
{
	bool is_chunked = request_get(request, REQUEST_TRANSFER_ENCODING).at;
	uint64_t length = 0;

	slice_number(request_get(request, REQUEST_CONTENT_LENGTH), &length);
	message_body_init(body, is_chunked ? MESSAGE_BODY_CHUNKED : MESSAGE_BODY_LENGTH, length,
		keeps_chunks);
}

static struct slice
read_length(struct message_body *body, struct slice *bytes)
{
	struct slice part = *bytes;

	if (part.length > body->left)
		part.length = (size_t)body->left;
	slice_drop(bytes, part.length);
	body->left -= part.length;
	body->passed += part.length;
	body->has_ended = body->left == 0;
	return part;
}

static struct slice
read_chunks(struct message_body *body, struct slice *bytes, struct buf *text)
{
	enum chunked_verdict verdict;
	struct slice data;

	buf_clear(text);
	while ((verdict = chunked_read(&body->chunked, bytes, &data)) == CHUNKED_DATA) {
		body->passed += data.length;
		if (body->keeps_chunks)
			chunked_add(text, data);
		else
			buf_add_slice(text, data);
	}
	body->is_malformed = verdict == CHUNKED_MALFORMED;
	body->has_ended = verdict == CHUNKED_END;
	if (body->has_ended && body->keeps_chunks)
		chunked_add_end(text);
	return buf_slice(text);
}

struct slice
message_body_read(struct message_body *body, struct slice *bytes, struct buf *text)
{
	struct slice all = *bytes;

	if (body->has_ended || body->is_malformed)
		return (struct slice){bytes->at, 0};
	if (body->framing == MESSAGE_BODY_LENGTH)
		return read_length(body, bytes);
	if (body->framing == MESSAGE_BODY_CHUNKED)
		return read_chunks(body, bytes, text);
	slice_drop(bytes, bytes->length);
	body->passed += all.length;
	return all;
}

bool
message_body_is_owed(const struct message_body *body)
{
	if (body->has_ended || body->is_malformed)
		return false;
	return body->framing == MESSAGE_BODY_LENGTH ||
	       (body->framing == MESSAGE_BODY_CHUNKED && chunked_is_in_data(&body->chunked));
}
