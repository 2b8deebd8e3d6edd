/*
 * inbox: see inbox.h. A page with a place that does not go on is closed, so that nobody can keep the
 * places. No place is given while the hub has much to do: what it has not processed takes memory, too.
 */
#include "live/inbox.h"

enum { BACKLOG_MAX = 8 * 1024 * 1024 }; /* of the hub, in bytes */

/* Bytes of one message of a page. A longer one closes the connection with 1009 (RFC 6455 7.4.1). */
static const size_t message_max[] = {
	[PROTOCOL_LIVE_SERVER] = 16 * 1024,
	[PROTOCOL_LIVERELOAD] = 16 * 1024,
	/* Enough for thousands of addresses. inject/server/used_urls.js has the same limit. */
	[PROTOCOL_LIVESERVE] = 256 * 1024,
};

/*
 * For pieces from one page: more than any page needs, too little to block the others. If a page
 * exceeds it, the connection is closed with 1008.
 */
static const struct rate_limit piece_limit = {.burst = 20 * 1000, .a_second = 2000};

void
inboxes_init(struct inboxes *inboxes, struct loop *loop, const struct hub *hub,
	void (*read)(void *socket), void (*close)(void *socket))
{
	*inboxes = (struct inboxes){.loop = loop, .hub = hub, .read = read, .close = close};
	queue_init(&inboxes->waiting);
}

/* ---- places ---- */

static void
message_is_late(void *context)
{
	struct inbox *inbox = context;

	inbox->inboxes->close(inbox->socket);
}

static void
take_place(struct inbox *inbox)
{
	inbox->has_place = true;
	inbox->inboxes->places++;
	loop_timer_set(inbox->inboxes->loop, &inbox->late, INBOX_LARGE_US, message_is_late, inbox);
}

static void
leave_place(struct inbox *inbox)
{
	if (!inbox->has_place)
		return;
	inbox->has_place = false;
	inbox->inboxes->places--;
	loop_timer_clear(inbox->inboxes->loop, &inbox->late);
}

static bool
is_free(const struct inboxes *inboxes)
{
	return inboxes->places < INBOX_LARGE_MAX && hub_backlog(inboxes->hub) < BACKLOG_MAX;
}

void
inboxes_admit(struct inboxes *inboxes)
{
	while (inboxes->waiting.first && is_free(inboxes)) {
		struct inbox *inbox = (struct inbox *)inboxes->waiting.first;

		queue_remove(&inboxes->waiting, &inbox->item);
		take_place(inbox);
		inboxes->read(inbox->socket);
	}
}

bool
inbox_may_read(struct inbox *inbox)
{
	if (queue_has(&inbox->item))
		return false;
	if (inbox->has_place || inbox->message.length <= INBOX_SMALL_MAX)
		return true;
	if (inbox->inboxes->waiting.first || !is_free(inbox->inboxes)) {
		queue_add(&inbox->inboxes->waiting, &inbox->item);
		return false;
	}
	take_place(inbox);
	return true;
}

/* ---- one inbox ---- */

void
inbox_init(struct inbox *inbox, struct inboxes *inboxes, enum protocol protocol, void *socket)
{
	*inbox = (struct inbox){.inboxes = inboxes, .protocol = protocol, .socket = socket};
}

void
inbox_finish(struct inbox *inbox)
{
	queue_remove(&inbox->inboxes->waiting, &inbox->item);
	inbox_clear(inbox);
}

enum inbox_verdict
inbox_add(struct inbox *inbox, const char *bytes, size_t length, bool is_last)
{
	struct buf *message = &inbox->message;

	if (!rate_limit_take(&inbox->rate, &piece_limit, loop_now()))
		return INBOX_TOO_OFTEN;
	if (message->length + length > message_max[inbox->protocol])
		return INBOX_TOO_LARGE;
	buf_add(message, bytes, length);
	return is_last ? INBOX_COMPLETE : INBOX_MORE;
}

void
inbox_clear(struct inbox *inbox)
{
	leave_place(inbox);
	buf_finish(&inbox->message);
}
