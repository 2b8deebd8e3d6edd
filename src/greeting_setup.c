/*
 * greeting_setup: see greeting_setup.h. It has no state.
 */
#include "greeting_setup.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "control/running.h"

/* Rules of hosts may show something in place of a folder without an index. */
static bool
has_rules(const struct greeting_setup *setup)
{
	static const char *const names[] = {".htaccess", "_redirects"};
	struct stat state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (setup->config->static_files.follows_rules &&
			root_stat(setup->root, names[i], &state))
			return true;
	return false;
}

/* With any of these, a folder without an index is no mistake, or is not listed. */
static bool
shows_more_than_files(const struct config *config)
{
	return config->static_files.fallback || config->proxy_count || config->mount_count ||
	       config->static_files.refuses_listings || config->static_files.has_languages;
}

/* For which URLs the other server answers. The caller frees it. */
static char *
describe_use(const struct upstream *proxy, bool is_after_files)
{
	if (proxy->suffix)
		return mem_format("for *%s, by FastCGI", proxy->suffix);
	if (*proxy->route)
		return mem_format("for %s", proxy->route);
	return mem_text(is_after_files ? "for what is no file" : "for the whole site");
}

void
greeting_setup_init(struct greeting *greeting, const struct greeting_setup *setup)
{
	const struct config *config = setup->config;
	uint16_t wanted = config->listener.port, port = listener_port(setup->listener);
	char *holder = wanted && wanted != port ? running_on_port(wanted, NULL) : NULL;
	struct event_url *sites = mem_array(config->vhost_count, sizeof(*sites));
	struct event_url *proxies = mem_array(config->proxy_count, sizeof(*proxies));

	for (size_t i = 0; i < config->vhost_count; i++)
		sites[i] = (struct event_url){
			config->vhosts[i].name, (char *)(uintptr_t)config->vhosts[i].folder};

	for (size_t i = 0; i < config->proxy_count; i++)
		proxies[i] = (struct event_url){config->proxies[i].shown,
			describe_use(&config->proxies[i], config->proxy_after_files)};
	greeting_init(greeting,
		&(struct greeting_options){
			.version = config_version,
			.root = root_path(setup->root),
			.host = config->listener.host,
			.open_path = config->open_path,
			.folder = shows_more_than_files(config) || has_rules(setup) ? NULL
										    : setup->root,
			.index_names = config->static_files.names.index,
			.wanted_port = wanted,
			.port_holder = holder,
			.port = port,
			.sites = sites,
			.site_count = config->vhost_count,
			.proxies = proxies,
			.proxy_count = config->proxy_count,
			.wire = live_capture_describe(setup->wire),
			.fingerprint = https_setup_fingerprint(setup->https),
			.is_tls = config->tls.is_on,
			.is_lan = config->is_lan,
			.is_polling = watch_is_polling(setup->watch),
		},
		setup->terminal);
	for (size_t i = 0; i < config->proxy_count; i++)
		free(proxies[i].note);
	free(proxies);
	free(sites);
	free(holder);
}
