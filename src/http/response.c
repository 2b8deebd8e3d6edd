/*
 * response: see response.h.
 */
#include "http/response.h"

#include "base/log.h"
#include "http/status.h"

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
	response->depth = 0;
	response->takeover = NULL;
	response->takeover_stays_in_loop = false;
	response->takeover_context = NULL;
	response->end = (struct response_end){0};
	response->waiters = NULL;
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
takeover_give_back(const struct takeover_return *back, int socket, struct slice bytes)
{
	back->fn(back, socket, bytes);
}

void
response_take_over(struct response *response, takeover_fn *fn, void *context)
{
	response->takeover = fn;
	response->takeover_context = context;
}

void
response_end_tell(struct response_end *end, int status, uint64_t bytes)
{
	struct response_end told = *end;

	*end = (struct response_end){0};
	if (told.fn)
		told.fn(told.context, status, bytes);
}

/* ---- filters ---- */

static void
filter_answer(void *context, const struct request *request, struct response *response)
{
	const struct response_filter *filter = context;

	filter->answer(filter->context, request, response);
}

static void
filter_refuse(void *context, const struct refused_request *refused, struct response *response)
{
	const struct response_filter *filter = context;

	filter->next.refuse(filter->next.context, refused, response);
	if (filter->refused)
		filter->refused(filter->context, refused, response);
}

static void
filter_begin(void *context)
{
	const struct response_filter *filter = context;

	filter->next.begin(filter->next.context);
}

void
response_filter_put(struct response_filter *filter, struct response_handler *handler)
{
	filter->next = *handler;
	handler->answer = filter_answer;
	handler->refuse = filter_refuse;
	handler->begin = filter->next.begin ? filter_begin : NULL;
	handler->context = filter;
}

void
response_filter_pass(const struct response_filter *filter, const struct request *request,
	struct response *response)
{
	filter->next.answer(filter->next.context, request, response);
}

/* ---- pauses ---- */

void
response_pause(struct response *response, struct response_waiters *waiters)
{
	response->waiters = waiters;
}

void
response_waiter_join(struct response_waiter *waiter, struct response_waiters *waiters)
{
	waiter->waiters = waiters;
	waiter->next = NULL;
	waiter->previous = waiters->last;
	if (waiters->last)
		waiters->last->next = waiter;
	else
		waiters->first = waiter;
	waiters->last = waiter;
}

void
response_waiter_leave(struct response_waiter *waiter)
{
	struct response_waiters *waiters = waiter->waiters;

	if (!waiters)
		return;
	if (waiter->previous)
		waiter->previous->next = waiter->next;
	else
		waiters->first = waiter->next;
	if (waiter->next)
		waiter->next->previous = waiter->previous;
	else
		waiters->last = waiter->previous;
	waiter->waiters = NULL;
}

/* Requests that are paused again meanwhile join the old list, so they are not called again. */
void
response_resume(struct response_waiters *waiters)
{
	struct response_waiters resumed = *waiters;
	struct response_waiter *waiter;

	*waiters = (struct response_waiters){0};
	for (waiter = resumed.first; waiter; waiter = waiter->next)
		waiter->waiters = &resumed;
	while (resumed.first)
		response_resume_first(&resumed);
}

void
response_resume_first(struct response_waiters *waiters)
{
	struct response_waiter *waiter = waiters->first;

	response_waiter_leave(waiter);
	waiter->fn(waiter->context);
}

/* Bytes of each part of a request that are printed. */
enum { LOGGED_MAX = 600 };

void
response_refuse(struct response *response, const struct response_handler *handler,
	const struct refused_request *refused)
{
	log_verbose("malformed request: %d %s", refused->status, status_reason(refused->status));
	handler->refuse(handler->context, refused, response);
}

void
response_log(const struct response *response, const struct request *request)
{
	struct buf line = {0};

	if (!log_is_enabled(LOG_VERBOSE))
		return;
	log_add_short(&line, request->method_name, LOGGED_MAX);
	buf_add_char(&line, ' ');
	log_add_short(&line, request->path, LOGGED_MAX);
	log_add_short(&line, request->query, LOGGED_MAX);
	log_verbose("%s: %d %s", buf_slice(&line).at, response->status,
		status_reason(response->status));
	buf_finish(&line);
}
