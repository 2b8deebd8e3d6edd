/*
 * local_setup: see local_setup.h. Owns the parts that it builds.
 */
#include "local_setup.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "local/own_pages.h"
#include "local/recent.h"
#include "local/status_page.h"
#include "site/router.h"

struct local_setup {
	struct local_setup_options options;
	struct recent *recent;
	struct status_page *status_page; /* or NULL */
	struct own_pages *own_pages;
	char **mounted; /* what the page says of each mount */
};

/* A terminal_event_fn. */
static void
note_event(void *context, const struct event *event)
{
	const struct local_setup *local = context;
	const struct hub *hub = local->options.hub;

	for (size_t i = 0; i < local->options.site_count && event->site; i++)
		if (strcmp(event->site, local->options.sites[i].name) == 0)
			hub = local->options.sites[i].hub;
	recent_note_event(local->recent, event, hub);
}

static void
create_status_page(struct local_setup *local)
{
	const struct local_setup_options *options = &local->options;
	const struct config *config = options->config;
	size_t count = config->mount_count + config->extra_watches.count;
	struct status_watch *watches = mem_array(count + 1, sizeof(*watches));

	local->mounted = mem_array(config->mount_count + 1, sizeof(*local->mounted));
	for (size_t i = 0; i < config->mount_count; i++) {
		local->mounted[i] = mem_format("mounted at /%s", config->mounts[i].route);
		watches[i] = (struct status_watch){local->mounted[i], config->mounts[i].path};
	}
	for (size_t i = 0; i < config->extra_watches.count; i++)
		watches[config->mount_count + i] = (struct status_watch){
			"by --watch: all pages reload", config->extra_watches.items[i]};
	local->status_page = status_page_create(&(struct status_page_options){
		.loop = options->loop,
		.root = options->root,
		.hub = options->hub,
		.watch = mounts_watch(options->mounts),
		.recent = local->recent,
		.version = config_version,
		.url = options->url,
		.wire_url = options->wire_url,
		.watches = watches,
		.watch_count = count,
		.sites = options->sites,
		.site_count = options->site_count,
	});
	free(watches);
}

struct local_setup *
local_setup_create(const struct local_setup_options *options)
{
	struct local_setup *local = mem_zero(sizeof(*local));

	local->options = *options;
	local->recent = recent_create();
	create_status_page(local);
	local->own_pages = own_pages_create(&(struct own_pages_options){
		.root = options->root,
		.entry = ROUTER_PAGES,
		.recent = local->recent,
		.status_url = local_setup_status_url(local),
	});
	terminal_set_listener(options->terminal, note_event, local);
	return local;
}

void
local_setup_destroy(struct local_setup *local)
{
	if (!local)
		return;
	terminal_set_listener(local->options.terminal, NULL, NULL);
	own_pages_destroy(local->own_pages);
	status_page_destroy(local->status_page);
	recent_destroy(local->recent);
	for (size_t i = 0; local->mounted[i]; i++)
		free(local->mounted[i]);
	free(local->mounted);
	free(local);
}

const char *
local_setup_status_url(const struct local_setup *local)
{
	return local->status_page ? status_page_url(local->status_page) : NULL;
}

void
local_setup_wrap(struct local_setup *local, struct response_handler *handler)
{
	own_pages_wrap(local->own_pages, handler);
}
