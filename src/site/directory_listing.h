/*
 * directory_listing: a folder without an index, as a page or as JSON.
 *
 * Room: site. The page sorts by links (?sort=size), so it needs no script, and follows changes like
 * every page.
 */
#ifndef DIRECTORY_LISTING_H
#define DIRECTORY_LISTING_H

#include "http/response.h"
#include "live/journal.h"
#include "http/request.h"
#include "fs/root.h"

/*
 * Answers with the folder name of root ("" or with a slash at the end), which the site calls shown,
 * as JSON when the request accepts application/json and not text/html. Hidden names (hidden_names.h) are
 * left out unless with_hidden. Returns false with errno when it cannot be read.
 *
 * JSON:
 * [{"name":"a.html","url":"/a.html","type":"file","size":12,"modified":"2026-11-21T06:20:00Z"}], in
 * the page's order; type is "file" or "folder" (whose url ends in a slash). url is exact; in name
 * bytes that are not UTF-8 are U+FFFD.
 */
bool directory_listing_respond(const struct root *root, const struct journal *journal,
	const struct request *request, const char *name, const char *shown, bool with_hidden,
	struct response *response);

#endif
