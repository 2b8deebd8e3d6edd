/*
 * editor_setup: see editor_setup.h. Owns the parts that it builds.
 */
#include "editor_setup.h"

#include <stdlib.h>

#include "base/mem.h"
#include "editor_files.h"
#include "editors/editors.h"

struct editor_setup {
	struct editor_setup_options options;
	struct editors *editors;
	struct editor_files *files;
};

static void
describe(void *context, editors_event_fn *add, void *to)
{
	const struct editor_setup *setup = context;

	sites_describe(setup->options.sites, add, to);
}

static void
add_folders(void *context, struct buf *json)
{
	editor_files_add_folders(((const struct editor_setup *)context)->files, json);
}

static bool
reload(void *context, struct slice path)
{
	const struct editor_setup *setup = context;

	if (path.length)
		return editor_files_reload(setup->files, path.at);
	setup->options.reload(setup->options.context, path);
	return true;
}

static void
set_paused(void *context, bool is_paused)
{
	const struct editor_setup *setup = context;

	setup->options.pause(setup->options.context, is_paused);
}

/* ---- places in files ---- */

static void
note_editor(void *context, bool is_any)
{
	const struct editor_setup *setup = context;

	for (size_t i = 0; i < sites_count(setup->options.sites); i++)
		points_set_editor(sites_get(setup->options.sites, i)->points, is_any);
}

static void
note_cursor(void *context, const char *path, uint64_t offset)
{
	const struct editor_setup *setup = context;

	for (size_t i = 0; i < sites_count(setup->options.sites); i++) {
		char *name = editor_files_name_in(setup->files, i, path);

		points_set_cursor(sites_get(setup->options.sites, i)->points, name, offset);
		free(name);
	}
}

/* A points_show_fn. */
static void
show(void *context, const char *path, uint32_t line, uint32_t column)
{
	const struct editor_setup *setup = context;

	editors_show(setup->editors, editor_files_name(setup->files, path), line, column);
}

/* fn may be NULL. */
static void
set_show(struct editor_setup *setup, points_show_fn *fn)
{
	for (size_t i = 0; i < sites_count(setup->options.sites); i++)
		points_set_show(sites_get(setup->options.sites, i)->points, fn, setup);
}

/* ---- drafts ---- */

static const char *
lay(void *context, const void *owner, const char *path, struct slice text)
{
	return editor_files_lay(((struct editor_setup *)context)->files, owner, path, text);
}

static void
note_saved(void *context, const char *path)
{
	editor_files_note_saved(((struct editor_setup *)context)->files, path);
}

static void
give_up(void *context, const void *owner, const char *path)
{
	editor_files_give_up(((struct editor_setup *)context)->files, owner, path);
}

static void
leave(void *context, const void *owner)
{
	editor_files_leave(((struct editor_setup *)context)->files, owner);
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
	setup->files = editor_files_create(&(struct editor_files_options){
		.loop = options->loop,
		.sites = options->sites,
		.taken = tell_taken,
		.context = setup,
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
		.add_folders = add_folders,
		.reload = reload,
		.pause = set_paused,
		.met = note_editor,
		.moved = note_cursor,
		.context = setup,
		.drafts = {lay, note_saved, give_up, leave, setup},
	});
	set_show(setup, show);
	return setup;
}

void
editor_setup_destroy(struct editor_setup *setup)
{
	if (!setup)
		return;
	set_show(setup, NULL);
	editors_destroy(setup->editors);
	editor_files_destroy(setup->files);
	free(setup);
}

void
editor_setup_respond(
	struct editor_setup *setup, const struct request *request, struct response *response)
{
	editors_respond(setup->editors, request, response);
}
