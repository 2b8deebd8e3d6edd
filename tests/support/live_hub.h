/*
 * live_hub: the hub of pages whose sockets are real, with its journal and its loop. A page is the other end of a
 * socket pair (websocket_client.h).
 */
#ifndef LIVE_HUB_H
#define LIVE_HUB_H

#include <stdbool.h>

#include "live/hub.h"

struct live_hub {
	struct loop *loop;
	struct journal *journal;
	struct hub *hub;
};

void live_hub_init(struct live_hub *live_hub);
/* Fails the test when a page is left. */
void live_hub_finish(struct live_hub *live_hub);

/* Publishes changes and empties them. Pages that wait for a message are sent it. */
void live_hub_publish(const struct live_hub *live_hub, struct changes *changes);
/* The same for one file, which has changed. */
void live_hub_change(const struct live_hub *live_hub, const char *path);

/* The hello of a page of liveserve.v1 that was loaded now. The caller frees it. */
char *live_hub_hello(const struct live_hub *live_hub);

/* A condition for clock_wait(): no page is there. context is the struct live_hub. */
bool live_hub_is_empty(void *context);

#endif
