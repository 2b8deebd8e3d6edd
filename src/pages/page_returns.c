/*
 * page_returns: see page_returns.h. Owns the addresses. The oldest comes first.
 */
#include "pages/page_returns.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void
remove_at(struct page_returns *returns, size_t index)
{
	free(returns->items[index].address);
	returns->count--;
	memmove(&returns->items[index], &returns->items[index + 1],
		(returns->count - index) * sizeof(returns->items[0]));
}

void
page_returns_finish(struct page_returns *returns)
{
	while (returns->count)
		remove_at(returns, returns->count - 1);
}

void
page_returns_note_left(
	struct page_returns *returns, const struct hub_page_state *page, uint64_t now_us)
{
	if (!page->is_leaving)
		return;
	if (returns->count == PAGE_RETURNS_MAX)
		remove_at(returns, 0);
	returns->items[returns->count++] = (struct page_return){
		.address = mem_copy(
			page->address.length ? page->address.at : "", page->address.length),
		.browser = page->browser,
		.peer = page->peer,
		.left_us = now_us,
	};
}

static bool
may_be(const struct page_return *expected, const struct hub_arrival *arrival)
{
	const char *one = expected->browser ? expected->browser : "";
	const char *other = arrival->browser ? arrival->browser : "";

	return expected->peer == arrival->peer && strcmp(one, other) == 0;
}

void
page_returns_note_arrival(struct page_returns *returns, const struct hub_arrival *arrival)
{
	size_t found = returns->count;

	/* A redirect may have led to another address. */
	for (size_t i = returns->count; i-- > 0;)
		if (may_be(&returns->items[i], arrival))
			found = i;
	for (size_t i = returns->count; i-- > 0;)
		if (may_be(&returns->items[i], arrival) &&
			slice_is(arrival->page, returns->items[i].address))
			found = i;
	if (found < returns->count)
		remove_at(returns, found);
}

void
page_returns_forget(struct page_returns *returns, uint64_t now_us)
{
	while (returns->count &&
		now_us - returns->items[0].left_us > (uint64_t)PAGE_RETURNS_MS * 1000)
		remove_at(returns, 0);
}
