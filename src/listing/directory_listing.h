/*
 * directory_listing: lists a folder that has no index, as a page or as JSON.
 *
 * The page is updated when the folder changes. A small folder is read at once. A large one is read,
 * sorted and written by a worker (worker.h) while its requests are paused, so that no other request
 * waits for it.
 */
#ifndef DIRECTORY_LISTING_H
#define DIRECTORY_LISTING_H

#include <stdbool.h>

#include "base/loop.h"
#include "fs/root.h"
#include "html/script_tag.h"
#include "http/request.h"
#include "http/response.h"

struct directory_listings;

enum {
	/* A folder with more names than this is read by the worker. */
	DIRECTORY_LISTING_SMALL_MAX = 500,
	/* So many lists wait for the worker. If there are more, the answer is a 503. */
	DIRECTORY_LISTING_QUEUE_MAX = 64,
};

/*
 * Keeps pointers to all of them. site is the root of the served folder, index the name of the file that a folder
 * shows in place of its list. Never NULL.
 */
struct directory_listings *directory_listings_create(struct loop *loop,
	const struct script_tag *tag, const struct root *site, const char *index);
/* Waits for a folder that is being read. All paused requests must have ended. NULL is allowed. */
void directory_listings_destroy(struct directory_listings *listings);

/* The folder to be listed. Everything is borrowed. */
struct directory_listing {
	const struct root *root;
	const char *name;  /* in root; "" or with a slash at its end */
	const char *shown; /* the same folder's name in the site */
	bool with_hidden;  /* hidden names (hidden_names.h) are listed, too */
	bool awaits_index; /* it had an index a moment ago, which a build may be about to write again */
};

/* Whether the folder can be listed. Returns false with errno. */
bool directory_listing_is_there(const struct directory_listing *listing);

/*
 * Responds with the list (listing_page.h): as JSON when the request accepts application/json and not
 * text/html, otherwise as a page, with the script tag if the page is shown (navigation.h); or with 304 or 412 (RFC 9110 13). The query is that of
 * listing_query.h. The response may be a pause (response_pause). Returns false with errno, without a
 * change of response, when the folder cannot be read; with ENOENT when a script asks for the document
 * and the index is awaited: a list is not the document that its page shows.
 */
bool directory_listing_respond(struct directory_listings *listings,
	const struct directory_listing *listing, const struct request *request,
	struct response *response);

#endif
