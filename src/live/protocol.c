/*
 * protocol: see protocol.h. Messages are parsed with cJSON, because a page may send any bytes.
 * Messages to pages have few forms and are written as text.
 */
#include "live/protocol.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/json_writer.h"
#include "fs/path.h"

enum { STAMP_DIGITS = 16 };

/* Number.MAX_SAFE_INTEGER of JavaScript, 2^53 - 1. */
static const double version_max = 9007199254740991.0;

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/*
 * Parses the whole text as one JSON object. Returns NULL when it is none. The caller deletes the
 * result.
 */
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
read_epoch(char epoch[PROTOCOL_EPOCH_SIZE], const cJSON *json)
{
	const char *text = cJSON_GetStringValue(json);
	size_t length = text ? strlen(text) : PROTOCOL_EPOCH_SIZE;

	if (length >= PROTOCOL_EPOCH_SIZE)
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
read_urls(struct protocol_message *message, const cJSON *json)
{
	const cJSON *item;
	size_t count = 0;

	message->has_urls = json;
	if (!json)
		return true;
	if (!cJSON_IsArray(json))
		return false;
	cJSON_ArrayForEach(item, json)
	{
		const char *url = cJSON_GetStringValue(item);

		if (!url || *url != '/' || ++count > PROTOCOL_URLS_MAX)
			return false;
		buf_add(&message->urls, url, strlen(url) + 1);
	}
	return true;
}

/* Copies the string json into text, which stays empty when json is NULL. */
static bool
read_text(struct buf *text, const cJSON *json)
{
	const char *string = cJSON_GetStringValue(json);

	if (string)
		buf_add_text(text, string);
	return string || !json;
}

static bool
read_stamp(struct protocol_message *message, const cJSON *json)
{
	const char *text = cJSON_GetStringValue(json);

	message->has_stamp = json && message->has_urls;
	if (!json)
		return true;
	if (!text || strlen(text) != STAMP_DIGITS ||
		strspn(text, "0123456789abcdef") != STAMP_DIGITS)
		return false;
	message->stamp = strtoull(text, NULL, 16);
	return true;
}

static bool
read_hello(struct protocol_message *message, const cJSON *json)
{
	message->type = PROTOCOL_HELLO;
	return read_text(&message->page, cJSON_GetObjectItemCaseSensitive(json, "page")) &&
	       read_epoch(message->epoch, cJSON_GetObjectItemCaseSensitive(json, "epoch")) &&
	       read_version(&message->version, cJSON_GetObjectItemCaseSensitive(json, "version")) &&
	       read_urls(message, cJSON_GetObjectItemCaseSensitive(json, "urls")) &&
	       read_stamp(message, cJSON_GetObjectItemCaseSensitive(json, "stamp"));
}

static bool
read_uses(struct protocol_message *message, const cJSON *json)
{
	message->type = PROTOCOL_USES;
	return read_urls(message, cJSON_GetObjectItemCaseSensitive(json, "urls"));
}

static bool
read_level(struct protocol_message *message, const cJSON *json)
{
	static const char *const levels[] = {"error", "warn", "info", "log", "debug"};
	const char *level = cJSON_GetStringValue(json);

	for (size_t i = 0; level && i < sizeof(levels) / sizeof(levels[0]); i++)
		if (strcmp(level, levels[i]) == 0)
			message->level = levels[i];
	return message->level;
}

static bool
read_log(struct protocol_message *message, const cJSON *json)
{
	const cJSON *text = cJSON_GetObjectItemCaseSensitive(json, "text");

	message->type = PROTOCOL_LOG;
	return read_level(message, cJSON_GetObjectItemCaseSensitive(json, "level")) && text &&
	       read_text(&message->text, text) &&
	       read_text(&message->source, cJSON_GetObjectItemCaseSensitive(json, "source"));
}

static bool
read_leaving(struct protocol_message *message, const cJSON *json)
{
	(void)json;
	message->type = PROTOCOL_LEAVING;
	return true;
}

/* Adds the string json and a NUL to texts; an empty one when json is NULL. */
static bool
add_string(struct buf *texts, const cJSON *json)
{
	const char *string = json ? cJSON_GetStringValue(json) : "";

	if (string)
		buf_add(texts, string, strlen(string) + 1);
	return string;
}

static bool
read_failed(struct buf *failed, const cJSON *json)
{
	const cJSON *item;

	if (!cJSON_IsArray(json) || cJSON_GetArraySize(json) > PROTOCOL_FAULTS_MAX)
		return false;
	cJSON_ArrayForEach(item, json)
	{
		if (!add_string(failed, item))
			return false;
	}
	return true;
}

static bool
read_errors(struct buf *errors, const cJSON *json)
{
	const cJSON *item;

	if (!cJSON_IsArray(json) || cJSON_GetArraySize(json) > PROTOCOL_FAULTS_MAX)
		return false;
	cJSON_ArrayForEach(item, json)
	{
		const cJSON *text = cJSON_GetObjectItemCaseSensitive(item, "text");

		if (!text || !add_string(errors, text) ||
			!add_string(errors, cJSON_GetObjectItemCaseSensitive(item, "source")))
			return false;
	}
	return true;
}

static bool
read_settled(struct protocol_message *message, const cJSON *json)
{
	message->type = PROTOCOL_SETTLED;
	return read_version(&message->round, cJSON_GetObjectItemCaseSensitive(json, "round")) &&
	       read_errors(&message->errors, cJSON_GetObjectItemCaseSensitive(json, "errors")) &&
	       read_failed(&message->failed, cJSON_GetObjectItemCaseSensitive(json, "failed"));
}

static bool
read_place(uint32_t *place, const cJSON *json)
{
	uint64_t value;

	if (!read_version(&value, json) || value < 1 || value > INT32_MAX)
		return false;
	*place = (uint32_t)value;
	return true;
}

static bool
read_show(struct protocol_message *message, const cJSON *json)
{
	const char *url = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "url"));

	message->type = PROTOCOL_SHOW;
	if (!url || *url != '/')
		return false;
	buf_add_text(&message->source, url);
	return read_place(&message->line, cJSON_GetObjectItemCaseSensitive(json, "line")) &&
	       read_place(&message->column, cJSON_GetObjectItemCaseSensitive(json, "column"));
}

static bool
read_message(struct protocol_message *message, const cJSON *json)
{
	static const struct {
		const char *type;
		bool (*read)(struct protocol_message *, const cJSON *);
	} types[] = {{"hello", read_hello}, {"uses", read_uses}, {"log", read_log},
		{"leaving", read_leaving}, {"settled", read_settled}, {"show", read_show}};
	const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "type"));

	for (size_t i = 0; type && i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(type, types[i].type) == 0)
			return types[i].read(message, json);
	return false;
}

struct protocol_message
protocol_read(const char *text, size_t length)
{
	struct protocol_message message = {0};
	cJSON *json = parse_object(text, length);

	if (!read_message(&message, json)) {
		protocol_message_finish(&message);
		message = (struct protocol_message){.type = PROTOCOL_INVALID};
	}
	cJSON_Delete(json);
	return message;
}

void
protocol_message_finish(struct protocol_message *message)
{
	buf_finish(&message->page);
	buf_finish(&message->urls);
	buf_finish(&message->text);
	buf_finish(&message->source);
	buf_finish(&message->errors);
	buf_finish(&message->failed);
}

struct slice
protocol_next_url(const struct buf *urls, size_t *at)
{
	struct slice url = {0};

	if (*at < urls->length)
		url = slice_of(urls->bytes + *at);
	*at += url.length + 1;
	return url;
}

void
protocol_write_hello(
	struct buf *text, const char *epoch, uint64_t version, bool reloads, uint64_t settle)
{
	buf_add_text(text, "{\"type\":\"hello\",\"epoch\":");
	json_add_text(text, slice_of(epoch));
	buf_add_text(text, ",\"version\":");
	buf_add_number(text, version);
	if (settle) {
		buf_add_text(text, ",\"settle\":");
		buf_add_number(text, settle);
	}
	buf_add_text(text, reloads ? ",\"reloads\":true}" : "}");
}

void
protocol_write_reload(struct buf *text, uint64_t version)
{
	buf_add_text(text, "{\"type\":\"reload\",\"version\":");
	buf_add_number(text, version);
	buf_add_char(text, '}');
}

void
protocol_write_state(struct buf *text, uint64_t stamp)
{
	buf_addf(text, "{\"type\":\"state\",\"stamp\":\"%016" PRIx64 "\"}", stamp);
}

static void
add_change(struct buf *text, const struct protocol_change *change)
{
	buf_add_text(text, "{\"urls\":[");
	for (size_t i = 0; i < change->url_count; i++) {
		if (i)
			buf_add_char(text, ',');
		json_add_text(text, slice_of(change->urls[i]));
	}
	buf_add_text(text, "],\"kind\":");
	json_add_text(text, slice_of(change_kind_name(change->kind)));
	if (change->is_unsure)
		buf_add_text(text, ",\"unsure\":true");
	if (change->problem) {
		buf_add_text(text, ",\"problem\":");
		json_add_text(text, slice_of(change->problem));
	}
	if (change->draft) {
		buf_add_text(text, ",\"draft\":");
		json_add_text(text, slice_of(change->draft));
		if (change->since)
			buf_addf(text, ",\"since\":%" PRIu64, change->since);
	}
	buf_add_char(text, '}');
}

void
protocol_write_changes(
	struct buf *text, uint64_t version, const struct protocol_change *changes, size_t count)
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

/* ---- LiveReload ---- */

#define LIVERELOAD_7 "http://livereload.com/protocols/official-7"
#define LIVERELOAD_CHECK "http://livereload.com/protocols/connection-check-1"

static bool
has_protocol(const cJSON *protocols, const char *wanted)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, protocols)
	{
		if (cJSON_IsString(item) && strcmp(item->valuestring, wanted) == 0)
			return true;
	}
	return false;
}

static enum protocol_message_type
hello_type(const cJSON *protocols)
{
	if (has_protocol(protocols, LIVERELOAD_7))
		return PROTOCOL_HELLO;
	return has_protocol(protocols, LIVERELOAD_CHECK) ? PROTOCOL_CHECK : PROTOCOL_INVALID;
}

enum protocol_message_type
protocol_read_livereload(const char *text, size_t length)
{
	cJSON *json = parse_object(text, length);
	const char *command = cJSON_GetStringValue(
		cJSON_GetObjectItemCaseSensitive(json, "command"));
	enum protocol_message_type type = command ? PROTOCOL_USES : PROTOCOL_INVALID;

	if (command && strcmp(command, "hello") == 0)
		type = hello_type(cJSON_GetObjectItemCaseSensitive(json, "protocols"));
	cJSON_Delete(json);
	return type;
}

void
protocol_write_livereload_hello(struct buf *text, bool is_check)
{
	buf_add_text(text, "{\"command\":\"hello\",\"protocols\":[\"" LIVERELOAD_7 "\"");
	if (is_check)
		buf_add_text(text, ",\"" LIVERELOAD_CHECK "\"");
	buf_add_text(text, "],\"serverName\":\"liveserve\"}");
}

void
protocol_write_livereload_reload(struct buf *text, const char *url)
{
	buf_add_text(text, "{\"command\":\"reload\",\"path\":");
	json_add_text(text, slice_of(url));
	buf_add_text(text, ",\"liveCSS\":true,\"liveImg\":true}");
}

/* Whether livereload.js replaces the file in place. */
static bool
is_swapped(const struct change *change)
{
	static const char *const extensions[] = {"css", "jpg", "jpeg", "png", "gif", "svg"};
	struct slice extension = path_extension(slice_of(change->path));

	for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++)
		if (slice_is_nocase(extension, extensions[i]))
			return true;
	return false;
}

const struct change *
protocol_livereload_pick(const struct changes *changes, size_t sent, bool *is_last)
{
	*is_last = true;
	for (size_t i = 0; i < changes->count; i++)
		if (!is_swapped(&changes->items[i]))
			return &changes->items[i];
	*is_last = sent + 1 >= changes->count;
	return &changes->items[*is_last ? changes->count - 1 : sent];
}

/* ---- live-server ---- */

const char *
protocol_live_server_text(const struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++)
		if (!slice_is_nocase(path_extension(slice_of(changes->items[i].path)), "css"))
			return "reload";
	return changes->count ? "refreshcss" : "reload";
}

/* ---- limits ---- */

size_t
protocol_message_max(enum protocol protocol)
{
	/* Enough for thousands of addresses. inject/server/used_urls.js has the same limit. */
	if (protocol == PROTOCOL_LIVESERVE)
		return (size_t)256 * 1024;
	return (size_t)16 * 1024;
}

const char *
protocol_subprotocol(enum protocol protocol)
{
	return protocol == PROTOCOL_LIVESERVE ? PROTOCOL_LIVESERVE_NAME : NULL;
}
