/*
 * recheck: finds the files in use that an event of another path concerns, and has them compared.
 *
 * A folder concerns the files below it, a file those whose links lead to it, a new name any file
 * behind a link. What can concern all files in use is done in small time slices.
 */
#ifndef RECHECK_H
#define RECHECK_H

#include <stdbool.h>

#include "base/loop.h"
#include "watch/compare.h"
#include "watch/crawler.h"
#include "watch/debounce.h"
#include "watch/watch_table.h"

/* Called at the end of recheck_all() and recheck_behind_links(). */
typedef void recheck_done_fn(void *context);

/* A member of its user, who sets these and zeroes the rest. */
struct recheck {
	struct loop *loop;
	const struct watch_table *table;
	struct crawler *crawler;
	struct debounce *debounce;
	struct compare *compare;
	recheck_done_fn *done;
	void *context;
	/* What follows is for recheck only. */
	struct loop_timer timer;
	bool is_for_all; /* recheck_all() goes on */
	bool is_behind, is_first_behind;
	struct hash_table_place place;
};

void recheck_finish(struct recheck *recheck);

/*
 * A folder was deleted (DEBOUNCE_GONE), created or replaced: adds every file in use below it to
 * debounce. If it is there, also every ignored path that a page has requested in vain.
 */
void recheck_below(struct recheck *recheck, struct slice folder, enum debounce_state state);

/* An event of path came: adds the files in use whose links lead there. */
void recheck_links_to(struct recheck *recheck, const char *path, enum debounce_state state);

/* Anything may have changed: adds all files in use. Some of it later, then calls done. */
void recheck_all(struct recheck *recheck);

/* Whether recheck_all() still goes on. */
bool recheck_is_busy(const struct recheck *recheck);

/*
 * Names were created or deleted: calls compare_look_behind_links(). Returns whether all of it was
 * done at once; if not, done is called later.
 */
bool recheck_behind_links(struct recheck *recheck);

/*
 * Whether pages may use something of changes by a path that is not known, because very many paths
 * lead there. Then anything may have changed for them.
 */
bool recheck_has_unknown_paths(const struct recheck *recheck, const struct changes *changes);

#endif
