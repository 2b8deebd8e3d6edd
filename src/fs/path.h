/*
 * path: from the path of a URL to the name of a file, and back.
 *
 * Room: rules. Names are bytes: nothing is ever decoded as text. Decoding happens once, here.
 */
#ifndef PATH_H
#define PATH_H

#include <stdbool.h>

#include "base/buf.h"

enum path_verdict {
	PATH_OK,
	PATH_MALFORMED, /* 400: a '%' without two hex digits, a NUL, or ".." above the root */
	PATH_NOT_FOUND, /* 404: an encoded '/', which no file name can hold */
};

/*
 * Turns the still encoded path of a request ("/a%20b/../c/") into a name relative to the root
 * ("c/") and adds it to name: percent-decoded once, empty and "." segments dropped, ".." resolved.
 * A trailing slash stays (also after a last "." or ".."); the root itself is "". '+', '&', ';' and
 * '\' are bytes like any other. On another verdict than PATH_OK name is as it was.
 */
enum path_verdict path_from_url(struct slice url, struct buf *name);

/*
 * Adds name (bytes, no leading slash) as a path for a URL: '/' in front, every byte that is not
 * unreserved (RFC 3986 2.3) or '/' percent-encoded with capital hex digits. This is the canonical
 * form: inject/ brings the addresses of a page into the same form before it compares.
 */
void path_to_url(struct slice name, struct buf *url);

/*
 * Adds a query as it was sent, its '?' in front, with those bytes percent-encoded that no URL may
 * have there (URL Standard 1.3, query percent-encode set): what comes out can go into a field.
 */
void path_add_query(struct slice query, struct buf *url);

/* Adds text with & < > " ' as character references, safe inside HTML text and quoted attributes. */
void path_escape_html(struct slice text, struct buf *html);

/*
 * A name seen from where the folder's own path is seen from: name itself when it begins with '/',
 * or folder is the current one ("" or "."). The caller frees.
 */
char *path_join(const char *folder, const char *name);

/*
 * What path is called seen from folder: "" when they are the same, NULL when it does not lie below.
 * Both are absolute and without links; the result points into path.
 */
const char *path_below(const char *path, const char *folder);

/* The part after the last '/' (all of it when there is none). */
struct slice path_base(struct slice name);

/* The part before the last '/'; empty when there is none. */
struct slice path_parent(struct slice name);

/* The part of the base after its last '.', without the dot; empty for "a", ".profile" and "a.". */
struct slice path_extension(struct slice name);

#endif
