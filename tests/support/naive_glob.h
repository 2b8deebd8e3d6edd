/*
 * naive_glob: says by the plainest means whether a path matches a pattern, to be compared with
 * fs/glob.
 *
 * Each combination of alternatives in braces is tried by itself, and each star tries every length.
 * This takes exponential time, so pattern and path must be short.
 */
#ifndef NAIVE_GLOB_H
#define NAIVE_GLOB_H

#include <stdbool.h>

#include "fs/glob_pattern.h"

enum { NAIVE_GLOB_MAX = 32 }; /* bytes of a pattern at most */

/* What glob_matches() should return; in git's syntax, what glob_matches_exactly() should return. */
bool naive_glob_matches(const char *pattern, const char *path, enum glob_syntax syntax);

#endif
