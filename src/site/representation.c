/*
 * representation: see representation.h. Owns the bytes that were read; borrows the descriptor.
 * Results for large files are cached by the state of the file.
 */
#define _GNU_SOURCE
#include "site/representation.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/loop.h"
#include "base/utf8.h"
#include "fs/file_state.h"

enum {
	/* Bytes in which the first character that is not ASCII is looked for: some milliseconds. */
	ASCII_MAX = 8 * 1024 * 1024,
	GRAIN_MS = 25, /* the clock of file times advances at least once in this time */
};

void
representation_finish(struct representation *representation)
{
	buf_finish(&representation->start);
	buf_finish(&representation->tag);
	buf_finish(&representation->content_type);
}

/* ---- reading ---- */

/* Reads bytes from `from` on, up to size, into start. */
static bool
read_bytes(struct representation *representation, int file, uint64_t from, size_t size)
{
	struct buf *start = &representation->start;

	buf_clear(start);
	buf_reserve(start, size);
	while (start->length < size) {
		ssize_t got = pread(file, start->bytes + start->length, size - start->length,
			(off_t)(from + start->length));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		if (got == 0)
			break;
		start->length += (size_t)got;
	}
	start->bytes[start->length] = '\0';
	return true;
}

/* Reads the first bytes, up to size. */
static bool
read_start(struct representation *representation, int file, size_t size)
{
	return read_bytes(representation, file, 0, size);
}

bool
representation_is_fresh(const struct stat *state)
{
	struct timespec now;
	int64_t age_ms;

	clock_gettime(CLOCK_REALTIME, &now);
	age_ms = (now.tv_sec - state->st_ctim.tv_sec) * 1000 +
		 (now.tv_nsec - state->st_ctim.tv_nsec) / 1000000;
	return age_ms < GRAIN_MS;
}

/*
 * The memo for a large file. It is empty unless it is for exactly this state. A file that
 * is fresh gets the last memo, which is cleared every time.
 */
static struct representation_memo *
find_memo(struct representation *representation, const struct stat *state,
	const struct media_type *type)
{
	size_t place = representation_is_fresh(state) ? REPRESENTATION_MEMOS
						      : state->st_ino % REPRESENTATION_MEMOS;
	struct representation_memo *memo = &representation->memos[place];

	if (place == REPRESENTATION_MEMOS || memo->type != type ||
		!file_state_is_same(&memo->state, state))
		*memo = (struct representation_memo){.state = *state, .type = type};
	return memo;
}

/* Where the first byte is that is not ASCII. Reads on from the first bytes; start is then others. */
static uint64_t
find_non_ascii(struct representation *representation, int file)
{
	struct slice piece = buf_slice(&representation->start);
	uint64_t offset = 0;

	while (piece.length && offset < ASCII_MAX) {
		size_t ascii = utf8_ascii_length(piece);

		offset += ascii;
		if (ascii < piece.length)
			break;
		if (!read_bytes(representation, file, offset, REPRESENTATION_SMALL_MAX))
			break;
		piece = buf_slice(&representation->start);
	}
	return offset;
}

/*
 * Whether a large text whose beginning is ASCII is not UTF-8 further on: its first other characters
 * show it. Changes start.
 */
static bool
turns_out_not_utf8(struct representation *representation, int file)
{
	uint64_t offset;

	if (utf8_ascii_length(buf_slice(&representation->start)) < representation->start.length)
		return false;
	offset = find_non_ascii(representation, file);
	return read_bytes(representation, file, offset, REPRESENTATION_SMALL_MAX) &&
	       !utf8_is_valid(buf_slice(&representation->start),
		       representation->start.length < REPRESENTATION_SMALL_MAX);
}

static void
find_charset(char charset[CHARSET_NAME_SIZE], struct representation *representation, int file,
	const struct media_type *type)
{
	enum charset_syntax syntax = type->kind == MEDIA_TYPE_HTML         ? CHARSET_HTML
				     : type->kind == MEDIA_TYPE_XML_PAGE   ? CHARSET_XML
				     : strcmp(type->type, "text/css") == 0 ? CHARSET_CSS
									   : CHARSET_TEXT;
	struct slice start = buf_slice(&representation->start);

	if (representation->is_utf8) {
		snprintf(charset, CHARSET_NAME_SIZE, "utf-8");
		return;
	}
	charset_name(charset, syntax, start.at, start.length, representation->is_small);
	if (*charset && !representation->is_small &&
		!charset_is_declared(syntax, start.at, start.length) &&
		turns_out_not_utf8(representation, file))
		*charset = '\0';
}

/* "text/html; charset=utf-8" */
static void
write_content_type(struct representation *representation, int file, const struct media_type *type)
{
	struct representation_memo none = {0},
				   *memo = representation->memo ? representation->memo : &none;
	struct buf *text = &representation->content_type;

	buf_clear(text);
	buf_add_text(text, type->type);
	if (type->is_text && !memo->has_charset) {
		find_charset(memo->charset, representation, file, type);
		memo->has_charset = true;
	}
	if (*memo->charset) {
		buf_add_text(text, "; charset=");
		buf_add_text(text, memo->charset);
	}
}

/* Reads as much of the file as the rest of load needs. */
static bool
load_bytes(struct representation *representation, int file, const struct stat *state,
	const struct media_type *type)
{
	if (representation->is_small) {
		bool is_read = read_start(
			representation, file, (size_t)representation->file_length);

		representation->file_length = representation->start.length;
		return is_read;
	}
	representation->memo = find_memo(representation, state, type);
	return !type->is_text || representation->memo->has_charset ||
	       read_start(representation, file, REPRESENTATION_SMALL_MAX);
}

static void
forget_tag(struct representation *representation)
{
	representation->tag_at = 0;
	representation->memo = NULL;
	buf_clear(&representation->tag);
}

bool
representation_load(struct representation *representation, int file, const struct stat *state,
	const struct media_type *type)
{
	representation->file_length = (uint64_t)state->st_size;
	representation->is_small = representation->file_length <= REPRESENTATION_SMALL_MAX;
	representation->is_made = false;
	forget_tag(representation);
	if (!load_bytes(representation, file, state, type))
		return false;
	write_content_type(representation, file, type);
	return true;
}

void
representation_load_made(struct representation *representation, const struct media_type *type)
{
	representation->file_length = representation->start.length;
	representation->is_small = representation->is_made = true;
	forget_tag(representation);
	write_content_type(representation, -1, type);
}

/* ---- the tag ---- */

static void
read_document_start(struct representation *representation, int file, const struct media_type *type,
	struct representation_memo *memo)
{
	enum html_syntax syntax = type->kind == MEDIA_TYPE_XML_PAGE ? HTML_SYNTAX_XML
								    : HTML_SYNTAX_HTML;
	const struct buf *start = &representation->start;

	if (document_start_read(&memo->start, syntax, buf_slice(start), representation->is_small) ==
			INSERTION_POINT_NEEDS_MORE &&
		!representation->is_small && read_start(representation, file, DOCUMENT_START_MAX))
		document_start_read(
			&memo->start, syntax, buf_slice(start), start->length < DOCUMENT_START_MAX);
}

void
representation_insert_tag(struct representation *representation, int file,
	const struct media_type *type, const struct script_tag *tag,
	struct script_tag_attributes attributes)
{
	struct representation_memo none = {0},
				   *memo = representation->memo ? representation->memo : &none;

	attributes.is_xml = type->kind == MEDIA_TYPE_XML_PAGE;
	if (!memo->has_start) {
		if (memo->has_charset &&
			!read_start(representation, file, REPRESENTATION_SMALL_MAX))
			return;
		read_document_start(representation, file, type, memo);
		memo->has_start = true;
	}
	if (!memo->start.has_place)
		return;
	document_start_add_tag(&memo->start, tag, attributes, &representation->tag);
	representation->tag_at = memo->start.place;
}

/* ---- the bytes ---- */

uint64_t
representation_length(const struct representation *representation)
{
	return representation->file_length + representation->tag.length;
}

static void
add_file_part(const struct representation *representation, struct body *body, uint64_t first,
	uint64_t end)
{
	if (first >= end)
		return;
	if (representation->is_small)
		body_add_text(body,
			(struct slice){representation->start.bytes + first, (size_t)(end - first)});
	else
		body_add_file(body, first, end - first);
}

static uint64_t
clamp(uint64_t value, uint64_t low, uint64_t high)
{
	return value < low ? low : value > high ? high : value;
}

void
representation_add_part(const struct representation *representation, struct body *body,
	uint64_t first, uint64_t end)
{
	uint64_t tag_end = representation->tag_at + representation->tag.length;
	uint64_t from = clamp(first, representation->tag_at, tag_end);
	uint64_t to = clamp(end, representation->tag_at, tag_end);

	add_file_part(representation, body, first, clamp(end, 0, representation->tag_at));
	if (to > from)
		body_add_text(body,
			(struct slice){representation->tag.bytes + (from - representation->tag_at),
				(size_t)(to - from)});
	add_file_part(representation, body,
		clamp(first, tag_end, UINT64_MAX) - representation->tag.length,
		clamp(end, tag_end, UINT64_MAX) - representation->tag.length);
}

/* ---- the entity tag ---- */

/* The state with nanoseconds. A fresh file gets a tag that never matches again. */
static int
write_state(char etag[REPRESENTATION_ETAG_SIZE], const struct stat *state)
{
	int length = snprintf(etag, REPRESENTATION_ETAG_SIZE, "\"%jx-%jx-%jx.%lx-%jx.%lx",
		(uintmax_t)state->st_ino, (uintmax_t)state->st_size,
		(uintmax_t)state->st_mtim.tv_sec, (unsigned long)state->st_mtim.tv_nsec,
		(uintmax_t)state->st_ctim.tv_sec, (unsigned long)state->st_ctim.tv_nsec);

	if (representation_is_fresh(state))
		length += snprintf(etag + length, REPRESENTATION_ETAG_SIZE - (size_t)length,
			"-%" PRIx64, loop_now());
	return length;
}

void
representation_write_etag(const struct representation *representation, const struct stat *state,
	const struct script_tag *tag, char etag[REPRESENTATION_ETAG_SIZE])
{
	int length;

	if (representation->is_small)
		length = snprintf(etag, REPRESENTATION_ETAG_SIZE, "\"%" PRIx64 "-%016" PRIx64,
			representation->file_length, hash_bytes(buf_slice(&representation->start)));
	else
		length = write_state(etag, state);
	if (representation->tag.length)
		length += snprintf(etag + length, REPRESENTATION_ETAG_SIZE - (size_t)length,
			"-%s.%" PRIu64, journal_epoch(tag->journal), journal_number(tag->journal));
	snprintf(etag + length, REPRESENTATION_ETAG_SIZE - (size_t)length, "\"");
}
