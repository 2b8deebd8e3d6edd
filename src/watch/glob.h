/*
 * glob: whether a path is meant by a pattern.
 *
 * Room: rules. Bytes, no locale; time linear in pattern times path, no recursion that a pattern
 * could make deep or slow.
 */
#ifndef GLOB_H
#define GLOB_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Whether pattern means path (relative to the root, no leading slash, no trailing one).
 *
 *   *      any bytes but '/'        **    any bytes, '/' too; "**" + "/" may also match nothing
 *   ?      one byte but '/'         [a-z] [!a]  one byte of a class, never '/'; [^a] too
 *   {a,b}  either                   \x    x itself
 *
 * A pattern without '/' (a trailing one does not count) is tried on every segment of the path
 * ("*.log", "node_modules"); one with '/' is tried on the whole path from the root ("build/x", a
 * leading '/' or "./" is dropped). A pattern that means a folder means everything below it: "dist",
 * "dist/", "dist" + "/" + "**" all mean dist and dist/a/b. Letters' case counts. An unclosed '[' or
 * '{' is that byte itself. The root (an empty path) is never meant, and an empty pattern means
 * nothing.
 */
bool glob_means(const char *pattern, struct slice path);

/* Adds path to pattern so that each of its bytes means itself. */
void glob_quote(struct slice path, struct buf *pattern);

/* One pattern, compiled as git reads it. */
struct glob;

/*
 * pattern without its '!' and without the '/' at its end, both of which say nothing about names.
 * Other than above: no braces; "**" is more than '*' only as a whole segment; a pattern means one
 * path and not what is below it; one with an unclosed '[' or a '\' at its end means nothing.
 */
struct glob *glob_create_git(const char *pattern);
void glob_destroy(struct glob *glob);
bool glob_is_exactly(struct glob *glob, struct slice path);

/* A list of patterns, compiled once, of which the last one that means a path decides. */
struct globs;

struct globs *globs_create(void);
void globs_destroy(struct globs *globs);

/*
 * Adds pattern, which is copied. With '!' in front it takes back what those before it mean; a first
 * byte that is a '!' itself is written "\!".
 */
void globs_add(struct globs *globs, const char *pattern);

/*
 * The pattern, as it was given, by which path is meant, or a folder that it lies in; NULL when
 * there is none. So what lies in a folder that is meant comes back only with that folder, as in a
 * .gitignore. Lives as long as globs.
 */
const char *globs_mean(const struct globs *globs, struct slice path);

/* Whether the last pattern that means path has a '!'. */
bool globs_take_back(const struct globs *globs, struct slice path);

#endif
