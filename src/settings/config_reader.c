/*
 * config_reader: see config_reader.h. jsonc_clean() makes the text plain JSON in place, so positions
 * in it stay the same and the line of a member can be found.
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

#include "base/file.h"
#include "base/jsonc.h"
#include "base/log.h"
#include "base/mem.h"
#include "fs/path.h"

enum { FILE_MAX = 1024 * 1024 };

/* ---- messages ---- */

void
config_reader_complain(const struct config_reader *reader, const char *format, ...)
{
	va_list arguments;
	char sentence[1024];

	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	log_error("%s:%u: %s", reader->file, reader->line, sentence);
}

void
config_reader_complain_of_key(
	const struct config_reader *reader, const char *key, const char *meant)
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
	return open(reader->file, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

static bool
read_file(const struct config_reader *reader, struct buf *text)
{
	int file = open_file(reader);
	struct stat state;
	bool is_read;

	if (file < 0)
		return false;
	is_read = fstat(file, &state) == 0 && S_ISREG(state.st_mode);
	if (!is_read)
		errno = S_ISDIR(state.st_mode) ? EISDIR : EINVAL;
	else
		is_read = file_read(file, FILE_MAX, text);
	close(file);
	return is_read;
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
		return CONFIG_READER_NONE;
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

enum config_reader_verdict
config_reader_open(struct config_reader *reader)
{
	struct buf text = {0};

	reader->text = NULL;
	reader->json = NULL;
	buf_add_text(&text, "");
	if (!read_file(reader, &text)) {
		buf_finish(&text);
		if (errno == ENOENT || errno == ENOTDIR)
			return CONFIG_READER_NONE;
		log_error("cannot read the settings in %s: %s", reader->file, strerror(errno));
		return CONFIG_READER_WRONG;
	}
	reader->length = text.length;
	reader->text = buf_take(&text);
	if (reader->seen) /* parse() changes the bytes */
		reader->seen(reader, (struct slice){reader->text, reader->length});
	return parse(reader);
}

void
config_reader_close(struct config_reader *reader)
{
	cJSON_Delete(reader->json);
	free(reader->text);
	reader->json = NULL;
	reader->text = NULL;
}

/* ---- members ---- */

/* Of members with the same key, the last one counts, as in VS Code. */
static bool
is_overridden(const cJSON *member)
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
config_reader_member(const struct config_reader *reader, const char *object, const char *name)
{
	const cJSON *holder = reader->json;
	size_t index;

	if (object)
		holder = last_member(holder, object, &index);
	return last_member(holder, name, &index);
}

void
config_reader_each(struct config_reader *reader, const char *name, const char *prefix,
	config_reader_member_fn *fn)
{
	const struct slice text = {reader->text, reader->length};
	size_t at = strcspn(reader->text, "{"), index = 0;
	const cJSON *object = reader->json, *member;

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

		if (!slice_starts(slice_of(member->string), prefix) || is_overridden(member))
			continue;
		reader->line = jsonc_line(text, jsonc_child(text, at, place));
		fn(reader, member->string, member);
	}
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
