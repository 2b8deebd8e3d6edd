/*
 * json_writer: writes texts of any bytes as JSON strings.
 *
 * The program writes only a few objects, so callers write the brackets themselves. This module does
 * the parts that are easy to get wrong: escapes and commas.
 */
#ifndef JSON_WRITER_H
#define JSON_WRITER_H

#include "base/buf.h"

/*
 * Adds text as a JSON string (RFC 8259 7). Bytes that are not UTF-8 become U+FFFD. Control
 * characters (C0, DEL, C1) and those that deceive a reader (utf8_is_invisible) become \uXXXX, so
 * they have no effect on a terminal.
 */
void json_add_text(struct buf *json, struct slice text);

/* The same for the first most bytes of text, with an ellipsis for the rest. Cuts no character. */
void json_add_short(struct buf *json, struct slice text, size_t most);

/* Adds "name": for the next member of an object, after a comma unless it is the first one. */
void json_add_name(struct buf *json, const char *name);

/* Adds a whole member: its name and its value. */
void json_add_text_member(struct buf *json, const char *name, const char *text);
void json_add_number_member(struct buf *json, const char *name, uint64_t number);
void json_add_bool_member(struct buf *json, const char *name, bool value);
/* A member that is an array of strings: the texts, each with end behind it. The last may be without. */
void json_add_list_member(struct buf *json, const char *name, struct slice texts, char end);

#endif
