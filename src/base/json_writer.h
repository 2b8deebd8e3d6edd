/*
 * json_writer: writes texts of any bytes as JSON strings.
 *
 * Room: rules. What is written has few shapes, so whoever writes an object puts it together by
 * hand; only this part of it can be got wrong.
 */
#ifndef JSON_WRITER_H
#define JSON_WRITER_H

#include "base/buf.h"

/*
 * Adds text as a JSON string (RFC 8259 7). Bytes that are no UTF-8 become U+FFFD; control
 * characters (C0, DEL, C1) are written as \u00XX, so that a terminal only shows them.
 */
void json_add_text(struct buf *json, struct slice text);

/* Adds "name": for the next member of the object in hand, after a comma unless it is the first. */
void json_add_name(struct buf *json, const char *name);

/* A whole member. */
void json_add_text_member(struct buf *json, const char *name, const char *text);
void json_add_number_member(struct buf *json, const char *name, uint64_t number);
void json_add_bool_member(struct buf *json, const char *name, bool value);

#endif
