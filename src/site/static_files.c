/*
 * static_files: see static_files.h.
 * A request is processed in three steps: its path is converted to a name, the first file that this
 * name may show is opened (names/shown_names, file_lookup), and file_response makes the response. The
 * data of one request is a struct file_lookup on the stack. Borrows mounts, script tag and importers.
 */
#include "site/static_files.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/mem.h"
#include "fs/hidden_names.h"
#include "fs/path.h"
#include "html/error_page.h"
#include "http/url.h"
#include "listing/directory_listing.h"
#include "overlay/same_machine.h"
#include "site/file_lookup.h"
#include "site/import_notes.h"
#include "site/kept_files.h"
#include "site/name_redirect.h"
#include "site/site_errors.h"

struct static_files {
	struct file_lookup_site site;
	struct directory_listings *listings;
	struct importers *importers; /* or NULL */
	struct shown_names_rules names;
	struct site_errors errors;
	bool refuses_listings, sends_packed, shares_drafts;
	struct buf name_memory; /* reused by the next request */
};

struct static_files *
static_files_create(const struct static_files_options *options)
{
	struct static_files *static_files = mem_zero(sizeof(*static_files));
	struct file_lookup_site *site = &static_files->site;

	site->mounts = options->mounts;
	site->scripts = options->scripts;
	site->has_languages = options->has_languages;
	static_files->names = options->names;
	site->file_options = (struct file_response_options){
		.ssi_documents = ssi_documents_create(&(struct ssi_documents_options){
			options->mounts, options->ssi_parts, options->script_tag->journal,
			&site->scripts, &static_files->names, options->includes_html}),
		.script_tag = options->script_tag,
		.injects = options->injects,
		.media_types = options->media_types,
		.media_type_count = options->media_type_count,
		.points = options->points,
	};
	site->kept = kept_files_create(options->loop, options->mounts, &site->file_options);
	static_files->listings = directory_listings_create(options->loop, options->script_tag,
		mounts_served_root(options->mounts), index_names_get(&options->names.index, 0));
	static_files->importers = options->importers;
	static_files->sends_packed = options->sends_packed;
	static_files->shares_drafts = options->shares_drafts;
	static_files_reconfigure(static_files, options);
	if (options->follows_links)
		mounts_follow_links(options->mounts);
	return static_files;
}

void
static_files_reconfigure(
	struct static_files *static_files, const struct static_files_options *options)
{
	static_files->site.serves_hidden = options->serves_hidden;
	static_files->errors.fallback = options->fallback;
	static_files->refuses_listings = options->refuses_listings;
	ssi_documents_set_hidden(
		static_files->site.file_options.ssi_documents, options->serves_hidden);
	kept_files_clear(static_files->site.kept);
}

void
static_files_begin(struct static_files *static_files)
{
	kept_files_begin(static_files->site.kept);
}

void
static_files_destroy(struct static_files *static_files)
{
	if (!static_files)
		return;
	directory_listings_destroy(static_files->listings);
	kept_files_destroy(static_files->site.kept);
	ssi_documents_destroy(static_files->site.file_options.ssi_documents);
	buf_finish(&static_files->name_memory);
	site_errors_finish(&static_files->errors);
	representation_finish(&static_files->site.representation);
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
	return files->site.serves_hidden ? NULL : hidden_path(buf_slice(name));
}

/* ---- redirects ---- */

static void
redirect(const struct file_lookup *lookup, struct slice to)
{
	name_redirect_respond(lookup->response, lookup->request, buf_slice(lookup->name), to);
}

static void
redirect_to_folder(const struct file_lookup *lookup)
{
	char *folder = mem_format("%s/", lookup->name->bytes);

	redirect(lookup, slice_of(folder));
	free(folder);
}

/*
 * With --clean-urls=redirect: the file "about.html", which is open, is at "about", and "docs/index.html" at
 * "docs/". But for an index that is not the first, where "about" is a file itself, and where a rule has
 * chosen the file.
 */
static bool
redirects_to_clean(const struct static_files *files, const struct file_lookup *lookup)
{
	struct slice name = buf_slice(lookup->name), base = path_base(name), clean;
	bool has_file;
	char *text;

	if (files->names.clean != SHOWN_NAMES_REDIRECT || lookup->request->address.at)
		return false;
	if (slice_is(base, index_names_get(&files->names.index, 0))) {
		redirect(lookup, (struct slice){name.at, name.length - base.length});
		return true;
	}
	clean = shown_names_clean_of(&files->names, name);
	if (!clean.at || index_names_have(&files->names.index, base))
		return false;
	text = mem_copy(clean.at, clean.length);
	has_file = file_lookup_has_file(lookup, text);
	free(text);
	if (!has_file)
		redirect(lookup, clean);
	return !has_file;
}

/* With --clean-urls=redirect: "about/" leads to "about" if that is a page, and there is no such folder. */
static bool
redirects_from_folder(const struct static_files *files, const struct file_lookup *lookup)
{
	struct slice name = buf_slice(lookup->name);
	bool has_page;
	char *page;

	if (files->names.clean != SHOWN_NAMES_REDIRECT || !name.length)
		return false;
	page = mem_format("%.*s.html", (int)name.length - 1, name.at);
	has_page = file_lookup_has_file(lookup, page);
	free(page);
	if (has_page)
		redirect(lookup, (struct slice){name.at, name.length - 1});
	return has_page;
}

/* ---- existing names ---- */

/* Responds with the open file, the one of shown that is there. */
static void
respond_with_file(struct static_files *files, struct file_lookup *lookup,
	const struct shown_names *shown, const struct mounts_place *place, const struct stat *state)
{
	struct file_lookup_packed packed = {0};
	struct file_response file = file_lookup_response(lookup, place, state,
		shown->is_clean || lookup->is_form || lookup->request->address.at
			? lookup->name->bytes
			: NULL);

	if (shown->length == lookup->name->length && redirects_to_clean(files, lookup))
		return;
	file.places = points_places(files->site.file_options.points, lookup->request);
	if (files->sends_packed && !file.places)
		file_lookup_choose_packed(lookup, &file, &packed);
	/* Of a file for which other names were tried, the events do not say that they are still absent. */
	if (!file_response_make(&file))
		site_errors_unreadable(&files->errors, lookup);
	else if (shown->next == 1 && !lookup->is_linked && !lookup->is_draft && !file.varies &&
		 !file.varies_by_language && !file.places)
		kept_files_keep(files->site.kept, &file, place, lookup->name->bytes);
	file_lookup_packed_finish(&packed);
}

/*
 * Responds with the list of a folder, or refuses to. An index that is about to come again is awaited, not
 * refused.
 */
static bool
respond_with_list(struct static_files *files, struct file_lookup *lookup,
	const struct directory_listing *listing)
{
	if (!files->refuses_listings)
		return directory_listing_respond(
			files->listings, listing, lookup->request, lookup->response);
	if (!directory_listing_is_there(listing))
		return false;
	if (lookup->is_awaited)
		site_errors_missing(&files->errors, lookup);
	else
		site_errors_unlisted(&files->errors, lookup);
	return true;
}

/* Responds with the list of the folder in the first place that has it. */
static enum file_lookup_verdict
respond_with_listing(struct static_files *files, struct file_lookup *lookup)
{
	struct mounts_place place = {0};

	while (mounts_find(files->site.mounts, lookup->name->bytes, &place)) {
		const struct directory_listing listing = {
			.root = place.root,
			.name = place.name,
			.shown = lookup->name->bytes,
			.with_hidden = files->site.serves_hidden,
			.awaits_index = lookup->is_awaited,
		};
		enum file_lookup_verdict verdict = FILE_LOOKUP_FOUND;

		if (!respond_with_list(files, lookup, &listing))
			verdict = file_lookup_verdict(errno);
		if (verdict != FILE_LOOKUP_ABSENT)
			return verdict;
	}
	return redirects_from_folder(files, lookup) ? FILE_LOOKUP_FOUND : FILE_LOOKUP_ABSENT;
}

/*
 * Responds with the first file that the name may show. If there is none, but a folder: with a list of
 * it, or if its name has no slash at its end, with a redirect to the one that has.
 */
static enum file_lookup_verdict
respond_with_name(struct static_files *files, struct file_lookup *lookup)
{
	struct shown_names shown = shown_names_of(&files->names, lookup->name);
	bool is_folder = false;

	while (!lookup->request->has_no_index && shown_names_next(&shown)) {
		struct mounts_place place = {0};
		struct stat state;
		enum file_lookup_verdict verdict = file_lookup_open(lookup, &place, &state);

		if (verdict == FILE_LOOKUP_ABSENT)
			verdict = file_lookup_open_language(lookup, &place, &state);
		if (verdict == FILE_LOOKUP_FOUND && S_ISREG(state.st_mode)) {
			respond_with_file(files, lookup, &shown, &place, &state);
			return verdict;
		}
		if (verdict != FILE_LOOKUP_FOUND && verdict != FILE_LOOKUP_ABSENT) {
			if (!shown.is_clean)
				cut_name(lookup->name, shown.length);
			return verdict;
		}
		is_folder |= verdict == FILE_LOOKUP_FOUND && !shown.is_clean;
	}
	if (shown_names_is_folder(lookup->name))
		return respond_with_listing(files, lookup);
	if (!is_folder)
		return FILE_LOOKUP_ABSENT;
	redirect_to_folder(lookup);
	return FILE_LOOKUP_FOUND;
}

/* Answers from the disk. Returns the name in the site. */
static const char *
look_up(struct static_files *static_files, const struct request *request, struct response *response)
{
	struct file_lookup lookup = {
		.site = &static_files->site,
		.request = request,
		.response = response,
		.name = &static_files->name_memory,
	};
	const char *reason;

	switch (read_name(lookup.name, request->path)) {
	case URL_MALFORMED:
		error_page_respond(response, static_files->site.file_options.script_tag, 400,
			SLICE_LITERAL("This address has an invalid escape."));
		return NULL;
	case URL_NOT_FOUND:
		site_errors_missing(&static_files->errors, &lookup);
		return NULL;
	case URL_OK:
		break;
	}
	reason = hidden_reason(static_files, lookup.name);
	if (reason) {
		log_verbose("%s is not served, for %s; --dotfiles serves it", lookup.name->bytes,
			reason);
		site_errors_missing(&static_files->errors, &lookup);
	} else {
		site_errors_respond(
			&static_files->errors, &lookup, respond_with_name(static_files, &lookup));
	}
	return lookup.name->bytes;
}

void
static_files_respond(
	struct static_files *static_files, const struct request *request, struct response *response)
{
	struct overlays *overlays = mounts_overlays(static_files->site.mounts);
	bool has_drafts = overlays && !overlays_are_empty(overlays);
	const char *name = NULL;

	if (has_drafts)
		overlays_set_visible(
			overlays, static_files->shares_drafts || same_machine_has_sent(request));
	else if (!points_places(static_files->site.file_options.points, request))
		name = kept_files_respond(static_files->site.kept, request, response);
	if (!name)
		name = look_up(static_files, request, response);
	if (has_drafts)
		overlays_set_visible(overlays, true);
	if (static_files->importers && name)
		import_notes_add(static_files->importers,
			&(struct import_notes_site){static_files->site.mounts,
				static_files->errors.fallback, &static_files->names},
			name, request, response->status);
}

/* ---- questions about a path ---- */

const struct shown_names_rules *
static_files_names(const struct static_files *static_files)
{
	return &static_files->names;
}

bool
static_files_answer_first(const struct static_files *static_files, const struct request *request)
{
	const struct files_first files = {static_files->site.mounts, &static_files->names};

	return files_first_answer(&files, request);
}

bool
static_files_have_language(
	struct static_files *static_files, const struct request *request, const char *name)
{
	struct buf text = {0};
	struct file_lookup lookup = {
		.site = &static_files->site, .request = request, .name = &text};
	bool has_language;

	buf_add_text(&text, name);
	has_language = text.length && file_lookup_has_language(&lookup);
	buf_finish(&text);
	return has_language;
}

bool
static_files_are_mounted(struct static_files *static_files, struct slice path)
{
	struct buf *name = &static_files->name_memory;

	return read_name(name, path) == URL_OK &&
	       mounts_cover(static_files->site.mounts, name->bytes);
}

/* The same for the scripts that are the index of a folder: the first that is there. */
static enum watch_verdict
find_script_state(struct static_files *static_files, struct buf *name, uint64_t *state)
{
	const struct files_first_scripts *scripts = &static_files->site.scripts;
	enum watch_verdict verdict = WATCH_KNOWN;
	size_t length = name->length;

	for (size_t i = 0;
		verdict == WATCH_KNOWN && !*state && files_first_add_index(scripts, i, name); i++) {
		verdict = mounts_state(static_files->site.mounts, name->bytes, state);
		cut_name(name, length);
	}
	return verdict;
}

enum watch_verdict
static_files_state(struct static_files *static_files, struct slice url, uint64_t *state)
{
	struct ssi_documents *documents = static_files->site.file_options.ssi_documents;
	struct buf *name = &static_files->name_memory;
	enum watch_verdict verdict;
	struct shown_names shown;

	*state = 0;
	if (client_assets_have_path(url) || read_name(name, url) != URL_OK ||
		hidden_reason(static_files, name))
		return WATCH_KNOWN;
	shown = shown_names_of(&static_files->names, name);
	while (shown_names_next(&shown)) {
		verdict = ssi_documents_state(documents, name->bytes, state);
		if (verdict != WATCH_KNOWN || *state)
			return verdict;
	}
	if (!shown_names_is_folder(name))
		return WATCH_KNOWN;
	verdict = find_script_state(static_files, name, state);
	if (verdict != WATCH_KNOWN || *state)
		return verdict;
	return ssi_documents_state(documents, name->bytes, state);
}
