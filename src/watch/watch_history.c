/*
 * watch_history: see watch_history.h. The entries stand in a ring, and a map finds them.
 */
#include "watch/watch_history.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"

struct watch_history {
	struct watch_history_entry ring[WATCH_HISTORY_MAX];
	size_t next;
	struct map by_path;
};

struct watch_history *
watch_history_create(void)
{
	return mem_zero(sizeof(struct watch_history));
}

void
watch_history_destroy(struct watch_history *seen)
{
	if (!seen)
		return;
	for (size_t i = 0; i < WATCH_HISTORY_MAX; i++)
		free(seen->ring[i].path);
	map_finish(&seen->by_path);
	free(seen);
}

static struct watch_history_entry *
add(struct watch_history *seen, struct slice path)
{
	struct watch_history_entry *entry = &seen->ring[seen->next];

	seen->next = (seen->next + 1) % WATCH_HISTORY_MAX;
	if (entry->path)
		map_remove(&seen->by_path, slice_of(entry->path));
	free(entry->path);
	entry->path = mem_copy(path.at, path.length);
	map_set(&seen->by_path, path, entry);
	return entry;
}

void
watch_history_note(
	struct watch_history *seen, struct slice path, enum watch_history_outcome outcome)
{
	struct watch_history_entry *entry = map_get(&seen->by_path, path);

	if (!entry)
		entry = add(seen, path);
	entry->when = time(NULL);
	entry->outcome = outcome;
	entry->told = 0;
}

void
watch_history_told(struct watch_history *seen, const struct changes *changes, size_t pages)
{
	for (size_t i = 0; i < changes->count; i++) {
		struct watch_history_entry *entry = map_get(
			&seen->by_path, slice_of(changes->items[i].path));

		if (entry)
			entry->told = pages;
	}
}

const struct watch_history_entry *
watch_history_find(const struct watch_history *seen, struct slice path)
{
	return map_get(&seen->by_path, path);
}
