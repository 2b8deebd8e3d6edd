/*
 * ssi_documents: see ssi_documents.h. Borrows everything but the names and the complaints of the document
 * that is being made. While a document is made, its parts are noted in the order in which they are asked for.
 */
#define _GNU_SOURCE
#include "site/ssi_documents.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "fs/hidden_names.h"
#include "fs/path.h"
#include "fs/served_file.h"
#include "site/ssi_request.h"
#include "ssi/ssi_page.h"

enum { COMPLAINTS_MAX = 10 }; /* that are said of one document */

struct ssi_documents {
	struct ssi_documents_options options;
	bool serves_hidden;
	struct log_limit complaints_limit;
	/* The document that is being made: */
	struct buf names;      /* of its parts, each with a NUL */
	struct buf complaints; /* what is wrong in it, a text with a NUL for each */
	size_t complaint_count;
	struct file_places *places; /* or NULL */
};

struct ssi_documents *
ssi_documents_create(const struct ssi_documents_options *options)
{
	struct ssi_documents *documents = mem_zero(sizeof(*documents));

	documents->options = *options;
	/* The zone of this machine cannot be read any more when the program has given up its rights. */
	tzset();
	return documents;
}

void
ssi_documents_destroy(struct ssi_documents *documents)
{
	if (!documents)
		return;
	log_limit_finish(&documents->complaints_limit);
	buf_finish(&documents->names);
	buf_finish(&documents->complaints);
	free(documents);
}

void
ssi_documents_set_hidden(struct ssi_documents *documents, bool serves_hidden)
{
	documents->serves_hidden = serves_hidden;
}

bool
ssi_documents_have(const struct ssi_documents *documents, const char *name)
{
	struct slice text = slice_of(name);

	return slice_ends_nocase(text, ".shtml") ||
	       (documents->options.includes_html &&
		       (slice_ends_nocase(text, ".html") || slice_ends_nocase(text, ".htm")));
}

/* ---- reading ---- */

/* Adds the whole file, which must not be larger than it may be. Returns false with errno, EFBIG for that. */
static bool
read_file(int file, struct buf *bytes)
{
	size_t start = bytes->length;

	for (;;) {
		ssize_t got;

		buf_reserve(bytes, 16 * 1024);
		got = pread(file, bytes->bytes + bytes->length, 16 * 1024,
			(off_t)(bytes->length - start));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		bytes->length += (size_t)got;
		bytes->bytes[bytes->length] = '\0';
		if (got == 0)
			return true;
		if (bytes->length - start > SSI_DOCUMENTS_SOURCE_MAX) {
			errno = EFBIG;
			return false;
		}
	}
}

/* Why a file that is there cannot be had. */
static const char *
describe_error(int error)
{
	switch (error) {
	case EXDEV:
		return "it is a link that leads out of the served folder";
	case EACCES:
	case EPERM:
		return "liveserve is not allowed to read it";
	case EFBIG:
		return "it is larger than 1 MiB";
	case EMFILE:
	case ENFILE:
		return "too many files are open";
	default:
		return "it cannot be read";
	}
}

/* ---- parts ---- */

static void
note_part(struct ssi_documents *documents, const char *name)
{
	buf_add(&documents->names, name, strlen(name) + 1);
}

/*
 * Opens the file at place. Its folder is watched before it is opened, so no change between reading and
 * watching can be missed. Returns -1 with errno, ENOENT also for what is no file.
 */
static int
open_place(struct ssi_documents *documents, const struct mounts_place *place, struct stat *state)
{
	bool is_linked;
	int file = mounts_open_overlay(documents->options.mounts, place);
	bool is_draft = file >= 0;

	watch_before_open(place->watch, place->name);
	if (file < 0)
		file = served_file_open(
			place->root, place->name, documents->serves_hidden, &is_linked);
	if (file < 0) {
		int error = errno;

		watch_open_failed(place->watch, place->name);
		errno = error;
		return -1;
	}
	if (fstat(file, state) < 0 || !S_ISREG(state->st_mode)) {
		close(file);
		errno = ENOENT;
		return -1;
	}
	if (!is_draft)
		watch_opened(place->watch, place->name, file, state);
	return file;
}

/* Opens the file called name in the first place that has it. Returns -1 with errno. */
static int
open_name(struct ssi_documents *documents, const char *name, struct stat *state)
{
	struct mounts_place place = {0};
	const struct files_first_scripts *scripts = documents->options.scripts;

	if (!documents->serves_hidden && hidden_path(slice_of(name))) {
		errno = ENOENT;
		return -1;
	}
	note_part(documents, name);
	while (mounts_find(documents->options.mounts, name, &place)) {
		int file = open_place(documents, &place, state);

		if (file >= 0 && scripts && files_first_is_script(scripts, place.name, file)) {
			close(file);
			errno = ENOEXEC;
			return -1;
		}
		if (file >= 0 || (errno != ENOENT && errno != ENOTDIR))
			return file;
	}
	errno = ENOENT;
	return -1;
}

/* Opens the first file that is shown for name. Sets part->name. */
static int
open_part(struct ssi_documents *documents, const char *name, struct ssi_part *part,
	struct stat *state)
{
	struct shown_names shown;
	int file = -1;

	buf_add_text(&part->name, name);
	shown = shown_names_of(documents->options.names, &part->name);
	errno = ENOENT;
	while (file < 0 && errno == ENOENT && shown_names_next(&shown))
		file = open_name(documents, part->name.bytes, state);
	return file;
}

static const char *
get_part(void *context, const char *name, bool reads, struct ssi_part *part)
{
	struct ssi_documents *documents = context;
	struct stat state;
	int file = open_part(documents, name, part, &state);
	const char *why = NULL;

	if (file < 0 && errno == ENOEXEC)
		return "a FastCGI server makes it, and its answers cannot be included";
	if (file < 0)
		return errno == ENOENT ? "there is no such file" : describe_error(errno);
	part->size = (uint64_t)state.st_size;
	part->modified = state.st_mtime;
	part->has_directives = ssi_documents_have(documents, part->name.bytes);
	if (reads && !read_file(file, &part->bytes))
		why = describe_error(errno);
	close(file);
	return why;
}

/* ---- what is wrong ---- */

static void
note_complaint(void *context, const char *name, size_t line, const char *what)
{
	struct ssi_documents *documents = context;
	struct buf *text = &documents->complaints;

	if (++documents->complaint_count > COMPLAINTS_MAX)
		return;
	log_add_printable(text, slice_of(name));
	buf_addf(text, ":%zu: %s", line, what);
	buf_add_char(text, '\0');
}

/* Says what is wrong in the document, unless that was said the last time. */
static void
say_complaints(struct ssi_documents *documents, const struct ssi_parts_page *last,
	const struct request *request, uint64_t hash)
{
	const struct buf *texts = &documents->complaints;

	if (!hash || (last && last->complaints == hash))
		return;
	for (size_t at = 0; at < texts->length; at += strlen(texts->bytes + at) + 1)
		log_notice_limited(
			&documents->complaints_limit, request->peer.key, "%s", texts->bytes + at);
	if (documents->complaint_count > COMPLAINTS_MAX)
		log_notice_limited(&documents->complaints_limit, request->peer.key,
			"and %zu more mistakes in that page",
			documents->complaint_count - COMPLAINTS_MAX);
}

/* ---- making ---- */

/* An ssi_added_fn. */
static void
note_place(
	void *context, const char *name, struct slice text, size_t offset, size_t length, size_t at)
{
	const struct ssi_documents *documents = context;

	file_places_add(documents->places, name, text, offset, length, at);
}

void
ssi_documents_set_places(struct ssi_documents *documents, struct file_places *places)
{
	documents->places = places;
}

/* request: NULL for a request without any fields. */
static void
make(struct ssi_documents *documents, const struct request *request, const char *name,
	const struct stat *state, struct slice source, struct buf *bytes)
{
	const struct ssi_page_options options = {
		get_part, note_complaint, documents->places ? note_place : NULL, documents};
	const struct ssi_parts_page *last = ssi_parts_find(documents->options.parts, name);
	struct ssi_parts_page page = {0};
	struct ssi_variables variables;

	buf_clear(&documents->names);
	buf_clear(&documents->complaints);
	documents->complaint_count = 0;
	ssi_variables_init(&variables, time(NULL), state->st_mtime);
	ssi_request_set_variables(&variables, request, name);
	ssi_page_make(&options, &variables, name, source, bytes);
	page.varies = variables.reads_request;
	if (documents->complaints.length)
		page.complaints = hash_bytes(buf_slice(&documents->complaints));
	if (request)
		say_complaints(documents, last, request, page.complaints);
	else if (last)
		page.complaints = last->complaints;
	buf_add_slice(&page.names, buf_slice(&documents->names));
	ssi_parts_set(documents->options.parts, name, &page);
	ssi_variables_finish(&variables);
}

/* The same from the open file. */
static enum ssi_documents_verdict
make_from_file(struct ssi_documents *documents, const struct request *request, const char *name,
	int file, const struct stat *state, struct buf *bytes)
{
	enum ssi_documents_verdict verdict = SSI_DOCUMENTS_PLAIN;
	struct buf source = {0};

	if (!read_file(file, &source)) {
		if (errno != EFBIG)
			verdict = SSI_DOCUMENTS_FAILED;
		else if (request)
			log_notice_limited(&documents->complaints_limit, request->peer.key,
				"%s is larger than 1 MiB, so its server-side includes are not "
				"followed",
				name);
	} else if (ssi_parser_finds_any(buf_slice(&source))) {
		verdict = SSI_DOCUMENTS_MADE;
		make(documents, request, name, state, buf_slice(&source), bytes);
	}
	if (verdict != SSI_DOCUMENTS_MADE)
		ssi_parts_remove(documents->options.parts, name);
	buf_finish(&source);
	return verdict;
}

enum ssi_documents_verdict
ssi_documents_make(struct ssi_documents *documents, const struct request *request, const char *name,
	int file, const struct stat *state, struct buf *bytes)
{
	buf_clear(bytes);
	return make_from_file(documents, request, name, file, state, bytes);
}

/* ---- the state of a document ---- */

/* Finds out what the document is made of, without a request for it. */
static void
find_parts(struct ssi_documents *documents, const char *name)
{
	struct buf bytes = {0};
	struct stat state;
	int file;

	file = open_name(documents, name, &state);
	if (file < 0)
		return;
	make_from_file(documents, NULL, name, file, &state, &bytes);
	close(file);
	buf_finish(&bytes);
}

/* Adds to *state the states of the parts. */
static enum watch_verdict
add_states(struct ssi_documents *documents, const struct buf *names, uint64_t *state)
{
	enum watch_verdict verdict = WATCH_KNOWN;

	for (size_t at = 0; verdict == WATCH_KNOWN && at < names->length;
		at += strlen(names->bytes + at) + 1) {
		uint64_t of_part = 0;

		verdict = mounts_state(documents->options.mounts, names->bytes + at, &of_part);
		*state = hash_more(*state, (struct slice){(const char *)&of_part, sizeof(of_part)});
	}
	return verdict;
}

enum watch_verdict
ssi_documents_state(struct ssi_documents *documents, const char *name, uint64_t *state)
{
	const struct ssi_documents_options *options = &documents->options;
	const struct ssi_parts_page *page;
	enum watch_verdict verdict = mounts_state(options->mounts, name, state);

	if (verdict != WATCH_KNOWN || !*state || !ssi_documents_have(documents, name))
		return verdict;
	if (!ssi_parts_find(options->parts, name))
		find_parts(documents, name);
	page = ssi_parts_find(options->parts, name);
	if (!page)
		return WATCH_KNOWN;
	/* Which parts it has in another run of the program, and for another request, is not known. */
	if (page->varies)
		*state = hash_more(*state, slice_of(journal_epoch(options->journal)));
	return add_states(documents, &page->names, state);
}
