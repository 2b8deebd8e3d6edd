/*
 * server_messages: what a server is sent about the files of the editor (editors/editor_message.h has all of it).
 *
 * Each function adds an object without a line feed. name is that of the file in the served folder.
 */
#ifndef SERVER_MESSAGES_H
#define SERVER_MESSAGES_H

#include <stdbool.h>

#include "base/buf.h"

/* Whether the file at name can be spoken of: JSON holds no bytes that are not UTF-8. name may be NULL. */
bool server_messages_can_name(const char *name);

/* The text of the file that is not saved. */
void server_messages_draft(struct buf *object, const char *name, struct slice text);
/* The draft is given up, because the file was saved, or not. */
void server_messages_end(struct buf *object, const char *name, bool was_saved);

/* The cursor is at a byte of the text. */
void server_messages_cursor(struct buf *object, const char *name, size_t offset);
/* There is no cursor any more. */
void server_messages_no_cursor(struct buf *object);

/* Reloads the pages that use the file; NULL: all pages. */
void server_messages_reload(struct buf *object, const char *name);
void server_messages_pause(struct buf *object, bool is_paused);

#endif
