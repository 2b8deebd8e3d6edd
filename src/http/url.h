/*
 * url: converts the path of a URL to the name of a file, and back.
 *
 * Names are bytes, without a charset. URLs are decoded only here, and each only once.
 */
#ifndef URL_H
#define URL_H

#include <stdint.h>

#include "base/buf.h"

enum url_verdict {
	URL_OK,
	URL_MALFORMED, /* 400: a '%' without two hex digits, a NUL, or ".." above the root */
	URL_NOT_FOUND, /* 404: an encoded '/', which no file name can hold */
};

/*
 * Turns the encoded path of a request ("/a%20b/../c/") into a name relative to the root ("c/") and
 * adds it to name: it is percent-decoded once, empty and "." segments are dropped, ".." is
 * resolved. A slash at the end stays (also after a last "." or ".."). The root itself is "". '+',
 * '&', ';' and '\' are bytes like any other. On any verdict but URL_OK, name is as it was.
 */
enum url_verdict url_to_path(struct slice url, struct buf *name);

/*
 * Adds name (bytes, no slash in front) as the path of a URL: a '/' in front, and every byte
 * percent-encoded with capital hex digits that is not unreserved (RFC 3986 2.3) or '/'. This is the
 * canonical form: inject/ converts the URLs of a page to the same form before it compares them.
 */
void url_from_path(struct slice name, struct buf *url);

/* In place of a request_depth(): the address of the root is to be absolute. */
#define URL_DEPTH_NONE SIZE_MAX

/*
 * Adds the address of the root, as a page at an address of this request_depth() writes it: "../" for
 * each folder.
 */
void url_add_root(size_t depth, struct buf *url);

/*
 * Adds a query as it was sent, with its '?' in front. Bytes of the query percent-encode set (URL
 * Standard 1.3) are percent-encoded, so the result can be used in a header field.
 */
void url_add_query(struct slice query, struct buf *url);

#endif
