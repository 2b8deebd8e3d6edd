/*
 * log: see log.h. The level and the sink are the only global state of the program.
 */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"

enum { SENTENCE_SIZE = 2048 };

static enum log_level current_level = LOG_NORMAL;
static log_sink_fn *sink;
static void *sink_context;

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

static void __attribute__((format(printf, 2, 0)))
print(enum log_level level, const char *format, va_list arguments)
{
	char sentence[SENTENCE_SIZE];
	struct buf line = {0};

	vsnprintf(sentence, sizeof(sentence), format, arguments);
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
log_notice_once(struct buf *last, const char *format, ...)
{
	char sentence[SENTENCE_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	if (slice_is(buf_slice(last), sentence))
		return;
	buf_clear(last);
	buf_add_text(last, sentence);
	log_notice("%s", sentence);
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

void
log_add_printable(struct buf *line, struct slice text)
{
	while (text.length) {
		size_t length = utf8_sequence(text);

		if (length && !utf8_is_control(text.at, length)) {
			buf_add(line, text.at, length);
		} else {
			length = 1; /* of a C1 control, too: its second byte alone is no sequence */
			buf_addf(line, "\\x%02x", (unsigned char)*text.at);
		}
		slice_drop(&text, length);
	}
}

void
log_add_short(struct buf *line, struct slice text, size_t most)
{
	bool is_long = text.length > most;

	if (is_long)
		text.length = most;
	while (is_long && text.length && ((unsigned char)text.at[text.length] & 0xc0) == 0x80)
		text.length--;
	log_add_printable(line, text);
	if (is_long)
		buf_add_text(line, "\u2026");
}
