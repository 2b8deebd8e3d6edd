/*
 * response: see response.h.
 */
#include "http/response.h"

void
answer_init(struct answer *answer)
{
	*answer = (struct answer){0};
	body_init(&answer->body);
}

void
answer_clear(struct answer *answer)
{
	answer->status = 0;
	answer->upstream = NULL;
	answer->has_content = false;
	buf_clear(&answer->fields);
	body_clear(&answer->body);
}

void
answer_finish(struct answer *answer)
{
	buf_finish(&answer->fields);
	body_finish(&answer->body);
}

void
answer_status(struct answer *answer, int status)
{
	answer->status = status;
}

void
answer_field(struct answer *answer, const char *name, struct slice value)
{
	buf_add_text(&answer->fields, name);
	buf_add_text(&answer->fields, ": ");
	buf_add_slice(&answer->fields, value);
	buf_add_text(&answer->fields, "\r\n");
}

/* line is one of the answer's, without its CRLF. */
static bool
has_name(struct slice line, struct slice name)
{
	return line.length > name.length && line.at[name.length] == ':' &&
	       slice_equal_nocase((struct slice){line.at, name.length}, name);
}

void
answer_drop_field(struct answer *answer, struct slice name)
{
	struct slice rest = buf_slice(&answer->fields), line;
	struct buf kept = {0};

	while (slice_split(&rest, '\n', &line)) {
		if (has_name(line, name) || line.length == 0)
			continue;
		buf_add_slice(&kept, line);
		buf_add_char(&kept, '\n');
	}
	buf_finish(&answer->fields);
	answer->fields = kept;
}

void
answer_text(struct answer *answer, int status, const char *type, struct slice text)
{
	answer->status = status;
	answer->has_content = true;
	answer_field(answer, "Content-Type", slice_of(type));
	body_add_text(&answer->body, text);
}
