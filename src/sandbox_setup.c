/*
 * sandbox_setup: see sandbox_setup.h. It has no state.
 */
#include "sandbox_setup.h"

#include <stdlib.h>

#include "base/mem.h"
#include "folders.h"

/* The list of https_setup_files(), and the file of the access log behind it. The caller frees. */
static const char **
list_files(const struct sandbox_setup *setup, size_t *count)
{
	const char **files = https_setup_files(setup->config);

	for (*count = 0; files[*count];)
		++*count;
	files = mem_resize(files, (*count + 2) * sizeof(*files));
	files[*count] = access_log_path(setup->access_log);
	files[*count + 1] = NULL;
	return files;
}

/* Runs in the broker, which has a copy of the caller's memory, with setup in it. */
static int
open_file(const void *context, size_t index)
{
	const struct sandbox_setup *setup = context;
	size_t count;

	free(list_files(setup, &count));
	return index < count ? https_setup_open_file(setup->config, index)
			     : access_log_open(setup->access_log);
}

struct privdrop *
sandbox_setup_enter(const struct sandbox_setup *setup)
{
	size_t root_count, file_count;
	struct root **roots = folders_roots(setup->mounts, setup->extra_watches, &root_count);
	const char **files = list_files(setup, &file_count);
	struct privdrop *privdrop = privdrop_create(&(struct privdrop_options){
		.roots = roots,
		.root_count = root_count,
		.files = files,
		.open_file = open_file,
		.context = setup,
		.log_folder = access_log_folder(setup->access_log),
		.socket = setup->socket,
		.reads_everything = setup->config->static_files.follows_links,
		.connects = setup->connects,
	});

	if (privdrop) {
		config_watch_set_opener(setup->config_watch, privdrop_open, privdrop);
		https_setup_set_opener(setup->https, privdrop_open, privdrop);
		access_log_set_opener(setup->access_log, privdrop_open, privdrop);
	}
	free(files);
	free(roots);
	return privdrop;
}
