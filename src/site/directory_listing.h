/*
 * directory_listing: lists a folder that has no index, as a page or as JSON.
 *
 * The page is sorted by links (?sort=size), so it needs no script. It reloads when the folder
 * changes.
 */
#ifndef DIRECTORY_LISTING_H
#define DIRECTORY_LISTING_H

#include <stdbool.h>

#include "fs/root.h"
#include "html/script_tag.h"
#include "http/request.h"
#include "http/response.h"

/* The folder to be listed. Everything is borrowed. */
struct directory_listing {
	const struct root *root;
	const char *name;  /* in root; "" or with a slash at its end */
	const char *shown; /* the same folder's name in the site */
	bool with_hidden;  /* hidden names (hidden_names.h) are listed, too */
};

/*
 * Responds with the list: as JSON when the request accepts application/json and not text/html,
 * otherwise as a page. Returns false with errno, without a change of response, when the folder
 * cannot be read.
 *
 * JSON, in the same order as the page:
 * [{"name":"a.html","url":"/a.html","type":"file","size":12,"modified":"2026-11-21T06:20:00Z"}].
 * type is "file" or "folder"; the url of a folder ends in a slash. url is exact; in name, invalid
 * UTF-8 is replaced by U+FFFD.
 */
bool directory_listing_respond(const struct directory_listing *listing,
	const struct script_tag *tag, const struct request *request, struct response *response);

#endif
