/*
 * served: see served.h.
 */
#include "support/served.h"

#include <string.h>

#include "base/loop.h"
#include "fs/root.h"
#include "http/response.h"
#include "live/journal.h"
#include "site/mounts.h"

static void
changed(void *context, const struct changes *changes)
{
	struct served *served = context;

	(void)changes;
	served->batches++;
}

static void
lost(void *context)
{
	(void)context;
}

void
served_create(struct served *served, const struct static_files_options *options,
	const struct watch_options *watch)
{
	const struct watch_options by_default = {0};
	const struct watch_listener listener = {
		.changed = changed, .lost = lost, .context = served};
	struct static_files_options with_parts = *options;

	memset(served, 0, sizeof(*served));
	served->loop = loop_create();
	served->root = root_create(".");
	served->mounts = mounts_create(
		served->loop, served->root, watch ? watch : &by_default, &listener);
	served->journal = journal_create();
	served->script_tag = (struct script_tag){.journal = served->journal};
	with_parts.loop = served->loop;
	with_parts.mounts = served->mounts;
	with_parts.script_tag = &served->script_tag;
	with_parts.ssi_parts = served->ssi_parts = ssi_parts_create();
	served->static_files = static_files_create(&with_parts);
	response_init(&served->response);
}

void
served_destroy(struct served *served)
{
	response_finish(&served->response);
	static_files_destroy(served->static_files);
	ssi_parts_destroy(served->ssi_parts);
	journal_destroy(served->journal);
	mounts_destroy(served->mounts);
	root_destroy(served->root);
	loop_destroy(served->loop);
	memset(served, 0, sizeof(*served));
}
