/*
 * editor_lines: see editor_lines.h.
 */
#include "editors/editor_lines.h"

#include <time.h>

#include "base/json_writer.h"
#include "ui/event_json.h"

static void
begin(struct buf *text, const char *type)
{
	buf_add_char(text, '{');
	json_add_text_member(text, "type", type);
}

static void
end(struct buf *text)
{
	buf_add_text(text, "}\n");
}

void
editor_lines_add_hello(struct buf *text, const char *version, const char *root, const char *url,
	struct slice folders)
{
	begin(text, "hello");
	json_add_text_member(text, "version", version);
	json_add_text_member(text, "root", root);
	json_add_text_member(text, "url", url);
	json_add_name(text, "folders");
	buf_add_slice(text, folders);
	end(text);
}

void
editor_lines_add_failed(struct buf *text, const char *sentence)
{
	begin(text, "failed");
	json_add_text_member(text, "text", sentence);
	end(text);
}

void
editor_lines_add_taken(struct buf *text, const char *path, const char *name)
{
	begin(text, "taken");
	json_add_text_member(text, "path", path);
	json_add_text_member(text, "editor", name);
	end(text);
}

void
editor_lines_add_show(struct buf *text, const char *path, uint32_t line, uint32_t column)
{
	begin(text, "show");
	json_add_text_member(text, "path", path);
	json_add_number_member(text, "line", line);
	json_add_number_member(text, "column", column);
	end(text);
}

static struct timespec
time_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now;
}

void
editor_lines_add_event(struct buf *text, const struct event *event)
{
	const struct timespec now = time_now();

	event_json_write(text, event, &now);
}

void
editor_lines_add_pages(struct buf *text, struct hub *const *hubs, size_t count)
{
	const struct timespec now = time_now();
	size_t open = 0;

	for (size_t i = 0; i < count; i++)
		open += hub_page_count(hubs[i]);
	event_json_write_pages(text, open, hub_is_paused(hubs[0]), &now);
}

void
editor_lines_add_stop(struct buf *text)
{
	const struct timespec now = time_now();

	event_json_write_stop(text, &now);
}
