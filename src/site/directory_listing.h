/*
 * directory_listing: shows a folder that has no index, as a page or as JSON.
 *
 * The page sorts by links (?sort=size), so it needs no script. It reloads when the folder changes.
 */
#ifndef DIRECTORY_LISTING_H
#define DIRECTORY_LISTING_H

#include <stdbool.h>

#include "fs/root.h"
#include "html/script_tag.h"
#include "http/request.h"
#include "http/response.h"

/* The folder that is to be listed. */
struct directory_listing {
	const struct root *root;
	const char *name;  /* in root; "" or with a slash at its end */
	const char *shown; /* the same folder's name in the site */
	bool with_hidden;  /* hidden names (hidden_names.h) are listed, too */
};

/*
 * Answers with the folder: as JSON when the request accepts application/json and not text/html,
 * else as a page. Returns false with errno, the response unchanged, when the folder cannot be read.
 *
 * JSON, in the page's order:
 * [{"name":"a.html","url":"/a.html","type":"file","size":12,"modified":"2026-11-21T06:20:00Z"}].
 * type is "file" or "folder"; the url of a folder ends in a slash. url is exact; in name, bytes
 * that are not UTF-8 are U+FFFD.
 */
bool directory_listing_respond(const struct directory_listing *listing,
	const struct script_tag *tag, const struct request *request, struct response *response);

#endif
