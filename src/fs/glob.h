/*
 * glob: whether a path matches a pattern.
 *
 * Paths are bytes, without a locale. The time is linear in pattern times path. There is no
 * recursion, so no pattern can make it deep or slow.
 *
 * In a pattern
 *
 *   *      any bytes but '/'        **    any bytes, '/' too; "**" + "/" may also match nothing
 *   ?      one byte but '/'         [a-z] [!a]  one byte of a class, never '/'; [^a] too
 *   {a,b}  either                   \x    x itself
 *
 * A pattern without '/' (one at the end does not count) is compared with every segment of the path
 * ("*.log", "node_modules"). One with '/' is compared with the whole path from the root ("build/x";
 * a '/' or "./" in front is dropped). A pattern that matches a folder matches everything below it:
 * "dist", "dist/" and "dist" + "/" + "**" all match dist and dist/a/b. The case of letters counts.
 * An unclosed '[' or '{' is that byte itself. No pattern matches the root (an empty path), and an
 * empty pattern matches nothing.
 *
 * The syntax of git differs: there are no braces; "**" is more than '*' only as a whole segment; a
 * pattern matches a path, but not what is below it; one with an unclosed '[' or a '\' at its end
 * matches nothing.
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
	/* Only if the pattern is not plain, and only used during a comparison: */
	unsigned char *reached; /* the memory of the next two members */
	unsigned char *now;     /* how each atom is reached before the current byte of the path */
	unsigned char *then;    /* the same after that byte */
};

/*
 * Compiles a copy of text. In git's syntax the caller has removed the '!' in front and the '/' at
 * the end, because names are not compared with them.
 */
void glob_init(struct glob *glob, const char *text, enum glob_syntax syntax);
void glob_finish(struct glob *glob);

/* Whether the glob, of our own syntax, matches path or a folder that path lies in. */
bool glob_matches(struct glob *glob, struct slice path);

/* Whether the glob, of git's syntax, matches path itself. */
bool glob_matches_exactly(struct glob *glob, struct slice path);

/* The part of glob_matches_segment() that compares bytes. The segment has a possible length. */
bool glob_segment_has_bytes(const struct glob *glob, struct slice segment);

/* Whether a plain glob (pattern.is_plain) matches one segment of a path. */
static inline bool
glob_matches_segment(const struct glob *glob, struct slice segment)
{
	size_t least = glob->pattern.before_star + glob->pattern.behind_star;

	if (glob->pattern.has_star ? segment.length < least : segment.length != least)
		return false;
	return glob_segment_has_bytes(glob, segment);
}

/* Adds path to pattern, escaped: the pattern then matches exactly these bytes. */
void glob_quote(struct slice path, struct buf *pattern);

/*
 * The steps that comparing path with the pattern takes at most. 500,000 are some milliseconds, if
 * the pattern was written to be slow.
 */
size_t glob_cost(const struct glob *glob, struct slice path);

#endif
