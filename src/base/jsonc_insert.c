/*
 * jsonc_insert: see jsonc_insert.h. jsonc_clean() keeps every place, so a place that is found in the plain
 * text is the place in the text with comments.
 */
#include "base/jsonc_insert.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/jsonc.h"
#include "base/mem.h"

/* A parsed file: its text without comments, and the JSON of it. */
struct reading {
	char *plain;
	size_t length;
	cJSON *json;
};

static void
forget(struct reading *reading)
{
	cJSON_Delete(reading->json);
	free(reading->plain);
}

static size_t
skip_spaces(const struct reading *reading, size_t at)
{
	return jsonc_skip_spaces((struct slice){reading->plain, reading->length}, at);
}

/* Returns what is wrong, or NULL. */
static const char *
understand(struct reading *reading, struct slice file)
{
	const char *end, *wrong;
	size_t at;

	*reading = (struct reading){.plain = mem_copy(file.at, file.length), .length = file.length};
	wrong = jsonc_clean(reading->plain, reading->length, &at);
	if (wrong)
		return wrong;
	reading->json = cJSON_ParseWithLengthOpts(reading->plain, reading->length, &end, false);
	if (!reading->json || skip_spaces(reading, (size_t)(end - reading->plain)) < file.length)
		return "it is no JSON";
	return cJSON_IsObject(reading->json) ? NULL : "it is no JSON object";
}

/* Which member of the file the list is, and how many there are by that name. */
static size_t
find_list(const cJSON *json, const char *name, size_t *count)
{
	const cJSON *member;
	size_t index = 0, found = 0;

	*count = 0;
	cJSON_ArrayForEach(member, json)
	{
		if (strcmp(member->string, name) == 0) {
			found = index;
			(*count)++;
		}
		index++;
	}
	return found;
}

static bool
has_element(const cJSON *list, const struct jsonc_insertion *insertion)
{
	const cJSON *element;

	cJSON_ArrayForEach(element, list)
	{
		const char *name = cJSON_GetStringValue(
			cJSON_GetObjectItemCaseSensitive(element, insertion->key));

		if (name && strcmp(name, insertion->name) == 0)
			return true;
	}
	return false;
}

static void
insert(struct buf *result, struct slice file, size_t at, const char *text)
{
	buf_add(result, file.at, at);
	buf_add_text(result, text);
	buf_add(result, file.at + at, file.length - at);
}

static void
insert_element(struct buf *result, struct slice file, const struct reading *reading, size_t index,
	const struct jsonc_insertion *insertion)
{
	struct slice plain = {reading->plain, reading->length};
	size_t object = skip_spaces(reading, 0);
	size_t list = jsonc_value(plain, jsonc_child(plain, object, index));
	bool is_empty = !cJSON_GetObjectItemCaseSensitive(reading->json, insertion->list)->child;
	char *text = mem_format("\n%s%s", insertion->element, is_empty ? "\n  " : ",");

	insert(result, file, list + 1, text);
	free(text);
}

static void
insert_list(struct buf *result, struct slice file, const struct reading *reading,
	const struct jsonc_insertion *insertion)
{
	char *text = mem_format("\n  \"%s\": [\n%s\n  ]%s", insertion->list, insertion->element,
		reading->json->child ? "," : "\n");

	insert(result, file, skip_spaces(reading, 0) + 1, text);
	free(text);
}

/* Whether result says what the file did, and the element. */
static bool
is_right(const struct reading *before, const struct buf *result,
	const struct jsonc_insertion *insertion)
{
	bool had_list = cJSON_HasObjectItem(before->json, insertion->list);
	struct reading after;
	bool right = false;

	if (!understand(&after, buf_slice(result))) {
		cJSON *list = cJSON_GetObjectItemCaseSensitive(after.json, insertion->list);
		cJSON *first = cJSON_DetachItemFromArray(list, 0);
		cJSON *element = cJSON_Parse(insertion->element);

		if (!had_list)
			cJSON_DeleteItemFromObjectCaseSensitive(after.json, insertion->list);
		right = element && cJSON_Compare(first, element, true) &&
			cJSON_Compare(before->json, after.json, true);
		cJSON_Delete(first);
		cJSON_Delete(element);
	}
	forget(&after);
	return right;
}

static const char *
add(struct buf *result, struct slice file, const struct reading *reading,
	const struct jsonc_insertion *insertion)
{
	size_t count, index = find_list(reading->json, insertion->list, &count);

	if (count > 1)
		return "it has two lists of that name";
	if (count == 0)
		insert_list(result, file, reading, insertion);
	else if (cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(reading->json, insertion->list)))
		insert_element(result, file, reading, index, insertion);
	else
		return "that is no list there";
	return is_right(reading, result, insertion) ? NULL : "its form is unusual";
}

enum jsonc_insert_verdict
jsonc_insert(struct buf *result, struct slice file, const struct jsonc_insertion *insertion,
	const char **why)
{
	enum jsonc_insert_verdict verdict = JSONC_INSERT_IMPOSSIBLE;
	struct reading reading;

	*why = understand(&reading, file);
	if (!*why && has_element(cJSON_GetObjectItemCaseSensitive(reading.json, insertion->list),
			     insertion))
		verdict = JSONC_INSERT_PRESENT;
	else if (!*why)
		*why = add(result, file, &reading, insertion);
	if (verdict == JSONC_INSERT_IMPOSSIBLE && !*why)
		verdict = JSONC_INSERT_ADDED;
	forget(&reading);
	return verdict;
}
