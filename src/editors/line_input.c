/*
 * line_input: see line_input.h. No byte is searched twice, and none is moved while there are whole lines.
 */
#include "editors/line_input.h"

#include <string.h>

void
line_input_finish(struct line_input *input)
{
	buf_finish(&input->bytes);
	*input = (struct line_input){0};
}

void
line_input_add(struct line_input *input, struct slice bytes)
{
	buf_add_slice(&input->bytes, bytes);
}

/* All whole lines were taken: their memory is given back. */
static void
drop_taken(struct line_input *input)
{
	if (input->taken)
		buf_drop(&input->bytes, input->taken);
	input->taken = 0;
	input->searched = input->bytes.length;
	if (!input->searched)
		buf_finish(&input->bytes);
}

bool
line_input_next(struct line_input *input, size_t max, struct slice *line)
{
	const struct buf *bytes = &input->bytes;
	size_t left = bytes->length - input->searched, next;
	const char *end = left ? memchr(bytes->bytes + input->searched, '\n', left) : NULL;

	if (!end) {
		drop_taken(input);
		return false;
	}
	next = (size_t)(end - bytes->bytes) + 1;
	if (next - input->taken > max)
		return false;
	*line = (struct slice){bytes->bytes + input->taken, next - 1 - input->taken};
	input->taken = input->searched = next;
	return true;
}

bool
line_input_is_over(const struct line_input *input, size_t max)
{
	return input->bytes.length - input->taken > max;
}
