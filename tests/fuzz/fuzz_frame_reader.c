/*
 * Frames of a client: the same bytes in one piece and one by one lead to the same, and no message is
 * longer than allowed or not UTF-8.
 */
#include <string.h>

#include "base/utf8.h"
#include "fuzz.h"
#include "live/frame_reader.h"

enum { MESSAGE_MAX = 600 };

struct sum {
	unsigned long long events, bytes;
};

static void
add(struct sum *sum, enum frame_event event, struct slice text)
{
	sum->events = sum->events * 31 + event;
	for (size_t i = 0; i < text.length; i++)
		sum->bytes = sum->bytes * 31 + (unsigned char)text.at[i];
}

static void
handle(struct frame_reader *reader, enum frame_event event, struct sum *sum)
{
	struct slice message = buf_slice(&reader->message);

	if (event == FRAME_INCOMPLETE)
		return;
	if (event == FRAME_MESSAGE) {
		CHECK(message.length <= MESSAGE_MAX && utf8_is_valid(message, true));
		add(sum, event, message);
		buf_finish(&reader->message);
		return;
	}
	CHECK(reader->control.length <= 125);
	add(sum, event, event == FRAME_WRONG ? (struct slice){0} : buf_slice(&reader->control));
}

static struct sum
read_in_steps(const uint8_t *data, size_t size, size_t step)
{
	struct frame_reader reader = {0};
	struct sum sum = {0};

	for (size_t at = 0; at < size; at += step) {
		struct slice piece = {(const char *)data + at, size - at < step ? size - at : step};

		while (piece.length)
			handle(&reader, frame_reader_next(&reader, &piece, MESSAGE_MAX), &sum);
	}
	frame_reader_finish(&reader);
	return sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sum whole, single;

	if (size > 4000) /* more, byte by byte, would reach the limit of the number of frames */
		return 0;
	whole = read_in_steps(data, size, size ? size : 1);
	single = read_in_steps(data, size, 1);
	CHECK(whole.events == single.events && whole.bytes == single.bytes);
	return 0;
}
