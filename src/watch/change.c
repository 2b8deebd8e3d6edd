/*
 * change: see change.h. A batch owns an array of changes; each change owns its path.
 */
#include "watch/change.h"

#include <stdlib.h>

#include "base/mem.h"

const char *
change_kind_name(enum change_kind kind)
{
	static const char *const names[] = {
		[CHANGE_CREATED] = "created",
		[CHANGE_MODIFIED] = "modified",
		[CHANGE_DELETED] = "deleted",
	};

	return names[kind];
}

void
changes_finish(struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++)
		free(changes->items[i].path);
	free(changes->items);
	for (size_t i = 0; i < LEFT_OUT_COUNT; i++)
		free(changes->left_out[i].first);
	*changes = (struct changes){0};
}

struct change *
changes_add(struct changes *changes, struct slice path, enum change_kind kind)
{
	struct change *change;

	if (changes->count == CHANGES_LISTED_MAX) {
		changes->further_count++;
		return NULL;
	}
	changes->items = mem_grow(
		changes->items, changes->count, &changes->capacity, sizeof(*changes->items));
	change = &changes->items[changes->count++];
	*change = (struct change){.path = mem_copy(path.at, path.length), .kind = kind};
	return change;
}

void
changes_copy(struct changes *changes, const struct change *change)
{
	struct change *copy = changes_add(changes, slice_of(change->path), change->kind);

	if (copy) {
		copy->draft = change->draft;
		copy->is_empty = change->is_empty;
		copy->since = change->since;
	}
}

bool
change_is_told(unsigned draft, bool sees_drafts)
{
	const unsigned on_disk = CHANGE_ON_DISK | CHANGE_UNDER_DRAFT;

	return !draft || draft & (sees_drafts ? ~(unsigned)CHANGE_UNDER_DRAFT : on_disk);
}

void
changes_leave_out(struct changes *changes, struct slice path, enum left_out why)
{
	if (changes->left_out[why].count++ == 0)
		changes->left_out[why].first = mem_copy(path.at, path.length);
}
