/*
 * dialect: see dialect.h. Reading goes through cJSON, because a page may send anything; what is
 * written has few shapes and is put together here.
 */
#include "dialect.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "path.h"

/* The largest whole number that JavaScript counts to, and the last that a double has for itself. */
static const double version_max = 9007199254740991.0;

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The object that all of text is, NULL when it is none; the caller deletes it. */
static cJSON *
parse_object(const char *text, size_t length)
{
	const char *end = NULL;
	cJSON *json = cJSON_ParseWithLengthOpts(text, length, &end, false);

	if (!json)
		return NULL;
	while (end < text + length && is_blank(*end))
		end++;
	if (end == text + length && cJSON_IsObject(json))
		return json;
	cJSON_Delete(json);
	return NULL;
}

static bool
read_epoch(char epoch[DIALECT_EPOCH_SIZE], const cJSON *json)
{
	const char *text = cJSON_GetStringValue(json);
	size_t length = text ? strlen(text) : DIALECT_EPOCH_SIZE;

	if (length >= DIALECT_EPOCH_SIZE)
		return false;
	for (size_t i = 0; i < length; i++) {
		char letter = (char)(text[i] | 0x20);
		bool is_digit = text[i] >= '0' && text[i] <= '9';

		if (!is_digit && (letter < 'a' || letter > 'z'))
			return false;
	}
	memcpy(epoch, text, length + 1);
	return true;
}

static bool
read_version(uint64_t *version, const cJSON *json)
{
	double value;

	if (!cJSON_IsNumber(json))
		return false;
	value = json->valuedouble;
	if (!(value >= 0 && value <= version_max))
		return false;
	*version = (uint64_t)value;
	return (double)*version == value;
}

static bool
read_hello(struct dialect_message *message, const cJSON *json)
{
	return read_epoch(message->epoch, cJSON_GetObjectItemCaseSensitive(json, "epoch")) &&
	       read_version(&message->version, cJSON_GetObjectItemCaseSensitive(json, "version"));
}

struct dialect_message
dialect_read(const char *text, size_t length)
{
	struct dialect_message message = {.word = DIALECT_HELLO};
	cJSON *json = parse_object(text, length);
	const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "type"));

	if (!type || strcmp(type, "hello") != 0 || !read_hello(&message, json))
		message = (struct dialect_message){.word = DIALECT_NONSENSE};
	cJSON_Delete(json);
	return message;
}

/* Adds text as a JSON string. Our URLs need no escape; should one ever, it breaks nothing. */
static void
add_string(struct buf *text, const char *string)
{
	buf_add_char(text, '"');
	for (; *string; string++) {
		if (*string == '"' || *string == '\\' || (unsigned char)*string < 0x20)
			buf_addf(text, "\\u%04x", (unsigned)*string);
		else
			buf_add_char(text, *string);
	}
	buf_add_char(text, '"');
}

void
dialect_write_hello(struct buf *text, const char *epoch, uint64_t version)
{
	buf_add_text(text, "{\"type\":\"hello\",\"epoch\":");
	add_string(text, epoch);
	buf_add_text(text, ",\"version\":");
	buf_add_number(text, version);
	buf_add_char(text, '}');
}

void
dialect_write_reload(struct buf *text, uint64_t version)
{
	buf_add_text(text, "{\"type\":\"reload\",\"version\":");
	buf_add_number(text, version);
	buf_add_char(text, '}');
}

static void
add_change(struct buf *text, const struct dialect_change *change)
{
	buf_add_text(text, "{\"urls\":[");
	for (size_t i = 0; i < change->url_count; i++) {
		if (i)
			buf_add_char(text, ',');
		add_string(text, change->urls[i]);
	}
	buf_add_text(text, "],\"kind\":");
	add_string(text, change_kind_name(change->kind));
	buf_add_char(text, '}');
}

void
dialect_write_changes(
	struct buf *text, uint64_t version, const struct dialect_change *changes, size_t count)
{
	buf_add_text(text, "{\"type\":\"change\",\"version\":");
	buf_add_number(text, version);
	buf_add_text(text, ",\"changes\":[");
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_add_char(text, ',');
		add_change(text, &changes[i]);
	}
	buf_add_text(text, "]}");
}

const char *
dialect_live_server_word(const struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++)
		if (!slice_is_nocase(path_extension(slice_of(changes->items[i].path)), "css"))
			return "reload";
	return changes->count ? "refreshcss" : "reload";
}
