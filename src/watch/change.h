/*
 * change: what happened to one path, and a batch of such changes.
 *
 * A path is relative to the served folder, consists of any bytes, and has no leading slash. The
 * path of a folder ends in '/'.
 */
#ifndef CHANGE_H
#define CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum change_kind {
	CHANGE_CREATED,
	CHANGE_MODIFIED,
	CHANGE_DELETED,
};

/*
 * What a change has to do with a text that an editor has laid over the file (overlay/overlays.h). 0: nothing. Several
 * bits: several changes of the file have become one.
 */
enum change_draft {
	CHANGE_ON_DISK = 1,         /* as 0, beside other bits */
	CHANGE_DRAFT = 2,           /* what is shown is not saved */
	CHANGE_DRAFT_SAVED = 4,     /* the disk has now what was shown as a draft */
	CHANGE_DRAFT_GONE = 8,      /* the draft was given up: the disk is shown again */
	CHANGE_DRAFT_REPLACED = 16, /* the disk is shown again, and has something else */
	CHANGE_UNDER_DRAFT = 32,    /* the disk has changed, and the draft is still shown */
};

/* Whether pages that see drafts, or those that do not, are told of a change with these bits. */
bool change_is_told(unsigned draft, bool sees_drafts);

struct change {
	char *path;
	enum change_kind kind;
	unsigned draft; /* enum change_draft */
	uint64_t since; /* of CHANGE_DRAFT_GONE: the number of the journal before its first text */
	bool is_empty;  /* the file has nothing in it: a writer may have emptied it first */
};

/* Why no change is reported for an event. */
enum left_out {
	LEFT_OUT_SAME,    /* saved with the same bytes */
	LEFT_OUT_TOUCHED, /* only times, owner or permissions changed */
	LEFT_OUT_IGNORED, /* a pattern excludes the path */
	LEFT_OUT_COUNT,
};

/* The name of kind in messages: "created", "modified", "deleted". A static string. */
const char *change_kind_name(enum change_kind kind);

/*
 * If there are more in a batch, the journal says that anything may have changed. So nothing gets
 * lost by not listing more. One file may be in use by as many paths as WATCH_TABLE_SPARE_MAX.
 */
enum { CHANGES_LISTED_MAX = 4200 };

/* A batch. A zeroed struct changes is empty. */
struct changes {
	struct change *items;
	size_t count; /* at most CHANGES_LISTED_MAX */
	size_t capacity;
	size_t further_count; /* changes that are not listed */
	/* The events for which no change is reported. */
	struct {
		size_t count;
		char *first; /* the path of the first one */
	} left_out[LEFT_OUT_COUNT];
};

/* Frees all entries. The batch is then empty and may be used again. */
void changes_finish(struct changes *changes);
/*
 * Adds a change of path. Copies path. Returns it, in changes, until another one is added; or NULL when
 * CHANGES_LISTED_MAX are listed already: then it is only counted.
 */
struct change *changes_add(struct changes *changes, struct slice path, enum change_kind kind);
/* Adds a copy of change. */
void changes_copy(struct changes *changes, const struct change *change);
/* Counts an event of path as left out. Copies path if it is the first one for this reason. */
void changes_leave_out(struct changes *changes, struct slice path, enum left_out why);

#endif
