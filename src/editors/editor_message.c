/*
 * editor_message: see editor_message.h. Lines are parsed with cJSON. It does not check that a text is UTF-8, and it
 * cuts a text at a NUL, so both are looked for here.
 */
#include "editors/editor_message.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "base/utf8.h"

/* Number.MAX_SAFE_INTEGER of JavaScript, 2^53 - 1. */
static const double offset_max = 9007199254740991.0;

/* In JSON a backslash is only in a text, and each begins an escape. */
static bool
has_nul(struct slice line)
{
	const char *at = line.at, *end = line.at + line.length;

	while ((at = memchr(at, '\\', (size_t)(end - at))) && end - at >= 6) {
		if (memcmp(at, "\\u0000", 6) == 0)
			return true;
		at += 2;
	}
	return false;
}

/* Sets text, if the member is there. Returns false when it is no text. */
static bool
read_text(const cJSON *json, const char *name, struct slice *text)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, name);

	if (!member)
		return true;
	if (!cJSON_IsString(member))
		return false;
	*text = slice_of(member->valuestring);
	return true;
}

/* The same for true and false. */
static bool
read_bool(const cJSON *json, const char *name, bool *value)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, name);

	*value = cJSON_IsTrue(member);
	return !member || cJSON_IsBool(member);
}

static bool
read_hello(const cJSON *json, struct editor_message *message)
{
	return read_text(json, "editor", &message->editor) &&
	       read_bool(json, "unsaved", &message->is_unsaved);
}

static bool
read_path(const cJSON *json, struct editor_message *message)
{
	return read_text(json, "path", &message->path) && message->path.length;
}

static bool
read_draft(const cJSON *json, struct editor_message *message)
{
	return read_path(json, message) && read_text(json, "text", &message->text) &&
	       message->text.at;
}

static bool
read_cursor(const cJSON *json, struct editor_message *message)
{
	const cJSON *offset = cJSON_GetObjectItemCaseSensitive(json, "offset");

	if (!read_text(json, "path", &message->path))
		return false;
	if (!message->path.at)
		return true;
	if (!cJSON_IsNumber(offset) || !(offset->valuedouble >= 0) ||
		offset->valuedouble > offset_max)
		return false;
	message->offset = (uint64_t)offset->valuedouble;
	return true;
}

static bool
read_reload(const cJSON *json, struct editor_message *message)
{
	return read_text(json, "path", &message->path);
}

static bool
read_pause(const cJSON *json, struct editor_message *message)
{
	return cJSON_GetObjectItemCaseSensitive(json, "paused") &&
	       read_bool(json, "paused", &message->is_paused);
}

static enum editor_message_type
read_members(const cJSON *json, struct editor_message *message)
{
	static const struct {
		const char *name;
		enum editor_message_type type;
		bool (*read)(const cJSON *json, struct editor_message *message);
	} types[] = {
		{"hello", EDITOR_MESSAGE_HELLO, read_hello},
		{"draft", EDITOR_MESSAGE_DRAFT, read_draft},
		{"saved", EDITOR_MESSAGE_SAVED, read_path},
		{"closed", EDITOR_MESSAGE_CLOSED, read_path},
		{"cursor", EDITOR_MESSAGE_CURSOR, read_cursor},
		{"reload", EDITOR_MESSAGE_RELOAD, read_reload},
		{"pause", EDITOR_MESSAGE_PAUSE, read_pause},
	};
	const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "type"));

	if (!name)
		return EDITOR_MESSAGE_INVALID;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(name, types[i].name) == 0)
			return types[i].read(json, message) ? types[i].type
							    : EDITOR_MESSAGE_INVALID;
	return EDITOR_MESSAGE_UNKNOWN;
}

static bool
is_only_space(const char *at, const char *end)
{
	while (at < end && is_space(*at))
		at++;
	return at == end;
}

struct editor_message
editor_message_read(struct slice line)
{
	struct editor_message message = {.type = EDITOR_MESSAGE_INVALID};
	const char *end = NULL;
	cJSON *json;

	if (!utf8_is_valid(line, true))
		return message;
	json = cJSON_ParseWithLengthOpts(line.at, line.length, &end, false);
	if (!json)
		return message;
	message.json = json;
	message.has_nul = has_nul(line);
	if (cJSON_IsObject(json) && is_only_space(end, line.at + line.length))
		message.type = read_members(json, &message);
	return message;
}

void
editor_message_finish(struct editor_message *message)
{
	cJSON_Delete(message->json);
	*message = (struct editor_message){0};
}
