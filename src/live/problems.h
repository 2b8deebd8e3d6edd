/*
 * problems: which of the changed style sheets and JSON files have syntax errors.
 *
 * Only files that a page uses are checked. A problem is kept until its file changes again.
 */
#ifndef PROBLEMS_H
#define PROBLEMS_H

#include <stdbool.h>

#include "base/hash.h"
#include "base/slice.h"
#include "fs/root.h"
#include "live/syntax_check.h"
#include "watch/change.h"

enum { PROBLEMS_MAX = 1024 * 1024 }; /* bytes of a file; a larger file is not checked */

struct problems;

/* Returns whether a page may use the file at path, one that is being loaded among them. */
typedef bool problems_is_used_fn(void *context, const char *path);

/* Keeps a pointer to root. Never NULL. */
struct problems *problems_create(
	const struct root *root, problems_is_used_fn *is_used, void *context);
/* NULL is fine. */
void problems_destroy(struct problems *problems);

/* From now on, what fn opens is checked in place of the file at path. It returns -1 for the others. NULL removes it. */
typedef int problems_open_fn(void *context, const char *path);
void problems_set_open(struct problems *problems, problems_open_fn *fn, void *context);

/* Checks the files in a batch that a page may use. */
void problems_update(struct problems *problems, const struct changes *changes);

/* The problem of the file at path, or NULL. Valid until the next problems_update(). */
const struct syntax_problem *problems_find(const struct problems *problems, const char *path);

/*
 * Sets path to that of the next file that has a problem, in no particular order, and advances *place, which starts
 * zeroed. Returns false at the end. Valid until the next problems_update().
 */
bool problems_next(
	const struct problems *problems, struct hash_table_place *place, struct slice *path);

#endif
