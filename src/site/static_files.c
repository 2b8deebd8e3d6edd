/*
 * static_files: see static_files.h.
 *
 * From a name to an open file, from there to its content (representation.c), and from the request's
 * conditions and ranges to what of it is sent.
 */
#define _GNU_SOURCE
#include "site/static_files.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "site/representation.h"
#include "fs/hidden_names.h"
#include "http/conditional.h"
#include "http/date.h"
#include "http/range.h"
#include "site/directory_listing.h"
#include "base/log.h"
#include "base/hash.h"
#include "base/mem.h"
#include "http/media_type.h"
#include "html/error_page.h"
#include "http/url.h"
#include "site/suggestions.h"

/* What a folder shows, the first that is there. */
static const char *const indexes[] = {"index.html", "index.htm"};
enum { INDEXES = sizeof(indexes) / sizeof(indexes[0]) };

struct static_files {
	struct mounts *mounts;
	struct journal *journal;
	bool injects, serves_hidden;
	const char *fallback;
	const char *instead;         /* what stands in for the name that was asked for; or NULL */
	struct importers *importers; /* or NULL */
	struct media_type_rule *rules;
	size_t rule_count;
	struct buf name;                      /* of what was asked for, in the site */
	struct buf refused;                   /* what was last said of a refusal */
	struct representation representation; /* of the file that is being answered */
};

struct static_files *
static_files_create(
	struct mounts *mounts, struct journal *journal, const struct static_files_options *options)
{
	struct static_files *static_files = mem_zero(sizeof(*static_files));
	size_t count = 0;

	while (options->mime && options->mime[count])
		count++;
	static_files->rules = mem_array(count, sizeof(*static_files->rules));
	while (static_files->rule_count < count &&
		media_type_read(&static_files->rules[static_files->rule_count],
			options->mime[static_files->rule_count]))
		static_files->rule_count++;
	static_files->injects = options->injects;
	static_files_reconfigure(static_files, options);
	static_files->mounts = mounts;
	if (options->follows_links)
		mounts_follow_links(mounts);
	static_files->journal = journal;
	return static_files;
}

void
static_files_reconfigure(
	struct static_files *static_files, const struct static_files_options *options)
{
	static_files->serves_hidden = options->serves_hidden;
	static_files->fallback = options->fallback;
}

void
static_files_destroy(struct static_files *static_files)
{
	if (!static_files)
		return;
	free(static_files->rules);
	buf_finish(&static_files->name);
	buf_finish(&static_files->refused);
	representation_finish(&static_files->representation);
	free(static_files);
}

void
static_files_set_importers(struct static_files *static_files, struct importers *importers)
{
	static_files->importers = importers;
}

/* ---- fields ---- */

/* Whether the answer will be a document of its own, not part of one (Fetch Metadata 2.1). */
static bool
is_document(struct slice dest)
{
	static const char *const documents[] = {"document", "iframe", "frame", "embed", "object"};

	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++)
		if (slice_is(dest, documents[i]))
			return true;
	return false;
}

/*
 * A service worker that passes on the request for a page: then browsers no longer say what it is
 * for, but still what is accepted, and Chromium "navigate", Firefox "same-origin".
 */
static bool
is_passed_on(const struct request *request)
{
	struct slice mode = request_get(request, REQUEST_SEC_FETCH_MODE);

	return slice_is(request_get(request, REQUEST_SEC_FETCH_DEST), "empty") &&
	       (slice_is(mode, "navigate") || slice_is(mode, "same-origin")) &&
	       request_lists(request, REQUEST_ACCEPT, "text/html");
}

static bool
is_for_document(const struct request *request, const struct media_type *mime)
{
	struct slice dest = request_get(request, REQUEST_SEC_FETCH_DEST);

	if (mime->kind == MEDIA_TYPE_PLAIN)
		return false;
	if (dest.at)
		return is_document(dest) || is_passed_on(request);
	/* Without the field: HTML is a document; an SVG may as well be an image, so ask Accept. */
	return mime->kind == MEDIA_TYPE_HTML || request_lists(request, REQUEST_ACCEPT, "text/html");
}

/* Also a script's request for HTML is for one; our own asks so before it changes a page. */
static bool
asks_for_document(const struct request *request)
{
	struct slice dest = request_get(request, REQUEST_SEC_FETCH_DEST);

	return is_document(dest) || ((!dest.at || slice_is(dest, "empty")) &&
					    request_lists(request, REQUEST_ACCEPT, "text/html"));
}

/* What the person said of an extension goes before what everybody says. The last word counts. */
static const struct media_type *
type_of(const struct static_files *static_files, struct slice name)
{
	for (size_t i = static_files->rule_count; i > 0; i--)
		if (media_type_rule_matches(&static_files->rules[i - 1], name))
			return &static_files->rules[i - 1].mime;
	return media_type_of(name);
}

/* A date in the future says nothing about the past: it is cut to now (RFC 9110 8.8.2.1). */
static void
add_validators(
	struct response *response, struct conditional_validators *validators, const struct stat *state)
{
	time_t now = time(NULL);
	char date[DATE_SIZE];

	validators->modified = state->st_mtime < now ? state->st_mtime : now;
	validators->has_modified = date_write(date, validators->modified);
	if (validators->has_modified)
		response_field(response, "Last-Modified", slice_of(date));
	response_field(response, "ETag", slice_of(validators->etag));
	response_field(response, "Cache-Control", slice_of("no-cache"));
}

/* ---- ranges ---- */

static void
answer_unsatisfiable(struct static_files *static_files, uint64_t size, struct response *response)
{
	fields_clear(&response->fields);
	buf_addf(fields_begin(&response->fields, SLICE_LITERAL("Content-Range")), "bytes */%" PRIu64, size);
	fields_end(&response->fields);
	pages_error(response, static_files->journal, 416,
		SLICE_LITERAL("The file is shorter than that."));
}

static void
answer_one_range(struct response *response, const struct representation *representation,
	struct range range)
{
	buf_addf(fields_begin(&response->fields, SLICE_LITERAL("Content-Range")),
		"bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, range.first, range.last,
		representation_length(representation));
	fields_end(&response->fields);
	representation_add_part(representation, &response->body, range.first, range.last + 1);
}

/* RFC 9110 14.6. The boundary must not occur in a part: 64 random bits make that certain enough. */
static void
answer_ranges(struct response *response, const struct representation *representation,
	const struct range *ranges, size_t count)
{
	struct slice type = fields_get(&response->fields, SLICE_LITERAL("Content-Type"));
	struct buf text = {0};
	uint64_t boundary = hash_more(
		loop_now(), (struct slice){(const char *)representation, sizeof(*representation)});

	for (size_t i = 0; i < count; i++) {
		buf_clear(&text);
		buf_addf(&text,
			"\r\n--%016" PRIx64 "\r\nContent-Type: %.*s\r\nContent-Range: bytes %" PRIu64
			"-%" PRIu64 "/%" PRIu64 "\r\n\r\n",
			boundary, (int)type.length, type.at, ranges[i].first, ranges[i].last,
			representation_length(representation));
		body_add_text(&response->body, buf_slice(&text));
		representation_add_part(
			representation, &response->body, ranges[i].first, ranges[i].last + 1);
	}
	buf_clear(&text);
	buf_addf(&text, "\r\n--%016" PRIx64 "--\r\n", boundary);
	body_add_text(&response->body, buf_slice(&text));
	response_drop_field(response, SLICE_LITERAL("Content-Type"));
	buf_addf(fields_begin(&response->fields, SLICE_LITERAL("Content-Type")),
		"multipart/byteranges; boundary=%016" PRIx64, boundary);
	fields_end(&response->fields);
	buf_finish(&text);
}

/* ---- one file ---- */

static void
answer_content(struct static_files *static_files, const struct request *request,
	struct response *response, const struct conditional_validators *validators)
{
	const struct representation *representation = &static_files->representation;
	struct range ranges[RANGE_COUNT_MAX];
	uint64_t size = representation_length(representation);
	size_t count = 0;

	response->has_content = true;
	switch (range_read(request, validators, size, ranges, &count)) {
	case RANGE_UNSATISFIABLE:
		answer_unsatisfiable(static_files, size, response);
		return;
	case RANGE_PARTIAL:
		response->status = 206;
		if (count == 1)
			answer_one_range(response, representation, ranges[0]);
		else
			answer_ranges(response, representation, ranges, count);
		return;
	case RANGE_WHOLE:
		response->status = 200;
		representation_add_part(representation, &response->body, 0, size);
		return;
	}
}

/*
 * Makes the open file of answer's body the content, and adds the fields that describe it. Returns
 * false when it cannot be read; no field was added then.
 */
static bool
prepare(struct static_files *static_files, const struct request *request, struct response *response,
	const char *name, const struct stat *state)
{
	const struct media_type *mime = type_of(static_files, slice_of(name));
	struct representation *representation = &static_files->representation;

	if (!representation_load(representation, response->body.file, state, mime))
		return false;
	representation_add_type(
		representation, mime, fields_begin(&response->fields, SLICE_LITERAL("Content-Type")));
	fields_end(&response->fields);
	if (mime->kind != MEDIA_TYPE_PLAIN && static_files->injects)
		response_field(response, "Vary", SLICE_LITERAL("Sec-Fetch-Dest, Sec-Fetch-Mode"));
	if (static_files->injects && is_for_document(request, mime))
		representation_insert_tag(representation, response->body.file, mime,
			static_files->journal, static_files->instead);
	return true;
}

static void
answer_unreadable(struct static_files *static_files, struct response *response)
{
	pages_error(response, static_files->journal, 500,
		SLICE_LITERAL("The file is there, but reading it failed."));
}

/* The file is open in answer's body already. */
static void
answer_file(struct static_files *static_files, const struct request *request,
	struct response *response, const char *name, const struct stat *state)
{
	struct conditional_validators validators;
	char etag[REPRESENTATION_ETAG_SIZE];

	if (!prepare(static_files, request, response, name, state)) {
		answer_unreadable(static_files, response);
		return;
	}
	representation_write_etag(
		etag, &static_files->representation, state, static_files->journal);
	validators.etag = etag;
	add_validators(response, &validators, state);
	switch (conditional_evaluate(request, &validators)) {
	case CONDITIONAL_PROCEED:
		response_field(response, "Accept-Ranges", SLICE_LITERAL("bytes"));
		answer_content(static_files, request, response, &validators);
		break;
	case CONDITIONAL_NOT_MODIFIED:
		response_status(response, 304);
		break;
	case CONDITIONAL_FAILED:
		fields_clear(&response->fields);
		pages_error(response, static_files->journal, 412,
			SLICE_LITERAL("The file is not in the state that was asked for."));
		break;
	}
}

/* ---- names ---- */

/* Opens a place's file, or folder, as answer's body; false with errno when it is not there. */
static bool
open_place(const struct mounts_place *place, struct response *response, struct stat *state)
{
	int file;

	watch_before_open(place->watch, place->name);
	file = root_open(place->root, place->name);
	if (file < 0) {
		int error = errno;

		watch_open_failed(place->watch, place->name);
		errno = error;
		return false;
	}
	body_clear(&response->body);
	body_set_file(&response->body, file);
	if (fstat(file, state) < 0)
		return false;
	if (S_ISREG(state->st_mode))
		watch_opened(place->watch, place->name, file, state);
	return true;
}

/* Opens the file called name in the site, whose place it finds, to stand in for another. */
static bool
open_instead(struct static_files *static_files, struct response *response, const char *name,
	struct mounts_place *place, struct stat *state)
{
	static_files->instead = name;
	while (mounts_find(static_files->mounts, name, place))
		if (open_place(place, response, state) && S_ISREG(state->st_mode))
			return true;
	static_files->instead = NULL;
	return false;
}

/*
 * The file for documents that are not there: to its script every address is one. Not for what a
 * page is made of: HTML in place of a script would be an error that nobody understands.
 */
static bool
answer_fallback(
	struct static_files *static_files, const struct request *request, struct response *response)
{
	struct mounts_place place = {0};
	struct stat state;

	if (!static_files->fallback || !asks_for_document(request) ||
		!open_instead(static_files, response, static_files->fallback, &place, &state))
		return false;
	answer_file(static_files, request, response, place.name, &state);
	return true;
}

/* The site's own 404.html, with the status that it is for. False when it has none. */
static bool
answer_own_404(
	struct static_files *static_files, const struct request *request, struct response *response)
{
	struct mounts_place place = {0};
	struct stat state;

	if (!open_instead(static_files, response, "404.html", &place, &state) ||
		!prepare(static_files, request, response, place.name, &state))
		return false;
	response_field(response, "Cache-Control", SLICE_LITERAL("no-store"));
	response->status = 404;
	response->has_content = true;
	representation_add_part(&static_files->representation, &response->body, 0,
		representation_length(&static_files->representation));
	return true;
}

/* Names like the one that was asked for, in the first place where it might be. */
static void
suggest(const struct static_files *static_files, struct buf *near)
{
	struct slice name = buf_slice(&static_files->name);
	struct mounts_place place = {0};

	while (mounts_find(static_files->mounts, name.at, &place)) {
		struct slice rest = slice_of(place.name);

		if (place.is_file)
			continue;
		name.length -= rest.length;
		suggestions_find(place.root, name, rest, static_files->serves_hidden, near);
		return;
	}
}

static void
answer_missing(
	struct static_files *static_files, const struct request *request, struct response *response)
{
	struct buf near = {0};

	if (answer_fallback(static_files, request, response) ||
		answer_own_404(static_files, request, response))
		return;
	suggest(static_files, &near);
	pages_missing(response, static_files->journal, buf_slice(&near));
	buf_finish(&near);
}

static void
answer_outside(struct static_files *static_files, struct response *response)
{
	log_notice_once(&static_files->refused,
		"refused %s, a link that leads out of the served folder: --follow-symlinks serves "
		"what it leads to",
		static_files->name.bytes);
	pages_error(response, static_files->journal, 403,
		SLICE_LITERAL(
			"This is a link that leads out of the served folder. If what it leads "
			"to is to be served, start liveserve with --follow-symlinks."));
}

static void
answer_failure(struct static_files *static_files, const struct request *request,
	struct response *response, int error)
{
	switch (error) {
	case EXDEV:
		answer_outside(static_files, response);
		break;
	case EACCES:
	case EPERM:
		pages_error(response, static_files->journal, 403,
			SLICE_LITERAL("liveserve is not allowed to read this file."));
		break;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
		response_field(response, "Retry-After", SLICE_LITERAL("1"));
		pages_error(response, static_files->journal, 503,
			SLICE_LITERAL("Too many files are open; try again in a moment."));
		break;
	default:
		answer_missing(static_files, request, response);
		break;
	}
}

/* 302, for browsers remember a permanent redirect across the projects of a port. */
static void
answer_redirect(
	struct static_files *static_files, const struct request *request, struct response *response)
{
	struct buf url = {0};

	url_from_path(buf_slice(&static_files->name), &url);
	buf_add_char(&url, '/');
	url_add_query(request->query, &url);
	response_field(response, "Location", buf_slice(&url));
	response_field(response, "Cache-Control", SLICE_LITERAL("no-cache"));
	response_text(
		response, 302, "text/plain; charset=utf-8", SLICE_LITERAL("See the folder.\n"));
	buf_finish(&url);
}

/* Whether a place that failed with errno may have another behind it. */
static bool
is_absent(void)
{
	return errno == ENOENT || errno == ENOTDIR;
}

/* Answers with the file, redirects to the folder's slash; false with errno when there is none. */
static bool
answer_place(struct static_files *static_files, const struct request *request,
	struct response *response, const struct mounts_place *place)
{
	struct stat state;

	if (!open_place(place, response, &state))
		return false;
	if (S_ISREG(state.st_mode)) {
		answer_file(static_files, request, response, place->name, &state);
		return true;
	}
	if (S_ISDIR(state.st_mode)) {
		answer_redirect(static_files, request, response);
		return true;
	}
	errno = ENOENT; /* a device, FIFO or socket: never read */
	return false;
}

/* The first place that has the name answers. */
static bool
answer_name(
	struct static_files *static_files, const struct request *request, struct response *response)
{
	struct mounts_place place = {0};

	errno = ENOENT;
	while (mounts_find(static_files->mounts, static_files->name.bytes, &place)) {
		if (answer_place(static_files, request, response, &place))
			return true;
		if (!is_absent())
			return false;
	}
	return false;
}

/* The first place that has the folder is listed. */
static bool
answer_listing(
	struct static_files *static_files, const struct request *request, struct response *response)
{
	const char *name = static_files->name.bytes;
	struct mounts_place place = {0};

	while (mounts_find(static_files->mounts, name, &place))
		if (directory_listing_respond(place.root, static_files->journal, request,
			    place.name, name, static_files->serves_hidden, response) ||
			!is_absent())
			return response->status;
	return false;
}

static bool
names_folder(const struct static_files *static_files)
{
	return static_files->name.length == 0 || slice_ends(buf_slice(&static_files->name), "/");
}

static void
cut_name(struct static_files *static_files, size_t length)
{
	static_files->name.length = length;
	static_files->name.bytes[length] = '\0';
}

/* What hides the name that was asked for; NULL when nothing does. */
static const char *
hidden_by(const struct static_files *static_files)
{
	return static_files->serves_hidden ? NULL : hidden_path(buf_slice(&static_files->name));
}

/* As if there were no such name; only the person at the terminal learns why. */
static void
answer_hidden(struct static_files *static_files, const struct request *request,
	struct response *response, const char *why)
{
	log_verbose(
		"%s is not served, for %s; --dotfiles serves it", static_files->name.bytes, why);
	answer_missing(static_files, request, response);
}

static bool
answer_folder(
	struct static_files *static_files, const struct request *request, struct response *response)
{
	size_t length = static_files->name.length;

	for (size_t i = 0; i < INDEXES; i++) {
		buf_add_text(&static_files->name, indexes[i]);
		if (answer_name(static_files, request, response))
			return true;
		cut_name(static_files, length);
		if (!is_absent())
			return false;
	}
	return answer_listing(static_files, request, response);
}

void
static_files_respond(
	struct static_files *static_files, const struct request *request, struct response *response)
{
	const char *why;
	bool answered;

	static_files->instead = NULL;
	buf_clear(&static_files->name);
	buf_reserve(&static_files->name, 0);
	switch (url_to_path(request->path, &static_files->name)) {
	case URL_MALFORMED:
		pages_error(response, static_files->journal, 400,
			SLICE_LITERAL("This address holds an escape that means nothing."));
		return;
	case URL_NOT_FOUND:
		answer_failure(static_files, request, response, ENOENT);
		return;
	case URL_OK:
		break;
	}
	if (static_files->importers)
		importers_note(static_files->importers, static_files->name.bytes, request);
	why = hidden_by(static_files);
	if (why) {
		answer_hidden(static_files, request, response, why);
		return;
	}
	if (names_folder(static_files))
		answered = answer_folder(static_files, request, response);
	else
		answered = answer_name(static_files, request, response);
	if (!answered)
		answer_failure(static_files, request, response, errno);
}

bool
static_files_are_mounted(struct static_files *static_files, struct slice path)
{
	struct mounts_place place = {0};
	struct stat state;

	buf_clear(&static_files->name);
	buf_reserve(&static_files->name, 0);
	if (url_to_path(path, &static_files->name) != URL_OK)
		return false;
	while (mounts_find(static_files->mounts, static_files->name.bytes, &place)) {
		if (place.watch == mounts_watch(static_files->mounts))
			return false;
		if (root_stat(place.root, place.name, &state))
			return true;
	}
	return false;
}

/* The state of what the first place that has files' name shows. */
static bool
find_state(const struct static_files *static_files, uint64_t *state)
{
	struct mounts_place place = {0};

	*state = 0;
	while (*state == 0 && mounts_find(static_files->mounts, static_files->name.bytes, &place))
		if (!watch_state(place.watch, place.name, state))
			return false;
	return true;
}

bool
static_files_state(struct static_files *static_files, struct slice url, uint64_t *state)
{
	size_t length;

	*state = 0;
	buf_clear(&static_files->name);
	buf_reserve(&static_files->name, 0);
	if (slice_starts(url, PAGES_FOLDER) || url_to_path(url, &static_files->name) != URL_OK ||
		hidden_by(static_files))
		return true;
	length = static_files->name.length;
	for (size_t i = 0; i < INDEXES && names_folder(static_files); i++) {
		buf_add_text(&static_files->name, indexes[i]);
		if (!find_state(static_files, state))
			return false;
		if (*state)
			return true;
		cut_name(static_files, length);
	}
	return find_state(static_files, state);
}
