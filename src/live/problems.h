/*
 * problems: what is wrong with the files that were saved last.
 *
 * Room: site. Looks into the style sheets and JSON files of each batch that a page uses, and knows
 * of each that has a problem until it is saved without one.
 */
#ifndef PROBLEMS_H
#define PROBLEMS_H

#include <stdbool.h>

#include "base/buf.h"
#include "watch/change.h"
#include "live/syntax_check.h"
#include "fs/root.h"

enum { PROBLEMS_MAX = 1024 * 1024 }; /* bytes of a file; larger ones are not looked into */

struct problems;

/* Whether a page may use the file at path. */
typedef bool problems_is_used_fn(void *context, struct slice path);

/* Keeps a pointer to root. */
struct problems *problems_create(const struct root *root, problems_is_used_fn *used, void *context);
void problems_destroy(struct problems *problems);

/* Looks into the files of a batch. */
void problems_update(struct problems *problems, const struct changes *changes);

/* What is wrong with the file at path, or NULL; valid until the next batch. */
const struct syntax_problem *problems_find(const struct problems *problems, const char *path);

#endif
