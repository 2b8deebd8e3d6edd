/*
 * change: what happened to one path, and a batch of that.
 *
 * A path is relative to the served folder, bytes, without a leading slash; the path
 * of a folder ends in '/'.
 */
#ifndef CHANGE_H
#define CHANGE_H

#include <stddef.h>

#include "base/slice.h"

enum change_kind {
	CHANGE_CREATED,
	CHANGE_MODIFIED,
	CHANGE_DELETED,
};

struct change {
	char *path;
	enum change_kind kind;
};

/* Why an event is not announced. */
enum left_out {
	LEFT_OUT_SAME,    /* saved with the same bytes */
	LEFT_OUT_TOUCHED, /* only times, owner or permissions are new */
	LEFT_OUT_IGNORED, /* a pattern leaves it out */
	LEFT_OUT_COUNT,
};

/* The word for it in messages: "created", "modified", "deleted". */
const char *change_kind_name(enum change_kind kind);

/* A batch. A zeroed struct changes is an empty one. */
struct changes {
	struct change *items;
	size_t count;
	size_t capacity;
	/* The events that are not announced. */
	struct {
		size_t count;
		char *first; /* the path of the first one */
	} left_out[LEFT_OUT_COUNT];
};

void changes_finish(struct changes *changes);
/* Adds a change of path, which is copied. */
void changes_add(struct changes *changes, struct slice path, enum change_kind kind);
/* Counts path, whose first one is copied, among what is left out. */
void changes_leave_out(struct changes *changes, struct slice path, enum left_out why);

#endif
