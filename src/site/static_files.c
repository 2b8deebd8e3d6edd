/*
 * static_files: see static_files.h.
 * A request is processed in three steps: its path is converted to a name, the name is opened in the
 * first place that has it, and file_response makes the response. The data of one request is a
 * struct lookup on the stack. Borrows mounts, script tag and importers.
 */
#define _GNU_SOURCE
#include "site/static_files.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "fs/hidden_names.h"
#include "fs/served_file.h"
#include "html/error_page.h"
#include "html/navigation.h"
#include "http/url.h"
#include "listing/directory_listing.h"
#include "names/index_names.h"
#include "site/file_response.h"
#include "site/folder_redirect.h"
#include "site/import_notes.h"
#include "site/kept_files.h"
#include "site/suggestions.h"

struct static_files {
	struct mounts *mounts;
	struct directory_listings *listings;
	struct importers *importers; /* or NULL */
	struct file_response_options file_options;
	struct kept_files *kept;
	struct files_first_scripts scripts;
	bool serves_hidden;
	const char *fallback;
	struct log_limit refused_links;
	struct buf name_memory; /* like representation reused by the next request */
	struct representation representation;
};

/* One request, from its path to a response. */
struct lookup {
	struct static_files *files;
	const struct request *request;
	struct response *response;
	struct buf *name; /* the requested name in the site; a folder's ends with a slash */
	bool *is_linked;  /* a link may be in the name that was opened last */
	bool *is_awaited; /* a name that could not be opened may only have vanished for a moment */
};

enum lookup_verdict {
	LOOKUP_FOUND,     /* the file is open, or the response is made: see each function */
	LOOKUP_ABSENT,    /* this place does not have the name; another place may */
	LOOKUP_OUTSIDE,   /* a link leads out of the root */
	LOOKUP_FORBIDDEN, /* the file's permissions do not allow it */
	LOOKUP_BUSY,      /* no descriptors or memory are left; it may work later */
	LOOKUP_FAILED,    /* any other error: the name cannot be looked up */
};

struct static_files *
static_files_create(const struct static_files_options *options)
{
	struct static_files *static_files = mem_zero(sizeof(*static_files));

	static_files->mounts = options->mounts;
	static_files->listings = directory_listings_create(
		options->loop, options->script_tag, mounts_served_root(options->mounts));
	static_files->importers = options->importers;
	static_files->scripts = options->scripts;
	static_files->file_options = (struct file_response_options){
		.ssi_documents = ssi_documents_create(&(struct ssi_documents_options){
			options->mounts, options->ssi_parts, options->script_tag->journal,
			&static_files->scripts, options->includes_html}),
		.script_tag = options->script_tag,
		.injects = options->injects,
		.media_types = options->media_types,
		.media_type_count = options->media_type_count,
	};
	static_files->kept = kept_files_create(
		options->loop, options->mounts, &static_files->file_options);
	static_files_reconfigure(static_files, options);
	if (options->follows_links)
		mounts_follow_links(options->mounts);
	return static_files;
}

void
static_files_reconfigure(
	struct static_files *static_files, const struct static_files_options *options)
{
	static_files->serves_hidden = options->serves_hidden;
	static_files->fallback = options->fallback;
	ssi_documents_set_hidden(static_files->file_options.ssi_documents, options->serves_hidden);
	kept_files_clear(static_files->kept);
}

void
static_files_begin(struct static_files *static_files)
{
	kept_files_begin(static_files->kept);
}

void
static_files_destroy(struct static_files *static_files)
{
	if (!static_files)
		return;
	directory_listings_destroy(static_files->listings);
	kept_files_destroy(static_files->kept);
	ssi_documents_destroy(static_files->file_options.ssi_documents);
	buf_finish(&static_files->name_memory);
	log_limit_finish(&static_files->refused_links);
	representation_finish(&static_files->representation);
	free(static_files);
}

/* ---- names ---- */

/* Sets name from the path of a request. Its bytes are then never NULL, even if it is empty. */
static enum url_verdict
read_name(struct buf *name, struct slice path)
{
	buf_clear(name);
	buf_reserve(name, 0);
	return url_to_path(path, name);
}

static bool
is_folder_name(const struct buf *name)
{
	return name->length == 0 || slice_ends(buf_slice(name), "/");
}

static void
cut_name(struct buf *name, size_t length)
{
	name->length = length;
	name->bytes[length] = '\0';
}

/* The reason why the name is hidden, as text; NULL when it is not. */
static const char *
hidden_reason(const struct static_files *files, const struct buf *name)
{
	return files->serves_hidden ? NULL : hidden_path(buf_slice(name));
}

/* ---- opening ---- */

/* The only place that translates errno. */
static enum lookup_verdict
verdict_of(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return LOOKUP_ABSENT;
	case EXDEV:
		return LOOKUP_OUTSIDE;
	case EACCES:
	case EPERM:
		return LOOKUP_FORBIDDEN;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
		return LOOKUP_BUSY;
	default:
		return LOOKUP_FAILED;
	}
}

/*
 * Opens the file or folder at place as the response's body. Its folder is watched before it is
 * opened, so no change between reading and watching can be missed.
 */
static enum lookup_verdict
open_place(const struct lookup *lookup, const struct mounts_place *place, struct stat *state)
{
	bool with_hidden = lookup->files->serves_hidden;
	int file;

	state->st_mode = 0; /* neither file nor folder, until it is known */
	watch_before_open(place->watch, place->name);
	do {
		file = served_file_open(place->root, place->name, with_hidden, lookup->is_linked);
	} while (file < 0 && errno == EMFILE && kept_files_clear(lookup->files->kept));
	if (file >= 0 && files_first_is_script(&lookup->files->scripts, place->name, file)) {
		close(file);
		return LOOKUP_ABSENT;
	}
	if (file < 0) {
		enum lookup_verdict verdict = verdict_of(errno);

		*lookup->is_awaited |= watch_open_failed(place->watch, place->name);
		return verdict;
	}
	body_clear(&lookup->response->body);
	body_set_file(&lookup->response->body, file);
	if (fstat(file, state) < 0)
		return verdict_of(errno);
	if (S_ISREG(state->st_mode))
		watch_opened(place->watch, place->name, file, state);
	return LOOKUP_FOUND;
}

/*
 * Opens the first place that has the name. It is a regular file or a folder; a device, a FIFO or a
 * socket counts as absent.
 */
static enum lookup_verdict
open_name(const struct lookup *lookup, struct mounts_place *place, struct stat *state)
{
	while (mounts_find(lookup->files->mounts, lookup->name->bytes, place)) {
		enum lookup_verdict verdict = open_place(lookup, place, state);

		if (verdict == LOOKUP_FOUND && (S_ISREG(state->st_mode) || S_ISDIR(state->st_mode)))
			return LOOKUP_FOUND;
		if (verdict != LOOKUP_FOUND && verdict != LOOKUP_ABSENT)
			return verdict;
	}
	return LOOKUP_ABSENT;
}

/* substitute: see struct file_response. */
static struct file_response
file_response(const struct lookup *lookup, const struct mounts_place *place,
	const struct stat *state, const char *substitute)
{
	return (struct file_response){
		.options = &lookup->files->file_options,
		.request = lookup->request,
		.response = lookup->response,
		.name = place->name,
		.site_name = substitute ? substitute : lookup->name->bytes,
		.state = state,
		.substitute = substitute,
		.representation = &lookup->files->representation,
	};
}

/* Opens the first regular file called name (in the site). Errors in other places are ignored. */
static bool
open_substitute(const struct lookup *lookup, const char *name, struct stat *state,
	struct file_response *file)
{
	struct mounts_place place = {0};

	while (mounts_find(lookup->files->mounts, name, &place)) {
		if (open_place(lookup, &place, state) != LOOKUP_FOUND || !S_ISREG(state->st_mode))
			continue;
		*file = file_response(lookup, &place, state, name);
		return true;
	}
	return false;
}

/* ---- missing names ---- */

/*
 * Responds with the fallback, a page whose script handles every address. It is sent only for
 * documents: HTML in place of a script or a style sheet would cause an error that is hard to
 * understand.
 */
static bool
respond_with_fallback(const struct lookup *lookup)
{
	const char *fallback = lookup->files->fallback;
	struct file_response file;
	struct stat state;

	if (!fallback || !navigation_wants_document(lookup->request) ||
		!open_substitute(lookup, fallback, &state, &file))
		return false;
	file_response_make(&file);
	return true;
}

/* Responds with the site's own 404.html. Returns false when there is none. */
static bool
respond_with_404_page(const struct lookup *lookup)
{
	struct file_response file;
	struct stat state;

	return open_substitute(lookup, "404.html", &state, &file) &&
	       file_response_make_whole(&file, 404);
}

static void
respond_missing(const struct lookup *lookup)
{
	struct buf links = {0};

	if (respond_with_fallback(lookup) || respond_with_404_page(lookup))
		return;
	suggestions_find_in_site(lookup->files->mounts, buf_slice(lookup->name),
		lookup->files->serves_hidden, lookup->response->depth, &links);
	error_page_missing(
		lookup->response, lookup->files->file_options.script_tag, buf_slice(&links));
	buf_finish(&links);
}

static void
respond_outside(const struct lookup *lookup)
{
	log_notice_limited(&lookup->files->refused_links, lookup->request->peer.key,
		"refused %s, a link that leads out of the served folder: --follow-symlinks serves "
		"what it leads to",
		lookup->name->bytes);
	error_page_respond(lookup->response, lookup->files->file_options.script_tag, 403,
		SLICE_LITERAL(
			"This is a link that leads out of the served folder. If what it leads "
			"to is to be served, start liveserve with --follow-symlinks."));
}

static void
respond_by_verdict(const struct lookup *lookup, enum lookup_verdict verdict)
{
	struct response *response = lookup->response;

	switch (verdict) {
	case LOOKUP_FOUND: /* the response is made already */
		break;
	case LOOKUP_ABSENT:
	case LOOKUP_FAILED:
		respond_missing(lookup);
		break;
	case LOOKUP_OUTSIDE:
		respond_outside(lookup);
		break;
	case LOOKUP_FORBIDDEN:
		error_page_respond(response, lookup->files->file_options.script_tag, 403,
			SLICE_LITERAL("liveserve is not allowed to read this file."));
		break;
	case LOOKUP_BUSY:
		response_field(response, "Retry-After", SLICE_LITERAL("1"));
		error_page_respond(response, lookup->files->file_options.script_tag, 503,
			SLICE_LITERAL("Too many files are open; try again in a moment."));
		break;
	}
}

/* ---- existing names ---- */

/*
 * Responds with the file of that name. If it is a folder, redirects to its name with a slash.
 * is_first: no other name was tried for this request.
 */
static enum lookup_verdict
respond_with_name(const struct lookup *lookup, bool is_first)
{
	struct mounts_place place = {0};
	struct stat state;
	enum lookup_verdict verdict = open_name(lookup, &place, &state);

	if (verdict == LOOKUP_FOUND && S_ISREG(state.st_mode)) {
		const struct file_response file = file_response(lookup, &place, &state,
			lookup->request->address.at ? lookup->name->bytes : NULL);

		file_response_make(&file);
		if (is_first && !*lookup->is_linked)
			kept_files_keep(lookup->files->kept, &file, &place, lookup->name->bytes);
	} else if (verdict == LOOKUP_FOUND) {
		folder_redirect_respond(lookup->response, lookup->request, buf_slice(lookup->name));
	}
	return verdict;
}

/* Responds with the list of the folder in the first place that has it. */
static enum lookup_verdict
respond_with_listing(const struct lookup *lookup)
{
	struct mounts_place place = {0};

	while (mounts_find(lookup->files->mounts, lookup->name->bytes, &place)) {
		const struct directory_listing listing = {
			.root = place.root,
			.name = place.name,
			.shown = lookup->name->bytes,
			.with_hidden = lookup->files->serves_hidden,
			.awaits_index = *lookup->is_awaited,
		};
		enum lookup_verdict verdict = LOOKUP_FOUND;

		if (!directory_listing_respond(
			    lookup->files->listings, &listing, lookup->request, lookup->response))
			verdict = verdict_of(errno);
		if (verdict != LOOKUP_ABSENT)
			return verdict;
	}
	return LOOKUP_ABSENT;
}

/* Responds with the folder's index, or with a list of the folder. */
static enum lookup_verdict
respond_with_folder(const struct lookup *lookup)
{
	size_t length = lookup->name->length;

	for (size_t i = 0; i < index_names.count; i++) {
		enum lookup_verdict verdict;

		buf_add_text(lookup->name, index_names.names[i]);
		verdict = respond_with_name(lookup, i == 0);
		if (verdict == LOOKUP_FOUND)
			return verdict;
		cut_name(lookup->name, length);
		if (verdict != LOOKUP_ABSENT)
			return verdict;
	}
	return respond_with_listing(lookup);
}

/* Answers from the disk. Returns the name in the site. */
static const char *
look_up(struct static_files *static_files, const struct request *request, struct response *response)
{
	bool is_linked, is_awaited = false;
	const struct lookup lookup = {
		.files = static_files,
		.request = request,
		.response = response,
		.name = &static_files->name_memory,
		.is_linked = &is_linked,
		.is_awaited = &is_awaited,
	};
	const char *reason;

	switch (read_name(lookup.name, request->path)) {
	case URL_MALFORMED:
		error_page_respond(response, static_files->file_options.script_tag, 400,
			SLICE_LITERAL("This address has an invalid escape."));
		return NULL;
	case URL_NOT_FOUND:
		respond_missing(&lookup);
		return NULL;
	case URL_OK:
		break;
	}
	reason = hidden_reason(static_files, lookup.name);
	if (reason) {
		log_verbose("%s is not served, for %s; --dotfiles serves it", lookup.name->bytes,
			reason);
		respond_missing(&lookup);
	} else if (is_folder_name(lookup.name)) {
		respond_by_verdict(&lookup, respond_with_folder(&lookup));
	} else {
		respond_by_verdict(&lookup, respond_with_name(&lookup, true));
	}
	return lookup.name->bytes;
}

void
static_files_respond(
	struct static_files *static_files, const struct request *request, struct response *response)
{
	const char *name = kept_files_respond(static_files->kept, request, response);

	if (!name)
		name = look_up(static_files, request, response);
	if (static_files->importers && name)
		import_notes_add(static_files->importers,
			&(struct import_notes_site){static_files->mounts, static_files->fallback},
			name, request, response->status);
}

/* ---- questions about a path ---- */

bool
static_files_are_mounted(struct static_files *static_files, struct slice path)
{
	struct buf *name = &static_files->name_memory;

	return read_name(name, path) == URL_OK && mounts_cover(static_files->mounts, name->bytes);
}

enum watch_verdict
static_files_state(struct static_files *static_files, struct slice url, uint64_t *state)
{
	struct ssi_documents *documents = static_files->file_options.ssi_documents;
	struct buf *name = &static_files->name_memory;
	enum watch_verdict verdict;
	size_t length, i = 0;

	*state = 0;
	if (client_assets_have_path(url) || read_name(name, url) != URL_OK ||
		hidden_reason(static_files, name))
		return WATCH_KNOWN;
	length = name->length;
	while (is_folder_name(name) && files_first_add_index(&static_files->scripts, i++, name)) {
		verdict = ssi_documents_state(documents, name->bytes, state);
		if (verdict != WATCH_KNOWN || *state)
			return verdict;
		cut_name(name, length);
	}
	return ssi_documents_state(documents, name->bytes, state);
}
