/*
 * change: what happened to one path, and a batch of that.
 *
 * Room: ground. A path is relative to the served folder, bytes, without a leading slash; the path of a
 * folder ends in '/'.
 */
#ifndef CHANGE_H
#define CHANGE_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

enum change_kind {
	CHANGE_CREATED,
	CHANGE_MODIFIED,
	CHANGE_DELETED,
};

struct change {
	char *path;
	enum change_kind kind;
};

/* The word for it in messages: "created", "modified", "deleted". */
const char *change_kind_name(enum change_kind kind);

/* A batch. A zeroed struct changes is an empty one. */
struct changes {
	struct change *items;
	size_t count;
	size_t capacity;
};

void changes_finish(struct changes *changes);
/* Adds a change of path, which is copied. */
void changes_add(struct changes *changes, struct slice path, enum change_kind kind);

#endif
