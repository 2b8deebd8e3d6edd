/*
 * exchange: see exchange.h.
 */
#include "exchange.h"

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

void
answer_text(struct answer *answer, int status, const char *type, struct slice text)
{
	answer->status = status;
	answer->has_content = true;
	answer_field(answer, "Content-Type", slice_of(type));
	body_add_text(&answer->body, text);
}
