/*
 * poller: see poller.h. A round goes through the tables in slices; what the tables lose or gain
 * meanwhile is met in the next round.
 */
#define _GNU_SOURCE
#include "watch/poller.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "fs/file_state.h"
#include "fs/path.h"

enum {
	SLICE_US = 2 * 1000,
	SHARE = 100, /* a round takes at most this part of the time */
};

struct poller {
	struct loop *loop;
	struct root *root;
	struct watch_table *table;
	struct debounce *debounce;
	bool is_for_all;
	uint64_t interval_us;
	struct loop_timer timer;
	size_t file_at, folder_at; /* where the round stands */
	uint64_t spent_us;         /* by this round */
	bool is_needed;            /* this round met something to look at */
};

static void look_around(void *context);

static bool
has_watch(const struct poller *poll, struct slice folder)
{
	const struct watch_table_folder *known = watch_table_folder(poll->table, folder);

	return known && known->watch >= 0;
}

/* Where a link leads counts: that is where the bytes are. */
static bool
is_heard(const struct poller *poll, const struct watch_table_file *file)
{
	return !poll->is_for_all && !file->is_outside &&
	       has_watch(poll, path_parent(slice_of(file->path))) &&
	       (!file->real || has_watch(poll, path_parent(slice_of(file->real))));
}

static void
look_at_file(struct poller *poll, const struct watch_table_file *file)
{
	struct stat state;

	if (is_heard(poll, file))
		return;
	poll->is_needed = true;
	if (debounce_has(poll->debounce, slice_of(file->path)))
		return;
	if (!root_stat(poll->root, file->path, &state)) {
		if (!file->is_absent)
			debounce_add(poll->debounce, file->path, DEBOUNCE_GONE, false);
	} else if (!file_state_is_same(&state, &file->seen)) {
		debounce_add(poll->debounce, file->path, DEBOUNCE_WRITING, false);
	}
}

/*
 * An entry as new as the newest so far may have come after that look, so it is told (again, maybe).
 * All times are the file system's, so clocks that differ do no harm.
 */
static void
look_at_entry(struct poller *poll, struct watch_table_folder *folder, const char *name,
	const struct stat *state, const struct timespec *since)
{
	char *path;

	if (file_state_is_earlier(&folder->newest, &state->st_ctim))
		folder->newest = state->st_ctim;
	if (S_ISDIR(state->st_mode) || file_state_is_earlier(&state->st_ctim, since))
		return;
	path = path_join(folder->path, name);
	if (!watch_table_file(poll->table, slice_of(path)))
		debounce_add(poll->debounce, path, DEBOUNCE_WRITING, true);
	free(path);
}

static void
look_for_names(struct poller *poll, struct watch_table_folder *folder)
{
	DIR *listing = root_open_folder(poll->root, folder->path);
	struct timespec since = folder->newest;
	struct dirent *entry;
	struct stat state;

	if (!listing)
		return;
	while ((entry = readdir(listing)))
		if (fstatat(dirfd(listing), entry->d_name, &state, AT_SYMLINK_NOFOLLOW) == 0)
			look_at_entry(poll, folder, entry->d_name, &state, &since);
	closedir(listing);
}

static void
look_at_folder(struct poller *poll, struct watch_table_folder *folder)
{
	struct timespec before = folder->changed;
	struct stat state;

	if (folder->watch >= 0 && !(poll->is_for_all && folder->is_used))
		return;
	poll->is_needed = true;
	if (!root_stat(poll->root, folder->path, &state))
		return;
	folder->changed = state.st_mtim;
	if (before.tv_sec == 0)
		folder->newest = state.st_mtim;
	else if (file_state_is_earlier(&before, &folder->changed))
		look_for_names(poll, folder);
}

/* Returns whether the round is over. */
static bool
look_at_some(struct poller *poll)
{
	uint64_t end = loop_now() + SLICE_US;

	while (loop_now() < end) {
		const struct watch_table_file *file = map_next(&poll->table->files, &poll->file_at);
		struct watch_table_folder *folder;

		if (file) {
			look_at_file(poll, file);
			continue;
		}
		folder = map_next(&poll->table->folders, &poll->folder_at);
		if (!folder)
			return true;
		look_at_folder(poll, folder);
	}
	return false;
}

static void
look_around(void *context)
{
	struct poller *poll = context;
	uint64_t began = loop_now(), pause;
	bool is_over = look_at_some(poll);

	poll->spent_us += loop_now() - began;
	if (!is_over) {
		loop_timer_set(poll->loop, &poll->timer, SLICE_US, look_around, poll);
		return;
	}
	pause = poll->spent_us * SHARE;
	poll->file_at = poll->folder_at = 0;
	poll->spent_us = 0;
	if (poll->is_needed)
		loop_timer_set(poll->loop, &poll->timer,
			pause > poll->interval_us ? pause : poll->interval_us, look_around, poll);
	poll->is_needed = false;
}

void
poller_wake(struct poller *poll)
{
	if (!poll->timer.is_set)
		loop_timer_set(poll->loop, &poll->timer, 0, look_around, poll);
}

void
poller_set_all(struct poller *poll)
{
	poll->is_for_all = true;
	poller_wake(poll);
}

bool
poller_is_for_all(const struct poller *poll)
{
	return poll->is_for_all;
}

struct poller *
poller_create(struct loop *loop, struct root *root, struct watch_table *table,
	struct debounce *debounce, const struct poller_options *options)
{
	struct poller *poll = mem_zero(sizeof(*poll));

	poll->loop = loop;
	poll->root = root;
	poll->table = table;
	poll->debounce = debounce;
	poll->is_for_all = options->is_for_all;
	poll->interval_us = (uint64_t)(options->interval_ms ? options->interval_ms
							    : POLLER_INTERVAL_MS) *
			    1000;
	return poll;
}

void
poller_destroy(struct poller *poll)
{
	if (!poll)
		return;
	loop_timer_clear(poll->loop, &poll->timer);
	free(poll);
}
