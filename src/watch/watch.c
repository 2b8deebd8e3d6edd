/*
 * watch: see watch.h.
 *
 * A hint makes a *suspect* (debounce.c says when it is due). Looking at one means comparing the
 * disk with the tree, so the same bytes again, a touch and a temporary file that came and went are
 * no changes.
 */
#define _GNU_SOURCE
#include "watch/watch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "watch/crawler.h"
#include "watch/ignore.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "fs/path.h"
#include "watch/poller.h"
#include "watch/debounce.h"
#include "fs/file_state.h"
#include "watch/watch_table.h"

enum {
	HASH_MAX = 8 * 1024 * 1024, /* larger files are compared by their state alone */
	DOUBT_US = 300 * 1000,      /* how late a hint may be before the kernel counts as silent */
	ASKED_MAX = 10 * 1000,
	IGNORED_MAX = 1000,       /* paths counted for a batch */
	IGNORED_US = 1000 * 1000, /* for so long they belong to it */
};

struct watch {
	struct loop *loop;
	struct root *root;
	struct ignore *ignore;
	struct watch_listener listener;
	struct watch_table table;
	struct debounce *debounce;
	struct poller *poll;
	struct crawler *folders;
	bool is_thorough;
	struct watch_history *seen;
	struct map asked;       /* paths that are ignored, but a page has asked for them */
	struct map ignored_now; /* paths something happened to since ignored_us, for nobody */
	uint64_t ignored_us;
	uint64_t ignored_for_us;
	struct changes changes; /* what the looks of this round found */
	bool is_lost;           /* and there may be more than they can find */
	bool has_new_names;     /* since the last round: some came or went, and may be links */
	const struct watch_table_file
		*doubted; /* changed though no hint has come; see watch_opened */
	struct loop_timer doubt_timer;
};

bool
watch_ignores(const struct watch *watch, const char *name)
{
	return ignore_by(watch->ignore, name, false);
}

static void
forget_ignored(struct watch *watch)
{
	map_finish(&watch->ignored_now);
	watch->ignored_us = loop_now();
}

static void
note_ignored(struct watch *watch, const char *path, const char *pattern)
{
	watch_history_note(watch->seen, slice_of(path), WATCH_HISTORY_IGNORED);
	if (ignore_is_temporary(pattern))
		return;
	if (loop_now() > watch->ignored_us + watch->ignored_for_us)
		forget_ignored(watch);
	if (watch->ignored_now.count == IGNORED_MAX || map_get(&watch->ignored_now, slice_of(path)))
		return;
	map_set(&watch->ignored_now, slice_of(path), watch);
	if (!watch->is_thorough)
		log_verbose("%s is left out by \"%s\"", path, pattern);
}

/* ---- what is in use ---- */

/* Its own folder, and the one where its bytes are when links lead elsewhere. */
static void
use_folders_of(struct watch *watch, const struct watch_table_file *file)
{
	crawler_use(watch->folders, path_parent(slice_of(file->path)));
	if (file->real)
		crawler_use(watch->folders, path_parent(slice_of(file->real)));
}

static bool
lies_below(const struct watch_table_file *file, struct slice folder)
{
	return path_is_below(slice_of(file->path), folder) ||
	       (file->real && path_is_below(slice_of(file->real), folder));
}

/* A folder went away, came or was exchanged: look at every file in use below it. */
static void
suspect_files_below(struct watch *watch, struct slice folder, enum debounce_state state)
{
	const struct watch_table_file *file;

	for (size_t at = 0; (file = map_next(&watch->table.files, &at));) {
		if (!lies_below(file, folder))
			continue;
		if (state != DEBOUNCE_GONE)
			use_folders_of(watch, file);
		debounce_add(watch->debounce, file->path, state, false);
	}
}

/* The same for what pages ask for though it is ignored, and may not have been there. */
static void
suspect_asked_below(struct watch *watch, struct slice folder)
{
	const char *path;

	for (size_t at = 0; (path = map_next(&watch->asked, &at));) {
		if (!path_is_below(slice_of(path), folder))
			continue;
		crawler_use(watch->folders, path_parent(slice_of(path)));
		if (!watch_table_file(&watch->table, slice_of(path)))
			debounce_add(watch->debounce, path, DEBOUNCE_COMPLETE, true);
	}
}

/* Something happened where links of files in use lead. */
static void
suspect_links_to(struct watch *watch, const char *path, enum debounce_state state)
{
	const struct watch_table_file *file;

	if (watch->table.link_count == 0)
		return;
	for (size_t at = 0; (file = map_next(&watch->table.files, &at));)
		if (file->real && strcmp(file->real, path) == 0)
			debounce_add(watch->debounce, file->path, state, false);
}

/* ---- hints ---- */

/* Also an ignored folder may hold files in use; it is just not walked and not announced itself. */
static void
folder_hinted(struct watch *watch, const char *path, enum inotify_hint hint, bool is_ignored)
{
	bool is_gone = hint == INOTIFY_GONE;
	char *name;

	if (!is_gone && hint != INOTIFY_CREATED && hint != INOTIFY_ARRIVED)
		return;
	watch->has_new_names = true;
	if (is_gone || is_ignored)
		crawler_vanished(watch->folders, path);
	else
		crawler_appeared(watch->folders, path);
	suspect_files_below(watch, slice_of(path), is_gone ? DEBOUNCE_GONE : DEBOUNCE_COMPLETE);
	if (!is_gone)
		suspect_asked_below(watch, slice_of(path));
	if (is_ignored)
		return;
	name = mem_format("%s/", path);
	debounce_add(watch->debounce, name, is_gone ? DEBOUNCE_GONE : DEBOUNCE_COMPLETE, !is_gone);
	free(name);
}

static void
file_hinted(struct watch *watch, const char *path, enum inotify_hint hint)
{
	static const enum debounce_state states[] = {
		[INOTIFY_COMPLETE] = DEBOUNCE_COMPLETE,
		[INOTIFY_ARRIVED] = DEBOUNCE_COMPLETE,
		[INOTIFY_CREATED] = DEBOUNCE_WRITING,
		[INOTIFY_WRITING] = DEBOUNCE_WRITING,
		[INOTIFY_TOUCHED] = DEBOUNCE_WRITING,
		[INOTIFY_GONE] = DEBOUNCE_GONE,
	};

	/* A writer says so before it closes; who only closes has touched. */
	bool touches = hint == INOTIFY_TOUCHED || hint == INOTIFY_COMPLETE;
	bool comes = hint == INOTIFY_CREATED || hint == INOTIFY_ARRIVED;
	bool is_first = !debounce_has(watch->debounce, slice_of(path));
	struct debounce_entry *suspect;

	if (hint == INOTIFY_TOUCHED &&
		(!is_first || !watch_table_file(&watch->table, slice_of(path))))
		return;
	suspect = debounce_add(watch->debounce, path, states[hint], comes);
	suspect->is_touched = touches && (is_first || suspect->is_touched);
	watch->has_new_names = watch->has_new_names || comes || hint == INOTIFY_GONE;
	suspect_links_to(watch, path, states[hint]);
}

static bool
is_used(const struct watch *watch, struct slice path)
{
	return watch_table_file(&watch->table, path) || watch_table_folder(&watch->table, path) ||
	       map_get(&watch->asked, path);
}

/* The pattern by which it is; NULL when there is none, or a page uses it. */
static const char *
left_out_by(const struct watch *watch, const char *path, bool is_folder)
{
	return is_used(watch, slice_of(path)) ? NULL : ignore_by(watch->ignore, path, is_folder);
}

/* Other folders may have to be watched now. What no longer has to be stays so, and is not told. */
static void
patterns_changed(struct watch *watch, const char *path)
{
	struct slice parent = path_parent(slice_of(path));
	char *folder = mem_copy(parent.at, parent.length);

	ignore_forget(watch->ignore, folder);
	crawler_walk(watch->folders, folder);
	free(folder);
}

static void
hinted(void *context, const char *path, enum inotify_hint hint, bool is_folder)
{
	struct watch *watch = context;
	const char *pattern;

	if (is_folder)
		ignore_forget(watch->ignore, path);
	else if (ignore_reads(watch->ignore, path))
		patterns_changed(watch, path);
	pattern = left_out_by(watch, path, is_folder);
	if (pattern)
		note_ignored(watch, path, pattern);
	if (watch->doubt_timer.is_set && lies_below(watch->doubted, slice_of(path)))
		loop_timer_clear(watch->loop, &watch->doubt_timer);
	if (is_folder)
		folder_hinted(watch, path, hint, pattern);
	else if (!pattern)
		file_hinted(watch, path, hint);
}

/* As if it were in use, but for its bytes: reading them all would take too long. */
static void
know(struct watch *watch, const char *path, const struct stat *state)
{
	watch_table_add_file(&watch->table, slice_of(path))->seen = *state;
}

static void
found(void *context, const char *path, bool is_new)
{
	struct watch *watch = context;
	struct slice name = slice_of(path);
	struct stat state;

	if (is_new)
		debounce_add(watch->debounce, path, DEBOUNCE_COMPLETE, true);
	else if (watch->is_thorough && !watch_table_file(&watch->table, name) &&
		 !debounce_has(watch->debounce, name) && /* that has yet to be told */
		 root_stat(watch->root, path, &state) && S_ISREG(state.st_mode))
		know(watch, path, &state);
}

static bool
ignores(void *context, const char *path, bool is_folder)
{
	const struct watch *watch = context;

	return ignore_by(watch->ignore, path, is_folder);
}

static void
tell_lost(struct watch *watch)
{
	watch->is_lost = false;
	watch->listener.lost(watch->listener.context);
}

/*
 * Of another root, files in use are compared, so pages are told exactly. After an overflow there
 * may be more, names that a page asked for in vain; that is told once, when the looking is over.
 */
static void
lost(void *context, bool is_other_root)
{
	struct watch *watch = context;

	ignore_forget(watch->ignore, "");
	suspect_files_below(watch, slice_of(""), DEBOUNCE_COMPLETE);
	watch->is_lost = !is_other_root;
	if (watch->is_lost && watch->table.files.count == 0)
		tell_lost(watch);
}

/* ---- looking ---- */

static uint64_t
hash_file(int file, const struct stat *state)
{
	char bytes[64 * 1024];
	uint64_t hash = 1;
	off_t offset = 0;
	ssize_t got;

	if (state->st_size > HASH_MAX)
		return 0;
	while ((got = pread(file, bytes, sizeof(bytes), offset)) > 0) {
		hash = hash_more(hash, (struct slice){bytes, (size_t)got});
		offset += got;
	}
	return got < 0 || hash == 0 ? 0 : hash;
}

static void
remember(struct watch *watch, struct watch_table_file *known, int file, const struct stat *state)
{
	char *real = root_real_name(watch->root, file);
	struct stat after;

	known->is_absent = false;
	known->is_outside = !real;
	if (known->is_outside)
		poller_wake(watch->poll);
	watch_table_set_real(&watch->table, known, real);
	use_folders_of(watch, known);
	known->hash = hash_file(file, state);
	known->seen = *state;
	/* Written to while it was read: the hash is of neither state. */
	if (fstat(file, &after) < 0 || !file_state_is_same(&after, state))
		known->hash = 0;
}

/* Whether a file that is in use holds other bytes than when it was last seen. */
static bool
bytes_differ(struct watch *watch, struct watch_table_file *known, const struct stat *state)
{
	uint64_t before = known->hash;
	int file;

	/* The same state is no proof: times have a grain, and mappings write without new ones. */
	if (before == 0 && file_state_is_same(&known->seen, state))
		return false;
	file = root_open(watch->root, known->path);
	if (file < 0)
		return true;
	remember(watch, known, file, state);
	close(file);
	return before == 0 || before != known->hash;
}

/* The same bytes may be in use by another name, in whose folder nothing happened. */
static void
look_at_other_names(struct watch *watch, const char *path, const struct stat *state)
{
	struct watch_table_file *file;

	if (state->st_nlink < 2)
		return;
	for (size_t at = 0; (file = map_next(&watch->table.files, &at));)
		if (file->seen.st_ino == state->st_ino && file->seen.st_dev == state->st_dev &&
			strcmp(file->path, path) != 0 && bytes_differ(watch, file, state))
			changes_add(&watch->changes, slice_of(file->path), CHANGE_MODIFIED);
}

static void
leave_out(struct watch *watch, const struct debounce_entry *suspect)
{
	struct slice path = slice_of(suspect->path);
	bool is_touched = suspect->is_touched;

	changes_leave_out(&watch->changes, path, is_touched ? LEFT_OUT_TOUCHED : LEFT_OUT_SAME);
	watch_history_note(
		watch->seen, path, is_touched ? WATCH_HISTORY_TOUCHED : WATCH_HISTORY_SAME);
}

static void
look_at_file(struct watch *watch, const struct debounce_entry *suspect, const struct stat *state)
{
	struct watch_table_file *known = watch_table_file(&watch->table, slice_of(suspect->path));
	bool is_created = known ? known->is_absent : suspect->is_new;
	bool happened = !known || !file_state_is_same(&known->seen, state);

	look_at_other_names(watch, suspect->path, state);
	if (!known && watch->is_thorough)
		know(watch, suspect->path, state);
	if (!known || bytes_differ(watch, known, state))
		changes_add(&watch->changes, slice_of(suspect->path),
			is_created ? CHANGE_CREATED : CHANGE_MODIFIED);
	else if (happened)
		leave_out(watch, suspect);
}

static bool
names_folder(const struct debounce_entry *suspect)
{
	return slice_ends(slice_of(suspect->path), "/");
}

/* The record stays: a page that has lost the file is told when it is back. */
static void
forget_bytes(struct watch *watch, struct watch_table_file *known)
{
	known->is_absent = true;
	known->hash = 0;
	known->seen = (struct stat){0};
	watch_table_set_real(&watch->table, known, NULL);
}

/* Returns false when the suspect has to stay one: it has only now been found missing. */
static bool
look_at_nothing(struct watch *watch, struct debounce_entry *suspect)
{
	struct watch_table_file *known = watch_table_file(&watch->table, slice_of(suspect->path));

	if (suspect->state != DEBOUNCE_GONE) {
		debounce_entry_is_gone(suspect);
		return false;
	}
	if (known ? !known->is_absent : !suspect->is_new)
		changes_add(&watch->changes, slice_of(suspect->path), CHANGE_DELETED);
	if (known)
		forget_bytes(watch, known);
	return true;
}

/* A name that came as a file and leads to a folder is a new link. */
static bool
is_link_to_folder(const struct watch *watch, const struct debounce_entry *suspect)
{
	return suspect->is_new && suspect->state != DEBOUNCE_GONE &&
	       !watch_table_file(&watch->table, slice_of(suspect->path));
}

static void
announce_link_to_folder(struct watch *watch, const struct debounce_entry *suspect)
{
	char *path = mem_format("%s/", suspect->path);

	changes_add(&watch->changes, slice_of(path), CHANGE_CREATED);
	free(path);
}

/* Returns false when the suspect has to stay one. Where a file was, a folder is nothing. */
static bool
look(void *context, struct debounce_entry *suspect)
{
	struct watch *watch = context;
	struct stat state;

	if (!names_folder(suspect) && left_out_by(watch, suspect->path, false))
		return true; /* from a poll, which asks for no globs */
	if (!root_stat(watch->root, suspect->path, &state))
		return look_at_nothing(watch, suspect);
	if (names_folder(suspect)) {
		if (suspect->state != DEBOUNCE_GONE)
			changes_add(&watch->changes, slice_of(suspect->path), CHANGE_CREATED);
	} else if (S_ISDIR(state.st_mode)) {
		if (!is_link_to_folder(watch, suspect))
			return look_at_nothing(watch, suspect);
		announce_link_to_folder(watch, suspect);
	} else if (S_ISREG(state.st_mode)) {
		look_at_file(watch, suspect, &state);
	}
	return true;
}

/* What was ignored meanwhile goes along with what was not, never by itself. */
static void
add_ignored(struct watch *watch)
{
	if (loop_now() > watch->ignored_us + watch->ignored_for_us)
		forget_ignored(watch);
	for (size_t at = 0; map_next(&watch->ignored_now, &at);)
		changes_leave_out(
			&watch->changes, map_key(&watch->ignored_now, at), LEFT_OUT_IGNORED);
	forget_ignored(watch);
}

static void
note_changes(struct watch *watch)
{
	static const enum watch_history_outcome outcomes[] = {
		[CHANGE_CREATED] = WATCH_HISTORY_CREATED,
		[CHANGE_MODIFIED] = WATCH_HISTORY_MODIFIED,
		[CHANGE_DELETED] = WATCH_HISTORY_DELETED,
	};

	for (size_t i = 0; i < watch->changes.count; i++)
		watch_history_note(watch->seen, slice_of(watch->changes.items[i].path),
			outcomes[watch->changes.items[i].kind]);
}

static void
tell(struct watch *watch)
{
	const struct watch_listener *listener = &watch->listener;
	const struct changes *changes = &watch->changes;

	if (changes->count) {
		note_changes(watch);
		add_ignored(watch);
		listener->changed(listener->context, changes);
	} else if (listener->unchanged && (changes->left_out[LEFT_OUT_SAME].count ||
						  changes->left_out[LEFT_OUT_TOUCHED].count)) {
		add_ignored(watch);
		listener->unchanged(listener->context, changes);
	}
}

static void
look_by_state(struct watch *watch, struct watch_table_file *file)
{
	enum change_kind kind = file->is_absent ? CHANGE_CREATED : CHANGE_MODIFIED;
	struct stat state;

	if (debounce_has(watch->debounce, slice_of(file->path)))
		return;
	if (!root_stat(watch->root, file->path, &state) || !S_ISREG(state.st_mode)) {
		if (!file->is_absent)
			debounce_add(watch->debounce, file->path, DEBOUNCE_GONE, false);
	} else if (!file_state_is_same(&file->seen, &state) && bytes_differ(watch, file, &state)) {
		changes_add(&watch->changes, slice_of(file->path), kind);
	}
}

/*
 * Names that came or went may have been links on the way to a file in use, or have had its bytes
 * and be gone after these were written: of neither there was a hint by a name of its own.
 */
static void
look_behind_links(struct watch *watch)
{
	struct watch_table_file *file;

	if (!watch->has_new_names)
		return;
	watch->has_new_names = false;
	for (size_t at = 0; (file = map_next(&watch->table.files, &at));)
		if (file->real || file->is_absent || file->seen.st_nlink > 1)
			look_by_state(watch, file);
}

static void
looks_done(void *context)
{
	struct watch *watch = context;

	look_behind_links(watch);
	tell(watch);
	if (watch->is_lost)
		tell_lost(watch);
	changes_finish(&watch->changes);
}

/* ---- from outside ---- */

static void
forget_asked(struct watch *watch)
{
	char *path;

	for (size_t at = 0; (path = map_next(&watch->asked, &at));)
		free(path);
	map_finish(&watch->asked);
}

static void
take_options(struct watch *watch, const struct watch_options *options)
{
	const struct ignore_options ignore = {
		.globs = options->ignore,
		.only = options->only,
		.keeps_sources = options->keeps_sources,
		.heeds_git = options->heeds_git,
	};

	ignore_destroy(watch->ignore);
	watch->ignore = ignore_create(watch->root, &ignore);
	watch->ignored_for_us = IGNORED_US + (uint64_t)options->wait_ms * 1000;
}

struct watch *
watch_create(struct loop *loop, struct root *root, const struct watch_options *options,
	const struct watch_listener *listener)
{
	struct watch *watch = mem_zero(sizeof(*watch));
	struct crawler_listener folders = {
		.hinted = hinted,
		.found = found,
		.ignores = ignores,
		.lost = lost,
		.is_thorough = options->is_thorough,
		.context = watch,
	};

	watch->loop = loop;
	watch->root = root;
	watch->is_thorough = options->is_thorough;
	watch->seen = watch_history_create();
	take_options(watch, options);
	watch->listener = *listener;
	watch->debounce = debounce_create(loop, options->wait_ms, look, looks_done, watch);
	watch->poll = poller_create(loop, root, &watch->table, watch->debounce, &options->poll);
	watch->folders = crawler_create(loop, root, &watch->table, watch->poll, &folders);
	return watch;
}

void
watch_destroy(struct watch *watch)
{
	if (!watch)
		return;
	loop_timer_clear(watch->loop, &watch->doubt_timer);
	crawler_destroy(watch->folders);
	poller_destroy(watch->poll);
	debounce_destroy(watch->debounce);
	changes_finish(&watch->changes);
	forget_asked(watch);
	map_finish(&watch->ignored_now);
	watch_table_finish(&watch->table);
	ignore_destroy(watch->ignore);
	watch_history_destroy(watch->seen);
	free(watch);
}

void
watch_reconfigure(struct watch *watch, const struct watch_options *options)
{
	take_options(watch, options);
	debounce_set_wait(watch->debounce, options->wait_ms);
	crawler_walk(watch->folders, "");
}

void
watch_before_open(struct watch *watch, const char *name)
{
	struct slice path = slice_of(name);
	struct stat state = {0};

	if (watch_ignores(watch, name) && !map_get(&watch->asked, path) &&
		watch->asked.count < ASKED_MAX)
		map_set(&watch->asked, path, mem_text(name));
	crawler_use(watch->folders, path_parent(path));
	if (watch->is_thorough && !watch_table_file(&watch->table, path)) {
		bool is_there = root_stat(watch->root, name, &state);

		know(watch, name, &state);
		watch_table_file(&watch->table, path)->is_absent = !is_there;
	}
}

/* The doubted file's hint never came. */
static void
doubt_was_right(void *context)
{
	struct watch *watch = context;

	log_notice("changes are made here that the kernel does not tell of, so files in use are "
		   "looked at from time to time, too");
	poller_set_all(watch->poll);
}

/* A new size or time without a hint: it is still on its way, or the kernel is silent here. */
static void
doubt(struct watch *watch, const struct watch_table_file *known, const struct stat *state)
{
	bool is_written = known->seen.st_size != state->st_size ||
			  known->seen.st_mtim.tv_sec != state->st_mtim.tv_sec ||
			  known->seen.st_mtim.tv_nsec != state->st_mtim.tv_nsec;

	/* Through another name of it, the hint was for that. */
	if (!is_written || known->seen.st_nlink > 1 || state->st_nlink > 1 || known->is_absent ||
		poller_is_for_all(watch->poll) || watch->doubt_timer.is_set)
		return;
	watch->doubted = known;
	loop_timer_set(watch->loop, &watch->doubt_timer, DOUBT_US, doubt_was_right, watch);
}

void
watch_opened(struct watch *watch, const char *name, int file, const struct stat *state)
{
	struct watch_table_file *known = watch_table_file(&watch->table, slice_of(name));

	bool is_suspect = debounce_has(watch->debounce, slice_of(name));

	if (!known) {
		known = watch_table_add_file(&watch->table, slice_of(name));
		known->is_absent = is_suspect; /* its coming has yet to be told */
		if (!is_suspect)
			remember(watch, known, file, state);
		return;
	}
	if (file_state_is_same(&known->seen, state))
		return;
	/*
	 * The record stays as it is: other pages hold the old bytes, and comparing with those is
	 * what tells them. But this page holds others; were the old ones written back, it would not
	 * be told.
	 */
	if (known->hash && hash_file(file, state) != known->hash)
		known->hash = 0;
	if (!is_suspect)
		doubt(watch, known, state);
	debounce_add(watch->debounce, name, DEBOUNCE_COMPLETE, false);
}

void
watch_open_failed(struct watch *watch, const char *name)
{
	struct watch_table_file *known = watch_table_file(&watch->table, slice_of(name));

	if (!known || known->is_absent)
		return;
	known->hash = 0;
	known->seen = (struct stat){0};
	if (!debounce_has(watch->debounce, slice_of(name)))
		debounce_add(watch->debounce, name, DEBOUNCE_GONE, false);
}

void
watch_told(struct watch *watch, const struct changes *changes, size_t pages)
{
	watch_history_told(watch->seen, changes, pages);
}

/* A folder counts by itself, a file by the one it is in. */
static enum watch_how
how_watched(const struct watch *watch, struct slice path, bool is_folder)
{
	const struct watch_table_folder *folder = watch_table_folder(
		&watch->table, is_folder ? path : path_parent(path));

	if (folder && folder->watch >= 0 && !poller_is_for_all(watch->poll))
		return WATCH_HEARD;
	return folder || watch_table_file(&watch->table, path) ? WATCH_POLLED : WATCH_NOT;
}

static const struct watch_history_entry *
last_seen(const struct watch *watch, const char *name)
{
	const struct watch_history_entry *file = watch_history_find(watch->seen, slice_of(name)),
					 *folder;
	char *path = mem_format("%s/", name);

	folder = watch_history_find(watch->seen, slice_of(path));
	free(path);
	return !file || (folder && folder->when > file->when) ? folder : file;
}

void
watch_describe(
	const struct watch *watch, const char *name, bool is_folder, struct watch_account *account)
{
	struct slice path = slice_of(name);
	const struct watch_table_file *file = watch_table_file(&watch->table, path);

	*account = (struct watch_account){
		.how = how_watched(watch, path, is_folder),
		.ignored_by = ignore_by(watch->ignore, name, is_folder),
		.real = file ? file->real : NULL,
		.is_used = file || map_get(&watch->asked, path),
		.is_walking = watch_is_walking(watch),
		.last = last_seen(watch, name),
	};
}

static uint64_t
hash_state(const struct stat *state)
{
	const int64_t words[] = {
		(int64_t)state->st_ino,
		state->st_size,
		state->st_mtim.tv_sec,
		state->st_mtim.tv_nsec,
		state->st_ctim.tv_sec,
		state->st_ctim.tv_nsec,
	};
	uint64_t hash = hash_bytes((struct slice){(const char *)words, sizeof(words)});

	return hash ? hash : 1;
}

/* Returns false when name is not in use. */
static bool
knows_state(const struct watch *watch, const char *name, uint64_t *state)
{
	const struct watch_table_file *known = watch_table_file(&watch->table, slice_of(name));

	*state = 0;
	if (known && !known->is_absent)
		*state = known->hash ? known->hash : hash_state(&known->seen);
	return known;
}

/* Of what is not in use yet. A file then is. */
static uint64_t
look_first(struct watch *watch, const char *name)
{
	int file = root_open(watch->root, name);
	uint64_t hash = 0;
	struct stat state;

	if (file < 0)
		return 0;
	if (fstat(file, &state) < 0)
		state.st_mode = 0;
	if (S_ISDIR(state.st_mode))
		hash = hash_state(&state);
	if (S_ISREG(state.st_mode)) {
		watch_opened(watch, name, file, &state);
		knows_state(watch, name, &hash);
	}
	close(file);
	return hash;
}

bool
watch_state(struct watch *watch, const char *name, uint64_t *state)
{
	struct slice path = slice_of(name);
	struct stat now;
	bool is_awaited;

	if (knows_state(watch, name, state))
		return true;
	watch_before_open(watch, name);
	/*
	 * What came before this look has been told or is, once heard, a suspect; a record made now
	 * would keep that from being told.
	 */
	if (!root_stat(watch->root, name, &now))
		now.st_mode = 0;
	crawler_hear(watch->folders);
	if (S_ISDIR(now.st_mode))
		is_awaited = debounce_has_below(watch->debounce, path_parent(path));
	else
		is_awaited = debounce_has(watch->debounce, path);
	if (is_awaited)
		return false;
	*state = look_first(watch, name);
	return true;
}

bool
watch_is_polling(const struct watch *watch)
{
	return poller_is_for_all(watch->poll);
}

size_t
watch_folder_count(const struct watch *watch)
{
	return watch->table.watches.count;
}

bool
watch_is_walking(const struct watch *watch)
{
	return crawler_is_walking(watch->folders);
}
