/*
 * config_values: see config_values.h.
 */
#include "settings/config_values.h"

#include <stdlib.h>

#include "base/mem.h"

enum { PORT_DEFAULT = 9000 };

#define HOST_DEFAULT "localhost"

void
config_values_init(struct config *config)
{
	*config = (struct config){
		.root = ".",
		.listener = {.host = HOST_DEFAULT, .port = PORT_DEFAULT},
		.static_files = {.injects = true, .follows_rules = true},
		.proxy_wait_s = 10,
		.access = {.host = HOST_DEFAULT},
		.log_level = LOG_NORMAL,
		.sandboxed = true,
		.tls = {.has_http2 = true},
		.open_path = mem_text("/"),
	};
}

void
config_values_finish(struct config *config)
{
	for (size_t i = 0; i < config->mount_count; i++)
		free(config->mounts[i].route);
	for (size_t i = 0; i < config->proxy_count; i++)
		upstream_finish(&config->proxies[i]);
	for (size_t i = 0; i < config->vhost_count; i++)
		free(config->vhosts[i].name);
	free(config->vhosts);
	free(config->mounts);
	free(config->proxies);
	free(config->headers);
	free(config->media_types);
	free(config->extra_watches.items);
	free(config->extra_bounds.items);
	free(config->ignore.items);
	free(config->allowed_hosts.items);
	free(config->allowed_origins.items);
	free(config->cors.items);
	for (size_t i = 0; i < config->access.forwarded_count; i++)
		free((char *)config->forwarded[i].url);
	free(config->forwarded);
	free(config->index_names.items);
	free(config->open_path);
	free(config->local_name);
	free(config->folder_memory);
	*config = (struct config){0};
}

void
config_list_add(struct config_list *list, const char *text)
{
	list->items = mem_resize(list->items, (list->count + 2) * sizeof(*list->items));
	list->items[list->count++] = text;
	list->items[list->count] = NULL;
}
