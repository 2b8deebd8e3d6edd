/*
 * actions: carries out what keys and signals ask for.
 *
 * It owns the keys and the signals, and borrows the parts in its options. Its one idea: a key
 * binding is a row in a table and a function.
 */
#define _GNU_SOURCE
#include "control/actions.h"

#include <stdlib.h>

#include "base/mem.h"
#include "control/signals.h"
#include "ui/keys.h"

struct actions {
	struct actions_options options;
	struct signals *signals;
	struct keys *keys; /* NULL: keys are not handled */
	const struct event_start *start;
	const char *page_url;
	bool is_stopping;
};

/* ---- keys ---- */

static void
open_page(struct actions *actions)
{
	browser_open(actions->options.browser, actions->page_url);
}

/* Below the address of the site, because the process that opens pages opens no others. */
static void
open_status(struct actions *actions)
{
	char *url = mem_format("%s__liveserve/", actions->start->url);

	browser_open(actions->options.browser, url);
	free(url);
}

static void
reload_all(struct actions *actions)
{
	actions->options.reload(actions->options.context, slice_of(""));
}

void
actions_set_paused(struct actions *actions, bool is_paused)
{
	const struct actions_options *options = &actions->options;

	if (hub_is_paused(options->hubs[0]) == is_paused)
		return;
	for (size_t i = 0; i < options->hub_count; i++)
		if (is_paused)
			hub_pause(options->hubs[i]);
		else
			hub_resume(options->hubs[i]);
	terminal_print(options->terminal,
		&(struct event){.kind = is_paused ? EVENT_PAUSED : EVENT_RESUMED});
}

static void
pause_or_resume(struct actions *actions)
{
	actions_set_paused(actions, !hub_is_paused(actions->options.hubs[0]));
}

static void
clear_terminal(struct actions *actions)
{
	terminal_clear(actions->options.terminal);
}

static void
show_urls(struct actions *actions)
{
	struct event_start start = *actions->start;
	struct buf text = {0};

	start.columns = terminal_columns(actions->options.terminal);
	event_text_write_urls(&text, &start, terminal_has_colour(actions->options.terminal));
	terminal_print_text(actions->options.terminal, buf_slice(&text));
	buf_finish(&text);
}

void
actions_quit(struct actions *actions)
{
	actions->is_stopping = true;
	loop_stop(actions->options.loop);
}

static void show_help(struct actions *actions);

static const struct {
	const char *key;
	const char *help;
	void (*run)(struct actions *actions);
} key_bindings[] = {
	{"o", "open the browser", open_page},
	{"r", "reload every page", reload_all},
	{"p", "pause, and resume: pages are told later what they missed", pause_or_resume},
	{"c", "clear the terminal", clear_terminal},
	{"u", "show the addresses", show_urls},
	{"s", "open the status page: open pages, last changes and requests", open_status},
	{"q", "quit, as Ctrl-C does", actions_quit},
	{"h", "this help", show_help},
};

static void
show_help(struct actions *actions)
{
	struct buf text = {0};

	for (size_t i = 0; i < sizeof(key_bindings) / sizeof(key_bindings[0]); i++)
		event_text_write_field(&text, key_bindings[i].key, key_bindings[i].help,
			terminal_has_colour(actions->options.terminal));
	terminal_print_text(actions->options.terminal, buf_slice(&text));
	buf_finish(&text);
}

/* Enter parts what was printed from what comes. */
static void
key_pressed(void *context, char key)
{
	struct actions *actions = context;

	if (key == '\n' || key == '\r')
		terminal_print_text(actions->options.terminal, slice_of("\n"));
	for (size_t i = 0; i < sizeof(key_bindings) / sizeof(key_bindings[0]); i++)
		if (*key_bindings[i].key == key)
			key_bindings[i].run(actions);
}

/* ---- signals ---- */

/* First removes the status line and restores the terminal's mode, for the shell. */
static void
suspend(struct actions *actions)
{
	terminal_hide_status(actions->options.terminal);
	if (actions->keys)
		keys_suspend(actions->keys);
	signals_suspend();
}

static void
signal_received(void *context, enum signal_kind kind)
{
	struct actions *actions = context;

	switch (kind) {
	case SIGNAL_STOP:
		actions_quit(actions);
		break;
	case SIGNAL_RELOAD:
		reload_all(actions);
		break;
	case SIGNAL_SUSPEND:
		suspend(actions);
		break;
	case SIGNAL_CONTINUE:
		if (actions->keys)
			keys_resume(actions->keys);
		terminal_hide_status(actions->options.terminal);
		break;
	case SIGNAL_RESIZED:
		terminal_redraw_status(actions->options.terminal);
		break;
	}
}

/* ---- life cycle ---- */

struct actions *
actions_create(const struct actions_options *options)
{
	struct actions *actions = mem_zero(sizeof(*actions));

	actions->options = *options;
	actions->signals = signals_create(options->loop, signal_received, actions);
	if (actions->signals)
		return actions;
	free(actions);
	return NULL;
}

/* Runs before the loop waits. */
static void
show_status(void *context)
{
	struct actions *actions = context;
	const struct actions_options *options = &actions->options;
	struct terminal_status status = {
		.is_paused = hub_is_paused(options->hubs[0]),
		.has_keys = actions->keys,
	};

	for (size_t i = 0; i < options->hub_count; i++)
		status.pages_open += hub_page_count(options->hubs[i]);
	if (!actions->is_stopping)
		terminal_show_status(options->terminal, &status);
}

void
actions_begin(struct actions *actions, const struct event_start *start, const char *page_url)
{
	actions->start = start;
	actions->page_url = page_url;
	if (terminal_is_interactive(actions->options.terminal))
		actions->keys = keys_create(actions->options.loop, key_pressed, actions);
	loop_before_wait(actions->options.loop, show_status, actions);
}

bool
actions_has_keys(const struct actions *actions)
{
	return actions->keys;
}

void
actions_destroy(struct actions *actions)
{
	if (!actions)
		return;
	loop_forget_before_wait(actions->options.loop, show_status, actions);
	keys_destroy(actions->keys);
	signals_destroy(actions->signals);
	free(actions);
}
