/*
 * wire_page: the page that shows the wire. Packets hold cookies and passwords, so it is at a private_port. Its own
 * connections are not captured, as they are not of the port that is served.
 *
 *   GET  /SECRET/                  the page; and /SECRET/view.js, /SECRET/view.css
 *   GET  /SECRET/live              a WebSocket (live_feed.h)
 *   GET  /SECRET/packet/12         one packet (packet_view.h)
 *   GET  /SECRET/capture.pcapng    the packets as a file; keys=1: with the secrets of HTTPS; comments=1: each
 *                                  packet with its sentence
 *   GET  /SECRET/report.html       the report, also report.md; language=en or zh
 *   POST /SECRET/clear             forgets all packets
 */
#ifndef WIRE_PAGE_H
#define WIRE_PAGE_H

#include <stdint.h>

#include "base/loop.h"
#include "wire/live_feed.h"
#include "wire/packet_store.h"

struct wire_page;

struct wire_page_options {
	struct loop *loop;
	struct packet_store *store;
	uint16_t port; /* the first one that is tried, then the next ones */
	/* Sets what the page says of the capture. */
	void (*describe)(void *context, struct live_feed_state *state);
	void *context;
};

/* Keeps loop and store. Returns NULL after an error line: no port is free, or there are no random bytes. */
struct wire_page *wire_page_create(const struct wire_page_options *options);
/* To be called before the store is destroyed. NULL is allowed. */
void wire_page_destroy(struct wire_page *page);

/* "http://localhost:9001/5f2c.../" */
const char *wire_page_url(const struct wire_page *page);

/* The store has something new. */
void wire_page_wake(struct wire_page *page);

#endif
