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
#include "site/directory_listing.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "http/media_type.h"
#include "html/error_page.h"
#include "fs/path.h"
#include "site/suggestions.h"

/* What a folder shows, the first that is there. */
static const char *const indexes[] = {"index.html", "index.htm"};
enum { INDEXES = sizeof(indexes) / sizeof(indexes[0]) };

struct files {
	struct mounts *mounts;
	struct journal *journal;
	bool injects, serves_hidden;
	const char *fallback;
	const char *instead;         /* what stands in for the name that was asked for; or NULL */
	struct importers *importers; /* or NULL */
	struct mime_rule *rules;
	size_t rule_count;
	struct buf name;        /* of what was asked for, in the site */
	struct buf refused;     /* what was last said of a refusal */
	struct content content; /* of the file that is being answered */
};

struct files *
files_create(struct mounts *mounts, struct journal *journal, const struct files_options *options)
{
	struct files *files = mem_zero(sizeof(*files));
	size_t count = 0;

	while (options->mime && options->mime[count])
		count++;
	files->rules = mem_array(count, sizeof(*files->rules));
	while (files->rule_count < count &&
		mime_read(&files->rules[files->rule_count], options->mime[files->rule_count]))
		files->rule_count++;
	files->injects = options->injects;
	files_follow(files, options);
	files->mounts = mounts;
	if (options->follows_links)
		mounts_follow_links(mounts);
	files->journal = journal;
	return files;
}

void
files_follow(struct files *files, const struct files_options *options)
{
	files->serves_hidden = options->serves_hidden;
	files->fallback = options->fallback;
}

void
files_destroy(struct files *files)
{
	if (!files)
		return;
	free(files->rules);
	buf_finish(&files->name);
	buf_finish(&files->refused);
	content_finish(&files->content);
	free(files);
}

void
files_set_importers(struct files *files, struct importers *importers)
{
	files->importers = importers;
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
is_for_document(const struct request *request, const struct mime *mime)
{
	struct slice dest = request_get(request, REQUEST_SEC_FETCH_DEST);

	if (mime->kind == MIME_PLAIN)
		return false;
	if (dest.at)
		return is_document(dest) || is_passed_on(request);
	/* Without the field: HTML is a document; an SVG may as well be an image, so ask Accept. */
	return mime->kind == MIME_HTML || request_lists(request, REQUEST_ACCEPT, "text/html");
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
static const struct mime *
type_of(const struct files *files, struct slice name)
{
	for (size_t i = files->rule_count; i > 0; i--)
		if (mime_rule_means(&files->rules[i - 1], name))
			return &files->rules[i - 1].mime;
	return mime_of(name);
}

/* A date in the future says nothing about the past: it is cut to now (RFC 9110 8.8.2.1). */
static void
add_validators(struct answer *answer, struct http_validators *validators, const struct stat *state)
{
	time_t now = time(NULL);
	char date[HTTP_DATE_SIZE];

	validators->modified = state->st_mtime < now ? state->st_mtime : now;
	validators->has_modified = http_date_write(date, validators->modified);
	if (validators->has_modified)
		answer_field(answer, "Last-Modified", slice_of(date));
	answer_field(answer, "ETag", slice_of(validators->etag));
	answer_field(answer, "Cache-Control", slice_of("no-cache"));
}

/* ---- ranges ---- */

static void
answer_unsatisfiable(struct files *files, uint64_t size, struct answer *answer)
{
	buf_clear(&answer->fields);
	buf_addf(&answer->fields, "Content-Range: bytes */%" PRIu64 "\r\n", size);
	pages_error(answer, files->journal, 416, SLICE_LITERAL("The file is shorter than that."));
}

static void
answer_one_range(struct answer *answer, const struct content *content, struct http_range range)
{
	buf_addf(&answer->fields, "Content-Range: bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64 "\r\n",
		range.first, range.last, content_length(content));
	content_add_part(content, &answer->body, range.first, range.last + 1);
}

/* The line of answer's fields that begins with "Content-Type: ", without its CRLF. */
static struct slice
type_line(const struct answer *answer)
{
	const char *line = strstr(answer->fields.bytes, "Content-Type: ");

	return (struct slice){line, strcspn(line, "\r")};
}

static void
replace_line(struct buf *fields, struct slice line, struct slice with)
{
	size_t at = (size_t)(line.at - fields->bytes);
	struct buf changed = {0};

	buf_add(&changed, fields->bytes, at);
	buf_add_slice(&changed, with);
	buf_add(&changed, fields->bytes + at + line.length, fields->length - at - line.length);
	buf_finish(fields);
	*fields = changed;
}

/* RFC 9110 14.6. The boundary must not occur in a part: 64 random bits make that certain enough. */
static void
answer_ranges(struct answer *answer, const struct content *content, const struct http_range *ranges,
	size_t count)
{
	char *type = mem_copy(type_line(answer).at, type_line(answer).length);
	struct buf text = {0};
	uint64_t boundary = map_hash(loop_now(), content, sizeof(*content));

	for (size_t i = 0; i < count; i++) {
		buf_clear(&text);
		buf_addf(&text,
			"\r\n--%016" PRIx64 "\r\n%s\r\nContent-Range: bytes %" PRIu64 "-%" PRIu64
			"/%" PRIu64 "\r\n\r\n",
			boundary, type, ranges[i].first, ranges[i].last, content_length(content));
		body_add_text(&answer->body, buf_slice(&text));
		content_add_part(content, &answer->body, ranges[i].first, ranges[i].last + 1);
	}
	buf_clear(&text);
	buf_addf(&text, "\r\n--%016" PRIx64 "--\r\n", boundary);
	body_add_text(&answer->body, buf_slice(&text));
	buf_clear(&text);
	buf_addf(&text, "Content-Type: multipart/byteranges; boundary=%016" PRIx64, boundary);
	replace_line(&answer->fields, type_line(answer), buf_slice(&text));
	buf_finish(&text);
	free(type);
}

/* ---- one file ---- */

static void
answer_content(struct files *files, const struct request *request, struct answer *answer,
	const struct http_validators *validators)
{
	const struct content *content = &files->content;
	struct http_range ranges[HTTP_RANGES_MAX];
	uint64_t size = content_length(content);
	size_t count = 0;

	answer->has_content = true;
	switch (http_ranges(request, validators, size, ranges, &count)) {
	case HTTP_RANGE_UNSATISFIABLE:
		answer_unsatisfiable(files, size, answer);
		return;
	case HTTP_RANGE_PARTIAL:
		answer->status = 206;
		if (count == 1)
			answer_one_range(answer, content, ranges[0]);
		else
			answer_ranges(answer, content, ranges, count);
		return;
	case HTTP_RANGE_WHOLE:
		answer->status = 200;
		content_add_part(content, &answer->body, 0, size);
		return;
	}
}

/*
 * Makes the open file of answer's body the content, and adds the fields that describe it. Returns
 * false when it cannot be read; no field was added then.
 */
static bool
prepare(struct files *files, const struct request *request, struct answer *answer, const char *name,
	const struct stat *state)
{
	const struct mime *mime = type_of(files, slice_of(name));
	struct content *content = &files->content;

	if (!content_load(content, answer->body.file, state, mime))
		return false;
	buf_add_text(&answer->fields, "Content-Type: ");
	content_add_type(content, mime, &answer->fields);
	buf_add_text(&answer->fields, "\r\n");
	if (mime->kind != MIME_PLAIN && files->injects)
		answer_field(answer, "Vary", SLICE_LITERAL("Sec-Fetch-Dest, Sec-Fetch-Mode"));
	if (files->injects && is_for_document(request, mime))
		content_insert_tag(
			content, answer->body.file, mime, files->journal, files->instead);
	return true;
}

static void
answer_unreadable(struct files *files, struct answer *answer)
{
	pages_error(answer, files->journal, 500,
		SLICE_LITERAL("The file is there, but reading it failed."));
}

/* The file is open in answer's body already. */
static void
answer_file(struct files *files, const struct request *request, struct answer *answer,
	const char *name, const struct stat *state)
{
	struct http_validators validators;
	char etag[CONTENT_ETAG_SIZE];

	if (!prepare(files, request, answer, name, state)) {
		answer_unreadable(files, answer);
		return;
	}
	content_write_etag(etag, &files->content, state, files->journal);
	validators.etag = etag;
	add_validators(answer, &validators, state);
	switch (http_preconditions(request, &validators)) {
	case HTTP_PROCEED:
		answer_field(answer, "Accept-Ranges", SLICE_LITERAL("bytes"));
		answer_content(files, request, answer, &validators);
		break;
	case HTTP_NOT_MODIFIED:
		answer_status(answer, 304);
		break;
	case HTTP_PRECONDITION_FAILED:
		buf_clear(&answer->fields);
		pages_error(answer, files->journal, 412,
			SLICE_LITERAL("The file is not in the state that was asked for."));
		break;
	}
}

/* ---- names ---- */

/* Opens a place's file, or folder, as answer's body; false with errno when it is not there. */
static bool
open_place(const struct mounts_place *place, struct answer *answer, struct stat *state)
{
	int file;

	watch_use(place->watch, place->name);
	file = root_open(place->root, place->name);
	if (file < 0) {
		int error = errno;

		watch_missed(place->watch, place->name);
		errno = error;
		return false;
	}
	body_clear(&answer->body);
	body_set_file(&answer->body, file);
	if (fstat(file, state) < 0)
		return false;
	if (S_ISREG(state->st_mode))
		watch_used(place->watch, place->name, file, state);
	return true;
}

/* Opens the file called name in the site, whose place it finds, to stand in for another. */
static bool
open_instead(struct files *files, struct answer *answer, const char *name,
	struct mounts_place *place, struct stat *state)
{
	files->instead = name;
	while (mounts_find(files->mounts, name, place))
		if (open_place(place, answer, state) && S_ISREG(state->st_mode))
			return true;
	files->instead = NULL;
	return false;
}

/*
 * The file for documents that are not there: to its script every address is one. Not for what a
 * page is made of: HTML in place of a script would be an error that nobody understands.
 */
static bool
answer_fallback(struct files *files, const struct request *request, struct answer *answer)
{
	struct mounts_place place = {0};
	struct stat state;

	if (!files->fallback || !asks_for_document(request) ||
		!open_instead(files, answer, files->fallback, &place, &state))
		return false;
	answer_file(files, request, answer, place.name, &state);
	return true;
}

/* The site's own 404.html, with the status that it is for. False when it has none. */
static bool
answer_own_404(struct files *files, const struct request *request, struct answer *answer)
{
	struct mounts_place place = {0};
	struct stat state;

	if (!open_instead(files, answer, "404.html", &place, &state) ||
		!prepare(files, request, answer, place.name, &state))
		return false;
	answer_field(answer, "Cache-Control", SLICE_LITERAL("no-store"));
	answer->status = 404;
	answer->has_content = true;
	content_add_part(&files->content, &answer->body, 0, content_length(&files->content));
	return true;
}

/* Names like the one that was asked for, in the first place where it might be. */
static void
suggest(const struct files *files, struct buf *near)
{
	struct slice name = buf_slice(&files->name);
	struct mounts_place place = {0};

	while (mounts_find(files->mounts, name.at, &place)) {
		struct slice rest = slice_of(place.name);

		if (place.is_file)
			continue;
		name.length -= rest.length;
		suggest_names(place.root, name, rest, files->serves_hidden, near);
		return;
	}
}

static void
answer_missing(struct files *files, const struct request *request, struct answer *answer)
{
	struct buf near = {0};

	if (answer_fallback(files, request, answer) || answer_own_404(files, request, answer))
		return;
	suggest(files, &near);
	pages_missing(answer, files->journal, buf_slice(&near));
	buf_finish(&near);
}

static void
answer_outside(struct files *files, struct answer *answer)
{
	log_notice_once(&files->refused,
		"refused %s, a link that leads out of the served folder: --follow-symlinks serves "
		"what it leads to",
		files->name.bytes);
	pages_error(answer, files->journal, 403,
		SLICE_LITERAL(
			"This is a link that leads out of the served folder. If what it leads "
			"to is to be served, start liveserve with --follow-symlinks."));
}

static void
answer_failure(struct files *files, const struct request *request, struct answer *answer, int error)
{
	switch (error) {
	case EXDEV:
		answer_outside(files, answer);
		break;
	case EACCES:
	case EPERM:
		pages_error(answer, files->journal, 403,
			SLICE_LITERAL("liveserve is not allowed to read this file."));
		break;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
		answer_field(answer, "Retry-After", SLICE_LITERAL("1"));
		pages_error(answer, files->journal, 503,
			SLICE_LITERAL("Too many files are open; try again in a moment."));
		break;
	default:
		answer_missing(files, request, answer);
		break;
	}
}

/* 302, for browsers remember a permanent redirect across the projects of a port. */
static void
answer_redirect(struct files *files, const struct request *request, struct answer *answer)
{
	struct buf url = {0};

	path_to_url(buf_slice(&files->name), &url);
	buf_add_char(&url, '/');
	path_add_query(request->query, &url);
	answer_field(answer, "Location", buf_slice(&url));
	answer_field(answer, "Cache-Control", SLICE_LITERAL("no-cache"));
	answer_text(answer, 302, "text/plain; charset=utf-8", SLICE_LITERAL("See the folder.\n"));
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
answer_place(struct files *files, const struct request *request, struct answer *answer,
	const struct mounts_place *place)
{
	struct stat state;

	if (!open_place(place, answer, &state))
		return false;
	if (S_ISREG(state.st_mode)) {
		answer_file(files, request, answer, place->name, &state);
		return true;
	}
	if (S_ISDIR(state.st_mode)) {
		answer_redirect(files, request, answer);
		return true;
	}
	errno = ENOENT; /* a device, FIFO or socket: never read */
	return false;
}

/* The first place that has the name answers. */
static bool
answer_name(struct files *files, const struct request *request, struct answer *answer)
{
	struct mounts_place place = {0};

	errno = ENOENT;
	while (mounts_find(files->mounts, files->name.bytes, &place)) {
		if (answer_place(files, request, answer, &place))
			return true;
		if (!is_absent())
			return false;
	}
	return false;
}

/* The first place that has the folder is listed. */
static bool
answer_listing(struct files *files, const struct request *request, struct answer *answer)
{
	const char *name = files->name.bytes;
	struct mounts_place place = {0};

	while (mounts_find(files->mounts, name, &place))
		if (listing_answer(place.root, files->journal, request, place.name, name,
			    files->serves_hidden, answer) ||
			!is_absent())
			return answer->status;
	return false;
}

static bool
names_folder(const struct files *files)
{
	return files->name.length == 0 || slice_ends(buf_slice(&files->name), "/");
}

static void
cut_name(struct files *files, size_t length)
{
	files->name.length = length;
	files->name.bytes[length] = '\0';
}

/* What hides the name that was asked for; NULL when nothing does. */
static const char *
hidden_by(const struct files *files)
{
	return files->serves_hidden ? NULL : hidden_path(buf_slice(&files->name));
}

/* As if there were no such name; only the person at the terminal learns why. */
static void
answer_hidden(
	struct files *files, const struct request *request, struct answer *answer, const char *why)
{
	log_verbose("%s is not served, for %s; --dotfiles serves it", files->name.bytes, why);
	answer_missing(files, request, answer);
}

static bool
answer_folder(struct files *files, const struct request *request, struct answer *answer)
{
	size_t length = files->name.length;

	for (size_t i = 0; i < INDEXES; i++) {
		buf_add_text(&files->name, indexes[i]);
		if (answer_name(files, request, answer))
			return true;
		cut_name(files, length);
		if (!is_absent())
			return false;
	}
	return answer_listing(files, request, answer);
}

void
files_answer(struct files *files, const struct request *request, struct answer *answer)
{
	const char *why;
	bool answered;

	files->instead = NULL;
	buf_clear(&files->name);
	buf_reserve(&files->name, 0);
	switch (path_from_url(request->path, &files->name)) {
	case PATH_MALFORMED:
		pages_error(answer, files->journal, 400,
			SLICE_LITERAL("This address holds an escape that means nothing."));
		return;
	case PATH_NOT_FOUND:
		answer_failure(files, request, answer, ENOENT);
		return;
	case PATH_OK:
		break;
	}
	if (files->importers)
		importers_note(files->importers, files->name.bytes, request);
	why = hidden_by(files);
	if (why) {
		answer_hidden(files, request, answer, why);
		return;
	}
	if (names_folder(files))
		answered = answer_folder(files, request, answer);
	else
		answered = answer_name(files, request, answer);
	if (!answered)
		answer_failure(files, request, answer, errno);
}

bool
files_are_mounted(struct files *files, struct slice path)
{
	struct mounts_place place = {0};
	struct stat state;

	buf_clear(&files->name);
	buf_reserve(&files->name, 0);
	if (path_from_url(path, &files->name) != PATH_OK)
		return false;
	while (mounts_find(files->mounts, files->name.bytes, &place)) {
		if (place.watch == mounts_watch(files->mounts))
			return false;
		if (root_stat(place.root, place.name, &state))
			return true;
	}
	return false;
}

/* The state of what the first place that has files' name shows. */
static bool
find_state(const struct files *files, uint64_t *state)
{
	struct mounts_place place = {0};

	*state = 0;
	while (*state == 0 && mounts_find(files->mounts, files->name.bytes, &place))
		if (!watch_state(place.watch, place.name, state))
			return false;
	return true;
}

bool
files_state(struct files *files, struct slice url, uint64_t *state)
{
	size_t length;

	*state = 0;
	buf_clear(&files->name);
	buf_reserve(&files->name, 0);
	if (slice_starts(url, PAGES_FOLDER) || path_from_url(url, &files->name) != PATH_OK ||
		hidden_by(files))
		return true;
	length = files->name.length;
	for (size_t i = 0; i < INDEXES && names_folder(files); i++) {
		buf_add_text(&files->name, indexes[i]);
		if (!find_state(files, state))
			return false;
		if (*state)
			return true;
		cut_name(files, length);
	}
	return find_state(files, state);
}
