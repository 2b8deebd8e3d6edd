/*
 * config_reader: see config_reader.h.
 */
#define _GNU_SOURCE
#include "settings/config_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "base/jsonc.h"
#include "base/log.h"
#include "base/mem.h"
#include "fs/path.h"

enum { FILE_MAX = 1024 * 1024 };

/* ---- saying what is wrong ---- */

void
source_complain(const struct source *source, const char *format, ...)
{
	va_list arguments;
	char sentence[1024];

	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	log_error("%s:%u: %s", source->file, source->line, sentence);
}

void
source_complain_of_key(const struct source *source, const char *key, const char *meant)
{
	if (meant)
		source_complain(
			source, "there is no setting \"%s\"; did you mean \"%s\"?", key, meant);
	else
		source_complain(source, "there is no setting \"%s\"; see liveserve --help", key);
}

static void
complain_at(struct source *source, size_t at, const char *what)
{
	source->line = jsonc_line((struct slice){source->text, source->length}, at);
	source_complain(source, "%s; the file counts when that is mended", what);
}

/* ---- the file ---- */

/* Reads all of it; errno when that fails. */
static bool
read_all(int file, struct buf *text)
{
	char piece[16 * 1024];
	ssize_t got;

	while ((got = read(file, piece, sizeof(piece))) > 0) {
		buf_add(text, piece, (size_t)got);
		if (text->length > FILE_MAX) {
			errno = EFBIG;
			return false;
		}
	}
	return got == 0;
}

static int
open_file(const struct source *source)
{
	if (source->open)
		return source->open(source->context, source->file);
	return open(source->file, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

static bool
read_file(const struct source *source, struct buf *text)
{
	int file = open_file(source);
	struct stat state;
	bool is_read;

	if (file < 0)
		return false;
	is_read = fstat(file, &state) == 0 && S_ISREG(state.st_mode);
	if (!is_read)
		errno = S_ISDIR(state.st_mode) ? EISDIR : EINVAL;
	else
		is_read = read_all(file, text);
	close(file);
	return is_read;
}

/* An empty file says nothing, as does one with nothing but comments. */
static bool
is_empty(const struct source *source)
{
	return strspn(source->text, " \t\r\n") == source->length;
}

static enum source_verdict
parse(struct source *source)
{
	const char *end = NULL, *wrong;
	size_t at;

	wrong = jsonc_clean(source->text, source->length, &at);
	if (wrong) {
		char *what = mem_format("here begins %s", wrong);

		complain_at(source, at, what);
		free(what);
		return SOURCE_WRONG;
	}
	if (is_empty(source))
		return SOURCE_NONE;
	source->json = cJSON_ParseWithOpts(source->text, &end, true);
	if (!source->json) {
		complain_at(source, (size_t)(end - source->text), "this is no JSON from here on");
		return SOURCE_WRONG;
	}
	if (!cJSON_IsObject(source->json)) {
		complain_at(source, 0, "settings stand in an object: {\"port\": 8080}");
		return SOURCE_WRONG;
	}
	return SOURCE_READ;
}

enum source_verdict
source_open(struct source *source)
{
	struct buf text = {0};

	source->text = NULL;
	source->json = NULL;
	buf_add_text(&text, "");
	if (!read_file(source, &text)) {
		buf_finish(&text);
		if (errno == ENOENT || errno == ENOTDIR)
			return SOURCE_NONE;
		log_error("cannot read the settings in %s: %s", source->file, strerror(errno));
		return SOURCE_WRONG;
	}
	source->length = text.length;
	source->text = buf_take(&text);
	return parse(source);
}

void
source_close(struct source *source)
{
	cJSON_Delete(source->json);
	free(source->text);
	source->json = NULL;
	source->text = NULL;
}

/* ---- members ---- */

/* The last one of that name counts, as in VS Code. */
static bool
is_overruled(const cJSON *member)
{
	for (const cJSON *later = member->next; later; later = later->next)
		if (strcmp(later->string, member->string) == 0)
			return true;
	return false;
}

static const cJSON *
last_member(const cJSON *object, const char *name, size_t *index)
{
	const cJSON *found = NULL, *member;
	size_t i = 0;

	cJSON_ArrayForEach(member, object)
	{
		if (strcmp(member->string, name) == 0) {
			found = member;
			*index = i;
		}
		i++;
	}
	return found;
}

const cJSON *
source_member(const struct source *source, const char *object, const char *name)
{
	const cJSON *holder = source->json;
	size_t index;

	if (object)
		holder = last_member(holder, object, &index);
	return last_member(holder, name, &index);
}

void
source_each(struct source *source, const char *name, const char *prefix, source_member_fn *fn)
{
	const struct slice text = {source->text, source->length};
	size_t at = strcspn(source->text, "{"), index = 0;
	const cJSON *object = source->json, *member;

	if (name) {
		object = last_member(object, name, &index);
		if (!cJSON_IsObject(object))
			return;
		at = jsonc_value(text, jsonc_child(text, at, index));
	}
	index = 0;
	cJSON_ArrayForEach(member, object)
	{
		size_t place = index++;

		if (!slice_starts(slice_of(member->string), prefix) || is_overruled(member))
			continue;
		source->line = jsonc_line(text, jsonc_child(text, at, place));
		fn(source, member->string, member);
	}
}

/* ---- values ---- */

char *
source_path(const struct source *source, const char *path)
{
	return *path ? path_join(source->folder, path) : mem_text(path);
}

static void
add(struct source *source, const struct setting *setting, const char *text)
{
	const struct choice place = {
		.layer = source->layer,
		.file = (char *)source->file,
		.line = source->line,
	};

	choices_add(source->choices, source->table, setting, text, &place);
}

void
source_give(struct source *source, const char *name, const char *text)
{
	const struct setting *setting = setting_find(source->table, name);

	if (setting)
		add(source, setting, text);
}

/* With its path, if it has one, seen from here. */
static void
add_located(struct source *source, const struct setting *setting, const char *text)
{
	const char *joint = strpbrk(text, (const char[]){setting->joint, ':', '\0'});
	char *path = NULL, *whole = NULL;

	if (setting->path == SETTING_PATH) {
		whole = source_path(source, text);
	} else if (setting->path == SETTING_PATH_BEHIND_JOINT && joint) {
		path = source_path(source, joint + 1);
		whole = mem_format("%.*s%s", (int)(joint + 1 - text), text, path);
	}
	add(source, setting, whole ? whole : text);
	free(path);
	free(whole);
}

/* The caller frees. */
static char *
number_text(double number)
{
	bool is_whole = number > -1e15 && number < 1e15 && number == (double)(int64_t)number;

	return is_whole ? mem_format("%.0f", number) : mem_format("%.17g", number);
}

/* A text, a number or a truth as text; else NULL. The caller frees. */
static char *
text_of(const cJSON *value)
{
	if (cJSON_IsString(value))
		return mem_text(value->valuestring);
	if (cJSON_IsBool(value))
		return mem_text(cJSON_IsTrue(value) ? "true" : "false");
	return cJSON_IsNumber(value) ? number_text(value->valuedouble) : NULL;
}

static bool
take_number(struct source *source, const struct setting *setting, const cJSON *value)
{
	char *text = cJSON_IsNumber(value) ? text_of(value) : NULL;

	if (text)
		add(source, setting, text);
	free(text);
	return cJSON_IsNumber(value);
}

static bool
take_item(struct source *source, const struct setting *setting, const cJSON *item)
{
	const cJSON *name = cJSON_GetArrayItem(item, 0), *value = cJSON_GetArrayItem(item, 1);
	char *joined;

	if (cJSON_IsString(item)) {
		add_located(source, setting, item->valuestring);
		return true;
	}
	if (setting->kind != SETTING_PAIRS || !cJSON_IsArray(item) ||
		cJSON_GetArraySize(item) != 2 || !cJSON_IsString(name) || !cJSON_IsString(value))
		return false;
	joined = mem_format("%s%c%s", name->valuestring, setting->joint, value->valuestring);
	add_located(source, setting, joined);
	free(joined);
	return true;
}

static bool
take_items(struct source *source, const struct setting *setting, const cJSON *items)
{
	bool is_right = true;
	const cJSON *item;

	if (!cJSON_IsArray(items))
		return take_item(source, setting, items);
	cJSON_ArrayForEach(item, items) is_right = take_item(source, setting, item) && is_right;
	return is_right;
}

static bool
take_object(struct source *source, const struct setting *setting, const cJSON *object)
{
	bool is_right = true;
	const cJSON *member;

	cJSON_ArrayForEach(member, object)
	{
		char *value = text_of(member), *joined;

		is_right = value && is_right;
		if (!value)
			continue;
		joined = mem_format("%s%c%s", member->string, setting->joint, value);
		add_located(source, setting, joined);
		free(joined);
		free(value);
	}
	return is_right;
}

static bool
take_by_kind(struct source *source, const struct setting *setting, const cJSON *value)
{
	switch (setting->kind) {
	case SETTING_NUMBER:
		return take_number(source, setting, value);
	case SETTING_TEXT:
		if (cJSON_IsString(value))
			add_located(source, setting, value->valuestring);
		return cJSON_IsString(value);
	case SETTING_LIST:
		return take_items(source, setting, value);
	case SETTING_PAIRS:
		return cJSON_IsObject(value) ? take_object(source, setting, value)
					     : take_items(source, setting, value);
	default:
		return false;
	}
}

void
source_take(
	struct source *source, const struct setting *setting, const char *key, const cJSON *value)
{
	static const char *const forms[] = {
		[SETTING_SWITCH] = "true or false",
		[SETTING_ALIAS] = "true or false",
		[SETTING_NUMBER] = "a number",
		[SETTING_TEXT] = "a text in quotes",
		[SETTING_LIST] = "a list of texts, such as [\"a\", \"b\"]",
		[SETTING_PAIRS] = "pairs of texts, such as {\"a\": \"b\"}",
	};
	bool is_switch;

	if (cJSON_IsNull(value))
		return;
	if (setting->kind == SETTING_ALIAS && setting->value)
		setting = setting_find(source->table, setting->means);
	is_switch = setting->kind == SETTING_SWITCH || setting->kind == SETTING_ALIAS;
	if (setting->kind == SETTING_REFUSED) {
		source_complain(source, "\"%s\": %s", key, setting->help);
		return;
	}
	if (cJSON_IsBool(value) && (is_switch || setting->may_be_bare))
		add(source, setting, cJSON_IsTrue(value) ? "" : NULL);
	else if (!take_by_kind(source, setting, value))
		source_complain(source, "\"%s\" needs %s%s", key, forms[setting->kind],
			setting->may_be_bare ? ", or true or false" : "");
}
