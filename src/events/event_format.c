/*
 * event_format: see event_format.h. It owns nothing.
 */
#include "events/event_format.h"

/* Takes the first line off data. Returns false when it was the last. */
static bool
take_line(struct slice *data, struct slice *line)
{
	size_t length = 0;

	while (length < data->length && data->at[length] != '\n' && data->at[length] != '\r')
		length++;
	*line = (struct slice){data->at, length};
	slice_drop(data, length);
	if (data->length == 0)
		return false;
	slice_drop(data, slice_starts(*data, "\r\n") ? 2 : 1);
	return true;
}

void
event_format_add(struct buf *text, const char *name, struct slice data)
{
	struct slice line;
	bool has_more;

	if (name) {
		buf_add_text(text, "event: ");
		buf_add_text(text, name);
		buf_add_char(text, '\n');
	}
	do {
		has_more = take_line(&data, &line);
		buf_add_text(text, "data: ");
		buf_add_slice(text, line);
		buf_add_char(text, '\n');
	} while (has_more);
	buf_add_char(text, '\n');
}
