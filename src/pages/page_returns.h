/*
 * page_returns: the pages that have left because they load again, and are not back yet. A page says so before it
 * leaves, so a page that was closed is not expected.
 */
#ifndef PAGE_RETURNS_H
#define PAGE_RETURNS_H

#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "live/hub.h"

enum {
	PAGE_RETURNS_MAX = 64,   /* of more, the oldest are forgotten */
	PAGE_RETURNS_MS = 30000, /* who has not come back until then was closed meanwhile */
};

struct page_return {
	char *address;       /* of the page; "" when it is not known */
	const char *browser; /* or NULL; static */
	uint64_t peer;
	uint64_t left_us;
};

/* Zeroed at first. */
struct page_returns {
	size_t count;
	struct page_return items[PAGE_RETURNS_MAX];
};

void page_returns_finish(struct page_returns *returns);

/* A page has left, at now_us. */
void page_returns_note_left(
	struct page_returns *returns, const struct hub_page_state *page, uint64_t now_us);
/* A page has said hello. It stands for one that has left, if it can be that one: of the same machine and browser. */
void page_returns_note_arrival(struct page_returns *returns, const struct hub_arrival *arrival);

/* Forgets who left too long before now_us. */
void page_returns_forget(struct page_returns *returns, uint64_t now_us);

#endif
