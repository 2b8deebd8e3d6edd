/*
 * config_reader: see config_reader.h. jsonc_clean() makes the text plain JSON in place, so positions
 * in it stay the same and the line of a member can be found.
 */
#define _GNU_SOURCE
#include "settings/config_reader.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "base/file.h"
#include "base/jsonc.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "fs/path.h"

enum { FILE_MAX = 1024 * 1024 };

/* ---- messages ---- */

bool
config_reader_may_complain(struct config_reader *reader)
{
	if (reader->mistakes < CONFIG_READER_MISTAKES_MAX)
		return true;
	reader->mistakes++;
	return false;
}

void
config_reader_complain(struct config_reader *reader, const char *format, ...)
{
	va_list arguments;
	char sentence[1024];

	if (!config_reader_may_complain(reader))
		return;
	reader->mistakes++;
	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	log_error("%s:%u: %s", reader->file, reader->line, sentence);
}

void
config_reader_complain_of_key(struct config_reader *reader, const char *key, const char *meant)
{
	if (meant)
		config_reader_complain(
			reader, "there is no setting \"%s\"; did you mean \"%s\"?", key, meant);
	else
		config_reader_complain(
			reader, "there is no setting \"%s\"; see liveserve --help", key);
}

static void
complain_at(struct config_reader *reader, size_t at, const char *what)
{
	reader->line = jsonc_line((struct slice){reader->text, reader->length}, at);
	config_reader_complain(reader, "%s; the file is not used until this is fixed", what);
}

/* ---- the file ---- */

static int
open_file(const struct config_reader *reader)
{
	if (reader->open)
		return reader->open(reader->context, reader->file);
	return safe_file_open(&reader->place);
}

static bool
read_file(const struct config_reader *reader, struct buf *text)
{
	int file = open_file(reader);
	bool is_read;

	if (file < 0)
		return false;
	is_read = file_read(file, FILE_MAX, text);
	file_abandon(file);
	return is_read;
}

/* Logs why the file could not be read, unless it is missing or refused. */
static enum config_reader_verdict
read_failed(const struct config_reader *reader, int error)
{
	if (error == ENOENT || error == ENOTDIR)
		return CONFIG_READER_NONE;
	if (safe_file_is_refused(error)) {
		errno = error;
		return CONFIG_READER_REFUSED;
	}
	log_error("cannot read the settings in %s: %s", reader->file,
		error == EFBIG    ? "it is larger than 1 MiB; move what is not needed elsewhere"
		: error == EACCES ? "you may not read it; chmod u+r gives you the right"
				  : strerror(error));
	return CONFIG_READER_WRONG;
}

/* Also true of a file with nothing but comments: jsonc_clean() has made them spaces. */
static bool
is_empty(const struct config_reader *reader)
{
	return strspn(reader->text, " \t\r\n") == reader->length;
}

static enum config_reader_verdict
parse(struct config_reader *reader)
{
	const char *end = NULL, *wrong;
	size_t at;

	wrong = jsonc_clean(reader->text, reader->length, &at);
	if (wrong) {
		char *what = mem_format("here begins %s", wrong);

		complain_at(reader, at, what);
		free(what);
		return CONFIG_READER_WRONG;
	}
	if (is_empty(reader))
		return CONFIG_READER_EMPTY;
	reader->json = cJSON_ParseWithOpts(reader->text, &end, true);
	if (!reader->json) {
		complain_at(reader, (size_t)(end - reader->text), "this is not JSON from here on");
		return CONFIG_READER_WRONG;
	}
	if (!cJSON_IsObject(reader->json)) {
		complain_at(
			reader, 0, "settings are members of an object, such as {\"port\": 8080}");
		return CONFIG_READER_WRONG;
	}
	return CONFIG_READER_READ;
}

bool
config_reader_is_missing(const struct config_reader *reader)
{
	struct stat state;

	return lstat(reader->file, &state) < 0 && errno == ENOENT;
}

enum config_reader_verdict
config_reader_open(struct config_reader *reader)
{
	struct buf text = {0};

	reader->text = NULL;
	reader->json = NULL;
	reader->mistakes = reader->added = 0;
	buf_add_text(&text, "");
	if (!read_file(reader, &text)) {
		int error = errno;

		buf_finish(&text);
		return read_failed(reader, error);
	}
	reader->length = text.length;
	reader->text = buf_take(&text);
	if (reader->seen) /* parse() changes the bytes */
		reader->seen(reader, (struct slice){reader->text, reader->length});
	if (reader->word && !strstr(reader->text, reader->word))
		return CONFIG_READER_EMPTY;
	return parse(reader);
}

void
config_reader_close(struct config_reader *reader)
{
	if (reader->mistakes > CONFIG_READER_MISTAKES_MAX)
		log_error("%s: and %zu more mistakes of this kind", reader->file,
			reader->mistakes - CONFIG_READER_MISTAKES_MAX);
	reader->mistakes = 0;
	cJSON_Delete(reader->json);
	free(reader->text);
	reader->json = NULL;
	reader->text = NULL;
}

/* ---- members ---- */

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
config_reader_member(const struct config_reader *reader, const char *object, const char *name)
{
	const cJSON *holder = reader->json;
	size_t index;

	if (object)
		holder = last_member(holder, object, &index);
	return last_member(holder, name, &index);
}

/* Of members with the same key the last one counts, as in VS Code. Sets last to these, by key. */
static void
find_last_members(const cJSON *object, const char *prefix, struct map *last)
{
	const cJSON *member;

	cJSON_ArrayForEach(member, object)
	{
		if (slice_starts(slice_of(member->string), prefix))
			map_set(last, slice_of(member->string), (void *)(uintptr_t)member);
	}
}

/* The offset of the object called name; that of the outermost one when name is NULL. */
static size_t
place_of_object(const struct config_reader *reader, const char *name)
{
	const struct slice text = {reader->text, reader->length};
	size_t at = strcspn(reader->text, "{"), index = 0;

	if (!name)
		return at;
	last_member(reader->json, name, &index);
	return jsonc_value(text, jsonc_child(text, at, index));
}

void
config_reader_each(struct config_reader *reader, const char *name, const char *prefix,
	config_reader_member_fn *fn)
{
	const struct slice text = {reader->text, reader->length};
	const cJSON *object = name ? config_reader_member(reader, NULL, name) : reader->json;
	const cJSON *member;
	struct map last = {0};
	size_t at;
	unsigned line;

	if (!cJSON_IsObject(object))
		return;
	at = jsonc_child(text, place_of_object(reader, name), 0);
	line = jsonc_line(text, at);
	find_last_members(object, prefix, &last);
	cJSON_ArrayForEach(member, object)
	{
		size_t before = at;

		if (map_get(&last, slice_of(member->string)) == member) {
			reader->line = line;
			fn(reader, member->string, member);
		}
		if (member->next)
			at = jsonc_next(text, at);
		line += jsonc_line((struct slice){text.at + before, at - before}, at - before) - 1;
	}
	map_finish(&last);
}

/* ---- values ---- */

char *
config_reader_path(const struct config_reader *reader, const char *path)
{
	return *path ? path_join(reader->folder, path) : mem_text(path);
}

static void
add(struct config_reader *reader, const struct option_spec *option, const char *text)
{
	const struct option_value place = {
		.layer = reader->layer,
		.file = (char *)reader->file,
		.line = reader->line,
		.trust = reader->trust,
		.allowed_paths = reader->allowed_paths,
	};

	if (option_is_repeatable(option) && reader->added++ >= CONFIG_READER_ITEMS_MAX) {
		if (reader->added == CONFIG_READER_ITEMS_MAX + 1)
			config_reader_complain(reader,
				"more than %d items in lists; those from here on are not used",
				CONFIG_READER_ITEMS_MAX);
		return;
	}
	option_values_add(reader->values, reader->table, option, text, &place);
}

void
config_reader_add_text(struct config_reader *reader, const char *name, const char *text)
{
	const struct option_spec *option = option_find(reader->table, name);

	if (option)
		add(reader, option, text);
}

/* Adds the value, with the path in it made relative to the current folder of this process. */
static void
add_located(struct config_reader *reader, const struct option_spec *option, const char *text)
{
	const char *separator = strpbrk(text, (const char[]){option->separator, ':', '\0'});
	char *path = NULL, *whole = NULL;

	if (option->path == OPTION_PATH) {
		whole = config_reader_path(reader, text);
	} else if (option->path == OPTION_PATH_AFTER_SEPARATOR && separator) {
		path = config_reader_path(reader, separator + 1);
		whole = mem_format("%.*s%s", (int)(separator + 1 - text), text, path);
	}
	add(reader, option, whole ? whole : text);
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

/* A string, number or boolean as text; NULL for another value. The caller frees. */
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
take_number(struct config_reader *reader, const struct option_spec *option, const cJSON *value)
{
	char *text = cJSON_IsNumber(value) ? text_of(value) : NULL;

	if (text)
		add(reader, option, text);
	free(text);
	return cJSON_IsNumber(value);
}

static bool
take_item(struct config_reader *reader, const struct option_spec *option, const cJSON *item)
{
	const cJSON *name = cJSON_GetArrayItem(item, 0), *value = cJSON_GetArrayItem(item, 1);
	char *joined;

	if (cJSON_IsString(item)) {
		add_located(reader, option, item->valuestring);
		return true;
	}
	if (option->kind != OPTION_PAIRS || !cJSON_IsArray(item) || cJSON_GetArraySize(item) != 2 ||
		!cJSON_IsString(name) || !cJSON_IsString(value))
		return false;
	joined = mem_format("%s%c%s", name->valuestring, option->separator, value->valuestring);
	add_located(reader, option, joined);
	free(joined);
	return true;
}

static bool
take_items(struct config_reader *reader, const struct option_spec *option, const cJSON *items)
{
	bool is_right = true;
	const cJSON *item;

	if (!cJSON_IsArray(items))
		return take_item(reader, option, items);
	cJSON_ArrayForEach(item, items) is_right = take_item(reader, option, item) && is_right;
	return is_right;
}

static bool
take_object(struct config_reader *reader, const struct option_spec *option, const cJSON *object)
{
	bool is_right = true;
	const cJSON *member;

	cJSON_ArrayForEach(member, object)
	{
		char *value = text_of(member), *joined;

		is_right = value && is_right;
		if (!value)
			continue;
		joined = mem_format("%s%c%s", member->string, option->separator, value);
		add_located(reader, option, joined);
		free(joined);
		free(value);
	}
	return is_right;
}

static bool
take_by_kind(struct config_reader *reader, const struct option_spec *option, const cJSON *value)
{
	switch (option->kind) {
	case OPTION_NUMBER:
		return take_number(reader, option, value);
	case OPTION_TEXT:
		if (cJSON_IsString(value))
			add_located(reader, option, value->valuestring);
		return cJSON_IsString(value);
	case OPTION_LIST:
		return take_items(reader, option, value);
	case OPTION_PAIRS:
		return cJSON_IsObject(value) ? take_object(reader, option, value)
					     : take_items(reader, option, value);
	default:
		return false;
	}
}

void
config_reader_add_json(struct config_reader *reader, const struct option_spec *option,
	const char *key, const cJSON *value)
{
	static const char *const forms[] = {
		[OPTION_SWITCH] = "true or false",
		[OPTION_ALIAS] = "true or false",
		[OPTION_NUMBER] = "a number",
		[OPTION_TEXT] = "a text in quotes",
		[OPTION_LIST] = "a list of texts, such as [\"a\", \"b\"]",
		[OPTION_PAIRS] = "pairs of texts, such as {\"a\": \"b\"}",
	};
	bool is_switch;

	if (cJSON_IsNull(value))
		return;
	if (option->kind == OPTION_ALIAS && option->value)
		option = option_find(reader->table, option->alias_of);
	is_switch = option->kind == OPTION_SWITCH || option->kind == OPTION_ALIAS;
	if (option->kind == OPTION_REFUSED) {
		config_reader_complain(reader, "\"%s\": %s", key, option->help);
		return;
	}
	if (cJSON_IsBool(value) && (is_switch || option->value_optional))
		add(reader, option, cJSON_IsTrue(value) ? "" : NULL);
	else if (!take_by_kind(reader, option, value))
		config_reader_complain(reader, "\"%s\" needs %s%s", key, forms[option->kind],
			option->value_optional ? ", or true or false" : "");
}
