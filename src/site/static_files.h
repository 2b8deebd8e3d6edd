/*
 * static_files: answers a request with a file of the site.
 *
 * Room: site. Documents get the script tag; everything else is sent byte for byte. A hidden name
 * (hidden_names.h) is answered as if nothing had it.
 */
#ifndef STATIC_FILES_H
#define STATIC_FILES_H

#include "http/media_type.h"
#include "http/response.h"
#include "live/importers.h"
#include "live/journal.h"
#include "site/mounts.h"
#include "http/request.h"

struct static_files;

struct static_files_options {
	bool injects;            /* documents get the tag */
	const char *fallback;    /* name of the file for documents that are not there; or NULL */
	const struct media_type_rule *media_types; /* the last one for an extension counts; kept */
	size_t media_type_count;
	bool serves_hidden;      /* also names that are nobody's business (hidden_names.h) */
	bool follows_links;      /* also out of the root, which is told so */
};

/* Keeps pointers to mounts, journal and the options' texts, which must be valid. */
struct static_files *static_files_create(
	struct mounts *mounts, struct journal *journal, const struct static_files_options *options);
void static_files_destroy(struct static_files *static_files);

/*
 * From now on another fallback and serves_hidden count. The others stay: what browsers have kept of
 * files depends on them.
 */
void static_files_reconfigure(
	struct static_files *static_files, const struct static_files_options *options);

/* Tells importers who asks for which file from now on. Keeps the pointer. */
void static_files_set_importers(struct static_files *static_files, struct importers *importers);

/*
 * Answers a GET or HEAD (RFC 9110): 200, 206 (14), 302 to a folder's slash, 304, 400, 403, 404,
 * 412, 416 or 503. answer is cleared before.
 */
void static_files_respond(struct static_files *static_files, const struct request *request,
	struct response *response);

/* Whether something beside the served folder is mounted that has path (of a request). */
bool static_files_are_mounted(struct static_files *static_files, struct slice path);

/*
 * The state of what the pages were shown at url (a path, canonical): of its file, of its folder's
 * index or else of that folder's names, as watch_state has it, and with what that returns. Also 0
 * of what is not served from files.
 */
bool static_files_state(struct static_files *static_files, struct slice url, uint64_t *state);

#endif
