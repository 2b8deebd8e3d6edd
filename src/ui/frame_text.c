/*
 * frame_text: see frame_text.h. It owns nothing.
 */
#include "ui/frame_text.h"

#include "base/json_writer.h"
#include "base/log.h"

/* As wide as the time in front of the other lines (event_text.h), so that they stand out. */
static const char indent[] = "          ";

static const char DIM[] = "\033[2m", RED[] = "\033[31m", RESET[] = "\033[0m";

static const char *
style(const char *sequence, bool has_colour)
{
	return has_colour ? sequence : "";
}

static int
digits_of(size_t number)
{
	int digits = 1;

	while (number >= 10) {
		number /= 10;
		digits++;
	}
	return digits;
}

void
frame_text_write(struct buf *text, const struct code_frame *frame, bool has_colour)
{
	int width = frame->count ? digits_of(frame->first + frame->count - 1) : 0;
	const char *reset = style(RESET, has_colour);

	for (size_t i = 0; i < frame->count; i++) {
		bool has_error = i == frame->at;

		buf_addf(text, "%s%s%s %s%*zu |%s", indent,
			style(has_error ? RED : DIM, has_colour), has_error ? ">" : " ",
			style(DIM, has_colour), width, frame->first + i, reset);
		buf_add_text(text, frame->lines[i][0] ? " " : "");
		log_add_printable(text, slice_of(frame->lines[i]));
		buf_add_char(text, '\n');
		if (has_error && frame->has_column)
			buf_addf(text, "%s%s  %*s | %*s%s^%s\n", indent, style(DIM, has_colour),
				width, "", (int)frame->column, "", style(RED, has_colour), reset);
	}
}

void
frame_text_add_member(struct buf *json, const struct code_frame *frame)
{
	if (frame->count == 0)
		return;
	json_add_name(json, "code");
	for (size_t i = 0; i < frame->count; i++) {
		buf_add_text(json, i ? ",{" : "[{");
		json_add_number_member(json, "line", frame->first + i);
		json_add_text_member(json, "text", frame->lines[i]);
		buf_add_char(json, '}');
	}
	buf_add_char(json, ']');
}
