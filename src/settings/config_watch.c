/*
 * config_watch: see config_watch.h. Everything is read anew, as at the start, and compared.
 */
#include "settings/config_watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "watch/extra_watch.h"
#include "base/mem.h"
#include "settings/show_config.h"
#include "watch/watch_table.h"

struct follow {
	const struct config *start;
	struct config *now; /* what was read last; NULL: start */
	int count;
	char **arguments;
	follow_fn *fn;
	void *context;
	source_open_fn *open;
	void *opener;
	struct lookout **lookouts; /* one for each folder */
	size_t lookout_count;
};

static void
forget(struct config *config)
{
	if (config)
		config_finish(config);
	free(config);
}

/* Returns whether there was something to tell: then fresh is what counts. */
static bool
compare(struct follow *follow, const struct config *fresh)
{
	const struct config *before = follow->now ? follow->now : follow->start;
	struct report_change change = {
		.start = &follow->start->settings.choices,
		.before = &before->settings.choices,
		.after = &fresh->settings.choices,
	};
	char *news = report_changes(fresh->settings.table, &change);
	bool is_news = news;

	if (news)
		follow->fn(follow->context, fresh, news);
	free(news);
	return is_news;
}

static void
read_again(void *context)
{
	struct follow *follow = context;
	struct config *fresh = mem_zero(sizeof(*fresh));
	enum config_verdict verdict = config_read_by(
		fresh, follow->count, follow->arguments, follow->open, follow->opener);

	if (verdict != CONFIG_RUN || fresh->settings.is_broken || !compare(follow, fresh)) {
		forget(fresh);
		return;
	}
	forget(follow->now);
	follow->now = fresh;
}

static void
changed(void *context, const struct changes *changes)
{
	(void)changes;
	read_again(context);
}

/* Watches the files of the first one's folder, if those before it have not done so. */
static void
watch_folder(struct follow *follow, struct loop *loop, const struct root *served, size_t first)
{
	const struct settings *settings = &follow->start->settings;
	const struct watch_options options = {.poll = follow->start->watch.poll};
	const struct watch_listener listener = {
		.changed = changed,
		.lost = read_again,
		.context = follow,
	};
	const char *folder = settings->files[first].folder;
	const char **names = mem_array(settings->file_count + 1, sizeof(*names));
	struct lookout *lookout = NULL;
	size_t count = 0;
	bool is_first = true;

	for (size_t i = 0; i < settings->file_count; i++) {
		if (strcmp(settings->files[i].folder, folder) != 0)
			continue;
		is_first = is_first && i >= first;
		names[count++] = settings->files[i].name;
	}
	if (is_first)
		lookout = lookout_create_files(loop, folder, names, served, &options, &listener);
	if (lookout)
		follow->lookouts[follow->lookout_count++] = lookout;
	free(names);
}

/* Whether a file has changed between being read and being watched. */
static bool
is_late(const struct settings_file *file)
{
	struct stat state;

	if (stat(file->path, &state) < 0)
		state = (struct stat){0};
	return !tree_same_state(&state, &file->state);
}

struct follow *
follow_create(struct loop *loop, const struct root *served, const struct config *start, int count,
	char **arguments, follow_fn *fn, void *context)
{
	struct follow *follow = mem_zero(sizeof(*follow));
	size_t files = start->settings.file_count;

	follow->start = start;
	follow->count = count;
	follow->arguments = arguments;
	follow->fn = fn;
	follow->context = context;
	follow->lookouts = mem_array(files, sizeof(*follow->lookouts));
	for (size_t i = 0; i < files; i++)
		watch_folder(follow, loop, served, i);
	for (size_t i = 0; i < files; i++)
		if (is_late(&start->settings.files[i])) {
			read_again(follow);
			break;
		}
	return follow;
}

void
follow_destroy(struct follow *follow)
{
	if (!follow)
		return;
	for (size_t i = 0; i < follow->lookout_count; i++)
		lookout_destroy(follow->lookouts[i]);
	free(follow->lookouts);
	forget(follow->now);
	free(follow);
}

void
follow_set_opener(struct follow *follow, source_open_fn *open, void *context)
{
	follow->open = open;
	follow->opener = context;
}

bool
follow_covers(const struct follow *follow, const char *name)
{
	for (size_t i = 0; i < follow->lookout_count; i++)
		if (lookout_covers(follow->lookouts[i], name))
			return true;
	return false;
}
