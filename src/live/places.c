/*
 * places: see places.h. A page with a place that does not go on is closed, so that nobody can keep the
 * places. No place is given while the hub has much to do: what it has not processed takes memory, too.
 */
#include "live/places.h"

enum { BACKLOG_MAX = 8 * 1024 * 1024 }; /* of the hub, in bytes */

void
places_init(struct places *places, struct loop *loop, const struct hub *hub,
	void (*read)(void *socket), void (*close)(void *socket))
{
	*places = (struct places){.loop = loop, .hub = hub, .read = read, .close = close};
	queue_init(&places->waiting);
}

static bool
is_free(const struct places *places)
{
	return places->taken < PLACES_MAX && hub_backlog(places->hub) < BACKLOG_MAX;
}

static void
message_is_late(void *context)
{
	struct place *place = context;

	place->places->close(place->socket);
}

static void
take(struct place *place)
{
	place->is_taken = true;
	place->places->taken++;
	loop_timer_set(place->places->loop, &place->late, PLACES_US, message_is_late, place);
}

void
places_admit(struct places *places)
{
	while (places->waiting.first && is_free(places)) {
		struct place *place = (struct place *)places->waiting.first;

		queue_remove(&places->waiting, &place->item);
		take(place);
		places->read(place->socket);
	}
}

void
place_init(struct place *place, struct places *places, void *socket)
{
	*place = (struct place){.places = places, .socket = socket};
}

bool
place_may_read(struct place *place, size_t length)
{
	if (queue_has(&place->item))
		return false;
	if (place->is_taken || length <= PLACES_SMALL_MAX)
		return true;
	if (place->places->waiting.first || !is_free(place->places)) {
		queue_add(&place->places->waiting, &place->item);
		return false;
	}
	take(place);
	return true;
}

void
place_leave(struct place *place)
{
	queue_remove(&place->places->waiting, &place->item);
	if (!place->is_taken)
		return;
	place->is_taken = false;
	place->places->taken--;
	loop_timer_clear(place->places->loop, &place->late);
}
