/*
 * recheck: see recheck.h. Owns one timer, and how far its work has come. A round through all names
 * may miss one when names are added during it, so its user reports that events were lost as well.
 */
#include "watch/recheck.h"

#include "fs/path.h"

enum { SLICE_US = 1000 };

static void do_slice(void *context);

static void
add_file(struct recheck *recheck, const struct watch_table_file *file, enum debounce_state state)
{
	if (state != DEBOUNCE_GONE)
		crawler_watch_file(recheck->crawler, file);
	debounce_add(recheck->debounce, file->path, state, false);
}

static void
add_requested(struct recheck *recheck, const struct watch_table_name *name)
{
	struct buf path = {0};

	path_tree_path(&recheck->table->names, &name->node, &path);
	crawler_watch_folder(recheck->crawler, path_parent(buf_slice(&path)));
	if (!name->file)
		debounce_add(recheck->debounce, buf_slice(&path).at, DEBOUNCE_COMPLETE, true);
	buf_finish(&path);
}

static void
add_linked(struct recheck *recheck, const struct watch_table_name *name, enum debounce_state state)
{
	for (const struct watch_table_file *file = name->linked; file; file = file->next_linked)
		add_file(recheck, file, state);
}

void
recheck_below(struct recheck *recheck, struct slice folder, enum debounce_state state)
{
	const struct watch_table_name *top = watch_table_name(recheck->table, folder), *name = top;

	for (; name; name = watch_table_next_name(name, top)) {
		if (name->file)
			add_file(recheck, name->file, state);
		add_linked(recheck, name, state);
		if (name->request.lru && state != DEBOUNCE_GONE)
			add_requested(recheck, name);
	}
}

void
recheck_links_to(struct recheck *recheck, const char *path, enum debounce_state state)
{
	const struct watch_table_name *name = NULL;

	if (recheck->table->link_count)
		name = watch_table_name(recheck->table, slice_of(path));
	if (!name)
		return;
	for (const struct watch_table_file *file = name->linked; file; file = file->next_linked)
		debounce_add(recheck->debounce, file->path, state, false);
}

/* ---- in slices ---- */

static bool
add_some(struct recheck *recheck, uint64_t end)
{
	const struct watch_table_file *file;

	while (loop_now() < end) {
		file = watch_table_next_file(recheck->table, &recheck->place);
		if (!file)
			return true;
		add_file(recheck, file, DEBOUNCE_COMPLETE);
	}
	return false;
}

/* Returns whether nothing is left to do. */
static bool
work(struct recheck *recheck)
{
	uint64_t end = loop_now() + SLICE_US;

	if (recheck->is_for_all)
		recheck->is_for_all = !add_some(recheck, end);
	if (!recheck->is_for_all && recheck->is_behind) {
		recheck->is_behind = !compare_look_behind_links(
			recheck->compare, recheck->debounce, recheck->is_first_behind, end);
		recheck->is_first_behind = false;
	}
	if (!recheck->is_for_all && !recheck->is_behind)
		return true;
	loop_timer_set(recheck->loop, &recheck->timer, 0, do_slice, recheck);
	return false;
}

static void
do_slice(void *context)
{
	struct recheck *recheck = context;

	if (work(recheck))
		recheck->done(recheck->context);
}

void
recheck_all(struct recheck *recheck)
{
	recheck->is_for_all = true;
	recheck->place = (struct hash_table_place){0};
	loop_timer_set(recheck->loop, &recheck->timer, 0, do_slice, recheck);
}

bool
recheck_is_busy(const struct recheck *recheck)
{
	return recheck->is_for_all;
}

bool
recheck_behind_links(struct recheck *recheck)
{
	recheck->is_behind = recheck->is_first_behind = true;
	return work(recheck);
}

/* Whether pages may use what has changed by a path that the table does not know. */
static bool
has_unknown_paths(const struct watch_table *table, const struct change *change)
{
	struct slice path = slice_of(change->path);

	if (watch_table_is_forgotten(table, path))
		return true;
	if (change->kind == CHANGE_MODIFIED)
		return false;
	path.length -= slice_ends(path, "/");
	return watch_table_is_crowded(table, path_parent(path));
}

bool
recheck_has_unknown_paths(const struct recheck *recheck, const struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++)
		if (has_unknown_paths(recheck->table, &changes->items[i]))
			return true;
	return false;
}

void
recheck_finish(struct recheck *recheck)
{
	loop_timer_clear(recheck->loop, &recheck->timer);
}
