/*
 * poller: see poller.h. Owns two timers; borrows the table. A round goes through the table in time
 * slices. Records that are added during a round may have to wait for the next one.
 */
#define _GNU_SOURCE
#include "watch/poller.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "fs/file_state.h"
#include "fs/path.h"

enum {
	EVENT_DELAY_MAX_US = 300 * 1000, /* after that, an event counts as missing */
	SLICE_US = 2 * 1000,
	SHARE = 100, /* polling takes at most 1/SHARE of the time */
};

struct poller {
	struct loop *loop;
	struct root *root;
	struct watch_table *table;
	struct debounce *debounce;
	bool is_for_all;
	uint64_t interval_us;
	struct loop_timer timer;
	struct hash_table_place file_at, folder_at; /* how far the round has come */
	uint64_t spent_us;                          /* time that this round has taken */
	bool is_needed; /* this round found something that has to be polled */
	void (*round_done)(void *context);
	void *context;
	/* A file that was written, and its event has not arrived yet; expected.real may be NULL. */
	struct watch_table_file expected;
	struct loop_timer event_timer;
	struct buf path; /* memory that is used again */
};

static bool
has_watch(const struct poller *poller, struct slice folder)
{
	const struct watch_table_folder *known = watch_table_folder(poller->table, folder);

	return known && known->watch >= 0;
}

/* Whether the kernel sends events for file and for the target of its links. */
static bool
has_events(const struct poller *poller, const struct watch_table_file *file)
{
	if (poller->is_for_all || file->is_outside ||
		(file->real && !has_watch(poller, path_parent(slice_of(file->real)))))
		return false;
	/* Of very many paths to one folder, not all have a record. The others have its watch. */
	return has_watch(poller, path_parent(slice_of(file->path))) ||
	       (file->real &&
		       watch_table_is_crowded(poller->table, path_parent(slice_of(file->real))));
}

static void
look_at_file(struct poller *poller, const struct watch_table_file *file)
{
	struct stat state;

	if (has_events(poller, file))
		return;
	poller->is_needed = true;
	if (debounce_has(poller->debounce, slice_of(file->path)))
		return;
	if (!root_stat(poller->root, file->path, &state)) {
		if (!file->is_absent)
			debounce_add(poller->debounce, file->path, DEBOUNCE_GONE, false);
	} else if (!file_state_is_same(&state, &file->state)) {
		debounce_add(poller->debounce, file->path, DEBOUNCE_WRITING, false);
	}
}

/* The path of folder, valid until the next call. */
static const char *
folder_path(struct poller *poller, const struct watch_table_folder *folder)
{
	watch_table_folder_path(poller->table, folder, &poller->path);
	return buf_slice(&poller->path).at;
}

/*
 * An entry with the same time as the newest one of the last round may have been created after that
 * round, so it is reported, possibly again. All times are those of the file system, so a different
 * clock there does no harm.
 */
static void
look_at_entry(struct poller *poller, struct watch_table_folder *folder, const char *name,
	const struct stat *state, const struct timespec *since)
{
	char *path;

	if (file_state_is_earlier(&folder->newest, &state->st_ctim))
		folder->newest = state->st_ctim;
	if (S_ISDIR(state->st_mode) || file_state_is_earlier(&state->st_ctim, since))
		return;
	path = path_join(folder_path(poller, folder), name);
	if (!watch_table_file(poller->table, slice_of(path)))
		debounce_add(poller->debounce, path, DEBOUNCE_WRITING, true);
	free(path);
}

static void
look_for_names(struct poller *poller, struct watch_table_folder *folder)
{
	DIR *listing = root_open_folder(poller->root, folder_path(poller, folder));
	struct timespec since = folder->newest;
	struct dirent *entry;
	struct stat state;

	if (!listing)
		return;
	while ((entry = readdir(listing)))
		if (fstatat(dirfd(listing), entry->d_name, &state, AT_SYMLINK_NOFOLLOW) == 0)
			look_at_entry(poller, folder, entry->d_name, &state, &since);
	closedir(listing);
}

static void
look_at_folder(struct poller *poller, struct watch_table_folder *folder)
{
	struct timespec before = folder->changed;
	struct stat state;

	if (folder->watch >= 0 && !(poller->is_for_all && folder->is_used))
		return;
	if (!path_tree_has(&poller->table->folders, &folder->node))
		return; /* it was removed */
	poller->is_needed = true;
	if (!root_stat(poller->root, folder_path(poller, folder), &state))
		return;
	folder->changed = state.st_mtim;
	if (before.tv_sec == 0)
		folder->newest = state.st_mtim;
	else if (file_state_is_earlier(&before, &folder->changed))
		look_for_names(poller, folder);
}

/* Returns whether the round is over. */
static bool
run_slice(struct poller *poller)
{
	uint64_t end = loop_now() + SLICE_US;

	while (loop_now() < end) {
		const struct watch_table_file *file = watch_table_next_file(
			poller->table, &poller->file_at);
		struct watch_table_folder *folder;

		if (file) {
			look_at_file(poller, file);
			continue;
		}
		folder = watch_table_next_folder(poller->table, &poller->folder_at);
		if (!folder)
			return true;
		look_at_folder(poller, folder);
	}
	return false;
}

static void
poll_slice(void *context)
{
	struct poller *poller = context;
	uint64_t began = loop_now(), pause;
	bool is_over = run_slice(poller);

	poller->spent_us += loop_now() - began;
	if (!is_over) {
		loop_timer_set(poller->loop, &poller->timer, SLICE_US, poll_slice, poller);
		return;
	}
	pause = poller->spent_us * SHARE;
	poller->file_at = poller->folder_at = (struct hash_table_place){0};
	poller->spent_us = 0;
	if (poller->is_for_all && poller->round_done)
		poller->round_done(poller->context);
	if (poller->is_needed || (poller->is_for_all && poller->round_done))
		loop_timer_set(poller->loop, &poller->timer,
			pause > poller->interval_us ? pause : poller->interval_us, poll_slice,
			poller);
	poller->is_needed = false;
}

void
poller_set_round_fn(struct poller *poller, void (*fn)(void *context), void *context)
{
	poller->round_done = fn;
	poller->context = context;
	if (poller->is_for_all)
		poller_wake(poller);
}

void
poller_wake(struct poller *poller)
{
	if (!poller->timer.is_set)
		loop_timer_set(poller->loop, &poller->timer, 0, poll_slice, poller);
}

void
poller_set_all(struct poller *poller)
{
	poller->is_for_all = true;
	poller_wake(poller);
}

bool
poller_is_for_all(const struct poller *poller)
{
	return poller->is_for_all;
}

/* ---- a kernel that sends no events ---- */

static void
event_is_missing(void *context)
{
	struct poller *poller = context;

	log_notice(
		"a file has changed and the kernel sent no event, so files in use are polled, too");
	poller_set_all(poller);
}

static void
forget_expected(struct poller *poller)
{
	free(poller->expected.path);
	free(poller->expected.real);
	poller->expected = (struct watch_table_file){0};
}

void
poller_expect_event(
	struct poller *poller, const struct watch_table_file *file, const struct stat *state)
{
	const struct stat *known = &file->state;
	bool is_written = known->st_size != state->st_size ||
			  known->st_mtim.tv_sec != state->st_mtim.tv_sec ||
			  known->st_mtim.tv_nsec != state->st_mtim.tv_nsec;

	/*
	 * If a file has several names, it may have been written by another name: the event is for
	 * that one.
	 */
	if (!is_written || known->st_nlink > 1 || state->st_nlink > 1 || file->is_absent ||
		poller->is_for_all || poller->event_timer.is_set)
		return;
	forget_expected(poller);
	poller->expected.path = mem_text(file->path);
	poller->expected.real = file->real ? mem_text(file->real) : NULL;
	loop_timer_set(
		poller->loop, &poller->event_timer, EVENT_DELAY_MAX_US, event_is_missing, poller);
}

void
poller_note_event(struct poller *poller, struct slice path)
{
	if (poller->event_timer.is_set && watch_table_file_is_below(&poller->expected, path))
		loop_timer_clear(poller->loop, &poller->event_timer);
}

/* ---- the object ---- */

struct poller *
poller_create(struct loop *loop, struct root *root, struct watch_table *table,
	struct debounce *debounce, const struct poller_options *options)
{
	struct poller *poller = mem_zero(sizeof(*poller));

	poller->loop = loop;
	poller->root = root;
	poller->table = table;
	poller->debounce = debounce;
	poller->is_for_all = options->is_for_all;
	poller->interval_us = (uint64_t)(options->interval_ms ? options->interval_ms
							      : POLLER_INTERVAL_MS) *
			      1000;
	return poller;
}

void
poller_destroy(struct poller *poller)
{
	if (!poller)
		return;
	loop_timer_clear(poller->loop, &poller->timer);
	loop_timer_clear(poller->loop, &poller->event_timer);
	forget_expected(poller);
	buf_finish(&poller->path);
	free(poller);
}
