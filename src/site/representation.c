/*
 * representation: see representation.h.
 */
#define _GNU_SOURCE
#include "site/representation.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "html/insertion_point.h"
#include "base/loop.h"
#include "base/map.h"
#include "html/error_page.h"
#include "watch/watch_table.h"

enum {
	START_MAX = 256 * 1024, /* as far as a place for the tag is looked for */
	GRAIN_MS = 25,          /* the clock of file times may stand still as long */
};

void
content_finish(struct content *content)
{
	buf_finish(&content->start);
	buf_finish(&content->tag);
}

/* ---- reading ---- */

/* Reads the first bytes, up to size. */
static bool
read_start(struct content *content, int file, size_t size)
{
	struct buf *start = &content->start;

	buf_clear(start);
	buf_reserve(start, size);
	while (start->length < size) {
		ssize_t got = pread(file, start->bytes + start->length, size - start->length,
			(off_t)start->length);

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

/*
 * A file whose times are younger than the clock's grain could be written again, to the same size,
 * without its state looking any different: then the tag is one that nothing will ever match.
 */
static bool
is_fresh(const struct stat *state)
{
	struct timespec now;
	int64_t age_ms;

	clock_gettime(CLOCK_REALTIME, &now);
	age_ms = (now.tv_sec - state->st_ctim.tv_sec) * 1000 +
		 (now.tv_nsec - state->st_ctim.tv_nsec) / 1000000;
	return age_ms < GRAIN_MS;
}

/*
 * The memo for a large file, emptied unless it is of this very state. A file whose times are
 * younger than their grain may change without looking any different: it has the last one, which is
 * never full.
 */
static struct content_memo *
find_memo(struct content *content, const struct stat *state, const struct mime *mime)
{
	size_t place = is_fresh(state) ? CONTENT_MEMOS : state->st_ino % CONTENT_MEMOS;
	struct content_memo *memo = &content->memos[place];

	if (place == CONTENT_MEMOS || memo->mime != mime || !tree_same_state(&memo->state, state))
		*memo = (struct content_memo){.state = *state, .mime = mime};
	return memo;
}

bool
content_load(struct content *content, int file, const struct stat *state, const struct mime *mime)
{
	content->file_length = (uint64_t)state->st_size;
	content->is_small = content->file_length <= CONTENT_SMALL_MAX;
	content->tag_at = 0;
	content->memo = NULL;
	buf_clear(&content->tag);
	if (content->is_small) {
		bool is_read = read_start(content, file, (size_t)content->file_length);

		content->file_length = content->start.length;
		return is_read;
	}
	content->memo = find_memo(content, state, mime);
	return !mime->is_text || content->memo->has_charset ||
	       read_start(content, file, CONTENT_SMALL_MAX);
}

/* ---- the tag ---- */

static void
widen_to_utf16(struct buf *text, bool big)
{
	struct buf wide = {0};

	for (size_t i = 0; i < text->length; i++) {
		if (big)
			buf_add_char(&wide, '\0');
		buf_add_char(&wide, text->bytes[i]);
		if (!big)
			buf_add_char(&wide, '\0');
	}
	buf_finish(text);
	*text = wide;
}

static enum html_verdict
find_place(const struct buf *start, enum html_syntax syntax, bool whole, size_t *place)
{
	enum charset_bom bom = charset_bom(start->bytes, start->length);

	if (bom == CHARSET_BOM_UTF16LE || bom == CHARSET_BOM_UTF16BE)
		return html_place_utf16(syntax, start->bytes, start->length, whole,
			bom == CHARSET_BOM_UTF16BE, place);
	return html_place(syntax, start->bytes, start->length, whole, place);
}

static void
look_for_place(
	struct content *content, int file, const struct mime *mime, struct content_memo *memo)
{
	enum html_syntax syntax = mime->kind == MIME_XML_PAGE ? HTML_SYNTAX_XML : HTML_SYNTAX_HTML;
	struct buf *start = &content->start;
	enum html_verdict verdict;
	enum charset_bom bom;
	struct slice nonce;
	size_t place = 0;

	verdict = find_place(start, syntax, content->is_small, &place);
	if (verdict == HTML_MORE && !content->is_small && read_start(content, file, START_MAX))
		verdict = find_place(start, syntax, start->length < START_MAX, &place);
	bom = charset_bom(start->bytes, start->length);
	memo->has_place = verdict == HTML_PLACE;
	memo->place = place;
	memo->is_big = bom == CHARSET_BOM_UTF16BE;
	memo->is_wide = memo->is_big || bom == CHARSET_BOM_UTF16LE;
	nonce = html_nonce(start->bytes, start->length);
	if (nonce.at && nonce.length < sizeof(memo->nonce) && !memo->is_wide) {
		memcpy(memo->nonce, nonce.at, nonce.length);
		memo->nonce[nonce.length] = '\0';
	}
}

void
content_insert_tag(struct content *content, int file, const struct mime *mime,
	const struct journal *journal, const char *name)
{
	struct content_memo none = {0}, *memo = content->memo ? content->memo : &none;

	if (!memo->has_tag) {
		if (memo->has_charset && !read_start(content, file, CONTENT_SMALL_MAX))
			return;
		look_for_place(content, file, mime, memo);
		memo->has_tag = true;
	}
	if (!memo->has_place)
		return;
	pages_add_tag(&content->tag, journal, mime->kind == MIME_XML_PAGE, name,
		*memo->nonce ? memo->nonce : NULL);
	if (memo->is_wide)
		widen_to_utf16(&content->tag, memo->is_big);
	content->tag_at = memo->place;
}

/* ---- the bytes ---- */

uint64_t
content_length(const struct content *content)
{
	return content->file_length + content->tag.length;
}

static void
add_file_part(const struct content *content, struct body *body, uint64_t first, uint64_t end)
{
	if (first >= end)
		return;
	if (content->is_small)
		body_add_text(
			body, (struct slice){content->start.bytes + first, (size_t)(end - first)});
	else
		body_add_file(body, first, end - first);
}

static uint64_t
clamp(uint64_t value, uint64_t low, uint64_t high)
{
	return value < low ? low : value > high ? high : value;
}

void
content_add_part(const struct content *content, struct body *body, uint64_t first, uint64_t end)
{
	uint64_t tag_end = content->tag_at + content->tag.length;
	uint64_t from = clamp(first, content->tag_at, tag_end);
	uint64_t to = clamp(end, content->tag_at, tag_end);

	add_file_part(content, body, first, clamp(end, 0, content->tag_at));
	if (to > from)
		body_add_text(body, (struct slice){content->tag.bytes + (from - content->tag_at),
					    (size_t)(to - from)});
	add_file_part(content, body, clamp(first, tag_end, UINT64_MAX) - content->tag.length,
		clamp(end, tag_end, UINT64_MAX) - content->tag.length);
}

/* ---- what is said of them ---- */

static void
find_charset(
	char charset[CHARSET_NAME_SIZE], const struct content *content, const struct mime *mime)
{
	enum charset_syntax syntax = mime->kind == MIME_HTML               ? CHARSET_HTML
				     : mime->kind == MIME_XML_PAGE         ? CHARSET_XML
				     : strcmp(mime->type, "text/css") == 0 ? CHARSET_CSS
									   : CHARSET_TEXT;

	charset_name(
		charset, syntax, content->start.bytes, content->start.length, content->is_small);
}

void
content_add_type(const struct content *content, const struct mime *mime, struct buf *text)
{
	struct content_memo none = {0}, *memo = content->memo ? content->memo : &none;

	buf_add_text(text, mime->type);
	if (mime->is_text && !memo->has_charset) {
		find_charset(memo->charset, content, mime);
		memo->has_charset = true;
	}
	if (*memo->charset) {
		buf_add_text(text, "; charset=");
		buf_add_text(text, memo->charset);
	}
}

static int
write_state(char etag[CONTENT_ETAG_SIZE], const struct stat *state)
{
	int length = snprintf(etag, CONTENT_ETAG_SIZE, "\"%jx-%jx-%jx.%lx-%jx.%lx",
		(uintmax_t)state->st_ino, (uintmax_t)state->st_size,
		(uintmax_t)state->st_mtim.tv_sec, (unsigned long)state->st_mtim.tv_nsec,
		(uintmax_t)state->st_ctim.tv_sec, (unsigned long)state->st_ctim.tv_nsec);

	if (is_fresh(state))
		length += snprintf(
			etag + length, CONTENT_ETAG_SIZE - (size_t)length, "-%" PRIx64, loop_now());
	return length;
}

void
content_write_etag(char etag[CONTENT_ETAG_SIZE], const struct content *content,
	const struct stat *state, const struct journal *journal)
{
	int length;

	if (content->is_small)
		length = snprintf(etag, CONTENT_ETAG_SIZE, "\"%" PRIx64 "-%016" PRIx64,
			content->file_length,
			map_hash(1, content->start.bytes, content->start.length));
	else
		length = write_state(etag, state);
	if (content->tag.length)
		length += snprintf(etag + length, CONTENT_ETAG_SIZE - (size_t)length,
			"-%s.%" PRIu64, journal_epoch(journal), journal_number(journal));
	snprintf(etag + length, CONTENT_ETAG_SIZE - (size_t)length, "\"");
}
