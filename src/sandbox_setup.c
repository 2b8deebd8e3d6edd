/*
 * sandbox_setup: see sandbox_setup.h. It has no state.
 *
 * The files that the broker opens are those of https_setup_files(), which has the settings of the first site, then the
 * settings of the other sites, then that of the access log.
 */
#include "sandbox_setup.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Adds the paths of more, which ends with a NULL and is freed. */
static void
add_files(const char ***files, size_t *count, const char **more)
{
	size_t added = 0;

	while (more[added])
		added++;
	*files = mem_resize(*files, (*count + added + 2) * sizeof(**files));
	memcpy(*files + *count, more, added * sizeof(**files));
	*count += added;
	free(more);
}

/* The caller frees. */
static const char **
list_files(const struct sandbox_setup *setup)
{
	const char **files = NULL;
	size_t count = 0;

	add_files(&files, &count, https_setup_files(setup->config));
	for (size_t i = 1; i < sites_count(setup->sites); i++)
		add_files(&files, &count,
			config_files_paths(&sites_get(setup->sites, i)->config->sources));
	files[count] = access_log_path(setup->access_log);
	files[count + 1] = NULL;
	return files;
}

/* Runs in the broker, which has a copy of the caller's memory, with setup in it. */
static int
open_file(const void *context, size_t index)
{
	const struct sandbox_setup *setup = context;
	const char **own = https_setup_files(setup->config);
	size_t count = 0;

	while (own[count])
		count++;
	free(own);
	if (index < count)
		return https_setup_open_file(setup->config, index);
	for (size_t i = 1; i < sites_count(setup->sites); i++) {
		const struct config_files *sources = &sites_get(setup->sites, i)->config->sources;

		index -= count;
		count = sources->file_count;
		if (index < count)
			return config_files_open(sources, index);
	}
	return access_log_open(setup->access_log);
}

static bool
follows_links(struct sites *sites)
{
	for (size_t i = 0; i < sites_count(sites); i++)
		if (sites_get(sites, i)->config->static_files.follows_links)
			return true;
	return false;
}

static bool
has_upstreams(struct sites *sites)
{
	for (size_t i = 0; i < sites_count(sites); i++)
		if (sites_get(sites, i)->proxy)
			return true;
	return false;
}

static void
set_openers(const struct sandbox_setup *setup, struct privdrop *privdrop)
{
	for (size_t i = 0; i < sites_count(setup->sites); i++)
		config_watch_set_opener(
			sites_get(setup->sites, i)->config_watch, privdrop_open, privdrop);
	https_setup_set_opener(setup->https, privdrop_open, privdrop);
	access_log_set_opener(setup->access_log, privdrop_open, privdrop);
}

struct privdrop *
sandbox_setup_enter(const struct sandbox_setup *setup)
{
	size_t root_count;
	struct root **roots = sites_roots(setup->sites, &root_count);
	const char **files = list_files(setup);
	struct privdrop *privdrop = privdrop_create(&(struct privdrop_options){
		.roots = roots,
		.root_count = root_count,
		.files = files,
		.open_file = open_file,
		.context = setup,
		.log_folder = access_log_folder(setup->access_log),
		.socket = setup->socket,
		.reads_everything = follows_links(setup->sites),
		.connects = has_upstreams(setup->sites),
	});

	if (privdrop)
		set_openers(setup, privdrop);
	free(files);
	free(roots);
	return privdrop;
}
