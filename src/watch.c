/*
 * watch: see watch.h.
 *
 * A hint makes a *suspect* (suspects.c says when it is due). Looking at one means comparing the disk
 * with the tree, so the same bytes again, a touch and a temporary file that came and went are no
 * changes.
 */
#define _GNU_SOURCE
#include "watch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "glob.h"
#include "inotify.h"
#include "log.h"
#include "mem.h"
#include "path.h"
#include "suspects.h"
#include "tree.h"

enum {
	SLICE_US = 2 * 1000,        /* the walk holds nobody up longer */
	HASH_MAX = 8 * 1024 * 1024, /* larger files are compared by their state alone */
};

static const char *const ignored_by_default[] = {
	".git", ".hg", ".svn", "node_modules", "venv", ".venv", "__pycache__", ".DS_Store",
	"*~", "#*#", ".#*", "*.swp", "*.swx", "*.swo", "4913", "*___jb_tmp___", "*___jb_old___",
	".goutputstream-*", "sed??????", NULL,
};

struct walk_item {
	struct walk_item *next;
	char *path;
	bool report; /* its files are news: the folder appeared after the walk had been here */
};

struct watch {
	struct loop *loop;
	struct root *root;
	struct inotify *inotify;
	struct watch_options options;
	struct watch_listener listener;
	struct tree tree;
	bool said_limit;

	struct walk_item *walk_first, **walk_end;
	struct loop_timer walk_timer;

	struct suspects *suspects;
	struct changes changes; /* what the looks of this round found */
};

static void walk_slice(void *context);

/* ---- which folders are watched ---- */

static bool
matches_any(const char *const *globs, struct slice path)
{
	for (; globs && *globs; globs++)
		if (glob_means(*globs, path))
			return true;
	return false;
}

bool
watch_ignores(const struct watch *watch, const char *name)
{
	return matches_any(ignored_by_default, slice_of(name)) ||
	       matches_any(watch->options.ignore, slice_of(name));
}

static void
say_limit(struct watch *watch)
{
	if (watch->said_limit)
		return;
	watch->said_limit = true;
	log_notice("the kernel allows no more watches (fs.inotify.max_user_watches), so changes in "
		   "some folders are not seen; raise it with: sudo sysctl "
		   "fs.inotify.max_user_watches=524288");
}

static void
unwatch(void *context, int number)
{
	struct watch *watch = context;

	inotify_unwatch(watch->inotify, number);
}

/* Gives the folder at path a kernel watch; NULL when there is no such folder. */
static struct tree_folder *
watch_folder(struct watch *watch, struct slice path)
{
	struct tree_folder *folder = tree_folder(&watch->tree, path);
	char *name;
	int fd, number;

	if ((folder && folder->watch >= 0) || !watch->inotify)
		return folder;
	name = mem_copy(path.at, path.length);
	fd = root_open_path(watch->root, name);
	free(name);
	if (fd < 0)
		return NULL;
	number = inotify_watch(watch->inotify, fd);
	if (number < 0 && errno == ENOSPC)
		say_limit(watch);
	else if (number < 0)
		goto not_a_folder;
	close(fd);
	if (!folder)
		folder = tree_add_folder(&watch->tree, path);
	tree_set_watch(&watch->tree, folder, number);
	return folder;

not_a_folder:
	close(fd);
	return NULL;
}

static void
queue_walk(struct watch *watch, const char *path, bool report)
{
	struct walk_item *item = mem_zero(sizeof(*item));

	item->path = mem_text(path);
	item->report = report;
	*watch->walk_end = item;
	watch->walk_end = &item->next;
	if (!watch->walk_timer.is_set)
		loop_timer_set(watch->loop, &watch->walk_timer, 0, walk_slice, watch);
}

static char *
join(const char *folder, const char *name)
{
	return *folder ? mem_format("%s/%s", folder, name) : mem_text(name);
}

/* ---- what is in use ---- */

/* Every file in use below a folder that went away or was exchanged has to be looked at. */
static void
suspect_files_below(struct watch *watch, struct slice folder)
{
	const struct tree_file *file;

	for (size_t at = 0; (file = map_next(&watch->tree.files, &at));)
		if (tree_is_below(slice_of(file->path), folder))
			suspects_add(watch->suspects, file->path, SUSPECT_GONE, false);
}

/* A folder appeared: what is used below it may be there again, in folders not watched yet. */
static void
use_anew(struct watch *watch, struct slice folder)
{
	const struct tree_file *file;

	for (size_t at = 0; (file = map_next(&watch->tree.files, &at));) {
		if (!tree_is_below(slice_of(file->path), folder))
			continue;
		watch_use(watch, file->path);
		suspects_add(watch->suspects, file->path, SUSPECT_COMPLETE, false);
	}
}

/* ---- the walk ---- */

static bool
entry_is_folder(DIR *folder, const struct dirent *entry)
{
	struct stat state;

	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type == DT_DIR;
	return fstatat(dirfd(folder), entry->d_name, &state, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(state.st_mode);
}

static void
walk_entry(struct watch *watch, const struct walk_item *item, DIR *folder, const struct dirent *entry)
{
	char *path;

	if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
		return;
	path = join(item->path, entry->d_name);
	if (watch_ignores(watch, path))
		;
	else if (entry_is_folder(folder, entry))
		queue_walk(watch, path, item->report);
	else if (item->report)
		suspects_add(watch->suspects, path, SUSPECT_COMPLETE, true);
	free(path);
}

/* The watch comes first, then the look: what appears in between is seen twice, never missed. */
static void
walk_folder(struct watch *watch, const struct walk_item *item)
{
	struct dirent *entry;
	DIR *folder;
	int fd;

	if (!watch_folder(watch, slice_of(item->path)))
		return;
	fd = root_open(watch->root, item->path);
	folder = fd >= 0 ? fdopendir(fd) : NULL;
	if (!folder) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(folder)))
		walk_entry(watch, item, folder, entry);
	closedir(folder);
}

static void
walk_slice(void *context)
{
	struct watch *watch = context;
	uint64_t end = loop_now() + SLICE_US;

	while (watch->walk_first && loop_now() < end) {
		struct walk_item *item = watch->walk_first;

		watch->walk_first = item->next;
		if (!watch->walk_first)
			watch->walk_end = &watch->walk_first;
		walk_folder(watch, item);
		free(item->path);
		free(item);
	}
	if (watch->walk_first)
		loop_timer_set(watch->loop, &watch->walk_timer, 0, walk_slice, watch);
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
	tree_remove_folders(&watch->tree, slice_of(path), unwatch, watch);
	if (is_gone)
		suspect_files_below(watch, slice_of(path));
	else
		use_anew(watch, slice_of(path));
	if (is_ignored)
		return;
	name = mem_format("%s/", path);
	suspects_add(
		watch->suspects, name, is_gone ? SUSPECT_GONE : SUSPECT_COMPLETE, !is_gone);
	free(name);
	if (!is_gone)
		queue_walk(watch, path, true);
}

static void
file_hinted(struct watch *watch, const char *path, enum inotify_hint hint)
{
	static const enum suspect_state states[] = {
		[INOTIFY_COMPLETE] = SUSPECT_COMPLETE,
		[INOTIFY_ARRIVED] = SUSPECT_COMPLETE,
		[INOTIFY_CREATED] = SUSPECT_WRITING,
		[INOTIFY_WRITING] = SUSPECT_WRITING,
		[INOTIFY_TOUCHED] = SUSPECT_WRITING,
		[INOTIFY_GONE] = SUSPECT_GONE,
	};

	if (hint == INOTIFY_TOUCHED && (suspects_has(watch->suspects, slice_of(path)) ||
					       !tree_file(&watch->tree, slice_of(path))))
		return;
	suspects_add(watch->suspects, path, states[hint],
		hint == INOTIFY_CREATED || hint == INOTIFY_ARRIVED);
}

static void
entry_hinted(struct watch *watch, const char *path, enum inotify_hint hint, bool is_folder)
{
	bool is_ignored = watch_ignores(watch, path) &&
			  !tree_file(&watch->tree, slice_of(path)) &&
			  !tree_folder(&watch->tree, slice_of(path));

	if (is_folder)
		folder_hinted(watch, path, hint, is_ignored);
	else if (!is_ignored)
		file_hinted(watch, path, hint);
}

/* Handling a hint may forget folders, so all paths are taken down before the first is handled. */
static void
entries_hinted(struct watch *watch, const struct tree_folder *folder, enum inotify_hint hint,
	const char *name, bool is_folder)
{
	char *path = join(folder->path, name);

	if (folder->same_watch)
		entries_hinted(watch, folder->same_watch, hint, name, is_folder);
	entry_hinted(watch, path, hint, is_folder);
	free(path);
}

/* Everything may have changed: look at all that is in use, walk anew for folders not yet seen. */
static void
start_over(struct watch *watch)
{
	const struct tree_file *file;

	/* The end of a watch may be among what was lost. */
	tree_remove_folders(&watch->tree, slice_of(""), unwatch, watch);
	watch_folder(watch, slice_of(""));
	log_verbose("more changes at once than the kernel's queue holds; looking at everything anew");
	for (size_t at = 0; (file = map_next(&watch->tree.files, &at));) {
		watch_use(watch, file->path);
		suspects_add(watch->suspects, file->path, SUSPECT_COMPLETE, false);
	}
	queue_walk(watch, "", false);
	watch->listener.lost(watch->listener.context);
}

static void
hinted(void *context, int number, enum inotify_hint hint, const char *name, bool is_folder)
{
	struct watch *watch = context;
	struct tree_folder *folder = tree_watched(&watch->tree, number);

	if (hint == INOTIFY_OVERFLOW)
		start_over(watch);
	else if (hint == INOTIFY_ENDED)
		for (; folder; folder = tree_watched(&watch->tree, number))
			tree_set_watch(&watch->tree, folder, -1);
	else if (folder && *name)
		entries_hinted(watch, folder, hint, name, is_folder);
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
		hash = map_hash(hash, bytes, (size_t)got);
		offset += got;
	}
	return got < 0 || hash == 0 ? 0 : hash;
}

static void
remember(struct tree_file *known, int file, const struct stat *state)
{
	struct stat after;

	known->hash = hash_file(file, state);
	known->seen = *state;
	/* Written to while it was read: the hash is of neither state. */
	if (fstat(file, &after) < 0 || !tree_same_state(&after, state))
		known->hash = 0;
}

/* Whether a file that is in use holds other bytes than when it was last seen. */
static bool
bytes_differ(struct watch *watch, struct tree_file *known, const struct stat *state)
{
	uint64_t before = known->hash;
	int file;

	/* The same state is no proof: times have a grain, and mappings write without new ones. */
	if (before == 0 && tree_same_state(&known->seen, state))
		return false;
	file = root_open(watch->root, known->path);
	if (file < 0)
		return true;
	remember(known, file, state);
	close(file);
	return before == 0 || before != known->hash;
}

/* What became of a file that is there. Returns whether it is news. */
static bool
look_at_file(struct watch *watch, const struct suspect *suspect, const struct stat *state,
	enum change_kind *kind)
{
	struct tree_file *known = tree_file(&watch->tree, slice_of(suspect->path));

	*kind = suspect->is_new && !known ? CHANGE_CREATED : CHANGE_MODIFIED;
	return !known || bytes_differ(watch, known, state);
}

static bool
names_folder(const struct suspect *suspect)
{
	return slice_ends(slice_of(suspect->path), "/");
}

/* Returns false when the suspect has to stay one: it has only now been found missing. */
static bool
look_at_nothing(struct watch *watch, struct suspect *suspect)
{
	struct tree_file *known = tree_file(&watch->tree, slice_of(suspect->path));

	if (suspect->state != SUSPECT_GONE) {
		suspect_is_gone(suspect);
		return false;
	}
	if (known || !suspect->is_new)
		changes_add(&watch->changes, slice_of(suspect->path), CHANGE_DELETED);
	if (known)
		tree_remove_file(&watch->tree, known);
	return true;
}

/* A name that came as a file and leads to a folder is a new link. */
static bool
is_link_to_folder(const struct watch *watch, const struct suspect *suspect)
{
	return suspect->is_new && suspect->state != SUSPECT_GONE &&
	       !tree_file(&watch->tree, slice_of(suspect->path));
}

static void
announce_link_to_folder(struct watch *watch, const struct suspect *suspect)
{
	char *path = mem_format("%s/", suspect->path);

	changes_add(&watch->changes, slice_of(path), CHANGE_CREATED);
	free(path);
}

/* Returns false when the suspect has to stay one. Where a file was, a folder is nothing. */
static bool
look(void *context, struct suspect *suspect)
{
	struct watch *watch = context;
	enum change_kind kind = CHANGE_CREATED;
	struct stat state;

	if (!root_stat(watch->root, suspect->path, &state))
		return look_at_nothing(watch, suspect);
	if (names_folder(suspect)) {
		if (suspect->state != SUSPECT_GONE)
			changes_add(&watch->changes, slice_of(suspect->path), kind);
	} else if (S_ISDIR(state.st_mode)) {
		if (!is_link_to_folder(watch, suspect))
			return look_at_nothing(watch, suspect);
		announce_link_to_folder(watch, suspect);
	} else if (S_ISREG(state.st_mode) && look_at_file(watch, suspect, &state, &kind)) {
		changes_add(&watch->changes, slice_of(suspect->path), kind);
	}
	return true;
}

static void
looks_done(void *context)
{
	struct watch *watch = context;

	if (watch->changes.count)
		watch->listener.changed(watch->listener.context, &watch->changes);
	changes_finish(&watch->changes);
}

/* ---- from outside ---- */

struct watch *
watch_create(struct loop *loop, struct root *root, const struct watch_options *options,
	const struct watch_listener *listener)
{
	struct watch *watch = mem_zero(sizeof(*watch));

	watch->loop = loop;
	watch->root = root;
	watch->options = *options;
	watch->listener = *listener;
	watch->walk_end = &watch->walk_first;
	watch->suspects = suspects_create(loop, options->wait_ms, look, looks_done, watch);
	watch->inotify = inotify_create(loop, hinted, watch);
	if (!watch->inotify) {
		log_notice("cannot watch for changes: %s; other programs use all inotify instances: "
			   "raise the limit with: sudo sysctl fs.inotify.max_user_instances=512",
			strerror(errno));
		return watch;
	}
	watch_folder(watch, slice_of(""));
	queue_walk(watch, "", false);
	return watch;
}

void
watch_destroy(struct watch *watch)
{
	if (!watch)
		return;
	loop_timer_clear(watch->loop, &watch->walk_timer);
	inotify_destroy(watch->inotify);
	suspects_destroy(watch->suspects);
	while (watch->walk_first) {
		struct walk_item *item = watch->walk_first;

		watch->walk_first = item->next;
		free(item->path);
		free(item);
	}
	tree_finish(&watch->tree);
	free(watch);
}

void
watch_use(struct watch *watch, const char *name)
{
	struct slice folder = path_parent(slice_of(name));

	/* Of a folder that is not there yet, the nearest one that is tells when it comes. */
	while (!watch_folder(watch, folder) && folder.length)
		folder = path_parent(folder);
}

void
watch_used(struct watch *watch, const char *name, int file, const struct stat *state)
{
	struct tree_file *known = tree_file(&watch->tree, slice_of(name));

	if (!known) {
		remember(tree_add_file(&watch->tree, slice_of(name)), file, state);
		return;
	}
	/*
	 * A new state that no hint has told of yet, or one that is being settled. The record stays as
	 * it is: other pages hold the old bytes, and comparing with those is what tells them.
	 */
	if (!tree_same_state(&known->seen, state))
		suspects_add(watch->suspects, name, SUSPECT_COMPLETE, false);
}

bool
watch_is_deaf(const struct watch *watch)
{
	return !watch->inotify;
}

size_t
watch_folder_count(const struct watch *watch)
{
	return watch->tree.watches.count;
}

bool
watch_is_walking(const struct watch *watch)
{
	return watch->walk_first != NULL;
}
