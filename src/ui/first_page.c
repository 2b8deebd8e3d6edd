/*
 * first_page: see first_page.h. Owns its timer.
 */
#include "ui/first_page.h"

#include <stdlib.h>

#include "base/mem.h"
#include "http/url.h"
#include "net/listener.h"

struct first_page {
	struct first_page_options options;
	struct loop_timer timer;
	bool is_due;
};

static void
open_now(void *context)
{
	struct first_page *first_page = context;

	first_page->is_due = false;
	browser_open_prepared(first_page->options.browser);
}

struct first_page *
first_page_create(const struct first_page_options *options)
{
	struct first_page *first_page = mem_zero(sizeof(*first_page));

	first_page->options = *options;
	first_page->is_due = true;
	browser_prepare(options->browser, options->url);
	loop_timer_set(options->loop, &first_page->timer, (uint64_t)FIRST_PAGE_WAIT_MS * 1000,
		open_now, first_page);
	return first_page;
}

void
first_page_destroy(struct first_page *first_page)
{
	if (!first_page)
		return;
	loop_timer_clear(first_page->options.loop, &first_page->timer);
	free(first_page);
}

/* Whether text, as the user wrote it, is the address of a page as the page says it. */
static bool
is_at(const char *text, struct slice page)
{
	struct slice path = {text, strcspn(text, "?#")};
	struct buf name = {0}, other = {0};
	bool is_same = url_to_path(path, &name) == URL_OK && url_to_path(page, &other) == URL_OK &&
		       slice_equal(buf_slice(&name), buf_slice(&other));

	buf_finish(&name);
	buf_finish(&other);
	return is_same;
}

void
first_page_note(struct first_page *first_page, const struct hub_arrival *arrival)
{
	struct event event = {.kind = EVENT_REMARK};
	const char *path;
	char *text;

	if (!first_page || !first_page->is_due || !listener_peer_is_local(arrival->peer))
		return;
	path = first_page->options.path;
	if (strcmp(path, "/") != 0 && !is_at(path, arrival->page))
		return;
	first_page->is_due = false;
	loop_timer_clear(first_page->options.loop, &first_page->timer);
	browser_forget_prepared(first_page->options.browser);
	text = mem_format("%s shows the site already, so no other tab is opened",
		arrival->browser ? arrival->browser : "a browser");
	event.text = text;
	terminal_print(first_page->options.terminal, &event);
	free(text);
}
