/*
 * combined: see combined.h.
 */
#define _GNU_SOURCE
#include "accesslog/combined.h"

#include <time.h>

static void
add_byte(struct buf *text, char byte)
{
	static const char from[] = "\b\n\r\t\v\"\\", to[] = "bnrtv\"\\";
	const char *found = byte ? strchr(from, byte) : NULL;

	if (found) {
		buf_add_char(text, '\\');
		buf_add_char(text, to[found - from]);
	} else if (byte < ' ' || byte > '~') {
		buf_addf(text, "\\x%02x", (unsigned char)byte);
	} else {
		buf_add_char(text, byte);
	}
}

static void
add_escaped(struct buf *text, struct slice bytes)
{
	for (size_t i = 0; i < bytes.length; i++)
		add_byte(text, bytes.at[i]);
}

static void
add_quoted(struct buf *text, struct slice bytes)
{
	buf_add_char(text, '"');
	if (bytes.at)
		add_escaped(text, bytes);
	else
		buf_add_char(text, '-');
	buf_add_char(text, '"');
}

/* Fields are separated by spaces, so one in a name would make two of it. */
static void
add_user(struct buf *text, struct slice user)
{
	if (!user.at)
		buf_add_char(text, '-');
	else if (user.length == 0)
		buf_add_text(text, "\"\"");
	for (size_t i = 0; i < user.length; i++)
		if (user.at[i] == ' ')
			buf_add_text(text, "\\x20");
		else
			add_byte(text, user.at[i]);
}

static void
add_time(struct buf *text, time_t when)
{
	char time[40] = "";
	struct tm parts;

	if (localtime_r(&when, &parts))
		strftime(time, sizeof(time), "[%d/%b/%Y:%H:%M:%S %z]", &parts);
	buf_add_text(text, time);
}

void
combined_add(struct buf *text, const struct event_request *request)
{
	add_escaped(text, request->address);
	buf_add_text(text, " - ");
	add_user(text, request->user);
	buf_add_char(text, ' ');
	add_time(text, request->when.tv_sec);
	buf_add_char(text, ' ');
	add_quoted(text, request->line);
	buf_addf(text, " %03d ", request->status);
	if (request->bytes)
		buf_add_number(text, request->bytes);
	else
		buf_add_char(text, '-');
	buf_add_char(text, ' ');
	add_quoted(text, request->referer);
	buf_add_char(text, ' ');
	add_quoted(text, request->agent);
	buf_add_char(text, '\n');
}
