/*
 * page_events: the messages of pages that can have no WebSocket, because something between them and this server
 * lets none through: a GET of PAGE_EVENTS_PATH is answered with a stream of Server-Sent Events
 * (page_streams.h), and each POST to it is one message of the page (page_posts.h).
 *
 * A POST has the field Liveserve-Stream-Key with the key that the stream has told its page. No other page can know
 * it, and no page of another origin can send this field, because it gets no permission (CORS).
 */
#ifndef PAGE_EVENTS_H
#define PAGE_EVENTS_H

#include <stdbool.h>

#include "base/loop.h"
#include "http/request.h"
#include "http/response.h"
#include "live/hub.h"
#include "live/page_sockets.h"
#include "security/access.h"

struct page_events;

#define PAGE_EVENTS_PATH "/__liveserve/events"

/* Keeps pointers to loop and hub, whose wake is hub_wake_socket(). Never NULL. */
struct page_events *page_events_create(struct loop *loop, struct hub *hub);
/* Ends every stream. Afterwards none of their pages is in the hub. NULL is fine. */
void page_events_destroy(struct page_events *page_events);

/* As page_sockets_set_sees(). */
void page_events_set_sees(struct page_events *page_events, page_sockets_sees_fn *fn);

/* Whether path (of a request, not decoded) is PAGE_EVENTS_PATH. */
bool page_events_have_path(struct slice path);

/*
 * Answers a request for PAGE_EVENTS_PATH whose Origin was allowed (access_allows_origin). response becomes a takeover
 * when the request is right; otherwise it has one of these statuses and a sentence:
 *
 *   403  a GET by a page of another site, which has sent no Origin (Sec-Fetch-Site)
 *   404  a POST whose key is that of no stream
 *   405  another method than GET and POST
 *   409  a POST while another message of the same page is on its way
 *   413  a POST with a length above protocol_message_max()
 *   429  a GET from a machine that has PAGE_STREAMS_PEER_MAX streams
 */
void page_events_respond(struct page_events *page_events, const struct access_options *access,
	const struct request *request, struct response *response);

#endif
