/*
 * actions: see actions.h. A key is a row in a table and a function.
 */
#define _GNU_SOURCE
#include "control/actions.h"

#include <stdlib.h>

#include "ui/keys.h"
#include "base/mem.h"
#include "control/signals.h"

struct orders {
	struct orders_options with;
	struct signals *signals;
	struct keys *keys;
	const struct news_start *start;
	const char *page;
	bool stops;
};

size_t
orders_reload(void *context, struct slice path)
{
	struct orders *orders = context;
	const struct orders_options *with = &orders->with;
	struct news news = {.kind = NEWS_ASKED, .path = path};
	struct changes changes = {0};

	if (path.length) {
		changes_add(&changes, path, CHANGE_MODIFIED);
		journal_add(with->journal, &changes);
		changes_finish(&changes);
	} else {
		journal_add_unknown(with->journal);
	}
	news.told = hub_publish(with->hub);
	news.open = hub_page_count(with->hub);
	news.is_later = hub_is_paused(with->hub);
	term_print(with->term, &news);
	return news.told;
}

/* ---- keys ---- */

static void
open_page(struct orders *orders)
{
	browser_open(orders->with.browser, orders->page);
}

static void
reload_all(struct orders *orders)
{
	orders_reload(orders, slice_of(""));
}

static void
pause_or_resume(struct orders *orders)
{
	const struct orders_options *with = &orders->with;
	bool was_paused = hub_is_paused(with->hub);

	if (was_paused)
		hub_resume(with->hub);
	else
		hub_pause(with->hub);
	term_print(with->term, &(struct news){.kind = was_paused ? NEWS_RESUMED : NEWS_PAUSED});
}

static void
clear(struct orders *orders)
{
	term_clear(orders->with.term);
}

static void
show_urls(struct orders *orders)
{
	struct buf text = {0};

	news_write_addresses(&text, orders->start, term_has_colour(orders->with.term));
	term_print_text(orders->with.term, buf_slice(&text));
	buf_finish(&text);
}

static void
quit(struct orders *orders)
{
	orders->stops = true;
}

static void help(struct orders *orders);

static const struct {
	const char *key;
	const char *help;
	void (*act)(struct orders *orders);
} rows[] = {
	{"o", "open the browser", open_page},
	{"r", "reload every page", reload_all},
	{"p", "pause, and resume: pages are told later what they missed", pause_or_resume},
	{"c", "clear the terminal", clear},
	{"u", "show the addresses", show_urls},
	{"q", "quit, as Ctrl-C does", quit},
	{"h", "this help", help},
};

static void
help(struct orders *orders)
{
	struct buf text = {0};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		news_write_row(
			&text, rows[i].key, rows[i].help, term_has_colour(orders->with.term));
	term_print_text(orders->with.term, buf_slice(&text));
	buf_finish(&text);
}

static void
key_comes(void *context, char key)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (*rows[i].key == key)
			rows[i].act(context);
}

/* ---- signals ---- */

/* What is ours on the terminal is taken away first, for the shell to be alone on it. */
static void
suspend(struct orders *orders)
{
	term_hide_status(orders->with.term);
	if (orders->keys)
		keys_release(orders->keys);
	signals_suspend();
}

static void
signal_arrives(void *context, enum signals_word word)
{
	struct orders *orders = context;

	switch (word) {
	case SIGNALS_STOP:
		orders->stops = true;
		break;
	case SIGNALS_RELOAD:
		reload_all(orders);
		break;
	case SIGNALS_SUSPEND:
		suspend(orders);
		break;
	case SIGNALS_CONTINUE:
		if (orders->keys)
			keys_take(orders->keys);
		term_hide_status(orders->with.term);
		break;
	}
}

/* ---- life ---- */

struct orders *
orders_create(const struct orders_options *options)
{
	struct orders *orders = mem_zero(sizeof(*orders));

	orders->with = *options;
	orders->signals = signals_create(options->loop, signal_arrives, orders);
	if (orders->signals)
		return orders;
	free(orders);
	return NULL;
}

void
orders_begin(struct orders *orders, const struct news_start *start, const char *page)
{
	orders->start = start;
	orders->page = page;
	if (term_takes_keys(orders->with.term))
		orders->keys = keys_create(orders->with.loop, key_comes, orders);
}

bool
orders_has_keys(const struct orders *orders)
{
	return orders->keys;
}

bool
orders_go_on(struct orders *orders)
{
	const struct orders_options *with = &orders->with;
	const struct term_status status = {
		.open = hub_page_count(with->hub),
		.is_paused = hub_is_paused(with->hub),
		.has_keys = orders->keys,
	};

	if (!orders->stops)
		term_show_status(with->term, &status);
	return !orders->stops;
}

void
orders_destroy(struct orders *orders)
{
	if (!orders)
		return;
	keys_destroy(orders->keys);
	signals_destroy(orders->signals);
	free(orders);
}
