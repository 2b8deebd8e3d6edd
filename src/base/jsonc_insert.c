/*
 * jsonc_insert: see jsonc_insert.h. jsonc_clean() keeps every offset, so an offset in the plain
 * text is valid in the text with comments.
 */
#include "base/jsonc_insert.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/jsonc.h"
#include "base/mem.h"

/* A parsed file: its text without comments, and its JSON. */
struct parsed {
	char *plain;
	size_t length;
	cJSON *json;
};

static void
free_parsed(struct parsed *parsed)
{
	cJSON_Delete(parsed->json);
	free(parsed->plain);
}

static size_t
skip_spaces(const struct parsed *parsed, size_t at)
{
	return jsonc_skip_spaces((struct slice){parsed->plain, parsed->length}, at);
}

/* Returns an error in a few words, or NULL. */
static const char *
parse(struct parsed *parsed, struct slice file)
{
	const char *end, *wrong;
	size_t at;

	*parsed = (struct parsed){.plain = mem_copy(file.at, file.length), .length = file.length};
	wrong = jsonc_clean(parsed->plain, parsed->length, &at);
	if (wrong)
		return wrong;
	parsed->json = cJSON_ParseWithLengthOpts(parsed->plain, parsed->length, &end, false);
	if (!parsed->json || skip_spaces(parsed, (size_t)(end - parsed->plain)) < file.length)
		return "it is no JSON";
	return cJSON_IsObject(parsed->json) ? NULL : "it is no JSON object";
}

/* The index of the member of that name, and how many members have it. */
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
insert_element(struct buf *result, struct slice file, const struct parsed *parsed, size_t index,
	const struct jsonc_insertion *insertion)
{
	struct slice plain = {parsed->plain, parsed->length};
	size_t object = skip_spaces(parsed, 0);
	size_t list = jsonc_value(plain, jsonc_child(plain, object, index));
	bool is_empty = !cJSON_GetObjectItemCaseSensitive(parsed->json, insertion->list)->child;
	char *text = mem_format("\n%s%s", insertion->element, is_empty ? "\n  " : ",");

	insert(result, file, list + 1, text);
	free(text);
}

static void
insert_list(struct buf *result, struct slice file, const struct parsed *parsed,
	const struct jsonc_insertion *insertion)
{
	char *text = mem_format("\n  \"%s\": [\n%s\n  ]%s", insertion->list, insertion->element,
		parsed->json->child ? "," : "\n");

	insert(result, file, skip_spaces(parsed, 0) + 1, text);
	free(text);
}

/* Whether the JSON of result is that of the file and the element. */
static bool
is_equal_but_element(const struct parsed *before, const struct buf *result,
	const struct jsonc_insertion *insertion)
{
	bool had_list = cJSON_HasObjectItem(before->json, insertion->list);
	struct parsed after;
	bool is_equal = false;

	if (!parse(&after, buf_slice(result))) {
		cJSON *list = cJSON_GetObjectItemCaseSensitive(after.json, insertion->list);
		cJSON *first = cJSON_DetachItemFromArray(list, 0);
		cJSON *element = cJSON_Parse(insertion->element);

		if (!had_list)
			cJSON_DeleteItemFromObjectCaseSensitive(after.json, insertion->list);
		is_equal = element && cJSON_Compare(first, element, true) &&
			   cJSON_Compare(before->json, after.json, true);
		cJSON_Delete(first);
		cJSON_Delete(element);
	}
	free_parsed(&after);
	return is_equal;
}

static const char *
add(struct buf *result, struct slice file, const struct parsed *parsed,
	const struct jsonc_insertion *insertion)
{
	size_t count, index = find_list(parsed->json, insertion->list, &count);

	if (count > 1)
		return "it has two lists of that name";
	if (count == 0)
		insert_list(result, file, parsed, insertion);
	else if (cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(parsed->json, insertion->list)))
		insert_element(result, file, parsed, index, insertion);
	else
		return "that is no list there";
	return is_equal_but_element(parsed, result, insertion) ? NULL : "its form is unusual";
}

enum jsonc_insert_verdict
jsonc_insert(struct buf *result, struct slice file, const struct jsonc_insertion *insertion,
	const char **why)
{
	enum jsonc_insert_verdict verdict = JSONC_INSERT_IMPOSSIBLE;
	struct parsed parsed;

	*why = parse(&parsed, file);
	if (!*why && has_element(cJSON_GetObjectItemCaseSensitive(parsed.json, insertion->list),
			     insertion))
		verdict = JSONC_INSERT_PRESENT;
	else if (!*why)
		*why = add(result, file, &parsed, insertion);
	if (verdict == JSONC_INSERT_IMPOSSIBLE && !*why)
		verdict = JSONC_INSERT_ADDED;
	free_parsed(&parsed);
	return verdict;
}
