/*
 * actions: see actions.h. A key is a row in a table and a function.
 */
#define _GNU_SOURCE
#include "control/actions.h"

#include <stdlib.h>

#include "ui/keys.h"
#include "base/mem.h"
#include "control/signals.h"

struct actions {
	struct actions_options with;
	struct signals *signals;
	struct keys *keys;
	const struct event_start *start;
	const char *page;
	bool stops;
};

/* ---- keys ---- */

static void
open_page(struct actions *actions)
{
	browser_open(actions->with.browser, actions->page);
}

static void
reload_all(struct actions *actions)
{
	actions->with.reload(actions->with.context, slice_of(""));
}

static void
pause_or_resume(struct actions *actions)
{
	const struct actions_options *with = &actions->with;
	bool was_paused = hub_is_paused(with->hub);

	if (was_paused)
		hub_resume(with->hub);
	else
		hub_pause(with->hub);
	terminal_print(
		with->terminal, &(struct event){.kind = was_paused ? EVENT_RESUMED : EVENT_PAUSED});
}

static void
clear(struct actions *actions)
{
	terminal_clear(actions->with.terminal);
}

static void
show_urls(struct actions *actions)
{
	struct buf text = {0};

	event_text_write_addresses(
		&text, actions->start, terminal_has_colour(actions->with.terminal));
	terminal_print_text(actions->with.terminal, buf_slice(&text));
	buf_finish(&text);
}

static void
quit(struct actions *actions)
{
	actions->stops = true;
}

static void help(struct actions *actions);

static const struct {
	const char *key;
	const char *help;
	void (*act)(struct actions *actions);
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
help(struct actions *actions)
{
	struct buf text = {0};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		event_text_write_row(&text, rows[i].key, rows[i].help,
			terminal_has_colour(actions->with.terminal));
	terminal_print_text(actions->with.terminal, buf_slice(&text));
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
suspend(struct actions *actions)
{
	terminal_hide_status(actions->with.terminal);
	if (actions->keys)
		keys_release(actions->keys);
	signals_suspend();
}

static void
signal_arrives(void *context, enum signals_word word)
{
	struct actions *actions = context;

	switch (word) {
	case SIGNALS_STOP:
		actions->stops = true;
		break;
	case SIGNALS_RELOAD:
		reload_all(actions);
		break;
	case SIGNALS_SUSPEND:
		suspend(actions);
		break;
	case SIGNALS_CONTINUE:
		if (actions->keys)
			keys_take(actions->keys);
		terminal_hide_status(actions->with.terminal);
		break;
	}
}

/* ---- life ---- */

struct actions *
actions_create(const struct actions_options *options)
{
	struct actions *actions = mem_zero(sizeof(*actions));

	actions->with = *options;
	actions->signals = signals_create(options->loop, signal_arrives, actions);
	if (actions->signals)
		return actions;
	free(actions);
	return NULL;
}

void
actions_begin(struct actions *actions, const struct event_start *start, const char *page)
{
	actions->start = start;
	actions->page = page;
	if (terminal_takes_keys(actions->with.terminal))
		actions->keys = keys_create(actions->with.loop, key_comes, actions);
}

bool
actions_has_keys(const struct actions *actions)
{
	return actions->keys;
}

bool
actions_go_on(struct actions *actions)
{
	const struct actions_options *with = &actions->with;
	const struct terminal_status status = {
		.open = hub_page_count(with->hub),
		.is_paused = hub_is_paused(with->hub),
		.has_keys = actions->keys,
	};

	if (!actions->stops)
		terminal_show_status(with->terminal, &status);
	return !actions->stops;
}

void
actions_destroy(struct actions *actions)
{
	if (!actions)
		return;
	keys_destroy(actions->keys);
	signals_destroy(actions->signals);
	free(actions);
}
