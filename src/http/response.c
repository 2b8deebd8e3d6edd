/*
 * response: see response.h.
 */
#include "http/response.h"

void
response_init(struct response *response)
{
	*response = (struct response){0};
	body_init(&response->body);
}

void
response_clear(struct response *response)
{
	response->status = 0;
	response->upstream = NULL;
	response->has_content = false;
	buf_clear(&response->fields);
	body_clear(&response->body);
}

void
response_finish(struct response *response)
{
	buf_finish(&response->fields);
	body_finish(&response->body);
}

void
response_status(struct response *response, int status)
{
	response->status = status;
}

void
response_field(struct response *response, const char *name, struct slice value)
{
	buf_add_text(&response->fields, name);
	buf_add_text(&response->fields, ": ");
	buf_add_slice(&response->fields, value);
	buf_add_text(&response->fields, "\r\n");
}

/* line is one of the answer's, without its CRLF. */
static bool
has_name(struct slice line, struct slice name)
{
	return line.length > name.length && line.at[name.length] == ':' &&
	       slice_equal_nocase((struct slice){line.at, name.length}, name);
}

void
response_drop_field(struct response *response, struct slice name)
{
	struct slice rest = buf_slice(&response->fields), line;
	struct buf kept = {0};

	while (slice_split(&rest, '\n', &line)) {
		if (has_name(line, name) || line.length == 0)
			continue;
		buf_add_slice(&kept, line);
		buf_add_char(&kept, '\n');
	}
	buf_finish(&response->fields);
	response->fields = kept;
}

void
response_text(struct response *response, int status, const char *type, struct slice text)
{
	response->status = status;
	response->has_content = true;
	response_field(response, "Content-Type", slice_of(type));
	body_add_text(&response->body, text);
}
