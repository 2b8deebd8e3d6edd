/*
 * static_files: finds the file of the site for a request, and responds with it.
 *
 * A name is looked up in all places of mounts.h. For a hidden name (hidden_names.h) the response is
 * the same as for a missing one.
 */
#ifndef STATIC_FILES_H
#define STATIC_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/loop.h"
#include "html/script_tag.h"
#include "http/media_type.h"
#include "http/request.h"
#include "http/response.h"
#include "live/importers.h"
#include "names/shown_names.h"
#include "points/points.h"
#include "site/files_first.h"
#include "site/mounts.h"
#include "ssi/ssi_parts.h"

struct static_files;

struct static_files_options {
	struct loop
		*loop; /* large folders are listed beside it, and unused files are closed by it */
	struct mounts *mounts;
	const struct script_tag *script_tag;
	struct importers *importers; /* is told which script requested which file; or NULL */
	struct ssi_parts *ssi_parts; /* is told what documents include */
	struct points *points;       /* or NULL */

	bool injects;       /* documents get the script tag */
	bool includes_html; /* server-side includes are followed in .html, too, not only in .shtml */
	const char *fallback; /* name of the file that is sent for missing documents; or NULL */
	/* The user's media types for extensions. The last one that matches is used. */
	const struct media_type_rule *media_types;
	size_t media_type_count;
	struct files_first_scripts scripts; /* are never sent, whatever their name */
	struct shown_names_rules names;
	bool has_languages;    /* "index.html.zh" for index.html, to who likes it best */
	bool sends_packed;     /* "app.js.br" in place of app.js, to who accepts it */
	bool refuses_listings; /* a folder without an index is 403 */
	bool serves_hidden;    /* hidden names are served, too */
	bool follows_rules;    /* of hosts (rules/): else files with rules are files like others */
	bool shares_drafts; /* what editors have not saved is shown to everybody (overlay/same_machine.h) */
	bool follows_links; /* links may lead out of the root of every mount */
};

/* Keeps all pointers of options. Calls mounts_follow_links() if options say so. Never NULL. */
struct static_files *static_files_create(const struct static_files_options *options);
/* After the engine that it answers for. NULL is fine. */
void static_files_destroy(struct static_files *static_files);

/*
 * Sets fallback, refuses_listings and serves_hidden from new options. The other options stay the same, because the
 * caches of browsers depend on them.
 */
void static_files_reconfigure(
	struct static_files *static_files, const struct static_files_options *options);

/*
 * To be called when requests were received, before they are answered: what is known of files from
 * earlier requests is checked again (kept_files.h).
 */
void static_files_begin(struct static_files *static_files);

/*
 * Answers a GET or HEAD (RFC 9110) with 200, 206 (14), 302 (name_redirect.h),
 * 304, 400, 403, 404, 412, 416, 500 or 503; or pauses the request (directory_listing.h). The response
 * must have no fields yet.
 */
void static_files_respond(struct static_files *static_files, const struct request *request,
	struct response *response);

/* Which files an address shows. Valid as long as static_files. */
const struct shown_names_rules *static_files_names(const struct static_files *static_files);

/* Whether a file answers request before another server does (files_first_answer). */
bool static_files_answer_first(
	const struct static_files *static_files, const struct request *request);

/* Whether name (in the site), which is no file, has forms in languages that request may get. */
bool static_files_have_language(
	struct static_files *static_files, const struct request *request, const char *name);

/* Whether a mount other than the served folder has a file or folder at path (of a request). */
bool static_files_are_mounted(struct static_files *static_files, struct slice path);

/*
 * Sets *state to the state of what url (a canonical path) shows: a file, a folder's index, or a
 * folder's list of names; 0 when there is none. The verdict is that of watch_state().
 */
enum watch_verdict static_files_state(
	struct static_files *static_files, struct slice url, uint64_t *state);

#endif
