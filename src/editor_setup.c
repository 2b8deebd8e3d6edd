/*
 * editor_setup: see editor_setup.h. Owns the parts that it builds.
 */
#include "editor_setup.h"

#include <stdlib.h>

#include "base/mem.h"
#include "drafts.h"
#include "editors/editors.h"

struct editor_setup {
	struct editor_setup_options options;
	struct editors *editors;
	struct drafts *drafts;
};

static void
describe(void *context, editors_event_fn *add, void *to)
{
	const struct editor_setup *setup = context;

	sites_describe(setup->options.sites, add, to);
}

static size_t
reload(void *context, struct slice path)
{
	const struct editor_setup *setup = context;

	return setup->options.reload(setup->options.context, path);
}

static void
set_paused(void *context, bool is_paused)
{
	const struct editor_setup *setup = context;

	setup->options.pause(setup->options.context, is_paused);
}

/* ---- places in files ---- */

static struct points *
points_of(const struct editor_setup *setup)
{
	return sites_get(setup->options.sites, 0)->points;
}

static void
note_editor(void *context, bool is_any)
{
	points_set_editor(points_of(context), is_any);
}

static void
note_cursor(void *context, const char *path, uint64_t offset)
{
	points_set_cursor(points_of(context), path, offset);
}

/* A points_show_fn. */
static void
show(void *context, const char *path, uint32_t line, uint32_t column)
{
	editors_show(((struct editor_setup *)context)->editors, path, line, column);
}

/* ---- drafts ---- */

static const char *
lay(void *context, const void *owner, const char *path, struct slice text)
{
	return drafts_lay(((struct editor_setup *)context)->drafts, owner, path, text);
}

static void
note_saved(void *context, const char *path)
{
	drafts_note_saved(((struct editor_setup *)context)->drafts, path);
}

static void
give_up(void *context, const void *owner, const char *path)
{
	drafts_give_up(((struct editor_setup *)context)->drafts, owner, path);
}

static void
leave(void *context, const void *owner)
{
	drafts_leave(((struct editor_setup *)context)->drafts, owner);
}

static void
tell_taken(void *context, const void *former, const void *owner, const char *path)
{
	editors_tell_taken(((struct editor_setup *)context)->editors, former, owner, path);
}

/* ---- life ---- */

struct editor_setup *
editor_setup_create(const struct editor_setup_options *options)
{
	struct editor_setup *setup = mem_zero(sizeof(*setup));
	const struct served_site *site = sites_get(options->sites, 0);

	setup->options = *options;
	setup->drafts = drafts_create(&(struct drafts_options){
		.loop = options->loop,
		.mounts = site->mounts,
		.journal = site->journal,
		.publisher = site->publisher,
		.problems = site->problems,
		.taken = tell_taken,
		.context = setup,
		.reloads = site->config->draft_reload,
	});
	setup->editors = editors_create(&(struct editors_options){
		.loop = options->loop,
		.terminal = options->terminal,
		.root = site->root,
		.hubs = sites_hubs(options->sites),
		.hub_count = sites_count(options->sites),
		.version = config_version,
		.url = options->url,
		.describe = describe,
		.reload = reload,
		.pause = set_paused,
		.met = note_editor,
		.moved = note_cursor,
		.context = setup,
		.drafts = {lay, note_saved, give_up, leave, setup},
	});
	points_set_show(site->points, show, setup);
	return setup;
}

void
editor_setup_destroy(struct editor_setup *setup)
{
	if (!setup)
		return;
	points_set_show(points_of(setup), NULL, NULL);
	editors_destroy(setup->editors);
	drafts_destroy(setup->drafts);
	free(setup);
}

void
editor_setup_respond(
	struct editor_setup *setup, const struct request *request, struct response *response)
{
	editors_respond(setup->editors, request, response);
}
