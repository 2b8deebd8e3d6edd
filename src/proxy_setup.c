/*
 * proxy_setup: see proxy_setup.h. Owns nothing.
 */
#include "proxy_setup.h"

/* A proxy_outage_fn. */
static void
note_outage(void *context, bool is_over, const char *sentence)
{
	publisher_note_outage(context, is_over, sentence);
}

static bool
has_scripts(const struct config *config)
{
	for (size_t i = 0; i < config->proxy_count; i++)
		if (config->proxies[i].suffix)
			return true;
	return false;
}

struct proxy *
proxy_setup_create(const struct config *config, const struct proxy_setup *setup)
{
	*setup->scripts = (struct script_files){setup->mounts, config->proxies, config->proxy_count,
		config->static_files.names.index, config->static_files.serves_hidden};
	return proxy_create(&(struct proxy_options){
		.loop = setup->loop,
		.script_tag = setup->script_tag,
		.injects = config->static_files.injects,
		.has_own_host = config->proxy_host,
		.is_insecure = config->proxy_insecure,
		.tls = setup->tls,
		.upstreams = config->proxies,
		.upstream_count = config->proxy_count,
		.wait_ms = config->proxy_wait_s * 1000,
		.outage = note_outage,
		.context = setup->publisher,
		.drops_authorization = config->htpasswd,
		.find_script = has_scripts(config) ? script_files_find : NULL,
		.script_context = setup->scripts,
	});
}
