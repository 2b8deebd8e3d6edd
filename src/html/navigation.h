/*
 * navigation: whether a request is for a document that the browser shows, or for data.
 *
 * Browsers say so by Sec-Fetch-Dest and Sec-Fetch-Mode (Fetch Metadata 2), but only to https and to
 * localhost. On other addresses Accept has to do.
 */
#ifndef NAVIGATION_H
#define NAVIGATION_H

#include <stdbool.h>

#include "http/media_type.h"
#include "http/request.h"

/* The fields of a request that navigation_gets_tag() reads, as the value of Vary. */
#define NAVIGATION_VARY "Accept, Sec-Fetch-Dest, Sec-Fetch-Mode, User-Agent"

/*
 * Whether a file of this type is shown as a document, so that it gets the script tag. What a script
 * fetches never is.
 */
bool navigation_gets_tag(const struct request *request, const struct media_type *type);

/*
 * Whether the request is for a document, or comes from a script that accepts HTML: our own script
 * fetches a page before it updates it.
 */
bool navigation_wants_document(const struct request *request);

/*
 * Whether Accept names this media type (RFC 9110 12.5.1), with any parameters but a quality of 0.
 * A range that includes the type does not count.
 */
bool navigation_accepts(const struct request *request, const char *type);

#endif
