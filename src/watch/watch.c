/*
 * watch: see watch.h. An event adds its path to debounce; when that is due, compare looks at the disk.
 * Decides which events matter, and what is reported. Owns the parts that it joins; borrows loop and root.
 */
#define _GNU_SOURCE
#include "watch/watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "fs/path.h"
#include "watch/compare.h"
#include "watch/crawler.h"
#include "watch/debounce.h"
#include "watch/ignore.h"
#include "watch/ignored_paths.h"
#include "watch/poller.h"
#include "watch/recheck.h"
#include "watch/watch_table.h"

enum {
	IGNORED_US = 1000 * 1000, /* how long ignored paths are kept, in addition to wait_ms */
	LOST_DELAY_US = 50 * 1000,
	LOST_MAX_US = 1000 * 1000, /* how long a loss may wait for the end of a burst */
};

struct watch {
	struct loop *loop;
	struct root *root;
	struct ignore *ignore;
	struct watch_listener listener;
	struct watch_table table;
	struct watch_history *history;
	struct compare *compare;
	struct debounce *debounce;
	struct poller *poller;
	struct crawler *crawler;
	struct recheck recheck;
	struct ignored_paths ignored;
	struct loop_timer lost_timer;
	bool is_thorough;
	uint64_t lost_us;
	bool is_lost;       /* events were lost, and this is not reported yet */
	bool has_new_names; /* names were created or deleted since the last round */
};

/* ---- what is ignored ---- */

static void
note_ignored(struct watch *watch, const char *path, const char *pattern)
{
	watch_history_note(watch->history, slice_of(path), WATCH_HISTORY_IGNORED);
	if (!ignore_is_temporary(pattern) && ignored_paths_add(&watch->ignored, slice_of(path)) &&
		!watch->is_thorough)
		log_verbose("%s is ignored because of \"%s\"", path, pattern);
}

/* The pattern by which path is ignored; NULL when there is none, or a page uses the path. */
static const char *
ignored_by(const struct watch *watch, const char *path, bool is_folder)
{
	return watch_table_knows(&watch->table, slice_of(path))
		       ? NULL
		       : ignore_by(watch->ignore, path, is_folder);
}

/* ---- what is in use ---- */

/* compare has read a file. There are no events for files outside of the root. */
static void
file_was_read(void *context, const struct watch_table_file *file)
{
	struct watch *watch = context;

	if (file->is_outside)
		poller_wake(watch->poller);
	crawler_watch_file(watch->crawler, file);
}

/* ---- events ---- */

/* An ignored folder may have files in use. But it is not walked, and not reported itself. */
static void
folder_changed(struct watch *watch, const char *path, enum inotify_hint hint, bool is_ignored)
{
	bool is_gone = hint == INOTIFY_GONE;

	if (!is_gone && hint != INOTIFY_CREATED && hint != INOTIFY_ARRIVED)
		return;
	watch->has_new_names = true;
	if (is_gone || is_ignored)
		crawler_folder_vanished(watch->crawler, path);
	else
		crawler_folder_appeared(watch->crawler, path);
	recheck_below(&watch->recheck, slice_of(path), is_gone ? DEBOUNCE_GONE : DEBOUNCE_COMPLETE);
	if (is_ignored)
		return;
	char *name = mem_format("%s/", path);
	debounce_add(watch->debounce, name, is_gone ? DEBOUNCE_GONE : DEBOUNCE_COMPLETE, !is_gone);
	free(name);
}

static void
file_changed(struct watch *watch, const char *path, enum inotify_hint hint)
{
	static const enum debounce_state states[] = {
		[INOTIFY_COMPLETE] = DEBOUNCE_COMPLETE,
		[INOTIFY_ARRIVED] = DEBOUNCE_COMPLETE,
		[INOTIFY_CREATED] = DEBOUNCE_WRITING,
		[INOTIFY_WRITING] = DEBOUNCE_WRITING,
		[INOTIFY_TOUCHED] = DEBOUNCE_WRITING,
		[INOTIFY_GONE] = DEBOUNCE_GONE,
	};

	/* Who writes causes INOTIFY_WRITING first. Who only closes the file has not changed it. */
	bool is_touch = hint == INOTIFY_TOUCHED || hint == INOTIFY_COMPLETE;
	bool is_new = hint == INOTIFY_CREATED || hint == INOTIFY_ARRIVED;
	bool is_first = !debounce_has(watch->debounce, slice_of(path));
	struct debounce_entry *entry;

	if (hint == INOTIFY_TOUCHED &&
		(!is_first || !watch_table_file(&watch->table, slice_of(path))))
		return;
	entry = debounce_add(watch->debounce, path, states[hint], is_new);
	entry->is_touched = is_touch && (is_first || entry->is_touched);
	entry->is_written = entry->is_written || (!is_touch && hint != INOTIFY_GONE);
	watch->has_new_names = watch->has_new_names || is_new || hint == INOTIFY_GONE;
	recheck_links_to(&watch->recheck, path, states[hint]);
}

/*
 * A .gitignore has changed, so other folders may have to be watched now. A folder that is ignored
 * now keeps its watch; its events are ignored.
 */
static void
patterns_changed(struct watch *watch, const char *path)
{
	struct slice folder = path_parent(slice_of(path));

	ignore_forget(watch->ignore, folder);
	crawler_walk(watch->crawler, folder);
}

static void
path_changed(void *context, const char *path, enum inotify_hint hint, bool is_folder)
{
	struct watch *watch = context;
	const char *pattern;

	if (is_folder)
		ignore_forget(watch->ignore, slice_of(path));
	else if (ignore_is_gitignore(watch->ignore, path))
		patterns_changed(watch, path);
	pattern = ignored_by(watch, path, is_folder);
	if (pattern)
		note_ignored(watch, path, pattern);
	poller_note_event(watch->poller, slice_of(path));
	if (is_folder)
		folder_changed(watch, path, hint, pattern);
	else if (!pattern)
		file_changed(watch, path, hint);
}

static void
file_found(void *context, const char *path, bool is_new)
{
	struct watch *watch = context;
	struct slice name = slice_of(path);
	struct stat state;

	if (is_new)
		debounce_add(watch->debounce, path, DEBOUNCE_COMPLETE, true);
	else if (watch->is_thorough && !watch_table_file(&watch->table, name) &&
		 !debounce_has(watch->debounce, name) && /* else its creation is not reported yet */
		 root_stat(watch->root, path, &state) && S_ISREG(state.st_mode))
		compare_add_unread(watch->compare, path, &state);
}

static bool
ignores(void *context, const char *path, bool is_folder)
{
	const struct watch *watch = context;

	return ignore_by(watch->ignore, path, is_folder);
}

/* ---- what is reported ---- */

static void
pass_remark(void *context, const char *sentence)
{
	const struct watch_listener *listener = &((const struct watch *)context)->listener;

	if (listener->remark)
		listener->remark(listener->context, sentence);
}

static void
report_lost(void *context)
{
	struct watch *watch = context;

	watch->is_lost = false;
	watch->listener.lost(watch->listener.context);
}

/*
 * If the root was replaced, it is enough to compare the files in use. After an overflow there may
 * be more changes, such as new files that a page has requested in vain. So the loss is reported
 * once, after the files in use have been compared.
 */
static void
events_lost(void *context, bool is_other_root)
{
	struct watch *watch = context;

	ignore_forget(watch->ignore, slice_of(""));
	watch->is_lost = watch->is_lost || !is_other_root;
	watch->lost_us = loop_now();
	recheck_all(&watch->recheck);
}

/* A path is due. The poller does not check its paths against the patterns, so this is done here. */
static bool
look(void *context, struct debounce_entry *entry)
{
	struct watch *watch = context;

	return (!debounce_entry_is_folder(entry) && ignored_by(watch, entry->path, false)) ||
	       compare_look(watch->compare, entry);
}

static void
report(struct watch *watch, struct changes *found)
{
	const struct watch_listener *listener = &watch->listener;
	watch_changes_fn *fn = found->count ? listener->changed : listener->unchanged;

	if (!fn || (!found->count && !found->left_out[LEFT_OUT_SAME].count &&
			   !found->left_out[LEFT_OUT_TOUCHED].count))
		return;
	watch_history_note_changes(watch->history, found);
	ignored_paths_take(&watch->ignored, found);
	fn(listener->context, found);
}

static void
report_found(void *context)
{
	struct watch *watch = context;
	struct changes *found = compare_found(watch->compare);

	report(watch, found);
	/* Pages that use a known path are told first, and exactly what has changed. */
	if (recheck_has_unknown_paths(&watch->recheck, found))
		loop_timer_set(watch->loop, &watch->lost_timer, LOST_DELAY_US, report_lost, watch);
	changes_finish(found);
	if (watch->is_lost && !recheck_is_busy(&watch->recheck) &&
		(debounce_is_empty(watch->debounce) || loop_now() > watch->lost_us + LOST_MAX_US))
		report_lost(watch);
}

static void
looks_done(void *context)
{
	struct watch *watch = context;
	bool has_new_names = watch->has_new_names;

	watch->has_new_names = false;
	/* Otherwise report_found() is called at the end of the recheck. */
	if (!has_new_names || recheck_behind_links(&watch->recheck))
		report_found(watch);
}

/* ---- the object ---- */

static void
take_options(struct watch *watch, const struct watch_options *options)
{
	ignore_destroy(watch->ignore);
	watch->ignore = ignore_create(
		watch->root, &(struct ignore_options){
				     .globs = options->ignore,
				     .only = options->only,
				     .keeps_sources = options->keeps_sources,
				     .uses_gitignore = options->uses_gitignore,
			     });
	watch->ignored.keep_us = IGNORED_US + (uint64_t)options->wait_ms * 1000;
}

struct watch *
watch_create(struct loop *loop, struct root *root, const struct watch_options *options,
	const struct watch_listener *listener)
{
	struct watch *watch = mem_zero(sizeof(*watch));
	const struct crawler_listener events = {
		.changed = path_changed,
		.found = file_found,
		.ignores = ignores,
		.lost = events_lost,
		.remark = pass_remark,
		.is_thorough = options->is_thorough,
		.context = watch,
	};
	struct compare_options compare = {
		.root = root,
		.table = &watch->table,
		.is_thorough = options->is_thorough,
		.read_done = file_was_read,
		.context = watch,
	};

	watch->loop = loop;
	watch->root = root;
	watch->is_thorough = options->is_thorough;
	watch->listener = *listener;
	watch->table.is_in_use = listener->is_in_use;
	watch->table.context = listener->context;
	take_options(watch, options);
	watch->history = compare.history = watch_history_create();
	watch->compare = compare_create(&compare);
	watch->debounce = debounce_create(loop, options->wait_ms, look, looks_done, watch);
	if (listener->settling)
		debounce_set_urgent(
			watch->debounce, &(struct debounce_urgent){listener->is_in_use,
						 listener->settling, listener->context});
	watch->poller = poller_create(loop, root, &watch->table, watch->debounce, &options->poll);
	watch->crawler = crawler_create(loop, root, &watch->table, watch->poller, &events);
	watch->recheck = (struct recheck){
		.loop = loop,
		.table = &watch->table,
		.crawler = watch->crawler,
		.debounce = watch->debounce,
		.compare = watch->compare,
		.done = report_found,
		.context = watch,
	};
	return watch;
}

void
watch_destroy(struct watch *watch)
{
	if (!watch)
		return;
	loop_timer_clear(watch->loop, &watch->lost_timer);
	recheck_finish(&watch->recheck);
	crawler_destroy(watch->crawler);
	poller_destroy(watch->poller);
	debounce_destroy(watch->debounce);
	compare_destroy(watch->compare);
	ignored_paths_finish(&watch->ignored);
	watch_table_finish(&watch->table);
	ignore_destroy(watch->ignore);
	watch_history_destroy(watch->history);
	free(watch);
}

void
watch_reconfigure(struct watch *watch, const struct watch_options *options)
{
	take_options(watch, options);
	debounce_set_wait(watch->debounce, options->wait_ms);
	crawler_walk(watch->crawler, slice_of(""));
}

/* ---- files that pages request ---- */

void
watch_before_open(struct watch *watch, const char *name)
{
	struct slice path = slice_of(name);
	struct stat state;

	if (ignore_by(watch->ignore, name, false))
		watch_table_add_requested(&watch->table, path);
	crawler_watch_folder(watch->crawler, path_parent(path));
	if (watch->is_thorough && !watch_table_file(&watch->table, path))
		compare_add_unread(
			watch->compare, name, root_stat(watch->root, name, &state) ? &state : NULL);
}

void
watch_opened(struct watch *watch, const char *name, int file, const struct stat *state)
{
	bool is_pending = debounce_has(watch->debounce, slice_of(name));

	if (!compare_opened(watch->compare, name, file, state, is_pending))
		return;
	if (!is_pending)
		poller_expect_event(
			watch->poller, watch_table_file(&watch->table, slice_of(name)), state);
	debounce_add(watch->debounce, name, DEBOUNCE_COMPLETE, false);
}

bool
watch_open_failed(struct watch *watch, const char *name)
{
	if (compare_open_failed(watch->compare, name) &&
		!debounce_has(watch->debounce, slice_of(name)))
		debounce_add(watch->debounce, name, DEBOUNCE_GONE, false);
	return debounce_has(watch->debounce, slice_of(name));
}

void
watch_note_pages(struct watch *watch, const struct changes *changes, size_t pages)
{
	watch_history_note_pages(watch->history, changes, pages);
}

/* How a folder is watched; for a file, how its folder is. */
static enum watch_method
method_of(const struct watch *watch, struct slice path, bool is_folder)
{
	const struct watch_table_folder *folder = watch_table_folder(
		&watch->table, is_folder ? path : path_parent(path));

	if (folder && folder->watch >= 0 && !poller_is_for_all(watch->poller))
		return WATCH_BY_EVENTS;
	return folder || watch_table_file(&watch->table, path) ? WATCH_BY_POLLING : WATCH_NONE;
}

void
watch_describe(const struct watch *watch, const char *name, bool is_folder,
	struct watch_description *account)
{
	struct slice path = slice_of(name);
	const struct watch_table_file *file = watch_table_file(&watch->table, path);

	*account = (struct watch_description){
		.method = method_of(watch, path, is_folder),
		.ignored_by = ignore_by(watch->ignore, name, is_folder),
		.real = file ? file->real : NULL,
		.is_used = file || watch_table_is_requested(&watch->table, path),
		.is_walking = watch_is_walking(watch),
		.is_quiet = debounce_is_empty(watch->debounce),
		.last = watch_history_find(watch->history, name),
	};
}

enum watch_verdict
watch_state(struct watch *watch, const char *name, uint64_t *state)
{
	struct slice path = slice_of(name);
	struct stat now;

	if (compare_served_state(watch->compare, name, state))
		return WATCH_KNOWN;
	watch_before_open(watch, name);
	/* A change before this point was reported, or will be in debounce; then no record is made. */
	if (!root_stat(watch->root, name, &now))
		now.st_mode = 0;
	if (!crawler_read_events(watch->crawler))
		return WATCH_BUSY;
	bool is_pending = S_ISDIR(now.st_mode)
				  ? debounce_has_below(watch->debounce, path_parent(path))
				  : debounce_has(watch->debounce, path);
	if (is_pending)
		return WATCH_UNKNOWN;
	return compare_first_look(watch->compare, name, state) ? WATCH_KNOWN : WATCH_BUSY;
}

uint64_t
watch_event_count(const struct watch *watch)
{
	return watch->table.events;
}

bool
watch_catch_up(struct watch *watch)
{
	return crawler_catch_up(watch->crawler);
}

bool
watch_is_unchanged(const struct watch *watch, const char *name, uint64_t since)
{
	return crawler_is_unchanged(watch->crawler, name, since);
}

bool
watch_is_polling(const struct watch *watch)
{
	return poller_is_for_all(watch->poller);
}

size_t
watch_folder_count(const struct watch *watch)
{
	return watch->table.watches.entries.count;
}

bool
watch_is_walking(const struct watch *watch)
{
	return crawler_is_walking(watch->crawler);
}
