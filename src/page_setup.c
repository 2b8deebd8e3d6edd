/*
 * page_setup: see page_setup.h. Owns nothing. Code is shown only of files that visitors get as they are:
 * a page may name any file as the place of an error.
 */
#include "page_setup.h"

#include <unistd.h>

#include "fs/hidden_names.h"
#include "fs/served_file.h"
#include "site/files_first.h"

/* ---- files whose code is shown ---- */

/* Whether another server answers for the file, so that a browser has something else. */
static bool
is_of_other_server(const struct page_setup *setup, const char *name)
{
	const struct config *config = setup->config;

	if (upstream_for_script(config->proxies, config->proxy_count, slice_of(name)))
		return true;
	if (config->proxy_after_files || mounts_cover(setup->mounts, name))
		return false;
	for (size_t i = 0; i < config->proxy_count; i++)
		if (!config->proxies[i].suffix && upstream_covers(&config->proxies[i], name))
			return true;
	return false;
}

/* Whether server-side includes make the document of the file, so that its lines are others. */
static bool
has_includes(const struct page_setup *setup, struct slice name)
{
	return slice_ends_nocase(name, ".shtml") ||
	       (setup->config->static_files.includes_html &&
		       (slice_ends_nocase(name, ".html") || slice_ends_nocase(name, ".htm")));
}

/* error_places.open */
static int
open_file(void *context, const char *name)
{
	const struct page_setup *setup = context;
	const struct static_files_options *files = &setup->config->static_files;
	struct mounts_place place = {0};
	int file = -1;

	if ((!setup->serves_hidden && hidden_path(slice_of(name))) ||
		is_of_other_server(setup, name) || has_includes(setup, slice_of(name)))
		return -1;
	while (file < 0 && mounts_find(setup->mounts, name, &place)) {
		bool is_linked;

		file = mounts_open_overlay(setup->mounts, &place);
		if (file < 0)
			file = served_file_open(
				place.root, place.name, setup->serves_hidden, &is_linked);
	}
	if (file >= 0 && files_first_is_script(&files->scripts, name, file)) {
		close(file);
		file = -1;
	}
	return file;
}

/* ---- what pages say ---- */

void
page_setup_print(struct page_setup *setup, const struct page_message *message)
{
	struct event event = {
		.kind = EVENT_PAGE_MESSAGE, .page_message = message, .site = setup->site};
	struct error_place place = {0};

	if (message->source.length && strcmp(message->level, "error") == 0 &&
		(!setup->config->terminal.is_quiet || terminal_has_copy(setup->terminal)) &&
		error_place_find(&setup->places, message->source, &place))
		event.place = &place;
	if (event.place)
		publisher_note_error(setup->publisher, &place);
	terminal_print(setup->terminal, &event);
	error_place_finish(&place);
}

/* ---- settings ---- */

static bool
is_unsure(const struct config *config)
{
	bool is_kept = false;

	for (size_t i = 0; i < config->header_count; i++)
		is_kept |= slice_is_nocase(config->headers[i].name, "Cache-Control") ||
			   slice_is_nocase(config->headers[i].name, "Expires");
	return is_kept || config->proxy_count > 0;
}

struct hub_settings
page_setup_hub_settings(const struct config *config)
{
	return (struct hub_settings){config->reload_only, config->console_level, is_unsure(config)};
}

void
page_setup_reconfigure(struct page_setup *setup, const struct config *config)
{
	struct script_tag *tag = &setup->script_tag;

	tag->console = config->console_level;
	tag->has_policy = false;
	for (size_t i = 0; i < config->header_count; i++)
		tag->has_policy |= slice_is_nocase(
			config->headers[i].name, "Content-Security-Policy");
	setup->serves_hidden = config->static_files.serves_hidden;
	setup->places.fallback = config->static_files.fallback;
}

void
page_setup_init(struct page_setup *setup, const struct config *config,
	const struct journal *journal, const struct mounts *mounts, struct terminal *terminal,
	struct publisher *publisher)
{
	setup->publisher = publisher;
	setup->config = config;
	setup->mounts = mounts;
	setup->terminal = terminal;
	setup->script_tag.journal = journal;
	setup->places.open = open_file;
	setup->places.context = setup;
	setup->places.root = root_path(mounts_served_root(mounts));
	setup->places.names = config->static_files.names;
	page_setup_reconfigure(setup, config);
}
