/*
 * server_messages: see server_messages.h.
 */
#include "lsp/server_messages.h"

#include "base/json_writer.h"
#include "base/utf8.h"

bool
server_messages_can_name(const char *name)
{
	return name && *name && utf8_is_valid(slice_of(name), true);
}

/* Adds an object but for its end. name may be NULL. */
static void
begin(struct buf *object, const char *type, const char *name)
{
	buf_add_char(object, '{');
	json_add_text_member(object, "type", type);
	if (name)
		json_add_text_member(object, "path", name);
}

void
server_messages_draft(struct buf *object, const char *name, struct slice text)
{
	buf_reserve(object, text.length + text.length / 8);
	begin(object, "draft", name);
	json_add_name(object, "text");
	json_add_text(object, text);
	buf_add_char(object, '}');
}

void
server_messages_end(struct buf *object, const char *name, bool was_saved)
{
	begin(object, was_saved ? "saved" : "closed", name);
	buf_add_char(object, '}');
}

void
server_messages_cursor(struct buf *object, const char *name, size_t offset)
{
	begin(object, "cursor", name);
	json_add_number_member(object, "offset", offset);
	buf_add_char(object, '}');
}

void
server_messages_no_cursor(struct buf *object)
{
	begin(object, "cursor", NULL);
	buf_add_char(object, '}');
}

void
server_messages_reload(struct buf *object, const char *name)
{
	begin(object, "reload", name);
	buf_add_char(object, '}');
}

void
server_messages_pause(struct buf *object, bool is_paused)
{
	begin(object, "pause", NULL);
	json_add_bool_member(object, "paused", is_paused);
	buf_add_char(object, '}');
}
