/*
 * site_errors: see site_errors.h. A page of the site says less than ours does, so what ours would have
 * said is logged with it. Owns nothing but the limit of that.
 */
#include "site/site_errors.h"

#include <stdlib.h>

#include "base/mem.h"
#include "fs/hidden_names.h"
#include "fs/path.h"
#include "html/error_page.h"
#include "html/navigation.h"
#include "listing/suggestions.h"

enum {
	/* A page of an error is looked for in so many folders, the first ones of the path: a long path costs no more. */
	LEVELS_MAX = 32,
};

void
site_errors_finish(struct site_errors *errors)
{
	log_limit_finish(&errors->refused);
}

/* ---- the pages of the site ---- */

/*
 * Responds with the fallback, a page whose script handles every address. It is sent only for
 * documents: HTML in place of a script or a style sheet would cause an error that is hard to
 * understand.
 */
static bool
respond_with_fallback(const struct site_errors *errors, struct file_lookup *lookup)
{
	struct file_response file;
	struct stat state;

	return errors->fallback && navigation_wants_document(lookup->request) &&
	       file_lookup_open_substitute(lookup, errors->fallback, &state, &file) &&
	       file_response_make(&file);
}

/* The folder of the name, or if it is very deep the last one above that is looked into. */
static struct slice
first_folder(struct slice name)
{
	struct slice folder = path_parent(name);
	size_t levels = 0;

	for (size_t i = 0; i < folder.length; i++)
		if (folder.at[i] == '/' && ++levels == LEVELS_MAX)
			folder.length = i;
	return folder;
}

/* Responds with the file of that name as the page of an error. */
static bool
respond_with_file(struct file_lookup *lookup, const char *name, int status)
{
	struct file_response file;
	struct stat state;

	return (lookup->site->serves_hidden || !hidden_path(slice_of(name))) &&
	       file_lookup_open_substitute(lookup, name, &state, &file) &&
	       file_response_make_whole(&file, status);
}

/* Responds with the site's own page for status. Returns false when there is none. */
static bool
respond_with_page(struct file_lookup *lookup, int status)
{
	struct slice folder = first_folder(buf_slice(lookup->name));
	bool is_made;

	do {
		char *name = mem_format("%.*s%s%d.html", (int)folder.length, folder.at,
			folder.length ? "/" : "", status);

		is_made = respond_with_file(lookup, name, status);
		free(name);
		if (!folder.length)
			break;
		folder = path_parent(folder);
	} while (!is_made);
	return is_made;
}

/* ---- the answers ---- */

/* reason goes to the log if the site has its own page; ours shows explanation. */
static void
respond_with_error(struct site_errors *errors, struct file_lookup *lookup, int status,
	const char *reason, const char *explanation)
{
	if (respond_with_page(lookup, status))
		log_notice_limited(&errors->refused, lookup->request->peer.key, "%d for %s: %s",
			status, lookup->name->bytes, reason);
	else
		error_page_respond(lookup->response, lookup->site->file_options.script_tag, status,
			slice_of(explanation));
}

/* Adds links to names like the missing one, from the first folder of the mounts that may have it. */
static void
add_suggestions(const struct file_lookup *lookup, struct buf *links)
{
	struct slice front = buf_slice(lookup->name);
	struct mounts_place place = {0};

	while (mounts_find(lookup->site->mounts, lookup->name->bytes, &place)) {
		struct slice rest = slice_of(place.name);

		if (place.is_file)
			continue;
		front.length -= rest.length;
		suggestions_find(place.root, front, rest, lookup->site->serves_hidden,
			lookup->response->depth, links);
		return;
	}
}

void
site_errors_missing(struct site_errors *errors, struct file_lookup *lookup)
{
	struct buf links = {0};

	if (respond_with_fallback(errors, lookup) || respond_with_page(lookup, 404))
		return;
	add_suggestions(lookup, &links);
	error_page_missing(
		lookup->response, lookup->site->file_options.script_tag, buf_slice(&links));
	buf_finish(&links);
}

void
site_errors_unlisted(struct site_errors *errors, struct file_lookup *lookup)
{
	if (!respond_with_fallback(errors, lookup))
		respond_with_error(errors, lookup, 403,
			"the folder has no index, and --no-listing does not list it",
			"This folder has no index. Its files are not listed, because liveserve was "
			"started with --no-listing.");
}

void
site_errors_unreadable(struct site_errors *errors, struct file_lookup *lookup)
{
	respond_with_error(errors, lookup, 500, "the file is there, but reading it failed",
		"The file is there, but reading it failed.");
}

static void
respond_outside(struct site_errors *errors, struct file_lookup *lookup)
{
	log_notice_limited(&errors->refused, lookup->request->peer.key,
		"refused %s, a link that leads out of the served folder: --follow-symlinks serves "
		"what it leads to",
		lookup->name->bytes);
	if (!respond_with_page(lookup, 403))
		error_page_respond(lookup->response, lookup->site->file_options.script_tag, 403,
			SLICE_LITERAL("This is a link that leads out of the served folder. If what "
				      "it leads "
				      "to is to be served, start liveserve with "
				      "--follow-symlinks."));
}

void
site_errors_respond(
	struct site_errors *errors, struct file_lookup *lookup, enum file_lookup_verdict verdict)
{
	switch (verdict) {
	case FILE_LOOKUP_FOUND: /* the response is made already */
		break;
	case FILE_LOOKUP_ABSENT:
	case FILE_LOOKUP_FAILED:
		site_errors_missing(errors, lookup);
		break;
	case FILE_LOOKUP_OUTSIDE:
		respond_outside(errors, lookup);
		break;
	case FILE_LOOKUP_FORBIDDEN:
		respond_with_error(errors, lookup, 403, "liveserve is not allowed to read it",
			"liveserve is not allowed to read this file.");
		break;
	case FILE_LOOKUP_BUSY:
		response_field(lookup->response, "Retry-After", SLICE_LITERAL("1"));
		error_page_respond(lookup->response, lookup->site->file_options.script_tag, 503,
			SLICE_LITERAL("Too many files are open; try again in a moment."));
		break;
	}
}
