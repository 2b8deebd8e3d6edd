/*
 * document_hold: see document_hold.h. It owns the list of the requests that it holds. What a request is
 * for is not decided here but later, by the handler, to which it comes anew.
 */
#include "document_hold.h"

#include <stdlib.h>

#include "base/mem.h"
#include "html/navigation.h"

struct document_hold {
	struct loop *loop;
	struct loop_timer release;
	struct response_waiters waiters;
	struct response_filter filter;
	unsigned waiting; /* how many watches wait */
};

struct document_hold *
document_hold_create(struct loop *loop)
{
	struct document_hold *hold = mem_zero(sizeof(*hold));

	hold->loop = loop;
	return hold;
}

void
document_hold_destroy(struct document_hold *hold)
{
	if (!hold)
		return;
	loop_timer_clear(hold->loop, &hold->release);
	free(hold);
}

static void
release(void *context)
{
	struct document_hold *hold = context;

	if (!hold->waiting)
		response_resume(&hold->waiters);
}

bool
document_hold_note(struct document_hold *hold, bool waits)
{
	hold->waiting += waits ? 1U : -1U;
	if (!hold->waiting)
		loop_timer_set(hold->loop, &hold->release, 0, release, hold);
	return hold->waiting > 0;
}

static void
answer(void *context, const struct request *request, struct response *response)
{
	struct document_hold *hold = context;

	if (hold->waiting && navigation_wants_document(request))
		response_pause(response, &hold->waiters);
	else
		response_filter_pass(&hold->filter, request, response);
}

void
document_hold_wrap(struct document_hold *hold, struct response_handler *handler)
{
	hold->filter = (struct response_filter){.answer = answer, .context = hold};
	response_filter_put(&hold->filter, handler);
}
