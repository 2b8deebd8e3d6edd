/*
 * static_files: finds the file of the site that a request is for, and answers with it.
 *
 * A name is looked up in all places that mounts.h knows; file_response makes the response. A hidden
 * name (hidden_names.h) is answered as if no file had it.
 */
#ifndef STATIC_FILES_H
#define STATIC_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "html/script_tag.h"
#include "http/media_type.h"
#include "http/request.h"
#include "http/response.h"
#include "live/importers.h"
#include "site/mounts.h"

struct static_files;

struct static_files_options {
	struct mounts *mounts;
	const struct script_tag *script_tag;
	struct importers *importers; /* gets every request for a file; NULL: there are none */

	bool injects;         /* documents get the script tag */
	const char *fallback; /* the name of a file that is sent for missing documents; or NULL */
	/* The media types that the user gave for extensions. The last one that fits counts. */
	const struct media_type_rule *media_types;
	size_t media_type_count;
	bool serves_hidden; /* hidden names are served, too */
	bool follows_links; /* links may lead out of the root of every mount */
};

/* Keeps all pointers of options. Calls mounts_follow_links() if options say so. Never NULL. */
struct static_files *static_files_create(const struct static_files_options *options);
void static_files_destroy(struct static_files *static_files); /* NULL is fine */

/*
 * Takes fallback and serves_hidden from new options. The others stay as they are: what browsers
 * have in their caches depends on them.
 */
void static_files_reconfigure(
	struct static_files *static_files, const struct static_files_options *options);

/*
 * Answers a GET or HEAD (RFC 9110): 200, 206 (14), 302 to a folder's slash, 304, 400, 403, 404,
 * 412, 416, 500 or 503. The response must have no fields yet.
 */
void static_files_respond(struct static_files *static_files, const struct request *request,
	struct response *response);

/* Whether a mount other than the served folder has a file or folder at path (of a request). */
bool static_files_are_mounted(struct static_files *static_files, struct slice path);

/*
 * Finds the state of what a page at url (a canonical path) shows: of its file, of its folder's
 * index, or of the folder's list of names; *state is 0 when no file is behind url. Returns what
 * watch_state() returns: false when the state is not known yet.
 */
bool static_files_state(struct static_files *static_files, struct slice url, uint64_t *state);

#endif
