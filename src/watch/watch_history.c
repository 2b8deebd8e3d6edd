/*
 * watch_history: see watch_history.h. The entries stand in a ring, and a map finds them.
 */
#include "watch/watch_history.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"

struct seen {
	struct seen_entry ring[SEEN_MAX];
	size_t next;
	struct map by_path;
};

struct seen *
seen_create(void)
{
	return mem_zero(sizeof(struct seen));
}

void
seen_destroy(struct seen *seen)
{
	if (!seen)
		return;
	for (size_t i = 0; i < SEEN_MAX; i++)
		free(seen->ring[i].path);
	map_finish(&seen->by_path);
	free(seen);
}

static struct seen_entry *
add(struct seen *seen, struct slice path)
{
	struct seen_entry *entry = &seen->ring[seen->next];

	seen->next = (seen->next + 1) % SEEN_MAX;
	if (entry->path)
		map_remove(&seen->by_path, slice_of(entry->path));
	free(entry->path);
	entry->path = mem_copy(path.at, path.length);
	map_set(&seen->by_path, path, entry);
	return entry;
}

void
seen_note(struct seen *seen, struct slice path, enum seen_outcome outcome)
{
	struct seen_entry *entry = map_get(&seen->by_path, path);

	if (!entry)
		entry = add(seen, path);
	entry->when = time(NULL);
	entry->outcome = outcome;
	entry->told = 0;
}

void
seen_told(struct seen *seen, const struct changes *changes, size_t pages)
{
	for (size_t i = 0; i < changes->count; i++) {
		struct seen_entry *entry = map_get(
			&seen->by_path, slice_of(changes->items[i].path));

		if (entry)
			entry->told = pages;
	}
}

const struct seen_entry *
seen_find(const struct seen *seen, struct slice path)
{
	return map_get(&seen->by_path, path);
}
