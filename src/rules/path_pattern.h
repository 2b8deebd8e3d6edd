/*
 * path_pattern: the paths of _redirects and _headers: "/blog/:year/page".
 *
 * ":name" stands for one segment or a part of one, "*" (a splat) for anything, also for nothing. Only the
 * first "*" is one. A pattern may begin with a host: "https://example.com/page"; scheme and port do not count.
 */
#ifndef PATH_PATTERN_H
#define PATH_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum {
	PATH_PATTERN_NAMES = 16, /* placeholders of one rule; further ones are plain text */
};

/* What the placeholders stand for. Zeroed is empty. */
struct path_match {
	struct {
		struct slice name;  /* without its colon; "splat" */
		struct slice value; /* percent-encoded, as in the path */
	} items[PATH_PATTERN_NAMES];
	size_t count;
	struct slice
		host; /* of the request, without a port: what a pattern with a host is compared with */
};

/*
 * Turns a pattern into the form that is compared: its plain text percent-encoded as url_from_path writes it. The caller
 * frees. NULL when it begins with neither "/" nor "http://" or "https://", or has an escape that is none.
 */
char *path_pattern_read(struct slice text);

/*
 * Whether pattern (of path_pattern_read) matches path, which url_from_path has written. match->host is set by the caller, and the values found are added to match;
 * they point into pattern, path and match->host. Takes a bounded number of steps; a path that needs more does not match.
 */
bool path_pattern_matches(const char *pattern, struct slice path, struct path_match *match);

/* Adds template to text, with the values of match in place of ":name". Unknown names stay as they are. */
void path_pattern_fill(struct slice template, const struct path_match *match, struct buf *text);

#endif
