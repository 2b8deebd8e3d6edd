/*
 * problems: which of the changed style sheets and JSON files cannot be parsed.
 *
 * Checks the files of each batch that a page uses. A problem is known until its file is saved
 * again.
 */
#ifndef PROBLEMS_H
#define PROBLEMS_H

#include <stdbool.h>

#include "base/slice.h"
#include "fs/root.h"
#include "live/syntax_check.h"
#include "watch/change.h"

enum { PROBLEMS_MAX = 1024 * 1024 }; /* bytes of a file; a larger one is not checked */

struct problems;

/* Whether a page may use the file at path. */
typedef bool problems_is_used_fn(void *context, struct slice path);

/* Keeps a pointer to root. */
struct problems *problems_create(
	const struct root *root, problems_is_used_fn *is_used, void *context);
/* NULL is fine. */
void problems_destroy(struct problems *problems);

/* Checks the files of a batch; those that no page uses, not. */
void problems_update(struct problems *problems, const struct changes *changes);

/* The problem of the file at path, or NULL. Valid until the next problems_update. */
const struct syntax_problem *problems_find(const struct problems *problems, const char *path);

#endif
