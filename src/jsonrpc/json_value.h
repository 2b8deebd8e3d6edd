/*
 * json_value: reads JSON that another program has sent (RFC 8259).
 *
 * It is strict where a mistake would make two programs see different texts: bytes that are not UTF-8, control
 * characters in a text, and anything behind the value make the whole of it invalid. Each reading function
 * takes NULL, and a value of another kind, and says then that there is none.
 */
#ifndef JSON_VALUE_H
#define JSON_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct json_value;

/*
 * Reads the value in the length bytes at bytes, which it may change. Returns NULL when they are no JSON. The
 * caller destroys the value.
 *
 * Half a surrogate pair, which no UTF-8 can hold, becomes U+FFFD: it has the same length in UTF-16. An escaped
 * NUL becomes U+0001, which has the same length in each encoding, and sets *had_nul.
 */
struct json_value *json_value_parse(char *bytes, size_t length, bool *had_nul);
void json_value_destroy(struct json_value *value); /* NULL is fine */

/* The member of an object; NULL when there is none. Valid as long as the whole value, as all that follows. */
const struct json_value *json_value_member(const struct json_value *object, const char *name);
/* The elements of an array; NULL behind the last. */
const struct json_value *json_value_first(const struct json_value *array);
const struct json_value *json_value_next(const struct json_value *element);

bool json_value_is_object(const struct json_value *value);
bool json_value_is_array(const struct json_value *value);
bool json_value_is_null(const struct json_value *value);

/* The text of a string; NULL when it is none. */
const char *json_value_text(const struct json_value *value);
/* The text of a member that is a string; NULL when there is none. */
const char *json_value_text_member(const struct json_value *object, const char *name);
/* Reads a whole number from 0 to 2^53 - 1. */
bool json_value_number(const struct json_value *value, uint64_t *number);
/* Whether the value is true, or otherwise if it is no boolean. */
bool json_value_bool(const struct json_value *value, bool otherwise);

/* Adds the value as JSON, without blanks. NULL adds null. */
void json_value_add(struct buf *json, const struct json_value *value);

/*
 * Adds value as the id of a JSON-RPC message: a string, or a whole number that may be negative. Returns false and
 * adds nothing for any other value.
 */
bool json_value_add_id(struct buf *json, const struct json_value *value);

#endif
