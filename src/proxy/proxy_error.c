/*
 * proxy_error: see proxy_error.h.
 */
#include "proxy/proxy_error.h"

#include "html/error_page.h"
#include "http/date.h"
#include "http/response_writer.h"

/* The body is text, so one read is enough. Returns its length. */
static size_t
add_body(struct buf *text, struct body *body)
{
	size_t length = (size_t)body->length;

	buf_reserve(text, length);
	body_read(body, text->bytes + text->length, length);
	text->length += length;
	return length;
}

size_t
proxy_error_add(struct buf *text, const struct script_tag *script_tag, int status,
	const char *sentence, bool is_head, size_t depth)
{
	struct date_clock clock = {0};
	struct response response;
	size_t length = 0;

	response_init(&response);
	response.depth = depth;
	error_page_respond(&response, script_tag, status, slice_of(sentence));
	response_writer_add_head(text, &response, date_clock_now(&clock), RESPONSE_WRITER_CLOSE);
	if (!is_head)
		length = add_body(text, &response.body);
	response_finish(&response);
	return length;
}
