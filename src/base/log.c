/*
 * log: see log.h. The level, the sink and the list of limits that have dropped lines are the only
 * global state of the program.
 */
#include "base/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/loop.h"
#include "base/utf8.h"

enum {
	SENTENCE_SIZE = 2048,
	ZERO_WIDTH_JOINER = 0x200d,
	EMOJI_STYLE = 0xfe0f, /* a variation selector */
	LOOKS_MAX = 60,       /* at a limit that drops lines all the time */
};

static const char ELLIPSIS[] = "\u2026";

static enum log_level current_level = LOG_NORMAL;
static log_sink_fn *sink;
static void *sink_context;
static struct log_limit *dropping; /* have dropped lines that were not told yet */

void
log_set_level(enum log_level level)
{
	current_level = level;
}

void
log_set_sink(log_sink_fn *fn, void *context)
{
	sink = fn;
	sink_context = context;
}

bool
log_is_enabled(enum log_level level)
{
	return current_level >= level;
}

void
log_add_sentence(struct buf *line, const char *sentence)
{
	buf_add_text(line, "liveserve: ");
	/* The sentence may contain names from outside of the program. */
	log_add_printable(line, slice_of(sentence));
	buf_add_char(line, '\n');
}

/* A long sentence is cut and ends with an ellipsis. */
static void __attribute__((format(printf, 2, 0)))
format_sentence(char sentence[SENTENCE_SIZE], const char *format, va_list arguments)
{
	size_t most = SENTENCE_SIZE - sizeof(ELLIPSIS);

	if (vsnprintf(sentence, SENTENCE_SIZE, format, arguments) < SENTENCE_SIZE)
		return;
	memcpy(sentence + utf8_cut(slice_of(sentence), most), ELLIPSIS, sizeof(ELLIPSIS));
}

static void __attribute__((format(printf, 2, 0)))
print(enum log_level level, const char *format, va_list arguments)
{
	char sentence[SENTENCE_SIZE];
	struct buf line = {0};

	format_sentence(sentence, format, arguments);
	if (sink) {
		sink(sink_context, level, sentence);
		return;
	}
	log_add_sentence(&line, sentence);
	fputs(line.bytes, stderr);
	buf_finish(&line);
}

void
log_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print(LOG_QUIET, format, arguments);
	va_end(arguments);
}

void
log_notice(const char *format, ...)
{
	va_list arguments;

	if (current_level < LOG_NORMAL)
		return;
	va_start(arguments, format);
	print(LOG_NORMAL, format, arguments);
	va_end(arguments);
}

void
log_verbose(const char *format, ...)
{
	va_list arguments;

	if (current_level < LOG_VERBOSE)
		return;
	va_start(arguments, format);
	print(LOG_VERBOSE, format, arguments);
	va_end(arguments);
}

/* ---- texts from outside ---- */

/* Whether text begins with a pictograph. */
static bool
begins_with_pictograph(struct slice text)
{
	size_t length = utf8_sequence(text);

	return length && utf8_is_pictograph(utf8_character(text.at, length));
}

void
log_add_printable(struct buf *line, struct slice text)
{
	bool follows_pictograph = false;

	while (text.length) {
		const char *at = text.at;
		size_t length = utf8_sequence(text);
		/* Of a C1 control, too, each byte is shown: its second byte alone is no sequence. */
		bool is_shown = length && !utf8_is_control(at, length);
		uint32_t character = is_shown ? utf8_character(at, length) : 0;

		slice_drop(&text, is_shown ? length : 1);
		if (character == ZERO_WIDTH_JOINER && follows_pictograph)
			is_shown = begins_with_pictograph(text);
		else if (is_shown)
			is_shown = !utf8_is_invisible(character);
		follows_pictograph = utf8_is_pictograph(character) ||
				     (follows_pictograph && character == EMOJI_STYLE);
		if (is_shown)
			buf_add(line, at, length);
		else if (character)
			buf_addf(line, character > 0xffff ? "\\u{%x}" : "\\u%04x", character);
		else
			buf_addf(line, "\\x%02x", (unsigned char)*at);
	}
}

void
log_add_short(struct buf *line, struct slice text, size_t most)
{
	bool is_long = text.length > most;

	text.length = utf8_cut(text, most);
	log_add_printable(line, text);
	if (is_long)
		buf_add_text(line, ELLIPSIS);
}

/* ---- lines that visitors can cause ---- */

static void
tell(struct log_limit *limit)
{
	uint64_t count = limit->dropped;

	limit->dropped = limit->seen = 0;
	limit->looks = 0;
	if (limit->tell)
		limit->tell(limit->context, count);
	else
		log_notice("%s and %" PRIu64 " more like this: %s", ELLIPSIS, count,
			buf_slice(&limit->last).at);
}

bool
log_limit_allows(struct log_limit *limit, uint64_t source)
{
	static const struct rate_limits notices = {
		.each = {.burst = 20, .a_second = 1},
		.all = {.burst = 40, .a_second = 2},
	};
	const struct rate_limits *rates = limit->rates ? limit->rates : &notices;

	if (rate_limits_take(&limit->sources, rates, source, loop_now()))
		return true;
	log_limit_drop(limit);
	return false;
}

void
log_limit_drop(struct log_limit *limit)
{
	if (limit->dropped++ > 0)
		return;
	limit->next = dropping;
	dropping = limit;
}

void
log_limit_finish(struct log_limit *limit)
{
	struct log_limit **place = &dropping;

	if (limit->dropped) {
		while (*place != limit)
			place = &(*place)->next;
		*place = limit->next;
		tell(limit);
	}
	buf_finish(&limit->last);
}

void
log_notice_limited(struct log_limit *limit, uint64_t source, const char *format, ...)
{
	char sentence[SENTENCE_SIZE];
	va_list arguments;

	if (current_level < LOG_NORMAL)
		return;
	va_start(arguments, format);
	format_sentence(sentence, format, arguments);
	va_end(arguments);
	if (slice_is(buf_slice(&limit->last), sentence) || !log_limit_allows(limit, source))
		return;
	buf_clear(&limit->last);
	buf_add_text(&limit->last, sentence);
	log_notice("%s", sentence);
}

bool
log_has_dropped(void)
{
	return dropping;
}

void
log_tell_dropped(void)
{
	struct log_limit **place = &dropping, *limit;

	while ((limit = *place)) {
		bool is_calm = limit->dropped == limit->seen || ++limit->looks == LOOKS_MAX;

		limit->seen = limit->dropped;
		if (is_calm) {
			*place = limit->next;
			tell(limit);
		} else {
			place = &limit->next;
		}
	}
}
