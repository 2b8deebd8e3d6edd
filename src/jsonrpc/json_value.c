/*
 * json_value: see json_value.h. cJSON reads the values; what it is too generous with is checked, and what it
 * cannot hold is replaced, in the bytes before it sees them.
 */
#include "jsonrpc/json_value.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/json_writer.h"
#include "base/mem.h"
#include "base/utf8.h"

#define WHOLE_MAX 9007199254740991.0 /* 2^53 - 1 */

static const cJSON *
item_of(const struct json_value *value)
{
	return (const cJSON *)(const void *)value;
}

static const struct json_value *
value_of(const cJSON *item)
{
	return (const struct json_value *)(const void *)item;
}

/* ---- the bytes before they are read ---- */

enum { UNIT_LENGTH = 6 }; /* of "\u12ab" */

/* Reads the unit of UTF-16 that the escape at the front of text stands for. Returns -1 when there is none. */
static int
read_unit(struct slice text)
{
	int unit = 0;

	if (text.length < UNIT_LENGTH || text.at[0] != '\\' || text.at[1] != 'u')
		return -1;
	for (size_t i = 2; i < UNIT_LENGTH; i++) {
		int digit = slice_hex_value(text.at[i]);

		if (digit < 0)
			return -1;
		unit = unit * 16 + digit;
	}
	return unit;
}

static bool
is_high(int unit)
{
	return unit >= 0xd800 && unit <= 0xdbff;
}

static bool
is_low(int unit)
{
	return unit >= 0xdc00 && unit <= 0xdfff;
}

/* Mends the escape at `at`. Returns its length; 0 when it is malformed. */
static size_t
mend_escape(char *at, size_t length, bool *had_nul)
{
	int unit = read_unit((struct slice){at, length});
	bool is_pair = false;

	if (length < 2)
		return 0;
	if (at[1] != 'u')
		return strchr("\"\\/bfnrt", at[1]) && at[1] ? 2 : 0;
	if (unit < 0)
		return 0;
	if (is_high(unit))
		is_pair = is_low(read_unit((struct slice){at + UNIT_LENGTH, length - UNIT_LENGTH}));
	if (is_pair)
		return 2 * UNIT_LENGTH;
	if (is_high(unit) || is_low(unit)) {
		for (size_t i = 2; i < UNIT_LENGTH; i++)
			at[i] = "\\ufffd"[i];
	} else if (unit == 0) {
		at[5] = '1';
		*had_nul = true;
	}
	return UNIT_LENGTH;
}

/* Mends the string behind its first quotation mark. Returns its end, or NULL when it is malformed. */
static char *
mend_string(char *at, const char *end, bool *had_nul)
{
	while (at < end && *at != '"') {
		size_t length = 1;

		if ((unsigned char)*at < ' ')
			return NULL;
		if (*at == '\\')
			length = mend_escape(at, (size_t)(end - at), had_nul);
		if (length == 0)
			return NULL;
		at += length;
	}
	return at < end ? at + 1 : NULL;
}

/* Returns false when a string is malformed. */
static bool
mend_strings(char *bytes, size_t length, bool *had_nul)
{
	const char *end = bytes + length;

	for (char *at = bytes; at && at < end;) {
		at = memchr(at, '"', (size_t)(end - at));
		if (at && !(at = mend_string(at + 1, end, had_nul)))
			return false;
	}
	return true;
}

static bool
is_blank(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
		at++;
	return at == end;
}

/* ---- reading ---- */

struct json_value *
json_value_parse(char *bytes, size_t length, bool *had_nul)
{
	const char *end = NULL;
	cJSON *item;

	*had_nul = false;
	if (length == 0 || !utf8_is_valid((struct slice){bytes, length}, true) ||
		memchr(bytes, '\0', length) || !mend_strings(bytes, length, had_nul))
		return NULL;
	item = cJSON_ParseWithLengthOpts(bytes, length, &end, 0);
	if (item && !is_blank(end, bytes + length)) {
		cJSON_Delete(item);
		item = NULL;
	}
	return (struct json_value *)(void *)item;
}

void
json_value_destroy(struct json_value *value)
{
	cJSON_Delete((cJSON *)(void *)value);
}

const struct json_value *
json_value_member(const struct json_value *object, const char *name)
{
	if (!json_value_is_object(object))
		return NULL;
	return value_of(cJSON_GetObjectItemCaseSensitive(item_of(object), name));
}

const struct json_value *
json_value_first(const struct json_value *array)
{
	return json_value_is_array(array) ? value_of(item_of(array)->child) : NULL;
}

const struct json_value *
json_value_next(const struct json_value *element)
{
	return value_of(item_of(element)->next);
}

bool
json_value_is_object(const struct json_value *value)
{
	return cJSON_IsObject(item_of(value));
}

bool
json_value_is_array(const struct json_value *value)
{
	return cJSON_IsArray(item_of(value));
}

bool
json_value_is_null(const struct json_value *value)
{
	return cJSON_IsNull(item_of(value));
}

const char *
json_value_text(const struct json_value *value)
{
	return cJSON_GetStringValue(item_of(value));
}

const char *
json_value_text_member(const struct json_value *object, const char *name)
{
	return json_value_text(json_value_member(object, name));
}

/* Whether value is a whole number that a double holds exactly. */
static bool
is_whole(const struct json_value *value)
{
	double number;

	if (!cJSON_IsNumber(item_of(value)))
		return false;
	number = item_of(value)->valuedouble;
	return number >= -WHOLE_MAX && number <= WHOLE_MAX && number == (double)(int64_t)number;
}

bool
json_value_number(const struct json_value *value, uint64_t *number)
{
	if (!is_whole(value) || item_of(value)->valuedouble < 0)
		return false;
	*number = (uint64_t)item_of(value)->valuedouble;
	return true;
}

bool
json_value_bool(const struct json_value *value, bool otherwise)
{
	return cJSON_IsBool(item_of(value)) ? cJSON_IsTrue(item_of(value)) : otherwise;
}

/* ---- writing ---- */

void
json_value_add(struct buf *json, const struct json_value *value)
{
	char *text = value ? cJSON_PrintUnformatted(item_of(value)) : NULL;

	if (value && !text)
		mem_exhausted();
	buf_add_text(json, text ? text : "null");
	cJSON_free(text);
}

bool
json_value_add_id(struct buf *json, const struct json_value *value)
{
	const char *text = json_value_text(value);

	if (text)
		json_add_text(json, slice_of(text));
	else if (is_whole(value))
		buf_addf(json, "%" PRId64, (int64_t)item_of(value)->valuedouble);
	else
		return false;
	return true;
}
