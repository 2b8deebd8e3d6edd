/*
 * live_hub: see live_hub.h.
 */
#include "support/live_hub.h"

#include "base/mem.h"
#include "support/test.h"

void
live_hub_init(struct live_hub *live_hub)
{
	struct hub_options options = {.wake = hub_wake_socket};

	live_hub->loop = loop_create();
	live_hub->journal = journal_create();
	options.loop = live_hub->loop;
	options.journal = live_hub->journal;
	live_hub->hub = hub_create(&options);
}

void
live_hub_finish(struct live_hub *live_hub)
{
	assert_int_equal(hub_page_count(live_hub->hub), 0);
	hub_destroy(live_hub->hub);
	journal_destroy(live_hub->journal);
	loop_destroy(live_hub->loop);
}

void
live_hub_publish(const struct live_hub *live_hub, struct changes *changes)
{
	journal_add(live_hub->journal, changes);
	changes_finish(changes);
	hub_publish(live_hub->hub);
	loop_dispatch(live_hub->loop);
}

void
live_hub_change(const struct live_hub *live_hub, const char *path)
{
	struct changes changes = {0};

	changes_add(&changes, slice_of(path), CHANGE_MODIFIED);
	live_hub_publish(live_hub, &changes);
}

char *
live_hub_hello(const struct live_hub *live_hub)
{
	return mem_format("{\"type\":\"hello\",\"page\":\"/\",\"epoch\":\"%s\",\"version\":%d}",
		journal_epoch(live_hub->journal), (int)journal_number(live_hub->journal));
}

bool
live_hub_is_empty(void *context)
{
	const struct live_hub *live_hub = context;

	return hub_page_count(live_hub->hub) == 0;
}
