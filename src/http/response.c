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
	response->has_content = false;
	response->takeover = NULL;
	response->takeover_context = NULL;
	fields_clear(&response->fields);
	body_clear(&response->body);
}

void
response_finish(struct response *response)
{
	fields_finish(&response->fields);
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
	fields_add(&response->fields, slice_of(name), value);
}

void
response_drop_field(struct response *response, struct slice name)
{
	fields_drop(&response->fields, name);
}

void
response_text(struct response *response, int status, const char *type, struct slice text)
{
	response->status = status;
	response->has_content = true;
	response_field(response, "Content-Type", slice_of(type));
	body_add_text(&response->body, text);
}

void
response_take_over(struct response *response, takeover_fn *fn, void *context)
{
	response->takeover = fn;
	response->takeover_context = context;
}
