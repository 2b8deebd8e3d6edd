/*
 * config_watch: see config_watch.h. After a change everything is read again, as at the start, and
 * compared with what counted before.
 */
#include "settings/config_watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "fs/file_state.h"
#include "settings/show_config.h"
#include "watch/extra_watch.h"

struct config_watch {
	const struct config *start;
	struct config *now; /* what counts now, owned; NULL: start does */
	char *held_back;    /* what the user was told of last: config_held_back() */
	struct config_command command;
	config_watch_fn *fn;
	void *context;
	config_reader_open_fn *open;
	void *open_context;
	struct buf refusals; /* that have been logged since the start, with a line feed each */
	struct extra_watch **extra_watches; /* one for each folder with such files */
	size_t extra_watch_count;
};

static void
destroy(struct config *config)
{
	if (config)
		config_finish(config);
	free(config);
}

/* Calls the owner if fresh differs from what counted before. Returns whether it does. */
static bool
report_changes(struct config_watch *config_watch, const struct config *fresh)
{
	const struct config *before = config_watch->now ? config_watch->now : config_watch->start;
	struct show_config_change change = {
		.start = &config_watch->start->sources.values,
		.before = &before->sources.values,
		.after = &fresh->sources.values,
	};
	char *sentence = show_config_changes(fresh->sources.table, &change);
	bool has_changed = sentence;

	if (sentence)
		config_watch->fn(config_watch->context, fresh, sentence);
	free(sentence);
	return has_changed;
}

/* Others may change such a file as often as they like, so each sentence is logged once. */
static void
log_refusals(struct config_watch *config_watch, const struct config *config, bool is_said)
{
	for (size_t i = 0; i < config->sources.file_count; i++) {
		char *refusal = config_files_refusal(&config->sources.files[i]);
		struct buf *said = &config_watch->refusals;

		if (refusal && (!said->length || !strstr(said->bytes, refusal))) {
			buf_addf(said, "%s\n", refusal);
			if (!is_said)
				log_error("%s", refusal);
		}
		free(refusal);
	}
}

static void
report_held_back(struct config_watch *config_watch, const struct config *fresh)
{
	config_log_held_back(fresh, config_watch->held_back);
	free(config_watch->held_back);
	config_watch->held_back = config_held_back(fresh);
}

static void
read_again(void *context)
{
	struct config_watch *config_watch = context;
	struct config *fresh = mem_zero(sizeof(*fresh));
	enum config_verdict verdict = config_read_by(
		fresh, &config_watch->command, config_watch->open, config_watch->open_context);

	if (verdict == CONFIG_RUN && !fresh->sources.is_broken)
		report_held_back(config_watch, fresh);
	log_refusals(config_watch, fresh, false);
	if (verdict != CONFIG_RUN || fresh->sources.is_broken ||
		!report_changes(config_watch, fresh)) {
		destroy(fresh);
		return;
	}
	destroy(config_watch->now);
	config_watch->now = fresh;
}

static void
changed(void *context, const struct changes *changes)
{
	(void)changes;
	read_again(context);
}

/*
 * Watches all files in the folder of the file with number first, unless an earlier one did. A folder
 * above whose file is refused is not watched: others may write to it all the time.
 */
static void
watch_folder(struct config_watch *config_watch, struct loop *loop, const struct root *served,
	size_t first)
{
	const struct config_files *sources = &config_watch->start->sources;
	const struct watch_options options = {.poll = config_watch->start->watch.poll};
	const struct watch_listener listener = {
		.changed = changed,
		.lost = read_again,
		.context = config_watch,
	};
	const char *folder = sources->files[first].folder;
	bool is_busy = sources->files[first].refused &&
		       sources->files[first].place == SAFE_FILE_ABOVE;
	const char **names = mem_array(sources->file_count + 1, sizeof(*names));
	struct extra_watch *extra_watch = NULL;
	size_t count = 0;
	bool is_first = true;

	for (size_t i = 0; i < sources->file_count; i++) {
		if (strcmp(sources->files[i].folder, folder) != 0)
			continue;
		is_first = is_first && i >= first;
		names[count++] = sources->files[i].name;
	}
	if (is_first && !is_busy)
		extra_watch = extra_watch_create_files(
			loop, folder, names, served, &options, &listener);
	if (extra_watch)
		config_watch->extra_watches[config_watch->extra_watch_count++] = extra_watch;
	free(names);
}

/* Whether a file has changed after it was read, and before it was watched. */
static bool
is_outdated(const struct config_files_file *file)
{
	struct stat state;

	if (stat(file->path, &state) < 0)
		state = (struct stat){0};
	return !file_state_is_same(&state, &file->state);
}

struct config_watch *
config_watch_create(struct loop *loop, const struct root *served, const struct config *start,
	const struct config_command *command, config_watch_fn *fn, void *context)
{
	struct config_watch *config_watch = mem_zero(sizeof(*config_watch));
	size_t files = start->sources.file_count;

	config_watch->start = start;
	config_watch->command = *command;
	config_watch->held_back = config_held_back(start);
	config_watch->fn = fn;
	config_watch->context = context;
	log_refusals(config_watch, start, true);
	config_watch->extra_watches = mem_array(files, sizeof(*config_watch->extra_watches));
	for (size_t i = 0; i < files; i++)
		watch_folder(config_watch, loop, served, i);
	for (size_t i = 0; i < files; i++)
		if (is_outdated(&start->sources.files[i])) {
			read_again(config_watch);
			break;
		}
	return config_watch;
}

void
config_watch_destroy(struct config_watch *config_watch)
{
	if (!config_watch)
		return;
	for (size_t i = 0; i < config_watch->extra_watch_count; i++)
		extra_watch_destroy(config_watch->extra_watches[i]);
	free(config_watch->extra_watches);
	buf_finish(&config_watch->refusals);
	destroy(config_watch->now);
	free(config_watch->held_back);
	free(config_watch);
}

void
config_watch_set_opener(
	struct config_watch *config_watch, config_reader_open_fn *open, void *context)
{
	config_watch->open = open;
	config_watch->open_context = context;
}

bool
config_watch_covers(const struct config_watch *config_watch, const char *name)
{
	for (size_t i = 0; i < config_watch->extra_watch_count; i++)
		if (extra_watch_covers(config_watch->extra_watches[i], name))
			return true;
	return false;
}
