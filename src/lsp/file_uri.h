/*
 * file_uri: the URIs by which an editor names files (RFC 8089): "file:///home/ada/a%20b.css".
 */
#ifndef FILE_URI_H
#define FILE_URI_H

#include "base/buf.h"

/*
 * The absolute path that uri names, percent-decoded. NULL for a URI of another kind, such as "untitled:Untitled-1",
 * of another host, and for a path with a NUL or that is not absolute. The caller frees.
 */
char *file_uri_to_path(struct slice uri);

/* Adds the URI of an absolute path. */
void file_uri_from_path(struct slice path, struct buf *uri);

/*
 * Adds the URL of the page that the file called name is, in the site whose first page is at first; that of the first page
 * if the file is no page, or name is NULL.
 */
void file_uri_add_page(const char *first, const char *name, struct buf *url);

#endif
