/*
 * watch_history: see watch_history.h. Owns a ring of entries, and a map that finds them by path.
 */
#include "watch/watch_history.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"

struct watch_history {
	struct watch_history_entry
		*ring; /* WATCH_HISTORY_MAX entries; NULL before the first note */
	size_t next;
	struct map by_path;
};

struct watch_history *
watch_history_create(void)
{
	return mem_zero(sizeof(struct watch_history));
}

void
watch_history_destroy(struct watch_history *history)
{
	if (!history)
		return;
	for (size_t i = 0; history->ring && i < WATCH_HISTORY_MAX; i++)
		free(history->ring[i].path);
	free(history->ring);
	map_finish(&history->by_path);
	free(history);
}

static struct watch_history_entry *
add(struct watch_history *history, struct slice path)
{
	struct watch_history_entry *entry;

	if (!history->ring)
		history->ring = mem_array(WATCH_HISTORY_MAX, sizeof(*history->ring));
	entry = &history->ring[history->next];
	history->next = (history->next + 1) % WATCH_HISTORY_MAX;
	if (entry->path)
		map_remove(&history->by_path, slice_of(entry->path));
	free(entry->path);
	entry->path = mem_copy(path.at, path.length);
	map_set(&history->by_path, path, entry);
	return entry;
}

void
watch_history_note(
	struct watch_history *history, struct slice path, enum watch_history_outcome outcome)
{
	struct watch_history_entry *entry = map_get(&history->by_path, path);

	if (!entry)
		entry = add(history, path);
	entry->when = time(NULL);
	entry->outcome = outcome;
	entry->page_count = 0;
}

void
watch_history_note_changes(struct watch_history *history, const struct changes *changes)
{
	static const enum watch_history_outcome outcomes[] = {
		[CHANGE_CREATED] = WATCH_HISTORY_CREATED,
		[CHANGE_MODIFIED] = WATCH_HISTORY_MODIFIED,
		[CHANGE_DELETED] = WATCH_HISTORY_DELETED,
	};

	for (size_t i = 0; i < changes->count; i++)
		watch_history_note(history, slice_of(changes->items[i].path),
			outcomes[changes->items[i].kind]);
}

void
watch_history_note_pages(struct watch_history *history, const struct changes *changes, size_t pages)
{
	for (size_t i = 0; i < changes->count; i++) {
		struct watch_history_entry *entry = map_get(
			&history->by_path, slice_of(changes->items[i].path));

		if (entry)
			entry->page_count = pages;
	}
}

const struct watch_history_entry *
watch_history_find(const struct watch_history *history, const char *name)
{
	const struct watch_history_entry *file = map_get(&history->by_path, slice_of(name)),
					 *folder;
	char *path = mem_format("%s/", name);

	folder = map_get(&history->by_path, slice_of(path));
	free(path);
	return !file || (folder && folder->when > file->when) ? folder : file;
}
