/*
 * glob: whether a path is meant by a pattern.
 *
 * Bytes, no locale. The time is linear in pattern times path; there is no recursion that a pattern
 * could make deep or slow.
 *
 * In a pattern
 *
 *   *      any bytes but '/'        **    any bytes, '/' too; "**" + "/" may also match nothing
 *   ?      one byte but '/'         [a-z] [!a]  one byte of a class, never '/'; [^a] too
 *   {a,b}  either                   \x    x itself
 *
 * A pattern without '/' (one at the end does not count) is compared with every segment of the path
 * ("*.log", "node_modules"). One with '/' is compared with the whole path from the root ("build/x"; a
 * '/' or "./" in front is dropped). A pattern that means a folder means everything below it: "dist",
 * "dist/" and "dist" + "/" + "**" all mean dist and dist/a/b. The case of letters counts. An unclosed
 * '[' or '{' is that byte itself. The root (an empty path) is never meant, and an empty pattern means
 * nothing.
 *
 * The syntax of git differs: there are no braces; "**" is more than '*' only as a whole segment; a
 * pattern means one path and not what is below it; one with an unclosed '[' or a '\' at its end means
 * nothing.
 *
 * A path is relative to the root, without a '/' in front or at its end.
 */
#ifndef GLOB_H
#define GLOB_H

#include <stdbool.h>

#include "base/buf.h"
#include "fs/glob_pattern.h"

/* A compiled pattern. */
struct glob {
	struct glob_pattern pattern;
	/* Of one that is not plain, while it is compared: */
	unsigned char *reached; /* the memory of the two below */
	unsigned char *now;     /* how each atom is reached before a byte of the path */
	unsigned char *then;    /* and behind it */
};

/*
 * Compiles text, which is copied. In git's syntax text is without its '!' and without the '/' at its
 * end: both say nothing about names.
 */
void glob_init(struct glob *glob, const char *text, enum glob_syntax syntax);
void glob_finish(struct glob *glob);

/* Whether the glob, of our own syntax, means path or a folder that path lies in. */
bool glob_means(struct glob *glob, struct slice path);

/* Whether the glob, of git's syntax, means path itself. */
bool glob_means_exactly(struct glob *glob, struct slice path);

/* The rest of glob_means_segment(), for a segment of the right length. */
bool glob_has_bytes_of(const struct glob *glob, struct slice segment);

/* Whether a plain glob (pattern.is_plain) means one segment of a path. */
static inline bool
glob_means_segment(const struct glob *glob, struct slice segment)
{
	size_t least = glob->pattern.before_star + glob->pattern.behind_star;

	if (glob->pattern.has_star ? segment.length < least : segment.length != least)
		return false;
	return glob_has_bytes_of(glob, segment);
}

/* Adds path to pattern so that each of its bytes means itself. */
void glob_quote(struct slice path, struct buf *pattern);

#endif
