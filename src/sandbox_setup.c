/*
 * sandbox_setup: see sandbox_setup.h. It has no state.
 */
#include "sandbox_setup.h"

#include <stdlib.h>

#include "folders.h"

struct privdrop *
sandbox_setup_enter(const struct sandbox_setup *setup)
{
	size_t root_count;
	struct root **roots = folders_roots(setup->mounts, setup->extra_watches, &root_count);
	const char **files = https_setup_files(setup->config);
	struct privdrop *privdrop = privdrop_create(&(struct privdrop_options){
		.roots = roots,
		.root_count = root_count,
		.files = files,
		.open_file = https_setup_open_file,
		.context = setup->config,
		.socket = setup->socket,
		.reads_everything = setup->config->static_files.follows_links,
		.connects = setup->connects,
	});

	if (privdrop) {
		config_watch_set_opener(setup->config_watch, privdrop_open, privdrop);
		https_setup_set_opener(setup->https, privdrop_open, privdrop);
	}
	free(files);
	free(roots);
	return privdrop;
}
